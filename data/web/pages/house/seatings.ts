// SPDX-License-Identifier: Apache-2.0
// Who sits where, as the records have it. Pure.

import { registerOf } from "@bellhop/client";

import { toFields } from "../link/fields";
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

/**
 * Parties that sat somewhere: orders and payments name only those that staff had confirmed. What ended
 * says no more whether it was ever more than a question.
 */
function readSeated(source: RecordSource): Set<string> {
  const seated = new Set<string>();
  for (const [, { items, registers }] of source.records("order")) {
    const named = Object.entries(items)
      .filter(([path]) => path === "header" || path.startsWith("payment/"))
      .map(([, [value]]) => toFields(value)["seatingId"]);
    for (const seatingId of [...named, registers["seatingId"]?.[0]])
      if (typeof seatingId === "string") seated.add(seatingId);
  }
  return seated;
}

export interface Leaving {
  seatingId: string;
  leftMs: number;
}

/** By place: who sat there and left last. @param sinceMs UTC */
export function lastToLeave(source: RecordSource, sinceMs: number): Map<string, Leaving> {
  const ended = standing(source, "seating").flatMap(([seatingId, record]) => {
    const leftMs = registerOf(record, "state")?.[2] ?? 0;
    const hasLeft = textAt(record, "state") === "ended" && leftMs >= sinceMs;
    return hasLeft ? [{ placeId: textAt(record, "placeId"), seatingId, leftMs }] : [];
  });
  const last = new Map<string, Leaving>();
  if (ended.length === 0) return last;
  const seated = readSeated(source);
  for (const { placeId, seatingId, leftMs } of ended)
    if (seated.has(seatingId) && leftMs >= (last.get(placeId)?.leftMs ?? 0))
      last.set(placeId, { seatingId, leftMs });
  return last;
}
