// SPDX-License-Identifier: Apache-2.0
// Lines, or parts of them, that go to another order. Pure, but for new ids.

import type { Order, OrderLine, PropertyDraft } from "@bellhop/client";

import {
  acceptMoved,
  addNote,
  carryNote,
  moveLines,
  openOrder,
  splitLine,
  type NewOrder,
} from "../house/orders";

/** How many of each line go; by lineId. */
export type Moving = ReadonlyMap<string, number>;

export function countMoving(moving: Moving): number {
  return [...moving.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * A whole line goes as it is; of a part that many are split off first. What was said of the order goes
 * with them: the kitchen has it on one ticket.
 *
 * @param from the order that `lines` are of
 * @param nextVersion of Property
 */
export function moveTo(
  from: Pick<Order, "source" | "note">,
  lines: readonly OrderLine[],
  moving: Moving,
  to: Pick<Order, "orderId" | "source" | "note">,
  personId: string | null,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  const splits: PropertyDraft[] = [];
  const going: OrderLine[] = [];
  for (const line of lines) {
    const count = Math.min(moving.get(line.lineId) ?? 0, line.quantity);
    if (count <= 0) continue;
    if (count === line.quantity) {
      going.push(line);
      continue;
    }
    const [lineId, split] = splitLine(line, count);
    splits.push(split);
    going.push({ ...line, lineId, quantity: count });
  }
  return [
    ...(going.length === 0 ? [] : addNote(to, from.note, nextVersion)),
    ...splits,
    ...moveLines(going, to.orderId, nextVersion),
    ...acceptMoved(from, to, going, personId),
  ];
}

/** The same to a bill of its own. */
export function moveToNew(
  from: Order,
  lines: readonly OrderLine[],
  moving: Moving,
  to: { orderId: string; header: NewOrder },
  personId: string | null,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  const { orderId, header } = to;
  const said = carryNote(from, orderId, nextVersion);
  const target = { orderId, source: header.source, note: from.note };
  return [
    openOrder(orderId, { ...header, ...said.header }, personId),
    ...said.drafts,
    ...moveTo(from, lines, moving, target, personId, nextVersion),
  ];
}
