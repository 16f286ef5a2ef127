// SPDX-License-Identifier: Apache-2.0
// From orders to tickets. A ticket is the lines of one order for this screen's stations that came
// together; what is ordered later makes a further ticket. It stands on the screen as long as there is
// something to cook, or something was cancelled that nobody here has acknowledged. Pure.

import { itemOf, type Order, type OrderLine } from "@bellhop/client";

import type { Station } from "../house/menu";
import { FORGET_MS, isForKitchen, isOver, readOrders } from "../house/orders";
import type { RecordSource } from "../house/source";
import { textOf, toFields, type Fields } from "../link/fields";
import { LineBook, type LineFacts } from "./line-facts";
import { isShown, stationOf, type Choice } from "./stations";

export type LineStatus = "todo" | "preparing" | "ready" | "cancelled";

type ShownFacts = "line" | "rootId" | "seenMs" | "readyMs" | "oldQuantity" | "oldNote" | "isPrinted";

export interface TicketLine extends Pick<LineFacts, ShownFacts> {
  status: LineStatus;
  /** The order where it was shown here first; null: it is there still. */
  oldOrder: Pick<Order, "placeId" | "number"> | null;
}

export interface Course {
  /** null: none was named. */
  course: number | null;
  lines: TicketLine[];
}

export interface Ticket {
  /** Stays the same as long as the ticket stands. */
  ticketId: string;
  order: Order;
  /** Of the order's tickets on this screen; 0: the first. */
  part: number;
  sinceMs: number;
  lines: TicketLine[];
  courses: Course[];
  /** Of the stations that have lines of it and are not this screen's. */
  elsewhere: string[];
  /** Where it was when it was first shown here; null: it is there still. */
  oldPlaceId: string | null;
  /** The order's note as it was shown here, where it is another now; "": none, or nobody knows which. */
  oldNote: string | null;
  /** Who took the order. */
  personId: string | null;
  /** When the last line was ready; null: there is something to do. */
  doneMs: number | null;
  /** When something changed last that one has to notice. */
  lastMs: number;
}

/** What a screen is to show. A new object whenever any of it changes. */
export interface Screen {
  deviceId: string;
  /** A standing one. */
  choice: Choice;
  stations: readonly Station[];
}

export interface Board {
  /** The oldest first. */
  open: Ticket[];
  /** What can be brought back, the latest first. */
  done: Ticket[];
}

/** What one device orders within that time came together: one write may be several operations. */
const TOGETHER_MS = 2000;
const MAX_DONE = 20;
/** What was cancelled and nobody has acknowledged goes by itself, with the shift. */
const CANCELLED_SHOWN_MS = 12 * 3600 * 1000;

/** What is left on an order that was closed long ago. */
const isForgotten = ({ order, sinceMs }: Ticket, nowMs: number) =>
  order.closed && sinceMs <= nowMs - FORGET_MS;

const entityOf = (orderId: string) => `order/${orderId}`;

// ---- What came together ---------------------------------------------------------------------------

interface Arrived extends LineFacts {
  arrival: { ms: number; logId: string };
}

interface Batch {
  batchId: string;
  sinceMs: number;
  lines: Arrived[];
}

function readArrived(source: RecordSource, order: Order, deviceId: string): Arrived[] {
  const books = new Map<string, LineBook>();
  return order.lines.flatMap((line) => {
    let book = books.get(line.recordId);
    if (book === undefined) {
      const record = source.record(entityOf(line.recordId));
      if (record === null) return [];
      book = new LineBook(record, order.source === "guest", deviceId);
      books.set(line.recordId, book);
    }
    const facts = book.of(line);
    return facts.arrival === null ? [] : [{ ...facts, arrival: facts.arrival }];
  });
}

/** Nothing slips into a ticket that somebody has read already. */
function wasShown({ lines }: Batch, beforeMs: number): boolean {
  return lines.some(({ seenMs }) => seenMs !== null && seenMs < beforeMs);
}

/** The oldest first; within one, as the order has its lines. */
function toBatches(orderId: string, lines: readonly Arrived[]): Batch[] {
  const latest = new Map<string, Batch>();
  const batches: Batch[] = [];
  for (const one of [...lines].sort((a, b) => a.arrival.ms - b.arrival.ms)) {
    const { ms, logId } = one.arrival;
    const from = `${one.line.recordId}/${logId}`;
    const last = latest.get(from);
    if (last !== undefined && ms - last.sinceMs <= TOGETHER_MS && !wasShown(last, ms)) {
      last.lines.push(one);
      continue;
    }
    const batch = { batchId: `${orderId}/${from}/${ms}`, sinceMs: ms, lines: [one] };
    latest.set(from, batch);
    batches.push(batch);
  }
  return batches;
}

// ---- Tickets --------------------------------------------------------------------------------------

/** null: it is not to be seen on a ticket. */
function statusOf(order: Order, facts: LineFacts): LineStatus | null {
  const { line, seenMs, readyMs } = facts;
  if (isOver(line)) {
    // Who has not seen it need not know (it is not shown, so that it was seen, it was before: whatever
    // clocks say); what was cooked before is no longer the kitchen's matter.
    return seenMs === null || readyMs !== null ? null : "cancelled";
  }
  if (line.state === "ready" || line.state === "served") return "ready";
  if (!isForKitchen(order, line)) return null;
  return line.state === "preparing" ? "preparing" : "todo";
}

function toCourses(lines: readonly TicketLine[]): Course[] {
  const courses = new Map<number | null, TicketLine[]>();
  for (const one of lines) {
    const { course } = one.line;
    courses.set(course, [...(courses.get(course) ?? []), one]);
  }
  return [...courses]
    .map(([course, ofCourse]) => ({ course, lines: ofCourse }))
    .sort((a, b) => (a.course ?? -1) - (b.course ?? -1));
}

/**
 * When somebody here first had it before them; of lines that moved it is what came together with them.
 * Infinity: nobody has seen any.
 */
function knownMsOf(lines: readonly Arrived[]): number {
  const times = lines.flatMap(({ seenMs, movedMs }) => {
    if (seenMs === null) return [];
    return movedMs === null ? seenMs : movedMs + TOGETHER_MS;
  });
  return Math.min(...times);
}

/** What its header says of that, where it was changed after the order was known here; null otherwise. */
function oldFieldOf(source: RecordSource, order: Order, name: string, knownMs: number): Fields | null {
  const record = source.record(entityOf(order.orderId));
  const register = record?.registers[name];
  if (record === null || register === undefined || register[2] <= knownMs) return null;
  return toFields(itemOf(record, "header")?.[0]);
}

/** Where an order that has moved was, as long as the ticket says so to who saw it there. */
function oldPlaceOf(source: RecordSource, order: Order, knownMs: number): string | null {
  const before = oldFieldOf(source, order, "placeId", knownMs)?.["placeId"];
  return typeof before === "string" && before !== order.placeId ? before : null;
}

/** By the tickets' ids, the orders' notes as this page showed them. */
type ShownNotes = Map<string, string>;

/**
 * What was noted of it, as long as the ticket says so to who saw that. What this page showed counts,
 * whatever clocks say; a new page has only the header, where no guest's words are, nor what was changed
 * before it was shown.
 */
function oldNoteOf(
  source: RecordSource,
  order: Order,
  ticketId: string,
  lines: readonly Arrived[],
  shown: ShownNotes,
): string | null {
  const note = order.note ?? "";
  const before = shown.get(ticketId);
  const changed = oldFieldOf(source, order, "note", knownMsOf(lines));
  const isSeen = lines.some(({ seenMs, movedMs }) => seenMs !== null && movedMs === null);
  if (before !== undefined && (isSeen || changed !== null)) return before === note ? null : before;
  if (changed === null) {
    shown.set(ticketId, note);
    return null;
  }
  const first = textOf(changed, "note");
  return first !== "" && first === note ? null : first;
}

function personOf(source: RecordSource, order: Order): string | null {
  const record = source.record(entityOf(order.orderId));
  const personId = textOf(toFields(record === null ? null : itemOf(record, "header")?.[0]), "personId");
  return personId === "" ? null : personId;
}

function doneMsOf(lines: readonly TicketLine[]): number | null {
  if (!lines.every(({ status }) => status === "ready")) return null;
  return Math.max(...lines.map(({ readyMs }) => readyMs ?? 0));
}

function toTicket(
  source: RecordSource,
  order: Order,
  screen: Screen,
  batch: Batch,
  own: readonly Arrived[],
  part: number,
  shown: ShownNotes,
): Ticket | null {
  const lines = own.flatMap((facts): TicketLine[] => {
    const status = statusOf(order, facts);
    if (status === null) return [];
    const { line, rootId, seenMs, readyMs, oldQuantity, oldNote, movedMs, isPrinted } = facts;
    const isMoved = movedMs !== null && line.recordId !== order.orderId;
    const oldOrder = isMoved ? source.order(line.recordId) : null;
    return [{ line, rootId, seenMs, readyMs, oldQuantity, oldNote, isPrinted, status, oldOrder }];
  });
  if (lines.length === 0) return null;
  const elsewhere = batch.lines
    .filter(({ line }) => !own.some((one) => one.line === line) && isForKitchen(order, line))
    .flatMap(({ line }) => stationOf(line.stationId, screen.stations) ?? []);
  const times = own.flatMap(({ endedMs, readyMs }) => [endedMs ?? 0, readyMs ?? 0]);
  return {
    ticketId: batch.batchId,
    order,
    part,
    sinceMs: batch.sinceMs,
    lines,
    courses: toCourses(lines),
    elsewhere: [...new Set(elsewhere)],
    oldPlaceId: oldPlaceOf(source, order, knownMsOf(own)),
    oldNote: oldNoteOf(source, order, batch.batchId, own, shown),
    personId: personOf(source, order),
    doneMs: doneMsOf(lines),
    lastMs: Math.max(batch.sinceMs, ...times),
  };
}

/** Of one order, as this screen is to show them. */
function readTickets(source: RecordSource, order: Order, screen: Screen, shown: ShownNotes): Ticket[] {
  const tickets: Ticket[] = [];
  let part = 0;
  for (const batch of toBatches(order.orderId, readArrived(source, order, screen.deviceId))) {
    const own = batch.lines.filter(({ line }) => isShown(line.stationId, screen.choice, screen.stations));
    if (own.length === 0) continue;
    const ticket = toTicket(source, order, screen, batch, own, part, shown);
    if (ticket !== null) tickets.push(ticket);
    part += 1;
  }
  return tickets;
}

const hasWork = ({ lines }: Ticket) =>
  lines.some(({ status }) => status === "todo" || status === "preparing");

/** Nothing of it is the kitchen's any more: most of an evening's orders. */
const isHandedOut = ({ lines }: Order) => lines.every(({ state }) => state === "served");

/** Without the cancelled lines that were read; null: nothing is left. */
function withoutRead(ticket: Ticket, read: ReadonlySet<string>): Ticket | null {
  const lines = ticket.lines.filter(({ line }) => !read.has(line.lineId));
  if (lines.length === 0) return null;
  return { ...ticket, lines, courses: toCourses(lines), doneMs: doneMsOf(lines) };
}

interface Reduced {
  readIds: string;
  ticket: Ticket | null;
}

/** Reads the orders that changed and remembers the others: a ticket stays one object until it changes. */
export class TicketReader {
  #known = new WeakMap<Order, Ticket[]>();
  #reduced = new WeakMap<Ticket, Reduced>();
  readonly #shown: ShownNotes = new Map();
  #screen: Screen | null = null;

  /** @param acknowledged ids of cancelled lines that somebody here has read */
  read(
    source: RecordSource,
    screen: Screen,
    acknowledged: ReadonlySet<string>,
    nowMs: number,
  ): Board {
    if (this.#screen !== screen) this.#known = new WeakMap();
    this.#screen = screen;
    const tickets = readOrders(source)
      .filter((order) => !isHandedOut(order))
      .flatMap((order) => this.#ticketsOf(source, order, screen));
    this.#forgetOthers(tickets);
    const all = tickets
      .filter((one) => !isForgotten(one, nowMs))
      .flatMap((ticket) => this.#reduce(ticket, acknowledged) ?? []);
    const open = all.filter(
      (one) => one.doneMs === null && (hasWork(one) || nowMs - one.lastMs < CANCELLED_SHOWN_MS),
    );
    const done = all.filter(
      ({ doneMs, lines }) => doneMs !== null && lines.some(({ line }) => line.state === "ready"),
    );
    return {
      open: open.sort((a, b) => a.sinceMs - b.sinceMs || (a.ticketId < b.ticketId ? -1 : 1)),
      done: done.sort((a, b) => (b.doneMs ?? 0) - (a.doneMs ?? 0)).slice(0, MAX_DONE),
    };
  }

  #ticketsOf(source: RecordSource, order: Order, screen: Screen): Ticket[] {
    const known = this.#known.get(order);
    if (known !== undefined) return known;
    const tickets = readTickets(source, order, screen, this.#shown);
    this.#known.set(order, tickets);
    return tickets;
  }

  #forgetOthers(tickets: readonly Ticket[]): void {
    const ids = new Set(tickets.map(({ ticketId }) => ticketId));
    for (const ticketId of this.#shown.keys()) if (!ids.has(ticketId)) this.#shown.delete(ticketId);
  }

  #reduce(ticket: Ticket, acknowledged: ReadonlySet<string>): Ticket | null {
    const read = cancelledOf(ticket).filter((lineId) => acknowledged.has(lineId));
    if (read.length === 0) return ticket;
    const readIds = read.join(" ");
    const known = this.#reduced.get(ticket);
    if (known?.readIds === readIds) return known.ticket;
    const reduced = withoutRead(ticket, new Set(read));
    this.#reduced.set(ticket, { readIds, ticket: reduced });
    return reduced;
  }
}

// ---- What is done with them -----------------------------------------------------------------------

/** What "Done" makes ready. */
export function toCook({ lines }: Ticket): OrderLine[] {
  return lines
    .filter(({ status }) => status === "todo" || status === "preparing")
    .map(({ line }) => line);
}

export function cancelledOf({ lines }: Ticket): string[] {
  return lines.filter(({ status }) => status === "cancelled").map(({ line }) => line.lineId);
}

/** All that one would want to hear of; what is new in it rings. */
export function noticesOf(open: readonly Ticket[]): Set<string> {
  const notices = new Set<string>();
  for (const { ticketId, lines, oldPlaceId, oldNote: oldOrderNote, order } of open) {
    if (oldPlaceId !== null) notices.add(`${ticketId} at ${order.placeId ?? ""}`);
    if (oldOrderNote !== null) notices.add(`${ticketId} note ${order.note ?? ""}`);
    for (const { line, rootId, status, oldQuantity, oldNote } of lines) {
      // By what was ordered: a part that is split off is no news, nor a line that comes from another order.
      notices.add(status === "cancelled" ? `${line.lineId} cancelled` : rootId);
      if (oldQuantity !== null) notices.add(`${line.lineId} ${line.quantity}`);
      if (oldNote !== null) notices.add(`${line.lineId} note ${line.note ?? ""}`);
    }
  }
  return notices;
}

/** What is brought back is no news. */
export function oldNoticesOf(done: readonly Ticket[]): string[] {
  return done.flatMap(({ lines }) => lines.map(({ rootId }) => rootId));
}
