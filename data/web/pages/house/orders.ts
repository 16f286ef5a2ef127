// SPDX-License-Identifier: Apache-2.0
// What can be done with an order, as drafts of operations (data/protocol/kinds.json), and how its lines
// are read by those who cook and serve. Pure, but for new ids.

import {
  itemOf,
  newId,
  registerOf,
  type EntityRecord,
  type LineState,
  type Order,
  type OrderLine,
  type PropertyDraft,
} from "@bellhop/client";

import { numberOf, toFields } from "../link/fields";
import type { CartLine } from "../order/cart";
import { idOf, type RecordSource } from "./source";

type Body = PropertyDraft["body"];

const orderOf = (orderId: string) => `order/${orderId}`;

function draft(kind: string, orderId: string, body: Body): PropertyDraft {
  return { kind, entity: orderOf(orderId), body };
}

/** Only where somebody has signed in. */
function by(personId: string | null): Body {
  return personId === null ? {} : { personId };
}

// ---- Reading --------------------------------------------------------------------------------------

/**
 * Lines of a closed order that nobody has ended are nobody's any more after that time. As long as the
 * hub waits for a kitchen's eye (core/hub/ticket-watch.h).
 */
export const FORGET_MS = 12 * 3600 * 1000;

/**
 * Whether somebody has still to do with it. What a device without a connection ordered may come after
 * another has closed the order: it is to be cooked and paid all the same. What was paid too much is to be
 * given back. core/hub/log-api.c lists the same ones.
 */
export function isOpen(source: RecordSource, order: Order, nowMs: number): boolean {
  if (!order.closed || order.due !== 0) return true;
  return order.lines.some(
    (line) => !isEnded(line) && arrivedMsOf(source, line) > nowMs - FORGET_MS,
  );
}

/** What is still to be paid of all; what was paid too much of one pays for no other. */
export function sumDue(orders: readonly Order[]): number {
  return orders.reduce((sum, { due }) => sum + Math.max(0, due), 0);
}

/** What was paid too much, of all. */
export function sumBack(orders: readonly Order[]): number {
  return orders.reduce((sum, { due }) => sum + Math.max(0, -due), 0);
}

/**
 * The oldest first.
 *
 * @param nowMs by the hub's clock
 */
export function readOpenOrders(source: RecordSource, nowMs: number): Order[] {
  return readOrders(source).filter((order) => isOpen(source, order, nowMs));
}

export function readOrders(source: RecordSource): Order[] {
  const found: [openedMs: number, order: Order][] = [];
  for (const [name, record] of source.records("order")) {
    const order = source.order(idOf(name));
    if (order !== null) found.push([openedMsOf(record), order]);
  }
  return found.sort(([a], [b]) => a - b).map(([, order]) => order);
}

/** UTC; 0 where it is not known (yet). */
export function openedMsOf(record: EntityRecord | null): number {
  return record === null ? 0 : (itemOf(record, "header")?.[1] ?? 0);
}

/** The line, then what it was split off from. */
export function lineageOf(record: EntityRecord, lineId: string): string[] {
  const lineage = [lineId];
  // As deep as anybody splits.
  for (let last = lineId; lineage.length < 17; lineage.push(last)) {
    if (itemOf(record, `line/${last}`) !== undefined) break;
    const split = Object.keys(record.items).find(
      (path) => path.startsWith("split/") && path.endsWith(`/${last}`),
    );
    if (split === undefined) break;
    last = split.split("/")[1] ?? "";
  }
  return lineage;
}

/** When the line was ordered; of one that was split off, when its original was. UTC; 0: not known. */
export function orderedMsOf(source: RecordSource, line: OrderLine): number {
  const record = source.record(orderOf(line.recordId));
  if (record === null) return 0;
  const root = lineageOf(record, line.lineId).pop() ?? line.lineId;
  return itemOf(record, `line/${root}`)?.[1] ?? openedMsOf(record);
}

/** When the line came to that state, as far as it is in it or was; null: never. */
export function stateMsOf(source: RecordSource, line: OrderLine, state: LineState): number | null {
  const record = source.record(orderOf(line.recordId));
  if (record === null) return null;
  let first: number | null = null;
  for (const [path, [value, ms]] of Object.entries(record.items)) {
    if (!path.startsWith(`state/${line.lineId}/`)) continue;
    const said = typeof value === "object" && value !== null ? (value as Body)["state"] : null;
    if (said === state && (first === null || ms < first)) first = ms;
  }
  return first;
}

/** When it was ordered, or accepted after that. */
function arrivedMsOf(source: RecordSource, line: OrderLine): number {
  return Math.max(orderedMsOf(source, line), stateMsOf(source, line, "accepted") ?? 0);
}

/**
 * Whether the kitchen is to make it, or has made it and it was not served yet. What a guest has
 * ordered is the staff's until they accept it; what staff, a till or a program order is the kitchen's
 * at once. Whether the order is closed says nothing of it: who closes ends the lines.
 * core/hub/ticket-lines.h has the same rule.
 */
export function isForKitchen(order: Order, line: OrderLine): boolean {
  if (line.state === "placed") return order.source !== "guest";
  return line.state === "accepted" || line.state === "preparing" || line.state === "ready";
}

/** The guest's lines that staff have neither accepted nor declined. */
export function waitingLines(order: Order): OrderLine[] {
  if (order.source !== "guest") return [];
  return order.lines.filter(({ state }) => state === "placed");
}

export function isOver(line: OrderLine): boolean {
  return line.state === "declined" || line.state === "cancelled";
}

/** The kitchen is done with it: there can be fewer of it, but no more. */
export function isMade(line: OrderLine): boolean {
  return line.state === "ready" || line.state === "served";
}

/** Nothing is to be done with it any more but to pay. */
function isEnded(line: OrderLine): boolean {
  return isOver(line) || line.state === "served";
}

/** Where lines of that order can go: what is closed is sold, and gets no more. */
export function moveTargets(
  orders: readonly Order[],
  { orderId, currency }: Pick<Order, "orderId" | "currency">,
): Order[] {
  return orders.filter((one) => one.orderId !== orderId && one.currency === currency && !one.closed);
}

/** What a place has open: what is tapped for it can go there. */
export function openAt(orders: readonly Order[], placeId: string | null): Order[] {
  return orders.filter((one) => one.placeId === placeId && !one.closed);
}

// ---- Doing ----------------------------------------------------------------------------------------

export interface NewOrder {
  number: string;
  currency: string;
  source: "staff" | "pos";
  placeId?: string | null;
  seatingId?: string | null;
  guests?: number;
  note?: string;
}

/** Header of an order; lines come by orderLines(). */
export function openOrder(orderId: string, order: NewOrder, personId: string | null): PropertyDraft {
  return draft("order.open", orderId, { ...order, ...by(personId) });
}

const MAX_LINES = 100;
/** Of one operation; its text holds 16 KiB. */
const MAX_BYTES = 12000;

function toLine(line: CartLine): Body {
  const { item, quantity, choices, note, course } = line;
  return {
    lineId: line.lineId,
    itemId: item.itemId,
    name: item.name,
    quantity,
    price: item.price,
    ...(item.tax === null
      ? {}
      : {
          tax: {
            taxId: item.tax.taxId,
            name: item.tax.name,
            rateBp: item.tax.rateBp,
            included: item.tax.included,
          },
        }),
    ...(choices.length === 0 ? {} : { modifiers: choices.map((choice) => ({ ...choice })) }),
    ...(item.stationId === null ? {} : { stationId: item.stationId }),
    ...(item.allergens.length === 0 ? {} : { allergens: item.allergens }),
    ...(note.trim() === "" ? {} : { note: note.trim() }),
    ...(course === null ? {} : { course }),
  };
}

/** What staff or a till add: the kitchen's at once. */
export function orderLines(
  orderId: string,
  lines: readonly CartLine[],
  personId: string | null,
): PropertyDraft[] {
  const drafts: PropertyDraft[] = [];
  let part: Body[] = [];
  let bytes = 0;
  const end = () => {
    if (part.length > 0) drafts.push(draft("order.lines", orderId, { lines: part, ...by(personId) }));
    part = [];
    bytes = 0;
  };
  for (const line of lines.map(toLine)) {
    const size = new TextEncoder().encode(JSON.stringify(line)).length;
    if (part.length >= MAX_LINES || bytes + size > MAX_BYTES) end();
    part.push(line);
    bytes += size;
  }
  end();
  return drafts;
}

/** Where a line is written about; one just ordered is in its order's record. */
export type LinePlace = Pick<OrderLine, "recordId" | "lineId">;

/** Lines of one order may lie in several records: one draft for each. */
function byRecord(
  lines: readonly LinePlace[],
  make: (orderId: string, lineIds: string[]) => PropertyDraft,
): PropertyDraft[] {
  const records = new Map<string, string[]>();
  for (const { recordId, lineId } of lines)
    records.set(recordId, [...(records.get(recordId) ?? []), lineId]);
  return [...records].map(([recordId, lineIds]) => make(recordId, lineIds));
}

/** An operation for each line: an undo names an operation, and is to take back one line. */
export function setLineState(
  lines: readonly LinePlace[],
  state: "accepted" | "preparing" | "ready" | "served",
  personId: string | null,
): PropertyDraft[] {
  return lines.map(({ recordId, lineId }) =>
    draft("line.state", recordId, { lineIds: [lineId], state, ...by(personId) }),
  );
}

/**
 * Of a guest's order the kitchen has only what staff have accepted. What staff or a till put on it
 * they have accepted thereby: it stays, or comes, with the kitchen.
 */
export function acceptOwn(
  target: Pick<Order, "source"> | null,
  lines: readonly LinePlace[],
  personId: string | null,
): PropertyDraft[] {
  return target?.source === "guest" ? setLineState(lines, "accepted", personId) : [];
}

/** The same for lines that came from another order; a guest's own go on waiting. */
export function acceptMoved(
  from: Pick<Order, "source">,
  target: Pick<Order, "source"> | null,
  lines: readonly (LinePlace & Pick<OrderLine, "state">)[],
  personId: string | null,
): PropertyDraft[] {
  if (from.source === "guest") return [];
  const placed = lines.filter(({ state }) => state === "placed");
  return acceptOwn(target, placed, personId);
}

/** An operation for each line, as above. */
export function endLines(
  lines: readonly LinePlace[],
  state: "declined" | "cancelled",
  reason: string,
  personId: string | null,
): PropertyDraft[] {
  return lines.map(({ recordId, lineId }) =>
    draft("line.end", recordId, { lineIds: [lineId], state, reason, ...by(personId) }),
  );
}

export function markSeen(lines: readonly OrderLine[]): PropertyDraft[] {
  return byRecord(lines, (orderId, lineIds) => draft("ticket.seen", orderId, { lineIds }));
}

export interface LineChange {
  quantity?: number;
  note?: string | null;
  course?: number;
  stationId?: string | null;
}

/** What was split off the line counts against what is written as its quantity. */
function quantityToWrite(source: RecordSource, line: OrderLine, wanted: number): number {
  const record = source.record(orderOf(line.recordId));
  if (record === null) return wanted;
  const changed = registerOf(record, `line/${line.lineId}/quantity`)?.[0];
  const made = itemOf(record, `line/${line.lineId}`)?.[0];
  const split = Object.entries(record.items).find(
    ([path]) => path.startsWith("split/") && path.endsWith(`/${line.lineId}`),
  )?.[1][0];
  const whole =
    typeof changed === "number" ? changed : numberOf(toFields(made ?? split), "quantity");
  return whole === null ? wanted : whole - line.quantity + wanted;
}

/**
 * @param set its quantity as the line is to read
 * @param nextVersion of Property
 */
export function changeLine(
  source: RecordSource,
  line: OrderLine,
  set: LineChange,
  nextVersion: (entity: string) => number,
): PropertyDraft {
  const version = nextVersion(orderOf(line.recordId));
  const { quantity } = set;
  const written =
    quantity === undefined ? set : { ...set, quantity: quantityToWrite(source, line, quantity) };
  return draft("line.set", line.recordId, { lineId: line.lineId, version, set: { ...written } });
}

export function moveLines(
  lines: readonly LinePlace[],
  toOrderId: string,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  return byRecord(lines, (orderId, lineIds) =>
    draft("line.move", orderId, { lineIds, version: nextVersion(orderOf(orderId)), orderId: toOrderId }),
  );
}

/** Takes `quantity` of the line into a line of its own. Returns its id too. */
export function splitLine(line: OrderLine, quantity: number): [newLineId: string, PropertyDraft] {
  const newLineId = newId();
  return [newLineId, draft("line.split", line.recordId, { lineId: line.lineId, newLineId, quantity })];
}

export interface OrderChange {
  placeId?: string | null;
  seatingId?: string | null;
  guests?: number;
  note?: string | null;
  closed?: boolean;
}

export function changeOrder(
  orderId: string,
  set: OrderChange,
  nextVersion: (entity: string) => number,
): PropertyDraft {
  return draft("order.set", orderId, { version: nextVersion(orderOf(orderId)), set: { ...set } });
}

/** Of an order, in characters (data/protocol/kinds.json). */
const MAX_ORDER_NOTE = 500;
const BETWEEN_NOTES = " · ";

/** What is said again is said once. Of any length. */
function joinWhole(before: string, more: string): string {
  const parts = before.split(BETWEEN_NOTES);
  const added = more
    .split(BETWEEN_NOTES)
    .map((part) => part.trim())
    .filter((part) => part !== "" && !parts.includes(part))
    .join(BETWEEN_NOTES);
  return before === "" || added === "" ? before + added : before + BETWEEN_NOTES + added;
}

/** Whether joinNotes() leaves nothing out. */
export function hasRoomForNote(before: string | null, more: string | null): boolean {
  return [...joinWhole(before ?? "", more ?? "")].length <= MAX_ORDER_NOTE;
}

/**
 * What was said before stays, and whole: it may be an allergy. Of what is new there is as much as there
 * is room for.
 */
export function joinNotes(before: string | null, more: string | null): string {
  const known = before ?? "";
  const whole = [...joinWhole(known, more ?? "")];
  const isCutOff = whole.length > MAX_ORDER_NOTE && [...known, ...BETWEEN_NOTES].length >= MAX_ORDER_NOTE;
  return isCutOff ? known : whole.slice(0, MAX_ORDER_NOTE).join("");
}

/** Says more of an order, and nothing where it is said already. */
export function addNote(
  { orderId, note }: Pick<Order, "orderId" | "note">,
  more: string | null,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  const joined = joinNotes(note, more);
  return joined === (note ?? "") ? [] : [changeOrder(orderId, { note: joined }, nextVersion)];
}

export interface Carried {
  /** Of the new order. */
  header: { note?: string };
  drafts: PropertyDraft[];
}

/**
 * What was said of an order, for a new one that gets lines of it. A guest's words stand in an operation
 * of their own, as the hub writes them: only so can they be erased.
 */
export function carryNote(
  { source, note }: Pick<Order, "source" | "note">,
  orderId: string,
  nextVersion: (entity: string) => number,
): Carried {
  if (note === null || note === "") return { header: {}, drafts: [] };
  if (source !== "guest") return { header: { note }, drafts: [] };
  return { header: {}, drafts: addNote({ orderId, note: null }, note, nextVersion) };
}

export interface NewDiscount {
  /** Where several belong together. */
  discountId?: string;
  reason: string;
  /** Off one line; off the whole order where it is not named. */
  line?: OrderLine;
  percentBp?: number;
  amount?: number;
}

export function discount(
  orderId: string,
  { discountId = newId(), reason, line, percentBp, amount }: NewDiscount,
  personId: string | null,
): PropertyDraft {
  return draft("order.discount", line?.recordId ?? orderId, {
    discountId,
    reason,
    ...(line === undefined ? {} : { lineId: line.lineId }),
    ...(percentBp === undefined ? {} : { percentBp }),
    ...(amount === undefined ? {} : { amount }),
    ...by(personId),
  });
}

export interface NewPayment {
  /** Where it is not to be written twice. */
  paymentId?: string;
  method: "cash" | "card" | "room";
  /** What goes against the bill, without the tip; minor units. */
  amount: number;
  tip?: number;
  /** Cash that was handed over. */
  tendered?: number;
  /** The room it is charged to. */
  placeId?: string;
  /** Of who stays in that room. */
  seatingId?: string;
  reference?: string;
}

export function pay(orderId: string, payment: NewPayment, personId: string | null): PropertyDraft {
  return draft("payment.add", orderId, { paymentId: newId(), ...payment, ...by(personId) });
}

export function refund(
  orderId: string,
  paymentId: string,
  amount: number,
  reason: string,
  personId: string | null,
): PropertyDraft {
  return draft("payment.refund", orderId, {
    refundId: newId(),
    paymentId,
    amount,
    reason,
    ...by(personId),
  });
}

export interface NewSettlement {
  paymentId: string;
  method: "cash" | "card" | "hotel";
  amount: number;
  /** Cash that was handed over. */
  tendered?: number;
  reference?: string;
}

/** What was charged to a room was paid, or stands on the hotel's own bill. */
export function settleCharge(
  orderId: string,
  settlement: NewSettlement,
  personId: string | null,
): PropertyDraft {
  return draft("charge.settle", orderId, { settleId: newId(), ...settlement, ...by(personId) });
}
