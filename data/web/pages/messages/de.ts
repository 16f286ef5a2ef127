// SPDX-License-Identifier: Apache-2.0
import type { Catalogue } from "./en";
import { base } from "./de/base";
import { guestOrder } from "./de/guest-order";
import { house } from "./de/house";
import { kitchen } from "./de/kitchen";
import { manage } from "./de/manage";
import { menu } from "./de/menu";
import { rooms } from "./de/rooms";
import { staff } from "./de/staff";
import { talk } from "./de/talk";
import { till } from "./de/till";
import { why } from "./de/why";

export const de: Catalogue = {
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

export default de;
export { version } from "./version";
