// SPDX-License-Identifier: Apache-2.0
import type { Catalogue } from "./en";
import { base } from "./fr/base";
import { guestOrder } from "./fr/guest-order";
import { house } from "./fr/house";
import { kitchen } from "./fr/kitchen";
import { manage } from "./fr/manage";
import { menu } from "./fr/menu";
import { rooms } from "./fr/rooms";
import { staff } from "./fr/staff";
import { talk } from "./fr/talk";
import { till } from "./fr/till";
import { why } from "./fr/why";

export const fr: Catalogue = {
  ...base,
  ...house,
  ...kitchen,
  ...till,
  ...staff,
  ...guestOrder,
  ...rooms,
  ...talk,
  ...manage,
  ...menu,
  ...why,
};

export default fr;
export { version } from "./version";
