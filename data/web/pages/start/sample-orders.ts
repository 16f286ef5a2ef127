// SPDX-License-Identifier: Apache-2.0
// What goes on in the sample restaurant: an order that has just come, one that is half done, one of a
// guest that waits for staff, a wish from a room. Pure.

import type { Order, PropertyDraft } from "@bellhop/client";

import type { Menu } from "../house/menu";
import {
  changeOrder,
  endLines,
  isOver,
  openOrder,
  orderLines,
  readOrders,
  refund,
} from "../house/orders";
import { idOf, type RecordSource } from "../house/source";
import type { NextVersion } from "../menu/drafts";
import type { Cart, CartLine } from "../order/cart";
import type { Language } from "../messages";
import { readCloses } from "../pos/day-totals";
import { readPayments } from "../pos/order-facts";
import { isSample, sampleId } from "./sample";
import { sampleTexts } from "./sample-texts";

interface SampleLine {
  item: string;
  quantity: number;
  choices?: readonly (readonly [group: string, choice: string])[];
  hasNote?: boolean;
}

interface SampleOrder {
  table: string;
  isGuests: boolean;
  lines: readonly SampleLine[];
  /** Indexes of lines that somebody is at, or that are done. */
  preparing: readonly number[];
  ready: readonly number[];
}

const orders: readonly SampleOrder[] = [
  {
    table: "3",
    isGuests: false,
    lines: [
      { item: "beer", quantity: 2 },
      { item: "burger", quantity: 1, choices: [["cooked", "medium"], ["extra", "bacon"]], hasNote: true },
      { item: "risotto", quantity: 1 },
    ],
    preparing: [1, 2],
    ready: [0],
  },
  {
    table: "7",
    isGuests: false,
    lines: [
      { item: "soup", quantity: 2 },
      { item: "salmon", quantity: 2, choices: [["side", "salad"]] },
      { item: "wine", quantity: 2 },
    ],
    preparing: [],
    ready: [],
  },
  {
    table: "5",
    isGuests: true,
    lines: [
      { item: "coffee", quantity: 2, choices: [["milk", "oat"]] },
      { item: "cake", quantity: 1 },
    ],
    preparing: [],
    ready: [],
  },
];

export const SAMPLE_ORDERS = orders.length;

function toCart(lines: readonly SampleLine[], orderId: string, menu: Menu, note: string): Cart {
  return lines.flatMap((line, at): CartLine[] => {
    const item = menu.items.get(sampleId(line.item));
    if (item === undefined) return [];
    const choices = (line.choices ?? []).flatMap(([group, choice]) => {
      const modifierId = sampleId(group);
      const modifier = item.modifiers.find((one) => one.modifierId === modifierId);
      const found = modifier?.choices.find(({ choiceId }) => choiceId === sampleId(choice));
      return found === undefined ? [] : [{ modifierId, ...found }];
    });
    const lineNote = line.hasNote === true ? note : "";
    const { quantity } = line;
    return [{ lineId: `${orderId}-${at + 1}`, item, quantity, choices, note: lineNote, course: null }];
  });
}

/** Orders that are still open keep their generation; after a removal there is a new one. */
export function findGeneration(source: RecordSource, nowMs: number): string {
  const open = source
    .records("order")
    .map(([name]) => name)
    .find((name) => isSample(name) && source.order(idOf(name))?.closed === false);
  return open === undefined ? nowMs.toString(36) : (idOf(open).split("-")[1] ?? "");
}

export interface Scene {
  menu: Menu;
  language: Language;
  generation: string;
  /** The id of a table or room, by its name. */
  placeIds: ReadonlyMap<string, string>;
  /** Tickets' numbers, one an order. */
  numbers: readonly string[];
  nowMs: number;
}

/** Those that are not there yet. */
export function orderDrafts(source: RecordSource, scene: Scene): PropertyDraft[] {
  const { menu, generation, placeIds, numbers } = scene;
  const { notes } = sampleTexts[scene.language];
  const drafts: PropertyDraft[] = [];
  orders.forEach((order, at) => {
    const orderId = sampleId(`${generation}-${at + 1}`);
    if (source.record(`order/${orderId}`) !== null) return;
    const placeId = placeIds.get(`table ${order.table}`) ?? null;
    const note = at === 1 ? notes.table : "";
    const number = numbers[at] ?? String(at + 1);
    const opening = openOrder(
      orderId,
      { number, currency: menu.currency, source: "staff", placeId, ...(note === "" ? {} : { note }) },
      null,
    );
    if (order.isGuests) opening.body["source"] = "guest";
    drafts.push(opening, ...orderLines(orderId, toCart(order.lines, orderId, menu, notes.line), null));
    // Nobody stands at the sample's stove: it is no reason for paper, nor to call the front desk.
    if (!order.isGuests) {
      const lineIds = order.lines.map((_, index) => `${orderId}-${index + 1}`);
      drafts.push({ kind: "ticket.seen", entity: `order/${orderId}`, body: { lineIds } });
    }
    const state = (indexes: readonly number[], to: "preparing" | "ready") => {
      if (indexes.length === 0) return;
      const lineIds = indexes.map((index) => `${orderId}-${index + 1}`);
      drafts.push({ kind: "line.state", entity: `order/${orderId}`, body: { lineIds, state: to } });
    };
    state(order.preparing, "preparing");
    state(order.ready, "ready");
  });
  const request = `request/${sampleId(generation)}`;
  const placeId = placeIds.get("room 102") ?? null;
  if (source.record(request) === null)
    drafts.push({
      kind: "request.open",
      entity: request,
      body: { what: "towels", placeId, text: notes.request },
    });
  return drafts;
}

/** When it was closed last; 0: never. UTC. */
function closedMsOf(source: RecordSource, orderId: string): number {
  const register = source.record(`order/${orderId}`)?.registers["closed"];
  return register?.[2] ?? 0;
}

/**
 * No guest gave that money: what was taken on a day that is still open goes back, so that the drawer
 * is expected to hold what it holds. What a closing has counted stays as it was counted.
 */
function ending(
  source: RecordSource,
  order: Order,
  countedMs: number,
  reason: string,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const { orderId, lines, closed } = order;
  if (closed && closedMsOf(source, orderId) <= countedMs) return [];
  const going = lines.filter((line) => !isOver(line));
  return [
    ...readPayments(source, order)
      .filter(({ amount, refunded, timeMs }) => amount > refunded && timeMs > countedMs)
      .map(({ paymentId, amount, refunded }) =>
        refund(orderId, paymentId, amount - refunded, reason, null),
      ),
    ...(going.length === 0 ? [] : endLines(going, "cancelled", reason, null)),
    ...(closed ? [] : [changeOrder(orderId, { closed: true }, nextVersion)]),
  ];
}

/** Calls off what is going on: nobody cooks it, no till counts it. */
export function orderRemoval(
  source: RecordSource,
  language: Language,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const reason = sampleTexts[language].area;
  const countedMs = readCloses(source).pop()?.toMs ?? 0;
  const found = readOrders(source).filter(({ orderId }) => isSample(`order/${orderId}`));
  const requests = source.records("request").filter(([name]) => isSample(name));
  return [
    ...found.flatMap((order) => ending(source, order, countedMs, reason, nextVersion)),
    ...requests
      .filter(([, record]) => !isAnswered(record))
      .map(([entity]) => ({ kind: "request.state", entity, body: { state: "done" } })),
  ];
}

function isAnswered(record: { items: Readonly<Record<string, unknown>> }): boolean {
  return Object.keys(record.items).some((path) => path.startsWith("state/"));
}
