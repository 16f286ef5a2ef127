// SPDX-License-Identifier: Apache-2.0
// Every text that a person reads on the pages, by the pages that say it. {name} is replaced.

import { base } from "./en/base";
import { guestOrder } from "./en/guest-order";
import { house } from "./en/house";
import { kitchen } from "./en/kitchen";
import { manage } from "./en/manage";
import { menu } from "./en/menu";
import { rooms } from "./en/rooms";
import { staff } from "./en/staff";
import { talk } from "./en/talk";
import { till } from "./en/till";
import { why } from "./en/why";

export const en = {
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

export type MessageKey = keyof typeof en;
export type Catalogue = Record<MessageKey, string>;

export default en;
export { version } from "./version";
