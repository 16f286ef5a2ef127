// SPDX-License-Identifier: Apache-2.0
// How the order cases are put down: operations that several wrote, and what the order then is, of which
// a case names what differs from an order of nothing.

import type { OperationDraft } from "../../../../data/web/client/log/operation";
import type { Discount, Order, OrderLine } from "../../../../data/web/client/log/order-state";
import type { Fields } from "../../../../data/web/client/messages";
import { logOf, write, type Writer } from "./draft";

export interface OrderCase {
  why: string;
  /** In any order: they are merged. */
  operations: OperationDraft[];
  /** By orderId; null: it is not shown. */
  orders: Record<string, Order | null>;
}

const ORDER: Order = {
  orderId: "o1",
  number: "A-1",
  currency: "EUR",
  source: "staff",
  placeId: null,
  seatingId: null,
  guestId: null,
  guests: null,
  note: null,
  closed: false,
  state: "open",
  lines: [],
  discounts: [],
  payments: [],
  taxes: [],
  total: 0,
  paid: 0,
  due: 0,
  tips: 0,
  receipts: [],
};

const LINE: OrderLine = {
  lineId: "",
  recordId: "o1",
  itemId: null,
  name: "",
  quantity: 1,
  price: 0,
  modifiers: [],
  stationId: null,
  course: null,
  note: null,
  allergens: [],
  state: "placed",
  reason: null,
  op: null,
  seenBy: [],
  gross: 0,
  discount: 0,
  net: 0,
  tax: 0,
  rateBp: null,
  included: null,
};

export function order(changes: Partial<Order>): Order {
  return { ...ORDER, ...changes };
}

/** Gross and net are price times quantity where nothing else is said. */
export function line(lineId: string, name: string, changes: Partial<OrderLine> = {}): OrderLine {
  const { price = 0, quantity = 1 } = changes;
  return { ...LINE, lineId, name, gross: price * quantity, net: price * quantity, ...changes };
}

/** The name of what the writer wrote as the operation `seq` of a case. */
export function nth(writer: Writer, seq: number): string {
  return `${logOf(writer)}:${seq}`;
}

/** Declined or cancelled by `op`: it costs nothing. */
export function ended(
  lineId: string,
  name: string,
  state: "declined" | "cancelled",
  reason: string,
  op: string,
  changes: Partial<OrderLine> = {},
): OrderLine {
  const nothing = { gross: 0, discount: 0, net: 0, tax: 0 };
  return line(lineId, name, { state, reason, op, ...nothing, ...changes });
}

/** A discount of the script, by `op`. */
export function off(discountId: string, op: string, changes: Partial<Discount>): Discount {
  const nothing = { lineId: null, percentBp: null, amount: null };
  return { discountId, reason: "kindness", ...nothing, ...changes, op };
}

/** Writes of one case; each of a writer's is its next, at the time that is given or a ms later. */
export class Script {
  readonly operations: OperationDraft[] = [];
  readonly #seqs = new Map<Writer, number>();
  #atMs = 0;

  /** Returns the operation's name. */
  add(writer: Writer, kind: string, entity: string, body: Fields, atMs = this.#atMs + 1): string {
    const seq = (this.#seqs.get(writer) ?? 0) + 1;
    this.#seqs.set(writer, seq);
    this.#atMs = atMs;
    const operation = write(writer, seq, atMs, kind, entity, body);
    this.operations.push(operation);
    return `${operation.logId}:${seq}`;
  }

  open(writer: Writer, orderId: string, number: string, more: Fields = {}): string {
    const body = { number, currency: "EUR", source: "staff", ...more };
    return this.add(writer, "order.open", `order/${orderId}`, body);
  }

  lines(writer: Writer, orderId: string, lines: Fields[], atMs?: number): string {
    return this.add(writer, "order.lines", `order/${orderId}`, { lines }, atMs);
  }

  state(writer: Writer, orderId: string, lineIds: string[], state: string, atMs?: number): string {
    return this.add(writer, "line.state", `order/${orderId}`, { lineIds, state }, atMs);
  }

  end(writer: Writer, orderId: string, lineIds: string[], state: string, reason: string): string {
    return this.add(writer, "line.end", `order/${orderId}`, { lineIds, state, reason });
  }

  undo(writer: Writer, orderId: string, op: string): string {
    return this.add(writer, "undo", `order/${orderId}`, { op });
  }

  split(
    writer: Writer,
    orderId: string,
    lineId: string,
    newLineId: string,
    quantity: number,
    atMs?: number,
  ): string {
    const body = { lineId, newLineId, quantity };
    return this.add(writer, "line.split", `order/${orderId}`, body, atMs);
  }

  move(writer: Writer, recordId: string, lineIds: string[], version: number, to: string): string {
    return this.add(writer, "line.move", `order/${recordId}`, { lineIds, version, orderId: to });
  }

  discount(writer: Writer, orderId: string, discountId: string, more: Fields): string {
    const body = { discountId, reason: "kindness", ...more };
    return this.add(writer, "order.discount", `order/${orderId}`, body);
  }
}

export function scripted(
  why: string,
  play: (script: Script) => void,
  orders: Record<string, Order | null>,
): OrderCase {
  const script = new Script();
  play(script);
  return { why, operations: script.operations, orders };
}

export const item = (lineId: string, name: string, price: number, more: Fields = {}): Fields => ({
  lineId,
  name,
  quantity: 1,
  price,
  ...more,
});
