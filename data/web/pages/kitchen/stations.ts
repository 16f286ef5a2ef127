// SPDX-License-Identifier: Apache-2.0
// Which lines are a screen's. Pure.

import type { Station } from "../house/menu";

/** Ids of stations; null: all. */
export type Choice = readonly string[] | null;

/** What was chosen once, as far as it still exists: a screen whose stations are all gone shows all. */
export function standingChoice(choice: Choice, stations: readonly Station[]): Choice {
  if (choice === null) return null;
  const known = stations.map(({ stationId }) => stationId).filter((id) => choice.includes(id));
  return known.length === 0 ? null : known;
}

/** A line without a station, or of one that is gone, is the first station's, where there are any. */
export function stationOf(stationId: string | null, stations: readonly Station[]): string | null {
  if (stations.some((one) => one.stationId === stationId)) return stationId;
  return stations[0]?.stationId ?? null;
}

/** @param choice a standing one */
export function isShown(
  stationId: string | null,
  choice: Choice,
  stations: readonly Station[],
): boolean {
  if (choice === null) return true;
  const own = stationOf(stationId, stations);
  return own === null || choice.includes(own);
}

/** With this one more, or without it. All of them are "all", and so is none. */
export function toggleStation(choice: Choice, stationId: string, stations: readonly Station[]): Choice {
  const all = stations.map((one) => one.stationId);
  const before = choice ?? [];
  const after = before.includes(stationId)
    ? before.filter((id) => id !== stationId)
    : all.filter((id) => id === stationId || before.includes(id));
  return after.length === 0 || after.length === all.length ? null : after;
}
