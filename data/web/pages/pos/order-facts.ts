// SPDX-License-Identifier: Apache-2.0
// What of an order the till needs beyond what Order tells: payments with their times, what a receipt
// was issued for, and when it was closed. Pure.

import { itemOf, registerOf, type EntityRecord, type Order, type OrderLine } from "@bellhop/client";

import { lineageOf } from "../house/orders";
import type { RecordSource } from "../house/source";
import { numberOf, textOf, toFields, type Fields } from "../link/fields";
import { methods, type Method } from "./cash";

/** Which operation said it; every replica names it so. */
export interface Said {
  logId: string;
  seq: number;
  timeMs: number;
}

export interface PaymentFact extends Said {
  paymentId: string;
  method: Method;
  amount: number;
  tip: number;
  /** null: nobody wrote it down. */
  tendered: number | null;
  refunded: number;
  /** The room it was charged to. */
  placeId: string | null;
  /** Of who stayed there then; null: nobody has told of them. */
  seatingId: string | null;
  reference: string;
}

export interface RefundFact extends Said {
  method: Method;
  amount: number;
}

const recordOf = (source: RecordSource, orderId: string) => source.record(`order/${orderId}`);

function listed(record: EntityRecord | null, kind: string): [id: string, value: Fields, said: Said][] {
  if (record === null) return [];
  const prefix = `${kind}/`;
  return Object.entries(record.items)
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, [value, timeMs, , logId, seq]]) => [
      path.slice(prefix.length),
      toFields(value),
      { logId, seq, timeMs },
    ]);
}

export function toMethod(text: string | null): Method {
  return methods.find((one) => one === text) ?? "cash";
}

/** The oldest first. */
export function readPayments(source: RecordSource, order: Order): PaymentFact[] {
  const details = new Map(
    listed(recordOf(source, order.orderId), "payment").map(([id, ...rest]) => [id, rest] as const),
  );
  return order.payments
    .map(({ paymentId, method, amount, tip, refunded }) => {
      const [value, said] = details.get(paymentId) ?? [{}, { logId: "", seq: 0, timeMs: 0 }];
      const idOf = (name: string) => textOf(value, name) || null;
      return {
        ...{ paymentId, amount, tip, refunded, ...said },
        method: toMethod(method),
        tendered: numberOf(value, "tendered"),
        placeId: idOf("placeId"),
        seatingId: idOf("seatingId"),
        reference: textOf(value, "reference"),
      };
    })
    .sort((a, b) => a.timeMs - b.timeMs);
}

/** The payment that what was paid too much goes back from; null: nothing is left of any. */
export function paymentToRefund(source: RecordSource, order: Order): PaymentFact | null {
  const left = readPayments(source, order).filter(({ amount, refunded }) => amount > refunded);
  return left[left.length - 1] ?? null;
}

/** Each at most what its payment had left, the oldest first. */
export function readRefunds(source: RecordSource, order: Order): RefundFact[] {
  const left = new Map(order.payments.map((one) => [one.paymentId, one]));
  const taken = new Map<string, number>();
  return listed(recordOf(source, order.orderId), "refund")
    .sort(([, , a], [, , b]) => a.timeMs - b.timeMs)
    .flatMap(([, value, said]) => {
      const payment = left.get(textOf(value, "paymentId"));
      if (payment === undefined) return [];
      const before = taken.get(payment.paymentId) ?? 0;
      const amount = Math.min(numberOf(value, "amount") ?? 0, payment.amount - before);
      taken.set(payment.paymentId, before + amount);
      return amount > 0 ? [{ method: toMethod(payment.method), amount, ...said }] : [];
    });
}

/**
 * Money that cannot be read yet: its order's opening, or the payment that it gives back, was written by
 * a device from which it has not come.
 */
export function unreadMoney(source: RecordSource): Said[] {
  return source.records("order").flatMap(([, record]) => {
    if (itemOf(record, "header") === undefined)
      return ["payment", "refund", "settle"].flatMap((kind) => listed(record, kind).map(([, , said]) => said));
    const payments = new Set(listed(record, "payment").map(([id]) => id));
    return ["refund", "settle"]
      .flatMap((kind) => listed(record, kind))
      .filter(([, value]) => !payments.has(textOf(value, "paymentId")))
      .map(([, , said]) => said);
  });
}

/** What the guest got back of the cash that was handed over. */
export function changeOf({ method, amount, tip, tendered }: PaymentFact): number {
  return method === "cash" && tendered !== null ? Math.max(0, tendered - amount - tip) : 0;
}

/** The sum that the latest receipt is about; null: there is none. */
export function receiptedTotal(source: RecordSource, orderId: string): number | null {
  return latestReceipt(source, orderId)?.total ?? null;
}

export interface ReceiptFact {
  receiptId: string;
  number: number;
  total: number | null;
}

/** The latest; null: there is none. */
export function latestReceipt(source: RecordSource, orderId: string): ReceiptFact | null {
  const [latest] = listed(recordOf(source, orderId), "receipt").sort(
    ([, a], [, b]) => number(b) - number(a),
  );
  if (latest === undefined) return null;
  const [receiptId, value] = latest;
  return { receiptId, number: number(value), total: numberOf(value, "total") };
}

/** The latest receipt, where it says all that there is to say; null: another one is wanted. */
export function standingReceipt(source: RecordSource, orderId: string): ReceiptFact | null {
  const latest = latestReceipt(source, orderId);
  const order = source.order(orderId);
  if (latest === null || order === null || latest.total !== order.total) return null;
  const sinceMs = receiptedMs(source, orderId, "");
  const moved = [...readPayments(source, order), ...readRefunds(source, order)];
  return moved.some(({ timeMs }) => timeMs > sinceMs) ? null : latest;
}

/** When the latest receipt but this one was issued; 0: never. */
export function receiptedMs(source: RecordSource, orderId: string, but: string): number {
  return listed(recordOf(source, orderId), "receipt")
    .filter(([id]) => id !== but)
    .reduce((latest, [, , { timeMs }]) => Math.max(latest, timeMs), 0);
}

function number(receipt: Fields): number {
  return numberOf(receipt, "number") ?? 0;
}

/** What put the line on the order: that it was ordered and, where it was on another, that it came from it. */
export function arrivalOf(source: RecordSource, { orderId }: Order, line: OrderLine): Said[] {
  const record = recordOf(source, line.recordId);
  if (record === null) return [];
  const said: Said[] = [];
  for (const lineId of lineageOf(record, line.lineId)) {
    const [, timeMs, , logId, seq] = itemOf(record, `line/${lineId}`) ?? [];
    if (logId !== undefined && seq !== undefined && timeMs !== undefined) said.push({ logId, seq, timeMs });
    const moved = registerOf(record, `line/${lineId}/orderId`);
    if (line.recordId === orderId || moved?.[0] !== orderId) continue;
    said.push({ logId: moved[4], seq: moved[5], timeMs: moved[2] });
  }
  return said;
}

/** null: it is not closed. */
export function closingOf(source: RecordSource, orderId: string): Said | null {
  const record = recordOf(source, orderId);
  const register = record === null ? undefined : registerOf(record, "closed");
  if (register?.[0] !== true) return null;
  const [, , timeMs, , logId, seq] = register;
  return { logId, seq, timeMs };
}
