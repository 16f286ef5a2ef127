// SPDX-License-Identifier: Apache-2.0
// Records that lack the operation they began with. Mostly it is only late. But what was over for long is
// forgotten here, and what is said of it afterwards would stand alone: then the hub, which forgets nothing,
// is asked for the whole. It may not know more either, and is asked no more than twice.

import type { Clock } from "../clock";
import { itemOf, itemStamp, registerStamp, type EntityRecord } from "./record";
import { isPrivateLog } from "./replica-state";

/** Longer than operations that were written together are apart. */
const LATE_MS = 20 * 1000;
/** The first answer may have been on its way already. */
const MAX_ASKED = 2;
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
  ask(): void;
}

export class Fragments {
  readonly #options: FragmentsOptions;
  readonly #late = new Set<string>();
  /** How often the hub was asked for it. */
  readonly #asked = new Map<string, number>();
  #cancel: (() => void) | null = null;
  #isStopped = false;

  constructor(options: FragmentsOptions) {
    this.#options = options;
  }

  /** Something came of these. */
  note(names: Iterable<string>): void {
    if (this.#isStopped) return;
    for (const name of names) if (this.#isWanted(name)) this.#late.add(name);
    if (this.#late.size > 0) this.#cancel ??= this.#options.clock.after(LATE_MS, () => this.#look());
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
    return record !== null && isFragment(name, record);
  }

  #look(): void {
    this.#cancel = null;
    const names = this.#options.isAnythingGone() ? [...this.#late].filter((name) => this.#isWanted(name)) : [];
    this.#late.clear();
    for (const name of names) this.#asked.set(name, (this.#asked.get(name) ?? 0) + 1);
    if (names.length > 0) this.#options.ask();
  }
}
