// SPDX-License-Identifier: Apache-2.0
// What wants a waiter now: guests who ask to be seated, orders to accept, dishes to carry, requests, and
// what the hub has noticed; the newest first. Pure.

import type { Order, OrderLine } from "@bellhop/client";

import type { Alert } from "../house/alerts";
import { orderedMsOf, readOpenOrders, stateMsOf, waitingLines } from "../house/orders";
import { personName, placeTitle } from "../house/places";
import { readRequests, type GuestRequest } from "../house/requests";
import type { RecordSource } from "../house/source";
import { textOf } from "../link/fields";
import { findAsking, titleOf, type Place } from "../tables/place";
import { alertText, type AlertText } from "./alerts";

interface Item {
  key: string;
  /** "Table 12"; "" where there is none. */
  title: string;
  /** When it came, or last got more: what the list is ordered by. */
  atMs: number;
  /** Since when somebody waits. */
  sinceMs: number;
}

export interface AskingItem extends Item {
  kind: "asks";
  place: Place;
}

export interface OrderItem extends Item {
  kind: "order";
  order: Order;
  lines: OrderLine[];
}

export interface ReadyItem extends Item {
  kind: "ready";
  /** The numbers of their orders. */
  numbers: string[];
  lines: OrderLine[];
}

export interface RequestItem extends Item {
  kind: "request";
  request: GuestRequest;
  /** Who goes; "": nobody yet, or nobody knows who. */
  by: string;
}

export interface AlertItem extends Item, AlertText {
  kind: "alert";
  alertId: string;
}

export type NowItem = AskingItem | OrderItem | ReadyItem | RequestItem | AlertItem;

function toOrderItem(source: RecordSource, order: Order): OrderItem[] {
  const lines = waitingLines(order);
  if (lines.length === 0) return [];
  const times = lines.map((line) => orderedMsOf(source, line));
  const title = placeTitle(source, order.placeId);
  const [sinceMs, atMs] = [Math.min(...times), Math.max(...times)];
  return [{ kind: "order", key: `order-${order.orderId}`, title, atMs, sinceMs, order, lines }];
}

/** One card for all that one carries to the same table at once. */
function toReadyItems(source: RecordSource, orders: readonly Order[]): ReadyItem[] {
  const items = new Map<string, ReadyItem>();
  for (const order of orders) {
    const lines = order.lines.filter(({ state }) => state === "ready");
    if (lines.length === 0) continue;
    const times = lines.map((line) => stateMsOf(source, line, "ready") ?? 0);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const key = `ready-${order.placeId ?? order.orderId}`;
    const before = items.get(key);
    if (before === undefined) {
      const title = placeTitle(source, order.placeId);
      const numbers = [order.number];
      items.set(key, { kind: "ready", key, title, atMs: last, sinceMs: first, numbers, lines });
    } else {
      before.lines.push(...lines);
      before.numbers.push(order.number);
      before.atMs = Math.max(before.atMs, last);
      before.sinceMs = Math.min(before.sinceMs, first);
    }
  }
  return [...items.values()];
}

function toRequestItems(source: RecordSource): RequestItem[] {
  return readRequests(source)
    .filter(({ state }) => state === "open" || state === "accepted")
    .map((request) => ({
      kind: "request",
      key: `request-${request.requestId}`,
      title: placeTitle(source, request.placeId),
      atMs: request.openedMs,
      sinceMs: request.openedMs,
      request,
      by: personName(source, request.personId),
    }));
}

function toAskingItem(place: Place): AskingItem {
  const { placeId, kind, name, sinceMs } = place;
  const title = titleOf(kind, name);
  return { kind: "asks", key: `asks-${placeId}`, title, atMs: sinceMs, sinceMs, place };
}

function toAlertItem(source: RecordSource, alert: Alert): AlertItem {
  const { alertId, atMs } = alert;
  const place = placeTitle(source, textOf(alert.subject, "placeId") || null);
  const text = alertText(alert, place);
  return { kind: "alert", key: `alert-${alertId}`, alertId, atMs, sinceMs: atMs, ...text };
}

/**
 * @param places as the hub tells of them
 * @param alerts the hub's
 * @param nowMs by its clock
 */
export function buildNow(
  source: RecordSource,
  places: readonly Place[],
  alerts: readonly Alert[],
  nowMs: number,
): NowItem[] {
  const orders = readOpenOrders(source, nowMs);
  const items: NowItem[] = [
    ...findAsking(places).map(toAskingItem),
    ...orders.flatMap((order) => toOrderItem(source, order)),
    ...toReadyItems(source, orders),
    ...toRequestItems(source),
    ...alerts.map((alert) => toAlertItem(source, alert)),
  ];
  return items.sort((a, b) => b.atMs - a.atMs || (a.key < b.key ? -1 : 1));
}
