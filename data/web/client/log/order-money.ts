// SPDX-License-Identifier: Apache-2.0
// What an order costs, in minor units: integers all along, rounded half up once a line. Sums stop at
// 2^53-1, so that whatever anybody wrote gives one number in both languages.

import { isFields, type Fields } from "../messages";
import { counts, type Line } from "./order-lines";
import { integerOf, textOf, type OrderParts, type Part } from "./order-parts";

export interface Discount {
  discountId: string;
  reason: string | null;
  /** null: off the whole order. */
  lineId: string | null;
  percentBp: number | null;
  amount: number | null;
  /** "<logId>:<seq>" that gave it, for an undo. */
  op: string;
}

export interface Payment {
  paymentId: string;
  method: string | null;
  amount: number;
  tip: number;
  refunded: number;
  /** Of a room charge: how much of it, with the tip, was paid. */
  settled: number;
}

export interface LineMoney {
  gross: number;
  discount: number;
  net: number;
  tax: number;
  /** null: there is no tax on it. */
  rateBp: number | null;
  included: boolean | null;
}

/** `net` with what is included, without what is not. */
export interface TaxSum {
  rateBp: number;
  included: boolean;
  net: number;
  tax: number;
}

const WHOLE_BP = 10000;

export function add(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

/** a * b / divisor, half up; none is negative. The product is beyond what a double holds. */
function share(a: number, b: number, divisor: number): number {
  return Number((2n * BigInt(a) * BigInt(b) + BigInt(divisor)) / (2n * BigInt(divisor)));
}

/** Those that nobody has undone. */
export function discountsOf(parts: OrderParts): readonly Part[] {
  return parts
    .list("discount")
    .filter(({ stamp: [, , logId, seq] }) => !parts.isUndone(`${logId}:${seq}`));
}

export function toDiscount({ id, value, stamp: [, , logId, seq] }: Part): Discount {
  return {
    discountId: id,
    reason: textOf(value, "reason"),
    lineId: textOf(value, "lineId"),
    percentBp: integerOf(value, "percentBp", null),
    amount: integerOf(value, "amount", null),
    op: `${logId}:${seq}`,
  };
}

function sum(values: readonly Fields[], name: string): number {
  return values.reduce((total, value) => add(total, integerOf(value, name, 0)), 0);
}

function grossOf(line: Line): number {
  const { modifiers } = line.content;
  const extras = (Array.isArray(modifiers) ? modifiers : [])
    .filter(isFields)
    .reduce((total, one) => total + integerOf(one, "price", 0) * integerOf(one, "quantity", 1), 0);
  const unit = integerOf(line.content, "price", 0) + extras;
  return Math.min(Math.max(unit * line.quantity, 0), Number.MAX_SAFE_INTEGER);
}

/** @param orderBp what is off the whole order */
export function moneyOf(line: Line, orderBp: number): LineMoney {
  const gross = grossOf(line);
  const ours = discountsOf(line.parts).filter(({ value, stamp }) =>
    counts(line, textOf(value, "lineId"), stamp),
  );
  const own = ours.filter(({ value }) => textOf(value, "lineId") === line.lineId);
  const percentBp = Math.min(WHOLE_BP, add(orderBp, sum(ours.map(({ value }) => value), "percentBp")));
  const amounts = sum(own.map(({ value }) => value), "amount");
  const discount = Math.min(gross, add(amounts, share(gross, percentBp, WHOLE_BP)));
  const net = gross - discount;
  const { tax } = line.content;
  if (!isFields(tax)) return { gross, discount, net, tax: 0, rateBp: null, included: null };
  const rateBp = integerOf(tax, "rateBp", 0);
  const included = tax["included"] === true;
  const whole = included ? WHOLE_BP + rateBp : WHOLE_BP;
  return { gross, discount, net, tax: share(net, rateBp, whole), rateBp, included };
}

/** Percent off the whole order, and the sum of amounts off it. */
export function orderDiscountOf(parts: OrderParts): { percentBp: number; amount: number } {
  const values = discountsOf(parts)
    .map(({ value }) => value)
    .filter((value) => textOf(value, "lineId") === null);
  return {
    percentBp: Math.min(WHOLE_BP, sum(values, "percentBp")),
    amount: sum(values, "amount"),
  };
}

/** By rate; of one rate what is not included first. */
export function taxSums(lines: readonly LineMoney[]): TaxSum[] {
  const sums = new Map<string, TaxSum>();
  for (const { rateBp, included, net, tax } of lines) {
    if (rateBp === null || included === null) continue;
    const key = `${rateBp} ${String(included)}`;
    const before = sums.get(key) ?? { rateBp, included, net: 0, tax: 0 };
    sums.set(key, { rateBp, included, net: add(before.net, net), tax: add(before.tax, tax) });
  }
  return [...sums.values()].sort(
    (a, b) => a.rateBp - b.rateBp || Number(a.included) - Number(b.included),
  );
}

type Charge = Pick<Payment, "method" | "amount" | "tip" | "refunded">;

/** What a room owes for it as long as nothing is settled; 0 of what is no room charge. */
export function owedOf({ method, amount, tip, refunded }: Charge): number {
  return method === "room" ? Math.max(0, add(amount, tip) - refunded) : 0;
}

/** A refund takes at most what its payment has left, a settlement what the room owes after that. */
export function paymentsOf(parts: OrderParts): Payment[] {
  const payments = parts.list("payment").map(({ id, value }) => ({
    paymentId: id,
    method: textOf(value, "method"),
    amount: integerOf(value, "amount", 0),
    tip: integerOf(value, "tip", 0),
    refunded: 0,
    settled: 0,
  }));
  const byId = new Map(payments.map((payment) => [payment.paymentId, payment]));
  for (const { value } of parts.list("refund")) {
    const payment = byId.get(textOf(value, "paymentId") ?? "");
    if (payment === undefined) continue;
    const left = payment.amount - payment.refunded;
    payment.refunded += Math.min(integerOf(value, "amount", 0), left);
  }
  for (const { value, stamp } of parts.list("settle")) {
    const [, , logId, seq] = stamp;
    const payment = byId.get(textOf(value, "paymentId") ?? "");
    if (payment === undefined || parts.isUndone(`${logId}:${seq}`)) continue;
    const sum = add(payment.settled, integerOf(value, "amount", 0));
    payment.settled = Math.min(sum, owedOf(payment));
  }
  return payments;
}

/**
 * How what was paid of an order, or charged to rooms, stands; null: nobody has paid anything of it, "paid":
 * in other ways than by a room.
 */
export function chargesOf(parts: OrderParts): "open" | "settled" | "paid" | null {
  const payments = paymentsOf(parts);
  if (payments.length === 0) return null;
  const charges = payments.filter(({ method }) => method === "room");
  if (charges.some((charge) => charge.settled < owedOf(charge))) return "open";
  return charges.length === 0 ? "paid" : "settled";
}
