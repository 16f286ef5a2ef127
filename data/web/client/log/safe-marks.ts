// SPDX-License-Identifier: Apache-2.0
// How far the hub, or any other device, has each log. What the hub has is saved now and then: after a
// crash a little of it is unknown for a moment, and told again by the hub.

import type { Clock } from "../clock";
import { isFields } from "../messages";
import { isLogId } from "./formats";
import type { Have, Level } from "./property-types";

const SAVE_MS = 1000;

/** Of a value that was saved, or said: what can be read of it. */
export function marksOf(value: unknown): [string, number][] {
  if (!isFields(value)) return [];
  return Object.entries(value).filter(
    (entry): entry is [string, number] =>
      isLogId(entry[0]) && Number.isSafeInteger(entry[1]) && (entry[1] as number) > 0,
  );
}

export class SafeMarks {
  readonly #clock: Clock;
  readonly #save: () => void;
  readonly #hub = new Map<string, number>();
  readonly #device = new Map<string, number>();
  #isUnsaved = false;
  #cancelSave: (() => void) | null = null;

  /** @param save is called a while after something changed */
  constructor(clock: Clock, save: () => void) {
    this.#clock = clock;
    this.#save = save;
  }

  /** What was saved, by whatever tab. */
  load(value: unknown): void {
    this.#raise(this.#hub, value);
  }

  /** Returns what is further than before. */
  raise(have: unknown, level: Level): [logId: string, seq: number][] {
    if (level !== "hub") return this.#raise(this.#device, have);
    const raised = this.#raise(this.#hub, have);
    if (raised.length > 0) {
      this.#isUnsaved = true;
      this.#cancelSave ??= this.#clock.after(SAVE_MS, () => {
        this.#cancelSave = null;
        this.#save();
      });
    }
    return raised;
  }

  /** null: nobody said that they have it. */
  levelOf(logId: string, seq: number): "device" | "hub" | null {
    if (seq <= (this.#hub.get(logId) ?? 0)) return "hub";
    return seq <= (this.#device.get(logId) ?? 0) ? "device" : null;
  }

  have(): Have {
    return Object.fromEntries(this.#hub);
  }

  /** Whether there was something. */
  takeUnsaved(): boolean {
    const wasUnsaved = this.#isUnsaved;
    this.#isUnsaved = false;
    return wasUnsaved;
  }

  /** With what another tab saved. */
  mergedWith(old: unknown): Have {
    const all = new Map(marksOf(old));
    this.#raise(all, this.have());
    return Object.fromEntries(all);
  }

  stop(): void {
    this.#cancelSave?.();
    this.#cancelSave = null;
  }

  #raise(marks: Map<string, number>, have: unknown): [string, number][] {
    const raised = marksOf(have).filter(([logId, seq]) => seq > (marks.get(logId) ?? 0));
    for (const [logId, seq] of raised) marks.set(logId, seq);
    return raised;
  }
}
