// SPDX-License-Identifier: Apache-2.0
// Who sits where, as the records have it. Pure.

import { registerOf } from "@bellhop/client";

import { numberAt, standing, textAt, type RecordSource } from "./source";

export interface Seating {
  seatingId: string;
  placeId: string;
  /** `requested`: staff have not confirmed it yet. */
  state: "requested" | "open";
  /** Phones that scanned the code. */
  guests: number;
}

/** By place: what has not ended. */
export function readSeatings(source: RecordSource): Map<string, Seating> {
  const seatings = new Map<string, Seating>();
  for (const [seatingId, record] of standing(source, "seating")) {
    const state = textAt(record, "state");
    if (state !== "requested" && state !== "open") continue;
    const placeId = textAt(record, "placeId");
    // Where two are told of, who sits counts before who asks.
    if (seatings.get(placeId)?.state === "open") continue;
    seatings.set(placeId, { seatingId, placeId, state, guests: numberAt(record, "guests", 0) });
  }
  return seatings;
}

/** Where an order is brought. */
export interface Seat {
  placeId: string | null;
  /** Of who sits there, and may see the order; null: nobody who scanned, or it is not confirmed. */
  seatingId: string | null;
}

/** Place and seating change together: the party of the table before is not to see what is here. */
export function seatAt(source: RecordSource, placeId: string | null): Seat {
  const seating = placeId === null ? undefined : readSeatings(source).get(placeId);
  return { placeId, seatingId: seating?.state === "open" ? seating.seatingId : null };
}

/** Of who left that place last; null: nobody has since then. @param sinceMs UTC */
export function lastToLeave(source: RecordSource, placeId: string, sinceMs: number): string | null {
  let last: { seatingId: string; leftMs: number } | null = null;
  for (const [seatingId, record] of standing(source, "seating")) {
    if (textAt(record, "placeId") !== placeId || textAt(record, "state") !== "ended") continue;
    const leftMs = registerOf(record, "state")?.[2] ?? 0;
    if (leftMs >= Math.max(sinceMs, last?.leftMs ?? 0)) last = { seatingId, leftMs };
  }
  return last?.seatingId ?? null;
}
