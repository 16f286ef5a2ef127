// SPDX-License-Identifier: Apache-2.0
// An amount off the whole order is one off each of its lines, in proportion, so that every tax falls by
// what is its. Pure, but for new ids.

import { newId, type Discount, type Order, type OrderLine, type PropertyDraft } from "@bellhop/client";

import { discount, isOver } from "../house/orders";

/** What a line's discounts can take off it. */
function counted(order: Order): OrderLine[] {
  return order.lines.filter((line) => !isOver(line) && line.net > 0);
}

/** The most that can be given; taxes that come on top fall by themselves. */
export function mostOff(order: Order): number {
  const net = counted(order).reduce((sum, line) => sum + line.net, 0);
  return Math.min(net, order.total);
}

/** Whole units that sum up to the amount, what is left over on the largest; null: it is too much. */
export function spread(order: Order, amount: number): [line: OrderLine, amount: number][] | null {
  if (amount <= 0 || amount > mostOff(order)) return null;
  const lines = counted(order).sort((a, b) => b.net - a.net);
  const net = lines.reduce((sum, line) => sum + line.net, 0);
  // The product is beyond what a double holds.
  const parts = lines.map((line) => Number((BigInt(amount) * BigInt(line.net)) / BigInt(net)));
  let rest = amount - parts.reduce((sum, part) => sum + part, 0);
  return lines.flatMap((line, at): [OrderLine, number][] => {
    const more = Math.min(rest, line.net - (parts[at] ?? 0));
    rest -= more;
    const part = (parts[at] ?? 0) + more;
    return part > 0 ? [[line, part]] : [];
  });
}

/** Those that belong together have the same before the last underscore. */
const PART = /^(.{1,60})_\d{1,3}$/;

export function discountOrder(
  order: Order,
  amount: number,
  reason: string,
  personId: string | null,
): PropertyDraft[] {
  const groupId = newId();
  return (spread(order, amount) ?? []).map(([line, part], at) =>
    discount(
      order.orderId,
      { discountId: `${groupId}_${at}`, reason, line, amount: part },
      personId,
    ),
  );
}

export interface GivenDiscount {
  key: string;
  reason: string;
  percentBp: number | null;
  /** What it takes off now: nothing of a line that is over. */
  amount: number | null;
  parts: Discount[];
}

/** Off the whole order, those that were given as one amount together; or off one line. */
export function givenDiscounts(order: Order, lineId: string | null): GivenDiscount[] {
  const groups = new Map<string, Discount[]>();
  const over = new Set(order.lines.filter(isOver).map((line) => line.lineId));
  const amountOf = ({ amount, lineId: of }: Discount) =>
    of !== null && over.has(of) ? 0 : (amount ?? 0);
  for (const one of order.discounts) {
    const groupId = PART.exec(one.discountId)?.[1];
    const isOurs = lineId === null ? one.lineId === null || groupId !== undefined : one.lineId === lineId;
    if (!isOurs) continue;
    const key = lineId === null ? (groupId ?? one.discountId) : one.discountId;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, parts]) => ({
    key,
    reason: parts[0]?.reason ?? "",
    percentBp: parts[0]?.percentBp ?? null,
    amount: parts.some(({ amount }) => amount !== null)
      ? parts.reduce((sum, part) => sum + amountOf(part), 0)
      : null,
    parts,
  }));
}

/** One draft for each of the operations that gave it. */
export function takeBack(
  order: Order,
  { parts }: GivenDiscount,
  personId: string | null,
): PropertyDraft[] {
  const recordOf = (lineId: string | null) =>
    order.lines.find((line) => line.lineId === lineId)?.recordId ?? order.orderId;
  return parts.map(({ op, lineId }) => ({
    kind: "undo",
    entity: `order/${recordOf(lineId)}`,
    body: { op, ...(personId === null ? {} : { personId }) },
  }));
}
