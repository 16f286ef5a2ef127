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

export interface Asked {
  ask: Ask;
  /** What was open then; null: a new one. */
  orderId: string | null;
}

const OF_ORDER: readonly Ask["about"][] = [
  ...(["line", "cancel-line", "place", "pay", "refund", "order", "note"] as const),
  ...(["cancel-order", "discount", "move", "bill"] as const),
];

/** What is asked still: what was about an order is not asked of the one that is open after it. */
export function stillAsked(asked: Asked | null, orderId: string | null): Ask | null {
  if (asked === null || asked.orderId === orderId) return asked?.ask ?? null;
  const { ask } = asked;
  const isOfOrder = OF_ORDER.includes(ask.about) || (ask.about === "item" && ask.line !== undefined);
  return isOfOrder ? null : ask;
}
