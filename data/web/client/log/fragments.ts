// SPDX-License-Identifier: Apache-2.0
// Records that lack the operation they began with. Mostly it is only late. But what was over for long is
// forgotten here, and what is said of it afterwards would stand alone: then the hub, which forgets nothing,
// is asked for the whole. It may not know more either, and is asked no more than twice; and whoever makes them
// up one after the other makes nobody ask without end, for each answer is all that the hub has.

import type { Clock } from "../clock";
import { RateBucket } from "./rate-bucket";
import { itemOf, itemStamp, registerStamp, type EntityRecord } from "./record";
import { isPrivateLog } from "./replica-state";

/** Longer than operations that were written together are apart. */
const LATE_MS = 20 * 1000;
/** The first answer may have been on its way already. */
const MAX_ASKED = 2;
/** Whatever the names: a few, as after a long absence, and then one in ten minutes. */
const ASKING = { burst: 4, perSecond: 1 / 600 };
/** Names that are remembered, of late ones and of those asked for. */
export const MAX_NAMES = 1000;
const BEGUN = /^(message|order|request)\//;

/** Whether that is a record of which the beginning is not here. */
export function isFragment(name: string, record: EntityRecord): boolean {
  return BEGUN.test(name) && itemOf(record, "header") === undefined;
}

/**
 * Whether all that is said there came by private logs. What it speaks of is private too, as a rule: then only
 * its author and the hub have the beginning, which never comes here.
 */
export function isAllPrivate({ items, registers }: EntityRecord): boolean {
  const stamps = [
    ...Object.values(items).map(itemStamp),
    ...Object.values(registers).map(registerStamp),
  ];
  return stamps.every(([, , logId]) => isPrivateLog(logId));
}

export interface FragmentsOptions {
  clock: Clock;
  /** null: there is none. */
  recordOf(name: string): EntityRecord | null;
  /** Not while all that ever came is still here. */
  isAnythingGone(): boolean;
  /** The hub, for the whole of these. */
  ask(names: readonly string[]): void;
}

export class Fragments {
  readonly #options: FragmentsOptions;
  readonly #bucket: RateBucket;
  readonly #late = new Set<string>();
  /** Of late ones: whatever stands there, more of it may be missing. */
  readonly #regrown = new Set<string>();
  /** How often the hub was asked for it. */
  readonly #asked = new Map<string, number>();
  #cancel: (() => void) | null = null;
  #isStopped = false;

  constructor(options: FragmentsOptions) {
    this.#options = options;
    this.#bucket = new RateBucket(ASKING, options.clock);
  }

  /** Something came of these. */
  note(names: Iterable<string>): void {
    if (this.#isStopped) return;
    for (const name of names)
      if (this.#late.size < MAX_NAMES && this.#isWanted(name)) this.#late.add(name);
    if (this.#late.size > 0) this.#lookAfter(LATE_MS);
  }

  /**
   * An operation came again that had been let go here, as it does to an author whose storage was copied, and
   * the record was forgotten: that alone stands there now.
   */
  noteAgain(name: string): void {
    if (this.#regrown.size < MAX_NAMES && BEGUN.test(name)) this.#regrown.add(name);
    this.note([name]);
  }

  /** The hub sent what it has: what was asked for is there, or not. */
  noteAnswer(): void {
    this.note([...this.#asked.keys()]);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #isWanted(name: string): boolean {
    if ((this.#asked.get(name) ?? 0) >= MAX_ASKED) return false;
    const record = this.#options.recordOf(name);
    return record !== null && (this.#regrown.has(name) || isFragment(name, record));
  }

  #lookAfter(delayMs: number): void {
    this.#cancel ??= this.#options.clock.after(delayMs, () => this.#look());
  }

  #look(): void {
    this.#cancel = null;
    const names = this.#options.isAnythingGone() ? [...this.#late].filter((name) => this.#isWanted(name)) : [];
    const waitMs = names.length > 0 ? this.#bucket.waitMs(1) : 0;
    // They stay late until then.
    if (waitMs > 0) return this.#lookAfter(waitMs);
    this.#late.clear();
    if (names.length === 0) return;
    this.#bucket.take(1);
    for (const name of names) {
      this.#count(name);
      this.#regrown.delete(name);
    }
    this.#options.ask(names);
  }

  #count(name: string): void {
    const asked = this.#asked.get(name) ?? 0;
    this.#asked.delete(name);
    this.#asked.set(name, asked + 1);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > MAX_NAMES && oldest !== undefined) this.#asked.delete(oldest);
  }
}
