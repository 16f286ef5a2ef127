// SPDX-License-Identifier: Apache-2.0
// How far the hub is known to have the same of each log as this storage. That it has as much does not say
// so: a copy of a storage may have written something else under the same numbers. A mark rises with what
// the hub answered, sent itself or compared. Where it says that it has less of any log, it was restored from
// a backup, and all marks fall: what it lost of others it may have got since, and not the same. A mark that
// is too low, as after a crash, costs that it is asked or told once more.

import type { Clock } from "../clock";
import { isFields } from "../messages";
import { isLogId } from "./formats";
import type { Have } from "./property-types";

/** Of others' logs: one that is lost costs a question. */
const SAVE_MS = 10000;

export class DeliveredMarks {
  readonly #clock: Clock;
  readonly #save: () => void;
  readonly #marks = new Map<string, number>();
  readonly #own = new Set<string>();
  /** What was saved before counts no more, whichever tab saved it. */
  #hasFallen = false;
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
    if (![...this.#marks].some(([logId, seq]) => seq > (have[logId] ?? 0))) return;
    this.#marks.clear();
    this.#hasFallen = true;
    this.#note(true);
  }

  /** Whether there was something. */
  takeUnsaved(): boolean {
    const wasUnsaved = this.#isUnsaved;
    this.#isUnsaved = false;
    this.#isSaving = false;
    this.stop();
    return wasUnsaved;
  }

  /** It could not be saved: in a while again. */
  giveBackUnsaved(): void {
    this.#note(false);
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
    if (!isFields(value) || this.#hasFallen) return [];
    return Object.entries(value).filter(
      (entry): entry is [string, number] => isLogId(entry[0]) && Number.isSafeInteger(entry[1]),
    );
  }
}
