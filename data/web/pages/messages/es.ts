// SPDX-License-Identifier: Apache-2.0
import type { Catalogue } from "./en";
import { base } from "./es/base";
import { guestOrder } from "./es/guest-order";
import { house } from "./es/house";
import { kitchen } from "./es/kitchen";
import { manage } from "./es/manage";
import { menu } from "./es/menu";
import { rooms } from "./es/rooms";
import { staff } from "./es/staff";
import { talk } from "./es/talk";
import { till } from "./es/till";
import { why } from "./es/why";

export const es: Catalogue = {
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

export default es;
export { version } from "./version";
