// SPDX-License-Identifier: Apache-2.0
// What a guest sees of the orders at their place: what is on its way to the hub and what the view
// shows, as one list, each with the four steps that fill as the kitchen works. Pure.

import type { Order, OrderLine } from "@bellhop/client";

import { choicesOf } from "../house/menu";
import { isOver, openedMsOf, readOrders } from "../house/orders";
import { readRequests, type RequestState, type Want } from "../house/requests";
import type { RecordSource } from "../house/source";
import type { PendingCommand, PendingOrder } from "./desk";

/** `sending`: not at the hub yet; `seating`: it goes there once staff have confirmed the table. */
export type Phase =
  | "sending"
  | "seating"
  | "placed"
  | "accepted"
  | "preparing"
  | "ready"
  | "served"
  | "declined"
  | "cancelled";

export interface GuestLine {
  lineId: string;
  name: string;
  quantity: number;
  choices: string[];
  note: string;
  amount: number;
  phase: Phase | "cancelling";
  /** Why staff declined it; "": they did not. */
  reason: string;
  canCancel: boolean;
}

export interface GuestOrder {
  orderId: string;
  /** "": the hub has not given it one yet. */
  number: string;
  orderedMs: number;
  phase: Phase;
  /** How many of the four steps are behind us: 0 to 4. */
  steps: number;
  lines: GuestLine[];
  note: string;
  total: number;
  currency: string;
  /** Nothing will happen to it any more. */
  isDone: boolean;
}

export const STEPS = ["placed", "accepted", "preparing", "ready"] as const;

const rising: readonly Phase[] = ["placed", "accepted", "preparing", "ready", "served"];

/** What staff order is the kitchen's at once. */
function phaseOfLine({ source }: Order, { state }: OrderLine): Phase {
  return state === "placed" && source !== "guest" ? "accepted" : state;
}

/** The least of what still counts: an order is ready when all of it is. */
export function phaseOf(phases: readonly Phase[]): Phase {
  const going = rising.find((one) => phases.includes(one));
  if (going !== undefined) return going;
  return phases.includes("declined") ? "declined" : "cancelled";
}

export function stepsOf(phase: Phase): number {
  if (phase === "served") return STEPS.length;
  return STEPS.findIndex((one) => one === phase) + 1;
}

function toGuestLine(order: Order, line: OrderLine, cancelling: ReadonlySet<string>): GuestLine {
  const phase = phaseOfLine(order, line);
  const isCancelling = cancelling.has(line.lineId) && phase === "placed";
  return {
    lineId: line.lineId,
    name: line.name,
    quantity: line.quantity,
    choices: choicesOf(line.modifiers).map(({ name }) => name),
    note: line.note ?? "",
    amount: line.gross,
    phase: isCancelling ? "cancelling" : phase,
    reason: phase === "declined" ? (line.reason ?? "") : "",
    canCancel: phase === "placed" && !isCancelling && !order.closed,
  };
}

function toGuestOrder(
  source: RecordSource,
  order: Order,
  cancelling: ReadonlySet<string>,
): GuestOrder {
  const phase = phaseOf(order.lines.map((line) => phaseOfLine(order, line)));
  return {
    orderId: order.orderId,
    number: order.number,
    orderedMs: openedMsOf(source.record(`order/${order.orderId}`)),
    phase,
    steps: stepsOf(phase),
    lines: order.lines.map((line) => toGuestLine(order, line, cancelling)),
    note: order.note ?? "",
    total: order.total,
    currency: order.currency,
    isDone: order.closed || phase === "served" || order.lines.every(isOver),
  };
}

function toSentOrder(command: PendingOrder): GuestOrder {
  // Taken: the hub has it, and the view shows it in a moment.
  const phase = command.state === "taken" ? "placed" : command.state;
  return {
    orderId: command.orderId,
    number: "",
    orderedMs: command.sentMs,
    phase,
    steps: stepsOf(phase),
    lines: command.lines.map((line) => ({ ...line, phase, reason: "", canCancel: false })),
    note: command.note,
    total: command.lines.reduce((sum, { amount }) => sum + amount, 0),
    currency: command.currency,
    isDone: false,
  };
}

/** Those that something happens to first; among them the newest first. */
export function readGuestOrders(
  source: RecordSource | null,
  commands: readonly PendingCommand[],
): GuestOrder[] {
  const shown = source === null ? [] : readOrders(source).filter(({ lines }) => lines.length > 0);
  const ids = new Set(shown.map(({ orderId }) => orderId));
  const cancelling = new Set(
    commands.flatMap((one) => (one.kind === "cancel" ? one.lineIds : [])),
  );
  const sent = commands
    .filter((one): one is PendingOrder => one.kind === "order" && !ids.has(one.orderId))
    .map(toSentOrder);
  const all =
    source === null ? sent : [...shown.map((one) => toGuestOrder(source, one, cancelling)), ...sent];
  return all.sort(
    (a, b) => Number(a.isDone) - Number(b.isDone) || b.orderedMs - a.orderedMs,
  );
}

export interface GuestWish {
  key: string;
  what: Want;
  text: string;
  state: RequestState | "sending";
  askedMs: number;
}

/** What was asked for, the newest first. */
export function readWishes(
  source: RecordSource | null,
  commands: readonly PendingCommand[],
): GuestWish[] {
  const shown = source === null ? [] : readRequests(source);
  const ids = new Set(shown.map(({ requestId }) => requestId));
  const wishes: GuestWish[] = shown.map((one) => ({
    key: one.requestId,
    what: one.what,
    text: one.text,
    state: one.state,
    askedMs: one.openedMs,
  }));
  for (const one of commands) {
    if (one.kind !== "service" || ids.has(one.requestId)) continue;
    wishes.push({ key: one.id, what: one.what, text: one.text, state: "sending", askedMs: one.sentMs });
  }
  return wishes.sort((a, b) => b.askedMs - a.askedMs);
}

/** Whether the view shows what came of it; then it need not be remembered. */
export function isShown(source: RecordSource, command: PendingCommand): boolean {
  switch (command.kind) {
    case "order":
      return source.order(command.orderId) !== null;
    case "service":
      return source.record(`request/${command.requestId}`) !== null;
    default: {
      const lines = source.order(command.orderId)?.lines ?? [];
      return !lines.some(
        ({ lineId, state }) => command.lineIds.includes(lineId) && state === "placed",
      );
    }
  }
}
