// SPDX-License-Identifier: Apache-2.0
// Moving: a whole order to another table, or some of it to another order, as drafts that belong
// together. Pure but for new ids.

import { newId, type Order, type OrderLine, type PropertyDraft } from "@bellhop/client";

import {
  acceptMoved,
  addNote,
  carryNote,
  changeOrder,
  isOver,
  moveLines,
  openOrder,
  splitLine,
} from "../house/orders";

/** Where to: another order, or a new one at that place. */
export type Target =
  | { kind: "order"; orderId: string; source: string; note: string | null }
  | { kind: "place"; placeId: string; seatingId: string | null };

export interface Move {
  order: Order;
  /** How many of each line; what is not named stays. */
  counts: ReadonlyMap<string, number>;
  target: Target;
  /** For a new order. */
  number: string;
  personId: string | null;
  /** Of Property. */
  nextVersion: (entity: string) => number;
}

/** What can be moved. */
export function movableLines(order: Order) {
  return order.lines.filter((line) => !isOver(line));
}

/** Whether nothing would stay. */
export function isWhole({ order, counts }: Pick<Move, "order" | "counts">): boolean {
  return movableLines(order).every(({ lineId, quantity }) => (counts.get(lineId) ?? 0) >= quantity);
}

export function planMove(move: Move): PropertyDraft[] {
  const { order, counts, target, number, personId, nextVersion } = move;
  // An order that goes as a whole keeps its number and what was paid of it.
  if (target.kind === "place" && isWhole(move)) {
    const { placeId, seatingId } = target;
    return [changeOrder(order.orderId, { placeId, seatingId }, nextVersion)];
  }
  const drafts: PropertyDraft[] = [];
  let toOrderId: string;
  // What was said of the order is said of what comes from it: the kitchen has it on one ticket.
  if (target.kind === "order") {
    toOrderId = target.orderId;
    drafts.push(...addNote(target, order.note, nextVersion));
  } else {
    toOrderId = newId();
    const { placeId, seatingId } = target;
    const { currency } = order;
    const said = carryNote(order, toOrderId, nextVersion);
    const head = { number, currency, source: "staff" as const, placeId, seatingId, ...said.header };
    drafts.push(openOrder(toOrderId, head, personId), ...said.drafts);
  }
  const moved: OrderLine[] = [];
  for (const line of movableLines(order)) {
    const count = counts.get(line.lineId) ?? 0;
    if (count < 1) continue;
    if (count >= line.quantity) {
      moved.push(line);
      continue;
    }
    const [newLineId, split] = splitLine(line, count);
    drafts.push(split);
    moved.push({ ...line, lineId: newLineId, quantity: count });
  }
  return [
    ...drafts,
    ...moveLines(moved, toOrderId, nextVersion),
    ...acceptMoved(order, target.kind === "order" ? target : null, moved, personId),
  ];
}
