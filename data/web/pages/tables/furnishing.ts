// SPDX-License-Identifier: Apache-2.0
// Where a table or room is and how many sit there, as the records have it and a manager changes it. Pure.

import type { PropertyDraft } from "@bellhop/client";

import { numberAt, standing, textAt, type RecordSource } from "../house/source";
import { t } from "../messages";

export const LONGEST_AREA = 64;
export const LONGEST_FLOOR = 20;
const MOST_SEATS = 1000;

export interface Furnishing {
  /** "Terrace"; "": nobody has said. */
  area: string;
  floor: string;
  /** 0: nobody has said. */
  seats: number;
}

export const NOTHING: Furnishing = { area: "", floor: "", seats: 0 };

/** By placeId. */
export type Furnishings = ReadonlyMap<string, Furnishing>;

export function readFurnishings(source: RecordSource): Furnishings {
  return new Map(
    standing(source, "place").map(([placeId, record]) => [
      placeId,
      { area: textAt(record, "area"), floor: textAt(record, "floor"), seats: numberAt(record, "seats", 0) },
    ]),
  );
}

/** What somebody typed; null: that is no number of seats. */
export function toFurnishing(area: string, floor: string, seats: string): Furnishing | null {
  const count = seats.trim() === "" ? 0 : Number(seats);
  if (!Number.isInteger(count) || count < 0 || count > MOST_SEATS) return null;
  return { area: area.trim(), floor: floor.trim(), seats: count };
}

/** Only what is other than before, so that a change from elsewhere is not written over. */
export function furnish(
  placeId: string,
  before: Furnishing,
  after: Furnishing,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  const set: { area?: string | null; floor?: string | null; seats?: number } = {};
  if (after.area !== before.area) set.area = after.area === "" ? null : after.area;
  if (after.floor !== before.floor) set.floor = after.floor === "" ? null : after.floor;
  if (after.seats !== before.seats) set.seats = after.seats;
  if (Object.keys(set).length === 0) return [];
  const entity = `place/${placeId}`;
  return [{ kind: "place.set", entity, body: { version: nextVersion(entity), set } }];
}

/** "Terrace · Floor 1 · Seats: 4"; "" where nobody has said anything. */
export function describeFurnishing({ area, floor, seats }: Furnishing): string {
  const parts = [
    area,
    floor === "" ? "" : t("place.floor.named", { floor }),
    seats === 0 ? "" : t("place.seats.count", { count: seats }),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
