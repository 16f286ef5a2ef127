// SPDX-License-Identifier: Apache-2.0
// How far the hub is known to have the same of each log as this storage. That it has as much does not say
// so: a copy of a storage may have written something else under the same numbers. A mark rises with what
// the hub answered, sent itself or compared, and falls where it says that it has less: it was restored from
// a backup. A mark that is too low, as after a crash, costs that it is asked or told once more.

import type { Clock } from "../clock";
import { isFields } from "../messages";
import { isLogId } from "./formats";
import type { Have } from "./property-types";

const SAVE_MS = 1000;

export class DeliveredMarks {
  readonly #clock: Clock;
  readonly #save: () => void;
  readonly #marks = new Map<string, number>();
  readonly #own = new Set<string>();
  /** Of those that fell what was saved before counts no more, whichever tab saved it. */
  readonly #fallen = new Set<string>();
  #isUnsaved = false;
  #isSaving = false;
  #cancelSave: (() => void) | null = null;

  /** @param save is called when something is to be saved: of own logs at once, of others' after a while */
  constructor(clock: Clock, save: () => void) {
    this.#clock = clock;
    this.#save = save;
  }

  /** This storage writes there. */
  watch(logId: string): void {
    if (logId !== "") this.#own.add(logId);
  }

  isWatched(logId: string): boolean {
    return this.#own.has(logId);
  }

  /** What was saved, by whatever tab. */
  load(value: unknown): void {
    for (const [logId, seq] of this.#saved(value)) this.#marks.set(logId, Math.max(seq, this.of(logId)));
  }

  of(logId: string): number {
    return this.#marks.get(logId) ?? 0;
  }

  raise(have: Have): void {
    const news = Object.entries(have).filter(([logId, seq]) => seq > this.of(logId));
    for (const [logId, seq] of news) this.#marks.set(logId, seq);
    if (news.length > 0) this.#note(news.some(([logId]) => this.#own.has(logId)));
  }

  /** @param have all that the hub has */
  lower(have: Have): void {
    const fallen = [...this.#marks].filter(([logId, seq]) => seq > (have[logId] ?? 0));
    for (const [logId] of fallen) {
      this.#marks.set(logId, have[logId] ?? 0);
      this.#fallen.add(logId);
    }
    if (fallen.length > 0) this.#note(true);
  }

  /** Whether there was something. */
  takeUnsaved(): boolean {
    const wasUnsaved = this.#isUnsaved;
    this.#isUnsaved = false;
    this.#isSaving = false;
    this.stop();
    return wasUnsaved;
  }

  /** With what another tab saved. */
  mergedWith(old: unknown): Have {
    const all = new Map(this.#saved(old));
    for (const [logId, seq] of this.#marks) all.set(logId, Math.max(seq, all.get(logId) ?? 0));
    return Object.fromEntries(all);
  }

  stop(): void {
    this.#cancelSave?.();
    this.#cancelSave = null;
  }

  #note(isUrgent: boolean): void {
    this.#isUnsaved = true;
    if (this.#isSaving) return;
    if (isUrgent) {
      this.#isSaving = true;
      this.stop();
      this.#save();
    } else
      this.#cancelSave ??= this.#clock.after(SAVE_MS, () => {
        this.#cancelSave = null;
        this.#note(true);
      });
  }

  #saved(value: unknown): [string, number][] {
    if (!isFields(value)) return [];
    return Object.entries(value).filter(
      (entry): entry is [string, number] =>
        isLogId(entry[0]) && Number.isSafeInteger(entry[1]) && !this.#fallen.has(entry[0]),
    );
  }
}
