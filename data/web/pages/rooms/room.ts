// SPDX-License-Identifier: Apache-2.0
// Rooms as housekeeping sees them: by floor, what is to be done with each, and the drafts of doing it.
// Pure.

import type { PropertyDraft } from "@bellhop/client";

import { readPlaces, type Place, type RoomState } from "../house/places";
import type { RecordSource } from "../house/source";
import { locale } from "../messages";
import { floorOf } from "../tables/place";

export type { RoomState } from "../house/places";
export type Room = Place;

export const roomStates: readonly RoomState[] = [
  "dirty",
  "cleaning",
  "clean",
  "inspected",
  "out-of-order",
];

const byName = new Intl.Collator(locale, { numeric: true }).compare;

export function readRooms(source: RecordSource): Room[] {
  return readPlaces(source).filter(({ kind }) => kind === "room");
}

export interface Floor {
  /** "": not known. */
  name: string;
  rooms: Room[];
}

/** The lowest first; those without a floor last. */
export function toFloors(rooms: readonly Room[]): Floor[] {
  const floors = new Map<string, Room[]>();
  for (const room of rooms) {
    const name = floorOf(room);
    floors.set(name, [...(floors.get(name) ?? []), room]);
  }
  return [...floors]
    .map(([name, all]) => ({ name, rooms: all.sort((a, b) => byName(a.name, b.name)) }))
    .sort((a, b) => Number(a.name === "") - Number(b.name === "") || byName(a.name, b.name));
}

export const roomFilters = ["all", "mine", "dirty", "cleaning", "ready", "out-of-order"] as const;
export type RoomFilter = (typeof roomFilters)[number];

/** A guest may be sent there. */
export function isReady({ state }: Pick<Room, "state">): boolean {
  return state === "clean" || state === "inspected";
}

export function fits(room: Room, filter: RoomFilter, personId: string | null): boolean {
  switch (filter) {
    case "all":
      return true;
    case "mine":
      return personId !== null && room.assigneeId === personId;
    case "ready":
      return isReady(room);
    default:
      return room.state === filter;
  }
}

/** "It is ready" says that somebody has cleaned it; who inspected it or took it out of order has the word. */
export function becomesClean({ state }: Pick<Room, "state">): boolean {
  return state === null || state === "dirty" || state === "cleaning";
}

/** What is done with it next; null: nothing, a guest may come. */
export function nextState(state: RoomState | null): RoomState | null {
  switch (state) {
    case "dirty":
      return "cleaning";
    case "cleaning":
      return "clean";
    case "clean":
      return "inspected";
    case "out-of-order":
      return "dirty";
    case "inspected":
      return null;
    default:
      return "clean";
  }
}

// ---- Doing ----------------------------------------------------------------------------------------

export type NextVersion = (entity: string) => number;

export interface RoomChange {
  state?: RoomState;
  occupied?: boolean;
  note?: string | null;
}

/** Nothing where it was not changed; an empty note is none. */
export function noteChange(before: string, typed: string): RoomChange {
  const wanted = typed.trim();
  return wanted === before ? {} : { note: wanted === "" ? null : wanted };
}

export function setRoom(placeId: string, set: RoomChange, nextVersion: NextVersion): PropertyDraft {
  const entity = `place/${placeId}`;
  return { kind: "room.set", entity, body: { version: nextVersion(entity), set: { ...set } } };
}

export function assignRoom(
  placeId: string,
  assigneeId: string | null,
  nextVersion: NextVersion,
): PropertyDraft {
  const entity = `place/${placeId}`;
  return { kind: "assignment.set", entity, body: { version: nextVersion(entity), set: { assigneeId } } };
}

/** Back to what it was, unless somebody has changed it since. "Nobody has said" cannot be said again. */
export function undoState(
  before: readonly Room[],
  now: readonly Room[],
  set: RoomState,
  nextVersion: NextVersion,
): PropertyDraft[] {
  const current = new Map(now.map((room) => [room.placeId, room.state]));
  return before.flatMap(({ placeId, state }) =>
    state !== null && current.get(placeId) === set ? [setRoom(placeId, { state }, nextVersion)] : [],
  );
}

/** Those that guests slept in and that nobody has marked yet. */
export function toCleanToday(rooms: readonly Room[]): Room[] {
  return rooms.filter(({ occupied, state }) => occupied && state !== "dirty" && state !== "out-of-order");
}
