// SPDX-License-Identifier: Apache-2.0
// Tables and rooms for who takes orders: whether somebody sits there, and how their orders stand; and the
// orders that are at no table, as what is taken away. Pure.

import type { Order, OrderPhase } from "@bellhop/client";

import { NO_CURRENCY } from "../house/menu";
import { readOpenOrders, sumBack, sumDue, waitingLines } from "../house/orders";
import { readPlaces, type Place } from "../house/places";
import { readSeatings } from "../house/seatings";
import type { RecordSource } from "../house/source";
import { t } from "../messages";
import { groupByArea, type PlaceState } from "../tables/place";

export interface Tile {
  /** For an order without a table the order stands in its place: its id, its number. */
  place: Place;
  isPlace: boolean;
  seat: PlaceState;
  /** Null while they have not confirmed it, or nobody sits there. */
  seatingId: string | null;
  orders: Order[];
  /** Of all of them, what is still to be paid. */
  due: number;
  /** Of all of them, what was paid too much. */
  back: number;
  currency: string;
  /** The least of all that counts; null: no orders. */
  phase: OrderPhase | null;
  /** Lines that wait to be accepted. */
  waiting: number;
  /** Lines to be carried. */
  ready: number;
}

const rising: readonly OrderPhase[] = ["placed", "accepted", "preparing", "ready", "served"];

function phaseOf(orders: readonly Order[]): OrderPhase | null {
  const states = orders.map(({ state }) => state);
  return rising.find((one) => states.includes(one)) ?? states[0] ?? null;
}

function standOf(orders: Order[]): Omit<Tile, "place" | "isPlace" | "seat" | "seatingId"> {
  return {
    orders,
    due: sumDue(orders),
    back: sumBack(orders),
    currency: orders[0]?.currency ?? NO_CURRENCY,
    phase: phaseOf(orders),
    waiting: orders.reduce((sum, order) => sum + waitingLines(order).length, 0),
    ready: orders.flatMap(({ lines }) => lines).filter(({ state }) => state === "ready").length,
  };
}

/** Also where guests never scanned: who has an open order sits there. */
export function readTiles(source: RecordSource, nowMs: number): Tile[] {
  const seatings = readSeatings(source);
  const open = readOpenOrders(source, nowMs);
  return readPlaces(source).map((place) => {
    const seating = seatings.get(place.placeId);
    const orders = open.filter(({ placeId }) => placeId === place.placeId);
    const isSeated = seating?.state === "open" || orders.length > 0;
    return {
      place,
      seat: seating?.state === "requested" ? "asks" : isSeated ? "seated" : "free",
      seatingId: seating?.state === "open" ? seating.seatingId : null,
      isPlace: true,
      ...standOf(orders),
    };
  });
}

function looseTile(id: string, name: string, title: string, orders: Order[]): Tile {
  const nowhere = { area: "", floor: "", state: null, occupied: false, note: "", assigneeId: null };
  return {
    place: { placeId: id, kind: "table", name, title, ...nowhere },
    isPlace: false,
    seat: "seated",
    seatingId: null,
    ...standOf(orders),
  };
}

/** Open orders that are at no table, or at one that was removed: the oldest first. */
export function readLooseTiles(source: RecordSource, nowMs: number): Tile[] {
  const places = new Set(readPlaces(source).map(({ placeId }) => placeId));
  return readOpenOrders(source, nowMs)
    .filter(({ placeId }) => placeId === null || !places.has(placeId))
    .map((order) =>
      looseTile(order.orderId, order.number, t("staff.order.number", { number: order.number }), [order]),
    );
}

/** An order without a table that nobody has sent yet: it will have that id. */
export function draftTile(id: string): Tile {
  return looseTile(id, t("staff.away.name"), t("staff.away"), []);
}

export function isDraft({ isPlace, orders }: Tile): boolean {
  return !isPlace && orders.length === 0;
}

/** What was chosen for orders that nobody has sent, and for those and tables that are gone meanwhile. */
export function draftTiles(kept: readonly string[], known: readonly Tile[]): Tile[] {
  const ids = new Set(known.map(({ place }) => place.placeId));
  return kept.filter((id) => !ids.has(id)).sort().map(draftTile);
}

export interface TileGroup {
  kind: Place["kind"];
  /** "": the place has none. */
  area: string;
  tiles: Tile[];
}

/** Tables before rooms; among them by area, in the order of their names. */
export function groupTiles(tiles: readonly Tile[]): TileGroup[] {
  return groupByArea(tiles, ({ place }) => place).map(({ kind, area, places }) => ({ kind, area, tiles: places }));
}

/** What is added to a table goes there: the newest order of staff, else the newest of all; to none closed. */
export function standardOrder(orders: readonly Order[]): Order | null {
  const going = orders.filter(({ closed }) => !closed);
  const own = going.filter(({ source }) => source !== "guest");
  return own[own.length - 1] ?? going[going.length - 1] ?? null;
}
