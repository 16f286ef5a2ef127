// SPDX-License-Identifier: Apache-2.0
// What the till's one dialog is about; null: there is none.

import type { Item } from "../house/menu";
import type { CartLine } from "../order/cart";

export type Ask =
  | { about: "item"; item: Item; line?: CartLine }
  | { about: "availability"; item: Item }
  | { about: "line"; lineId: string }
  | { about: "cancel-line"; lineId: string }
  | { about: "place" }
  | { about: "pay" }
  | { about: "refund"; paymentId: string }
  | { about: "order" }
  | { about: "note" }
  | { about: "cancel-order" }
  | { about: "discount"; lineId: string | null }
  | { about: "move"; lineId: string | null }
  | { about: "bill" }
  | { about: "orders" }
  | { about: "rooms" }
  | { about: "room"; key: string }
  | { about: "till" }
  | { about: "day" };

export type OnAsk = (ask: Ask | null) => void;
