// SPDX-License-Identifier: Apache-2.0
// What a day came to, since it was closed last: orders by when they were closed, money by when it was
// taken. Pure.

import {
  itemOf,
  newId,
  type Order,
  type OrderLine,
  type PropertyDraft,
  type TaxSum,
} from "@bellhop/client";

import { currencyOf, NO_CURRENCY } from "../house/menu";
import { isOver, openedMsOf, readOrders, sumBack, sumDue } from "../house/orders";
import type { RecordSource } from "../house/source";
import { listOf, numberOf, textOf, toFields, type Fields } from "../link/fields";
import { methods, type Method } from "./cash";
import { arrivalOf, closingOf, readPayments, readRefunds, toMethod, unreadMoney, type Said } from "./order-facts";
import { sumsOf } from "./receipt-content";
import { openCharges } from "./room-bills";
import { readSettling, settleMethods, toSettleMethod, type SettleMethod } from "./settlements";

export interface MethodTotal {
  method: Method;
  count: number;
  /** Against bills, before refunds. */
  amount: number;
  tips: number;
  refunds: number;
}

export interface SettleTotal {
  method: SettleMethod;
  count: number;
  /** What rooms paid of their charges, whenever these were made. */
  amount: number;
  /** Of what they paid, taken back or given back. */
  back: number;
}

export interface DayTotals {
  /** When the day before was closed; 0: none was. */
  fromMs: number;
  toMs: number;
  currency: string;
  orders: number;
  gross: number;
  discounts: number;
  tips: number;
  refunds: number;
  payments: MethodTotal[];
  settled: SettleTotal[];
  taxes: TaxSum[];
  /** How far of each log it counted; null: the day was closed before that was written down. */
  have: ReadonlyMap<string, number> | null;
}

/** Those that a day can name (kinds.json); what others wrote then counts on the next. */
const MAX_LOGS = 250;

export interface Day extends DayTotals {
  /** What should lie in the drawers, without the float. */
  expectedCash: number;
  /** Orders that are not closed, and what is due on them: they count on the day that they are. */
  openOrders: number;
  openDue: number;
  /** Those that are closed, and owe what came after or was given back. */
  owingOrders: number;
  owingDue: number;
  /** Those that were paid more than they cost, closed or not, and what is to be given back of them. */
  backOrders: number;
  backDue: number;
  /** What rooms owe now. */
  openCharges: number;
  /** Of the payments: what reached us after the day it was taken on was closed. */
  late: number;
  /** What is in other currencies, as of a program that orders: it is in none of the sums above. */
  others: OtherSums[];
}

export interface OtherSums {
  currency: string;
  /** With discounts. */
  sales: number;
  /** In cash and by card, of orders and of what rooms owed; with tips, less what was given back. */
  taken: number;
  /** Of what was taken. */
  cash: number;
  /** What rooms owe now. */
  rooms: number;
  due: number;
  back: number;
}

function addTaxes(sums: TaxSum[], more: readonly TaxSum[]): TaxSum[] {
  const all = new Map(sums.map((one) => [`${one.rateBp} ${String(one.included)}`, one]));
  for (const one of more) {
    const key = `${one.rateBp} ${String(one.included)}`;
    const before = all.get(key) ?? { ...one, net: 0, tax: 0 };
    all.set(key, { ...before, net: before.net + one.net, tax: before.tax + one.tax });
  }
  return [...all.values()].sort(
    (a, b) => a.rateBp - b.rateBp || Number(a.included) - Number(b.included),
  );
}

type Sums = Omit<DayTotals, "fromMs" | "toMs" | "have">;

/** Tells once of each whether it is of this day, and keeps how far it has counted. */
function counterOf(counts: (said: Said) => boolean): [ReadonlyMap<string, number>, (said: Said) => boolean] {
  const have = new Map<string, number>();
  const isNew = (said: Said): boolean => {
    const { logId, seq } = said;
    if (!counts(said) || (!have.has(logId) && have.size >= MAX_LOGS)) return false;
    have.set(logId, Math.max(have.get(logId) ?? 0, seq));
    return true;
  };
  return [have, isNew];
}

/**
 * @param orders of that currency
 * @param isNew whether that is of this day
 * @param arrivals gets what tells what was sold from what comes to those orders later
 */
function sumUp(
  source: RecordSource,
  currency: string,
  orders: readonly Order[],
  isNew: (said: Said) => boolean,
  arrivals: Said[],
): Sums {
  const byMethod = new Map<Method, MethodTotal>(
    methods.map((method) => [method, { method, count: 0, amount: 0, tips: 0, refunds: 0 }]),
  );
  const bySettling = new Map<SettleMethod, SettleTotal>(
    settleMethods.map((method) => [method, { method, count: 0, amount: 0, back: 0 }]),
  );
  const totals: Sums = {
    currency,
    ...{ orders: 0, gross: 0, discounts: 0, tips: 0, refunds: 0, payments: [], settled: [] },
    taxes: [],
  };
  for (const order of orders) {
    const closing = closingOf(source, order.orderId);
    if (closing !== null && order.lines.length > 0 && isNew(closing)) {
      const { gross, discount } = sumsOf(order);
      totals.orders += 1;
      totals.gross += gross;
      totals.discounts += discount;
      totals.taxes = addTaxes(totals.taxes, order.taxes);
      arrivals.push(...order.lines.flatMap((line) => arrivalOf(source, order, line)));
    }
    for (const payment of readPayments(source, order)) {
      const sums = byMethod.get(payment.method);
      if (sums === undefined || !isNew(payment)) continue;
      sums.count += 1;
      sums.amount += payment.amount;
      sums.tips += payment.tip;
      totals.tips += payment.tip;
    }
    for (const refund of readRefunds(source, order)) {
      const sums = byMethod.get(refund.method);
      if (sums === undefined || !isNew(refund)) continue;
      sums.refunds += refund.amount;
      totals.refunds += refund.amount;
    }
    for (const move of readSettling(source, order).moves) {
      const sums = bySettling.get(move.method);
      if (sums === undefined || !isNew(move)) continue;
      if (move.kind === "settled") sums.count += 1;
      sums[move.kind === "settled" ? "amount" : "back"] += move.amount;
    }
  }
  totals.settled = [...bySettling.values()].filter(({ count, back }) => count > 0 || back > 0);
  totals.payments = [...byMethod.values()].filter(({ count, refunds }) => count > 0 || refunds > 0);
  return totals;
}

function toTotals(body: Fields): DayTotals {
  const at = (fields: Fields, name: string) => numberOf(fields, name) ?? 0;
  return {
    fromMs: at(body, "fromMs"),
    toMs: at(body, "toMs"),
    currency: textOf(body, "currency"),
    orders: at(body, "orders"),
    gross: at(body, "gross"),
    discounts: at(body, "discounts"),
    tips: at(body, "tips"),
    refunds: at(body, "refunds"),
    payments: listOf(body, "payments").map((one) => ({
      method: toMethod(textOf(one, "method")),
      count: at(one, "count"),
      amount: at(one, "amount"),
      tips: at(one, "tips"),
      refunds: at(one, "refunds"),
    })),
    settled: listOf(body, "settled").map((one) => ({
      method: toSettleMethod(textOf(one, "method")),
      count: at(one, "count"),
      amount: at(one, "amount"),
      back: at(one, "back"),
    })),
    taxes: listOf(body, "taxes").map((one) => ({
      rateBp: at(one, "rateBp"),
      included: one["included"] === true,
      net: at(one, "net"),
      tax: at(one, "tax"),
    })),
    have: !Array.isArray(body["have"])
      ? null
      : new Map(listOf(body, "have").map((one) => [textOf(one, "logId"), at(one, "seq")])),
  };
}

/** The days that were closed, the latest last. */
export function readCloses(source: RecordSource): DayTotals[] {
  return source
    .records("day")
    .map(([, record]) => itemOf(record, "header")?.[0])
    .filter((value) => value !== undefined && value !== null)
    .map((value) => toTotals(toFields(value)))
    .sort((a, b) => a.toMs - b.toMs);
}

/**
 * Whether a day that was closed has counted it: what its till knew of each log when it was closed. Two
 * tills that close at once may both print it; no later day has it again.
 */
function isCovered({ have, toMs }: DayTotals, { logId, seq, timeMs }: Said): boolean {
  return have === null ? timeMs <= toMs : seq <= (have.get(logId) ?? 0);
}

/** What should be whole by then will never be. */
const WAIT_MS = 24 * 3600 * 1000;

/** Of each log the first that waits for another's; that and what follows it counts once it can be read. */
function readWaiting(source: RecordSource, nowMs: number): Map<string, number> {
  const first = new Map<string, number>();
  for (const { logId, seq, timeMs } of unreadMoney(source))
    if (timeMs > nowMs - WAIT_MS) first.set(logId, Math.min(seq, first.get(logId) ?? seq));
  return first;
}

/** Whether a day that was closed has counted the order as closed. */
export function isCounted(source: RecordSource, orderId: string): boolean {
  const closing = closingOf(source, orderId);
  return closing !== null && readCloses(source).some((close) => isCovered(close, closing));
}

/** Of those the ones that are closed and that no day has counted, the latest first. */
export function listClosed(
  source: RecordSource,
  orders: readonly Order[],
): { order: Order; closedMs: number }[] {
  const closes = readCloses(source);
  return orders
    .filter(({ closed, lines }) => closed && lines.length > 0)
    .flatMap((order) => {
      const closing = closingOf(source, order.orderId);
      if (closing === null || closes.some((close) => isCovered(close, closing))) return [];
      return [{ order, closedMs: closing.timeMs }];
    })
    .sort((a, b) => b.closedMs - a.closedMs);
}

/** null: no day has counted the order. */
function findLate(source: RecordSource, order: Order): OrderLine[] | null {
  const closing = closingOf(source, order.orderId);
  const closes = closing === null ? [] : readCloses(source);
  const last = closes.filter((close) => closing !== null && isCovered(close, closing)).pop();
  if (last === undefined) return null;
  const known = closes.filter(({ toMs }) => toMs <= last.toMs);
  const isSold = (said: Said) => known.some((close) => isCovered(close, said));
  let owed = order.total - order.payments.reduce((sum, { amount }) => sum + amount, 0);
  return order.lines.filter((line) => {
    const { net, tax, included } = line;
    const cost = net + (included === false ? tax : 0);
    if (isOver(line) || cost > owed || arrivalOf(source, order, line).every(isSold)) return false;
    owed -= cost;
    return true;
  });
}

/**
 * What came to a closed order after a day had counted it, as from a phone that was away: no day has it
 * among its sales. At most what was never paid, so that nothing goes that was paid for here.
 */
export function lateLines(source: RecordSource, order: Order): OrderLine[] {
  return findLate(source, order) ?? [];
}

/**
 * Whether a day that was closed has that line among its sales. What it costs, and where it stands, is
 * settled: changed afterwards it would be in two days' sales, or in none.
 */
export function isSold(source: RecordSource, order: Order, { lineId }: OrderLine): boolean {
  const late = findLate(source, order);
  return late !== null && !late.some((line) => line.lineId === lineId);
}

function takenIn(ways: readonly ("cash" | "card")[], { payments, settled }: Sums): number {
  const isMeant = ({ method }: MethodTotal | SettleTotal) => ways.some((way) => way === method);
  return (
    payments.filter(isMeant).reduce((sum, { amount, tips, refunds }) => sum + amount + tips - refunds, 0) +
    settled.filter(isMeant).reduce((sum, { amount, back }) => sum + amount - back, 0)
  );
}

function toOther(sums: Sums, orders: readonly Order[]): OtherSums {
  const { currency, gross, discounts } = sums;
  return {
    currency,
    sales: gross - discounts,
    taken: takenIn(["cash", "card"], sums),
    cash: takenIn(["cash"], sums),
    rooms: openCharges(orders),
    due: sumDue(orders),
    back: sumBack(orders),
  };
}

/** The house's, which its sums are in; as long as nothing has a price, that of what was ordered. */
function currencyOfDay(source: RecordSource, orders: readonly Order[]): string {
  const currency = currencyOf(source);
  return currency === NO_CURRENCY ? (orders[0]?.currency ?? currency) : currency;
}

/**
 * Every payment, refund and closing that no earlier day counted, whenever it was: what was taken on a
 * device that was away when the day was closed counts on the next.
 *
 * @param nowMs by the wall
 */
export function readDay(source: RecordSource, nowMs: number): Day {
  const all = readOrders(source);
  const currency = currencyOfDay(source, all);
  const ordersIn = (wanted: string) => all.filter((order) => order.currency === wanted);
  const orders = ordersIn(currency);
  const closes = readCloses(source);
  const fromMs = closes[closes.length - 1]?.toMs ?? 0;
  // What was done on a device whose clock is ahead of ours is done.
  let toMs = Math.max(nowMs, fromMs);
  const waiting = readWaiting(source, nowMs);
  const counts = (said: Said) =>
    said.seq < (waiting.get(said.logId) ?? Infinity) &&
    !closes.some((close) => isCovered(close, said));
  const [have, isNew] = counterOf((said) => {
    if (!counts(said)) return false;
    toMs = Math.max(toMs, said.timeMs);
    return true;
  });
  const arrivals: Said[] = [];
  const totals = sumUp(source, currency, orders, isNew, arrivals);
  const foreign = [...new Set(all.map((order) => order.currency))].filter((one) => one !== currency);
  const others = foreign.sort().map((one) => {
    const own = ordersIn(one);
    return toOther(sumUp(source, one, own, isNew, arrivals), own);
  });
  // Money goes first where logs are too many.
  for (const said of arrivals) isNew(said);
  const late = orders
    .flatMap((order) => readPayments(source, order))
    .filter((one) => one.timeMs < fromMs && counts(one))
    .reduce((sum, { amount }) => sum + amount, 0);
  const open = orders.filter(({ closed, lines }) => !closed && lines.length > 0);
  const owing = orders.filter(({ closed, due, lines }) => closed && due > 0 && lines.length > 0);
  const back = orders.filter(({ due }) => due < 0);
  return {
    ...totals,
    ...{ have, fromMs, toMs, late },
    others: others.filter(({ currency: _, ...sums }) => Object.values(sums).some((sum) => sum !== 0)),
    expectedCash: takenIn(["cash"], totals),
    openCharges: openCharges(orders),
    openOrders: open.length,
    openDue: sumDue(open),
    owingOrders: owing.length,
    owingDue: sumDue(owing),
    backOrders: back.length,
    backDue: sumBack(back),
  };
}

/** The first that happened on a day that none was closed before. */
export function beginningOf(source: RecordSource, day: DayTotals): number {
  if (day.fromMs > 0) return day.fromMs;
  return source
    .records("order")
    .map(([, record]) => openedMsOf(record))
    .reduce((first, ms) => (ms > 0 ? Math.min(first, ms) : first), day.toMs);
}

/** @param counted what lay in the drawers; null: nobody counted */
export function closeDay(day: DayTotals, counted: number | null, personId: string | null): PropertyDraft {
  const { fromMs, toMs, currency, orders, gross, discounts, tips, refunds, payments, taxes } = day;
  const settled = day.settled.map((one) => ({ ...one }));
  const have = [...(day.have ?? [])].map(([logId, seq]) => ({ logId, seq }));
  return {
    kind: "day.close",
    entity: `day/${newId()}`,
    body: {
      ...{ fromMs, toMs, currency, orders, gross, discounts, tips, refunds, counted },
      payments: payments.map((one) => ({ ...one })),
      ...(settled.length === 0 ? {} : { settled }),
      taxes: taxes.map((one) => ({ ...one })),
      have,
      ...(personId === null ? {} : { personId }),
    },
  };
}
