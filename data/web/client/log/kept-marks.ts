// SPDX-License-Identifier: Apache-2.0
// For how long the hub has had what it has. One that was restored from a backup gets back from its devices
// what it lacks; so what may go from here is what it has had all the time for KEEP_MS, and not what is old:
// a tablet that was away for weeks has only just handed over what it wrote then. Two generations of marks
// tell it: what the hub had when the young one was begun, which takes the place of the old one when it is
// old enough. So things stay for that long, and up to twice that. All tabs share them.

import { isFields } from "../messages";
import type { LogStore } from "./log-store";
import type { Have } from "./property-types";
import { marksOf } from "./safe-marks";
import { KEEP_MS } from "./store-keeper";

const NAME = "kept";
/**
 * What one count adds at most. A date that jumps, even where the hub's did, makes nothing old at once; a
 * device that is rarely used keeps things for as many days of use.
 */
const STEP_MS = 24 * 3600 * 1000;

interface Generations {
  /** When the last count was. */
  atMs: number;
  /** Of the young one. */
  ageMs: number;
  young: Have;
  old: Have;
}

/** null: there are none, or nobody can read them. */
function read(saved: unknown): Generations | null {
  if (!isFields(saved)) return null;
  const { atMs, ageMs, young, old } = saved;
  if (!Number.isFinite(atMs) || !Number.isFinite(ageMs)) return null;
  if (!isFields(young) || !isFields(old)) return null;
  return {
    ...{ atMs: atMs as number, ageMs: ageMs as number },
    young: Object.fromEntries(marksOf(young)),
    old: Object.fromEntries(marksOf(old)),
  };
}

function lowest(marks: Have, others: Have): Have {
  const both = Object.entries(marks).map(([logId, seq]): [string, number] => [
    logId,
    Math.min(seq, others[logId] ?? 0),
  ]);
  return Object.fromEntries(both.filter(([, seq]) => seq > 0));
}

function isWithin(marks: Have, others: Have): boolean {
  return Object.entries(marks).every(([logId, seq]) => seq <= (others[logId] ?? 0));
}

function lowered(generations: Generations, have: Have): Generations {
  const { young, old } = generations;
  return { ...generations, young: lowest(young, have), old: lowest(old, have) };
}

export class KeptMarks {
  readonly #store: LogStore;
  /** What the storage did not take: all that the hub had then. */
  #owed: Have | null = null;

  constructor(store: LogStore) {
    this.#store = store;
  }

  /** @param kept what others keep now. Returns what of that they have kept for long. */
  async count(kept: Have, nowMs: number): Promise<Have> {
    const { old } = await this.#store.update(NAME, (saved): Generations => {
      const found = read(saved);
      if (found === null) return { atMs: nowMs, ageMs: 0, young: kept, old: {} };
      const before = this.#owed === null ? found : lowered(found, this.#owed);
      const ageMs = before.ageMs + Math.min(Math.max(nowMs - before.atMs, 0), STEP_MS);
      if (ageMs < KEEP_MS) return { ...before, atMs: nowMs, ageMs };
      return { atMs: nowMs, ageMs: 0, young: kept, old: before.young };
    });
    this.#owed = null;
    return lowest(kept, old);
  }

  /** The hub has no more than that: what it lost is new there when it has it again. */
  async lower(have: Have): Promise<void> {
    const all = this.#owed === null ? have : lowest(this.#owed, have);
    this.#owed = all;
    const found = read(await this.#store.readValue(NAME));
    // Mostly it has all, and nothing is to be written.
    if (found !== null && !(isWithin(found.young, all) && isWithin(found.old, all)))
      await this.#store.update(NAME, (saved) => {
        const before = read(saved);
        return before === null ? undefined : lowered(before, all);
      });
    this.#owed = null;
  }
}
