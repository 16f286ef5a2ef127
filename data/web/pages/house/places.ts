// SPDX-License-Identifier: Apache-2.0
// Tables and rooms as the records have them, and people. Pure.

import { locale } from "../messages";
import { titleOf } from "../tables/place";
import { flagAt, idAt, standing, textAt, valueOf, type RecordSource } from "./source";

export type RoomState = "clean" | "dirty" | "cleaning" | "inspected" | "out-of-order";

export interface Place {
  placeId: string;
  kind: "table" | "room";
  name: string;
  /** "Table 12" */
  title: string;
  area: string;
  floor: string;
  /** null: nobody has said. */
  state: RoomState | null;
  occupied: boolean;
  note: string;
  /** The person who cleans it. */
  assigneeId: string | null;
}

const byName = new Intl.Collator(locale, { numeric: true }).compare;
const states: readonly RoomState[] = ["clean", "dirty", "cleaning", "inspected", "out-of-order"];

export function readPlaces(source: RecordSource): Place[] {
  return standing(source, "place")
    .map(([placeId, record]) => {
      const kind = textAt(record, "kind") === "room" ? ("room" as const) : ("table" as const);
      const name = textAt(record, "name");
      return {
        placeId,
        kind,
        name,
        title: titleOf(kind, name),
        area: textAt(record, "area"),
        floor: textAt(record, "floor"),
        state: states.find((one) => one === valueOf(record, "state")) ?? null,
        occupied: flagAt(record, "occupied"),
        note: textAt(record, "note"),
        assigneeId: idAt(record, "assigneeId"),
      };
    })
    .sort((a, b) => byName(a.name, b.name));
}

/** "Table 12"; "" where there is none, or it is gone. */
export function placeTitle(source: RecordSource, placeId: string | null): string {
  const record = placeId === null ? null : source.record(`place/${placeId}`);
  if (record === null) return "";
  return titleOf(textAt(record, "kind") === "room" ? "room" : "table", textAt(record, "name"));
}

export interface HousePerson {
  personId: string;
  name: string;
}

export function readPeople(source: RecordSource): HousePerson[] {
  return standing(source, "person")
    .map(([personId, record]) => ({ personId, name: textAt(record, "name") }))
    .sort((a, b) => byName(a.name, b.name));
}

/** "" where nobody is known by it. */
export function personName(source: RecordSource, personId: string | null): string {
  const record = personId === null ? null : source.record(`person/${personId}`);
  return record === null ? "" : textAt(record, "name");
}

/** What stands on the property's receipts. */
export interface PropertyDetails {
  name: string;
  address: string[];
  phone: string;
  taxNumber: string;
  footer: string[];
  /** A ticket that no screen has shown for so long is printed. */
  unseenSeconds: number;
}

/** What the hub takes where nobody has said. */
export const STANDARD_UNSEEN_SECONDS = 60;

export function readDetails(source: RecordSource): PropertyDetails {
  const record = source.record("property/house");
  const list = (name: string): string[] => {
    const value = record === null ? undefined : valueOf(record, name);
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  };
  const text = (name: string): string => (record === null ? "" : textAt(record, name));
  const seconds = record === null ? undefined : valueOf(record, "unseenSeconds");
  return {
    name: text("name"),
    address: list("address"),
    phone: text("phone"),
    taxNumber: text("taxNumber"),
    footer: list("footer"),
    unseenSeconds: typeof seconds === "number" ? seconds : STANDARD_UNSEEN_SECONDS,
  };
}
