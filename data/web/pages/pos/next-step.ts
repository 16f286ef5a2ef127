// SPDX-License-Identifier: Apache-2.0
// The one thing to do next about the order at the till. Pure.

import type { Order, OrderLine } from "@bellhop/client";

import { isOver, waitingLines } from "../house/orders";

/**
 * accept: a guest's lines wait for a word. send: lines are not with the kitchen yet. pay: there is
 * something due. refund: more was paid than it costs, whether it is closed or not. receipt: what was paid
 * has no receipt. new: it is paid, and the kitchen is at it still. serve: all that was not handed out yet
 * is ready. close: nothing is left to do. none: there is nothing yet, or it is closed and nothing came
 * after.
 */
export type Step =
  | "none"
  | "accept"
  | "send"
  | "pay"
  | "refund"
  | "receipt"
  | "new"
  | "serve"
  | "close";

export interface Standing {
  /** null: it was not sent yet. */
  order: Order | null;
  /** Lines that were not sent. */
  unsent: number;
  /** What the latest receipt is about; null: there is none. */
  receipted: number | null;
  /** A receipt waits for its number. */
  isReceiptUnderWay: boolean;
  /** Whether anybody makes what is sold here. */
  hasStations: boolean;
}

/** Lines that have not come to their end. */
export function unservedLines(order: Order) {
  return order.lines.filter((line) => !isOver(line) && line.state !== "served");
}

/**
 * Lines that the kitchen is not through with: an order that has any is the kitchen's still. Where no
 * station was ever set up and no screen has shown it, it is handed out at once.
 */
export function linesAtKitchen(order: Order, hasStations: boolean): OrderLine[] {
  return unservedLines(order).filter(
    ({ state, seenBy }) =>
      state !== "ready" && (hasStations || seenBy.length > 0 || state === "preparing"),
  );
}

export function nextStep(standing: Standing): Step {
  const { order, unsent, receipted, isReceiptUnderWay, hasStations } = standing;
  if (unsent > 0) return "send";
  if (order === null) return "none";
  if (waitingLines(order).length > 0) return "accept";
  if (order.due > 0) return "pay";
  if (order.due < 0) return "refund";
  const hasReceipt = isReceiptUnderWay || receipted === order.total;
  if (order.payments.length > 0 && order.total > 0 && !hasReceipt && !order.closed) return "receipt";
  if (linesAtKitchen(order, hasStations).length > 0) return "new";
  if (unservedLines(order).length > 0) return "serve";
  return order.closed ? "none" : "close";
}
