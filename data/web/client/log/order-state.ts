// SPDX-License-Identifier: Apache-2.0
// What an order is, read from records: equal records read the same on every replica, in either
// language. What was redacted (null) is not there, except that it still undoes, and that a register
// still covers what it changed. See order-parts.ts for the order of lists, order-lines.ts for splits,
// order-money.ts for sums.

import { isFields, type Fields } from "../messages";
import {
  LINE_STATES,
  linesOf,
  memberOf,
  orderIdOf,
  seenBy,
  standingOf,
  type Line,
  type LineStanding,
  type LineState,
} from "./order-lines";
import {
  add,
  discountsOf,
  moneyOf,
  orderDiscountOf,
  paymentsOf,
  taxSums,
  toDiscount,
  type Discount,
  type LineMoney,
  type Payment,
  type TaxSum,
} from "./order-money";
import { compareParts, integerOf, OrderParts, textOf } from "./order-parts";
import { itemOf, registerOf, type EntityRecord } from "./record";

export type { Discount, LineState, Payment, TaxSum };

/** `gross` to `tax` are 0 once it was declined or cancelled. */
export interface OrderLine extends LineMoney, LineStanding {
  lineId: string;
  /** The order whose record holds it; states, undos and changes of it are written there. */
  recordId: string;
  itemId: string | null;
  name: string;
  quantity: number;
  price: number;
  modifiers: unknown[];
  stationId: string | null;
  course: number | null;
  note: string | null;
  allergens: unknown[];
  /** deviceIds */
  seenBy: string[];
}

/** Of the whole order; `open`: it has no lines. */
export type OrderPhase = LineState | "open";

export interface Order {
  orderId: string;
  number: string;
  currency: string;
  source: string;
  placeId: string | null;
  seatingId: string | null;
  guestId: string | null;
  guests: number | null;
  note: string | null;
  closed: boolean;
  state: OrderPhase;
  lines: OrderLine[];
  discounts: Discount[];
  payments: Payment[];
  taxes: TaxSum[];
  total: number;
  paid: number;
  /** Negative where more was paid. */
  due: number;
  tips: number;
  receipts: { receiptId: string; number: number }[];
}

/** @param name "order/<id>"; null or undefined: there is none */
export type RecordLookup = (name: string) => EntityRecord | null | undefined;
/** The names of the records from which lines were moved to this order. */
export type MovedLookup = (orderId: string) => Iterable<string>;

const TYPE = "order/";

function isOver(state: LineState): boolean {
  return state === "declined" || state === "cancelled";
}

function toOrderLine(line: Line, orderBp: number): OrderLine {
  const { content } = line;
  const standing = standingOf(line);
  const money = moneyOf(line, orderBp);
  const { modifiers, allergens } = content;
  const current: Fields = {};
  for (const name of ["stationId", "course", "note"]) current[name] = memberOf(line, name);
  return {
    lineId: line.lineId,
    recordId: line.parts.recordId,
    itemId: textOf(content, "itemId"),
    name: textOf(content, "name") ?? "",
    quantity: line.quantity,
    price: integerOf(content, "price", 0),
    modifiers: Array.isArray(modifiers) ? modifiers : [],
    stationId: textOf(current, "stationId"),
    course: integerOf(current, "course", null),
    note: textOf(current, "note"),
    allergens: Array.isArray(allergens) ? allergens : [],
    ...standing,
    seenBy: seenBy(line),
    ...(isOver(standing.state) ? { ...money, gross: 0, discount: 0, net: 0, tax: 0 } : money),
  };
}

/** The lowest of what still counts. */
function phaseOf(lines: readonly OrderLine[]): OrderPhase {
  const states = lines.map(({ state }) => state);
  const going = LINE_STATES.find((state) => !isOver(state) && states.includes(state));
  if (going !== undefined) return going;
  if (states.includes("cancelled")) return "cancelled";
  return states.includes("declined") ? "declined" : "open";
}

/** Its own record first. */
function partsOf(orderId: string, lookup: RecordLookup, moved: MovedLookup): OrderParts[] {
  const names = new Set([TYPE + orderId, ...moved(orderId)]);
  return [...names].flatMap((name) => {
    const record = lookup(name);
    return record == null ? [] : [new OrderParts(name.slice(TYPE.length), record)];
  });
}

function compareLines(a: Line, b: Line): number {
  if (a.parts === b.parts && a.root === b.root) return 0;
  return compareParts(a.root, b.root) || (a.parts.recordId < b.parts.recordId ? -1 : 1);
}

/** Off the order, and off those of its lines. */
function listDiscounts(own: OrderParts, lines: readonly Line[]): Discount[] {
  const ofLines = [...new Set(lines.map(({ parts }) => parts))].flatMap((parts) =>
    discountsOf(parts).filter(({ value }) =>
      lines.some((line) => line.parts === parts && line.lineId === textOf(value, "lineId")),
    ),
  );
  const ofOrder = discountsOf(own).filter(({ value }) => textOf(value, "lineId") === null);
  return [...ofOrder, ...ofLines].sort(compareParts).map(toDiscount);
}

function headerOf(orderId: string, header: Fields, record: EntityRecord) {
  const current: Fields = { ...header };
  for (const name of ["placeId", "seatingId", "guests", "note", "closed"]) {
    const register = registerOf(record, name);
    if (register !== undefined) current[name] = register[0];
  }
  return {
    orderId,
    number: textOf(header, "number") ?? "",
    currency: textOf(header, "currency") ?? "",
    source: textOf(header, "source") ?? "",
    placeId: textOf(current, "placeId"),
    seatingId: textOf(current, "seatingId"),
    guestId: textOf(header, "guestId"),
    guests: integerOf(current, "guests", null),
    note: textOf(current, "note"),
    closed: current["closed"] === true,
  };
}

/** null: its header is not there (yet). */
export function readOrder(
  orderId: string,
  lookup: RecordLookup,
  moved: MovedLookup,
): Order | null {
  const [own, ...others] = partsOf(orderId, lookup, moved);
  if (own?.recordId !== orderId) return null;
  const header = itemOf(own.record, "header")?.[0];
  if (!isFields(header)) return null;

  const standing = [own, ...others]
    .flatMap(linesOf)
    .filter((line) => orderIdOf(line) === orderId)
    .sort(compareLines);
  const off = orderDiscountOf(own);
  const lines = standing.map((line) => toOrderLine(line, off.percentBp));
  const counted = lines.filter(({ state }) => !isOver(state));
  const taxes = taxSums(counted);
  const net = counted.reduce((sum, line) => add(sum, line.net), 0);
  const added = taxes.reduce((sum, tax) => (tax.included ? sum : add(sum, tax.tax)), 0);
  const total = Math.max(0, add(net, added) - off.amount);
  const payments = paymentsOf(own);
  const taken = payments.reduce((sum, { amount }) => add(sum, amount), 0);
  const paid = taken - payments.reduce((sum, { refunded }) => add(sum, refunded), 0);
  return {
    ...headerOf(orderId, header, own.record),
    state: phaseOf(lines),
    lines,
    discounts: listDiscounts(own, standing),
    payments,
    taxes,
    total,
    paid,
    due: total - paid,
    tips: payments.reduce((sum, { tip }) => add(sum, tip), 0),
    receipts: own
      .list("receipt")
      .map(({ id, value }) => ({ receiptId: id, number: integerOf(value, "number", 0) })),
  };
}
