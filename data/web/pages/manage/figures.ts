// SPDX-License-Identifier: Apache-2.0
// What the overview counts of the records. Pure: the time comes in.

import type { Order, OrderLine } from "@bellhop/client";

import { readStations, type Station } from "../house/menu";
import {
  isForKitchen,
  openedMsOf,
  orderedMsOf,
  readOpenOrders,
  readOrders,
  waitingLines,
} from "../house/orders";
import type { RecordSource } from "../house/source";
import { stationOf } from "../kitchen/stations";
import { readPayments, readRefunds } from "../pos/order-facts";

export const BUCKET_MS = 10 * 60000;
export const BUCKETS = 18;

export interface Bucket {
  fromMs: number;
  count: number;
}

export interface OldestTicket {
  orderId: string;
  number: string;
  placeId: string | null;
  sinceMs: number;
}

export interface Sales {
  currency: string;
  amount: number;
  /** Payments. */
  count: number;
}

export interface Figures {
  /** Guests' orders that wait for a word from staff. */
  waiting: number;
  cooking: number;
  ready: number;
  /** All was served; the bill is open. */
  toPay: number;
  oldest: OldestTicket | null;
  /** Of today, the currency with most of it first. */
  sales: Sales[];
  buckets: Bucket[];
}

/** Midnight where the reader is. */
export function dayStart(nowMs: number): number {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** Never came to anything. */
function isVoid({ state }: Order): boolean {
  return state === "cancelled" || state === "declined";
}

function isCooking(order: Order, line: OrderLine): boolean {
  return isForKitchen(order, line) && line.state !== "ready";
}

function countStates(orders: readonly Order[]): Pick<Figures, "waiting" | "cooking" | "ready" | "toPay"> {
  // Of a closed one what a device without a connection had ordered may have come after.
  const open = orders.filter(({ closed, due }) => !closed || due > 0);
  const cooking = open.filter((order) => order.lines.some((line) => isCooking(order, line)));
  const ready = open.filter(({ lines }) => lines.some(({ state }) => state === "ready"));
  const toPay = open.filter(({ state, due }) => state === "served" && due > 0);
  return {
    waiting: open.filter((order) => waitingLines(order).length > 0).length,
    cooking: cooking.length,
    ready: ready.length,
    toPay: toPay.length,
  };
}

function findOldest(source: RecordSource, orders: readonly Order[]): OldestTicket | null {
  let oldest: OldestTicket | null = null;
  for (const order of orders)
    for (const line of order.lines) {
      if (!isCooking(order, line)) continue;
      const sinceMs = orderedMsOf(source, line);
      if (sinceMs === 0 || (oldest !== null && sinceMs >= oldest.sinceMs)) continue;
      oldest = { orderId: order.orderId, number: order.number, placeId: order.placeId, sinceMs };
    }
  return oldest;
}

/** Each by its own time, also of an order that came to nothing since: money was taken, and given back. */
function sumSales(source: RecordSource, orders: readonly Order[], fromMs: number): Sales[] {
  const sums = new Map<string, Sales>();
  const add = (currency: string, amount: number, count: number) => {
    const sum = sums.get(currency) ?? { currency, amount: 0, count: 0 };
    sums.set(currency, { currency, amount: sum.amount + amount, count: sum.count + count });
  };
  for (const order of orders) {
    for (const { amount, timeMs } of readPayments(source, order))
      if (timeMs >= fromMs) add(order.currency, amount, 1);
    for (const { amount, timeMs } of readRefunds(source, order))
      if (timeMs >= fromMs) add(order.currency, -amount, 0);
  }
  return [...sums.values()].sort((a, b) => b.amount - a.amount);
}

/** The last three hours in parts that begin on the clock: 18:00, 18:10. */
export function toBuckets(openedMs: readonly number[], nowMs: number): Bucket[] {
  const last = Math.floor(nowMs / BUCKET_MS);
  const first = last - BUCKETS + 1;
  const counts = new Array<number>(BUCKETS).fill(0);
  for (const ms of openedMs) {
    const at = Math.floor(ms / BUCKET_MS) - first;
    // A device whose clock is a little ahead.
    if (at >= 0) counts[Math.min(at, BUCKETS - 1)]! += 1;
  }
  return counts.map((count, at) => ({ fromMs: (first + at) * BUCKET_MS, count }));
}

export function readFigures(source: RecordSource, nowMs: number): Figures {
  const all = readOrders(source);
  const orders = all.filter((order) => !isVoid(order));
  return {
    ...countStates(orders),
    oldest: findOldest(source, orders),
    sales: sumSales(source, all, dayStart(nowMs)),
    buckets: toBuckets(
      orders.map(({ orderId }) => openedMsOf(source.record(`order/${orderId}`))),
      nowMs,
    ),
  };
}

export interface StationLoad extends Station {
  /** Lines to be made there; a line that says no station is the first one's, as in the kitchen. */
  waiting: number;
}

export function readStationLoads(source: RecordSource, nowMs: number): StationLoad[] {
  const stations = readStations(source);
  const wanted = readOpenOrders(source, nowMs).flatMap((order) =>
    order.lines
      .filter((line) => isCooking(order, line))
      .map(({ stationId }) => stationOf(stationId, stations)),
  );
  return stations.map((station) => ({
    ...station,
    waiting: wanted.filter((stationId) => stationId === station.stationId).length,
  }));
}

const TYPES = ["order", "request", "message", "place", "item", "category", "modifier", "tax"];
const MORE_TYPES = ["station", "property", "person", "device", "seating", "day"];

/**
 * Operations since then, as the records still show them: of a register that was written twice the
 * newer one only. So it is the least that there were.
 */
export function countOperations(source: RecordSource, fromMs: number): number {
  const seen = new Set<string>();
  for (const type of [...TYPES, ...MORE_TYPES])
    for (const [, { items, registers }] of source.records(type)) {
      for (const [, ms, , logId, seq] of Object.values(items))
        if (ms >= fromMs) seen.add(`${logId}:${seq}`);
      for (const [, , ms, , logId, seq] of Object.values(registers))
        if (ms >= fromMs) seen.add(`${logId}:${seq}`);
    }
  return seen.size;
}

/** What a cloud API takes for one, in dollars (product.md: $6 a month for 200 a day). */
export const CLOUD_PRICE = 0.001;
/** What Bellhop costs in the cloud, a month. */
export const OWN_PRICE = 0.1;
export const DAYS = 30;

export interface Saving {
  today: number;
  /** If every day were as today is so far. */
  month: number;
}

export function estimateSaving(operations: number): Saving {
  const today = operations * CLOUD_PRICE;
  return { today, month: Math.max(0, today * DAYS - OWN_PRICE) };
}
