// SPDX-License-Identifier: Apache-2.0
// Tables and rooms, and whether somebody sits there, as the hub tells of them.

import { listOf, numberOf, textOf, toFields, type Fields } from "../link/fields";
import { locale, t } from "../messages";

export type PlaceKind = "table" | "room";
/** `asks`: guests have scanned the code and wait for the staff's word. */
export type PlaceState = "free" | "asks" | "seated";

export interface Place {
  placeId: string;
  kind: PlaceKind;
  name: string;
  state: PlaceState;
  /** Since when it is so; 0 while it is free. */
  sinceMs: number;
  /** Phones that scanned the code. */
  guests: number;
}

/** "9" before "10", as people count. */
const byName = new Intl.Collator(locale, { numeric: true }).compare;

export function toKind(text: string): PlaceKind {
  return text === "room" ? "room" : "table";
}

function toPlace(fields: Fields): Place {
  const seating = toFields(fields["seating"]);
  const state = textOf(seating, "state");
  return {
    placeId: textOf(fields, "placeId"),
    kind: toKind(textOf(fields, "kind")),
    name: textOf(fields, "name"),
    state: state === "requested" ? "asks" : state === "open" ? "seated" : "free",
    sinceMs: numberOf(seating, "sinceMs") ?? 0,
    guests: numberOf(seating, "guests") ?? 0,
  };
}

export function toPlaces(answer: Fields): Place[] {
  return listOf(answer, "places")
    .map(toPlace)
    .filter(({ placeId }) => placeId !== "")
    .sort((a, b) => byName(a.name, b.name));
}

export interface AreaGroup<T> {
  kind: PlaceKind;
  /** "": nobody has said where. */
  area: string;
  places: T[];
}

/** Tables before rooms; among them by area, in the order of their names; who is nowhere comes first. */
export function groupByArea<T>(
  places: readonly T[],
  whereOf: (place: T) => { kind: PlaceKind; area: string },
): AreaGroup<T>[] {
  return (["table", "room"] as const).flatMap((kind) => {
    const own = places.filter((place) => whereOf(place).kind === kind);
    return [...new Set(own.map((place) => whereOf(place).area))]
      .sort(byName)
      .map((area) => ({ kind, area, places: own.filter((place) => whereOf(place).area === area) }));
  });
}

/** "Tables · Terrace" */
export function groupTitle({ kind, area }: { kind: PlaceKind; area: string }): string {
  const all = t(kind === "room" ? "tables.rooms" : "tables.tables");
  return area === "" ? all : `${all} · ${area}`;
}

/** Of a room, where nobody has said it, what stands before the last two digits: 205 is on 2, 1204 on 12. */
export function floorOf({ floor, name }: { floor: string; name: string }): string {
  if (floor !== "") return floor;
  const digits = /\d+/.exec(name)?.[0] ?? "";
  return digits.length < 3 ? "" : String(Number(digits.slice(0, -2)));
}

/** Who waits for a word from the staff: the longest wait first. */
export function findAsking(places: readonly Place[]): Place[] {
  return places
    .filter(({ state }) => state === "asks")
    .sort((a, b) => a.sinceMs - b.sinceMs);
}

/** "Table 12", "Room 204"; a name in words speaks for itself: "Terrace by the oak". */
export function titleOf(kind: PlaceKind, name: string): string {
  if (!/^\p{L}?\d/u.test(name)) return name;
  return t(kind === "room" ? "place.room.named" : "place.table.named", { name });
}

/** What is likely to be added next: after "12" comes "13", after "A7" "A8". */
export function nextName(name: string): string {
  const [, before, number] = /^(.*?)(\d{1,6})$/.exec(name) ?? [];
  if (before === undefined || number === undefined) return "";
  return before + String(Number(number) + 1).padStart(number.length, "0");
}

export interface PlaceCode {
  placeId: string;
  kind: PlaceKind;
  name: string;
  svg: string;
}

export function toPlaceCodes(answer: Fields): PlaceCode[] {
  return listOf(answer, "codes")
    .map((fields) => ({
      placeId: textOf(fields, "placeId"),
      kind: toKind(textOf(fields, "kind")),
      name: textOf(fields, "name"),
      svg: textOf(fields, "svg"),
    }))
    .filter(({ svg }) => svg !== "")
    .sort((a, b) => byName(a.name, b.name));
}

/** @param wanted "" for all, `table`, `room`, or one placeId */
export function chooseCodes(codes: readonly PlaceCode[], wanted: string): PlaceCode[] {
  return codes.filter(
    ({ placeId, kind }) => wanted === "" || wanted === kind || wanted === placeId,
  );
}

export interface CodeGroup {
  /** "Tables · Terrace", "Rooms · Floor 2" */
  title: string;
  codes: PlaceCode[];
}

/** As they are handed out: each area's together and, where it has several floors, each floor's. */
export function groupCodes(
  codes: readonly PlaceCode[],
  whereOf: (placeId: string) => { area: string; floor: string },
): CodeGroup[] {
  const floor = ({ placeId, kind, name }: PlaceCode) =>
    kind === "room" ? floorOf({ floor: whereOf(placeId).floor, name }) : whereOf(placeId).floor;
  const groups = groupByArea(codes, ({ placeId, kind }) => ({ kind, area: whereOf(placeId).area }));
  return groups.flatMap((group) => {
    const floors = [...new Set(group.places.map(floor))].sort(byName);
    return floors.map((one) => ({
      title: [groupTitle(group), ...(one === "" ? [] : [t("place.floor.named", { floor: one })])].join(" · "),
      codes: group.places.filter((code) => floor(code) === one),
    }));
  });
}
