// SPDX-License-Identifier: Apache-2.0
// Lines, or parts of them, that go to another order. Pure, but for new ids.

import type { Order, OrderLine, PropertyDraft } from "@bellhop/client";

import { acceptMoved, moveLines, splitLine } from "../house/orders";

/** How many of each line go; by lineId. */
export type Moving = ReadonlyMap<string, number>;

export function countMoving(moving: Moving): number {
  return [...moving.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * A whole line goes as it is; of a part that many are split off first.
 *
 * @param from the order that `lines` are of
 * @param nextVersion of Property
 */
export function moveTo(
  from: Pick<Order, "source">,
  lines: readonly OrderLine[],
  moving: Moving,
  to: Pick<Order, "orderId" | "source">,
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
    ...splits,
    ...moveLines(going, to.orderId, nextVersion),
    ...acceptMoved(from, to, going, personId),
  ];
}
