// SPDX-License-Identifier: Apache-2.0
// What rooms owe: what was charged to each, of the guests who stay there now and of those who have left.
// Pure.

import { registerOf, type Order, type PropertyDraft } from "@bellhop/client";

import { readOrders, settleCharge } from "../house/orders";
import { lastToLeave, readSeatings } from "../house/seatings";
import type { RecordSource } from "../house/source";
import { settle, type Settled } from "./cash";
import { readPayments } from "./order-facts";
import { readSettling, type SettleMethod, type Settlement } from "./settlements";

export interface Charge {
  order: Order;
  paymentId: string;
  timeMs: number;
  /** With the tip, without what was refunded. */
  owed: number;
  tip: number;
  /** What of it is not settled. */
  open: number;
  settlements: Settlement[];
}

export interface RoomBill {
  /** Of the room and who stayed there. */
  key: string;
  placeId: string;
  /** They have left. */
  isPast: boolean;
  currency: string;
  /** The oldest first. */
  charges: Charge[];
  open: number;
}

/** A bill that is settled can be looked at and taken back for so long. */
const SETTLED_SHOWN_MS = 24 * 3600 * 1000;

function chargesOf(source: RecordSource, order: Order): [placeId: string, seatingId: string | null, Charge][] {
  const { settlements } = readSettling(source, order);
  const known = new Map(order.payments.map((one) => [one.paymentId, one]));
  return readPayments(source, order)
    .filter(({ method }) => method === "room")
    .flatMap((payment): [string, string | null, Charge][] => {
      const { paymentId, placeId, seatingId, amount, tip, refunded, timeMs } = payment;
      const owed = Math.max(0, amount + tip - refunded);
      if (owed === 0) return [];
      const open = owed - (known.get(paymentId)?.settled ?? 0);
      const own = settlements.filter((one) => one.paymentId === paymentId);
      const charge = { order, paymentId, timeMs, owed, tip, open, settlements: own };
      return [[placeId ?? "", seatingId, charge]];
    });
}

/**
 * By room, as they were charged. Who has left does not pay with who came after: what was charged to a
 * stay that is over is a bill of its own; where nobody told of the stay it is the present one's.
 */
export function readRoomBills(source: RecordSource, nowMs: number): RoomBill[] {
  const here = new Set([...readSeatings(source).values()].map(({ seatingId }) => seatingId));
  const bills = new Map<string, RoomBill>();
  for (const order of readOrders(source)) {
    for (const [placeId, seatingId, charge] of chargesOf(source, order)) {
      const isPast = seatingId !== null && !here.has(seatingId);
      const { currency } = order;
      // Sums of two currencies are none.
      const key = [placeId, isPast ? seatingId : "", currency].join(" ");
      const bill = bills.get(key) ?? { key, placeId, isPast, currency, charges: [], open: 0 };
      bills.set(key, bill);
      bill.charges.push(charge);
      bill.open += charge.open;
    }
  }
  const isShown = ({ open, charges }: RoomBill) =>
    open > 0 ||
    charges.some(({ settlements }) =>
      settlements.some(({ timeMs }) => timeMs > nowMs - SETTLED_SHOWN_MS),
    );
  for (const { charges } of bills.values()) charges.sort((a, b) => a.timeMs - b.timeMs);
  return [...bills.values()].filter(isShown);
}

/** So long what is charged to a room may be theirs who left it. */
const LEFT_MS = 24 * 3600 * 1000;

export interface Parties {
  /** Who stays there now; null: nobody has told of them. */
  here: string | null;
  /** Who left, and may owe what is charged now; null: certainly nobody. */
  left: string | null;
}

/** Whom a charge is for: the seating that left, or who stays there now. */
export const HERE = "";

/**
 * By room, where anybody is told of. Who left is out of it once others were seated there, or the room was
 * marked as occupied after them; nobody has to mark rooms, so that nothing else is certain.
 */
export function readParties(source: RecordSource, nowMs: number): Map<string, Parties> {
  const parties = new Map<string, Parties>();
  for (const [placeId, { seatingId, leftMs }] of lastToLeave(source, nowMs - LEFT_MS)) {
    const room = source.record(`place/${placeId}`);
    const marked = room === null ? undefined : registerOf(room, "occupied");
    const isTaken = marked?.[0] === true && marked[2] > leftMs;
    if (!isTaken) parties.set(placeId, { here: null, left: seatingId });
  }
  for (const [placeId, { state, seatingId }] of readSeatings(source))
    if (state === "open") parties.set(placeId, { here: seatingId, left: null });
  return parties;
}

/** Who owes a charge; undefined: somebody has to say. @param said a seating, or HERE; null: not said */
export function payerOf(parties: Parties | undefined, said: string | null): string | null | undefined {
  const { here, left } = parties ?? { here: null, left: null };
  if (left === null || said === HERE) return here;
  return said === left ? left : undefined;
}

/** What no room has paid yet, of all these orders. */
export function openCharges(orders: readonly Order[]): number {
  return orders
    .flatMap(({ payments }) => payments)
    .filter(({ method }) => method === "room")
    .reduce((sum, { amount, tip, refunded, settled }) => sum + Math.max(0, amount + tip - refunded - settled), 0);
}

export interface SettlePlan {
  /** null: nothing is settled, or the cash is not enough. */
  settled: Settled | null;
  drafts: PropertyDraft[];
}

/** One for each charge; all that is handed over stands with the first. */
export function planSettling(
  charges: readonly Charge[],
  { method, tendered, reference }: { method: SettleMethod; tendered: number | null; reference: string },
  personId: string | null,
): SettlePlan {
  const open = charges.filter((one) => one.open > 0);
  const wanted = open.reduce((sum, one) => sum + one.open, 0);
  const isCash = method === "cash";
  const settled = settle({ method: isCash ? "cash" : "card", amount: wanted, tip: 0, tendered });
  if (settled === null || settled.amount < wanted) return { settled: null, drafts: [] };
  const drafts = open.map(({ order, paymentId, open: amount }, at) =>
    settleCharge(
      order.orderId,
      {
        ...{ paymentId, method, amount },
        ...(isCash && settled.tendered !== null && at === 0 ? { tendered: settled.tendered } : {}),
        ...(method !== "cash" && reference !== "" ? { reference } : {}),
      },
      personId,
    ),
  );
  return { settled, drafts };
}

/** What stands of these. */
export function takeBackSettling(
  charges: readonly Charge[],
  personId: string | null,
): PropertyDraft[] {
  return charges.flatMap(({ order, settlements }) =>
    settlements.map(({ op }) => ({
      kind: "undo",
      entity: `order/${order.orderId}`,
      body: { op, ...(personId === null ? {} : { personId }) },
    })),
  );
}
