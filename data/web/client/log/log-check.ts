// SPDX-License-Identifier: Apache-2.0
// Asks the hub whether it has the same operations as this replica, and not only as many. Two storages
// with one identity, of which one is a copy, write different operations under the same numbers; whoever
// heard the one and whoever heard the other say that they have as much. So digests of ranges are compared
// of what it is not known to have the same: one message at a time, until nothing is left.

import { newId } from "../ids";
import type { Message } from "../messages";
import {
  isPrivateLog,
  MAX_RANGE_OPERATIONS,
  MAX_RANGES,
  toCheckMessage,
  type CheckedMessage,
  type LogRange,
} from "./replication-messages";
import type { ReplicaStore } from "./replicator";

export interface LogCheckOptions {
  store: ReplicaStore;
  after(delayMs: number, callback: () => void): () => void;
  send(message: Message): void;
  /** How far it says that it has this log. */
  confirmedOf(logId: string): number;
  /** Up to there nothing is to be asked. */
  deliveredOf(logId: string): number;
  /** What is sent in any case needs no check. */
  isSentAgain(logId: string): boolean;
  /** These it has as they are here. */
  onSame(range: LogRange): void;
  /** There it has something else, or not all. */
  onDiffers(range: LogRange): void;
}

/** Of one message, so that the hub can always afford it; after silence a quarter, as it may be slow. */
const MAX_OPERATIONS = 4096;
const ANSWER_MS = 15000;
const MAX_RETRIES = 3;
/** More is likely to come: what it has beyond ours, and what connects with what does not yet. */
const SOON_MS = 3000;
/** How long it may make us wait. */
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 10 * 60 * 1000;

export class LogCheck {
  readonly #options: LogCheckOptions;
  #isOn = false;
  /** Something is read for one, or one is under way or put off. */
  #isBusy = false;
  #pending: { id: string; ranges: LogRange[] } | null = null;
  #retries = 0;
  /** What was begun in an earlier one is of no concern. */
  #run = 0;
  #cancelWait: (() => void) | null = null;
  #cancelSoon: (() => void) | null = null;

  constructor(options: LogCheckOptions) {
    this.#options = options;
  }

  /** It said all that it has. */
  start(): void {
    this.#isOn = true;
    this.#retries = 0;
    this.#cancelSoon?.();
    this.#cancelSoon = null;
    this.soon();
  }

  /** Until start(): there is no way to it, or it does not answer. */
  stop(): void {
    this.#isOn = false;
    this.#rest();
    this.#cancelSoon?.();
    this.#cancelSoon = null;
  }

  /** Something came that may be for a check. */
  soon(): void {
    if (!this.#isOn) return;
    this.#cancelSoon ??= this.#options.after(SOON_MS, () => {
      this.#cancelSoon = null;
      this.#next();
    });
  }

  answer({ ref, differ, retryMs }: CheckedMessage): void {
    const { id, ranges = [] } = this.#pending ?? {};
    if (ref !== id) return;
    this.#rest();
    this.#retries = 0;
    if (retryMs !== null) {
      this.#wait(Math.min(Math.max(retryMs, MIN_RETRY_MS), MAX_RETRY_MS), () => this.#next());
      return;
    }
    const differing = new Set(differ.map(String));
    for (const range of ranges) {
      if (differing.has(String(range))) this.#options.onDiffers(range);
      else this.#options.onSame(range);
    }
    this.#next();
  }

  /** It does not know what was asked. Returns whether that was a check. */
  refuse(ref: string | undefined): boolean {
    if (this.#pending === null || ref !== this.#pending.id) return false;
    this.stop();
    return true;
  }

  #next(): void {
    if (!this.#isOn || this.#isBusy) return;
    const ranges = this.#due();
    if (ranges.length > 0) void this.#ask(ranges);
  }

  async #ask(ranges: readonly LogRange[]): Promise<void> {
    this.#isBusy = true;
    const run = this.#run;
    const { store, send } = this.#options;
    const asked: [...LogRange, string][] = [];
    const torn = new Set<string>();
    try {
      for (const range of ranges) {
        const [logId] = range;
        if (torn.has(logId)) continue;
        const digest = await store.rangeDigest(...range);
        if (run !== this.#run) return;
        // Compacted meanwhile; what follows would not connect.
        if (digest === null) torn.add(logId);
        else asked.push([...range, digest]);
      }
    } catch {
      // Our storage failed: later, as if it had not been answered.
      if (run !== this.#run) return;
      asked.length = 0;
    }
    if (asked.length > 0) {
      const id = newId();
      this.#pending = { id, ranges: asked.map(([logId, from, to]) => [logId, from, to]) };
      send(toCheckMessage(id, asked));
    }
    this.#wait(ANSWER_MS, () => {
      this.#retries += 1;
      if (this.#retries > MAX_RETRIES) this.stop();
      else this.#next();
    });
  }

  #wait(delayMs: number, callback: () => void): void {
    this.#isBusy = true;
    this.#cancelWait = this.#options.after(delayMs, () => {
      this.#rest();
      callback();
    });
  }

  #rest(): void {
    this.#run += 1;
    this.#isBusy = false;
    this.#pending = null;
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  #due(): LogRange[] {
    const { store, confirmedOf, deliveredOf } = this.#options;
    const ranges: LogRange[] = [];
    let left = MAX_OPERATIONS >> (2 * this.#retries);
    for (const [logId, seq] of Object.entries(store.have(true))) {
      if (!this.#isChecked(logId)) continue;
      const end = Math.min(seq, confirmedOf(logId));
      for (let from = deliveredOf(logId) + 1; from <= end; ) {
        if (ranges.length >= MAX_RANGES || left === 0) return ranges;
        const count = Math.min(MAX_RANGE_OPERATIONS, end - from + 1, left);
        ranges.push([logId, from, from + count - 1]);
        from += count;
        left -= count;
      }
    }
    return ranges;
  }

  /** Private ones go to the hub from their author only. */
  #isChecked(logId: string): boolean {
    const { store, isSentAgain } = this.#options;
    const isOthers = isPrivateLog(logId) && store.authorOf(logId) !== store.deviceId;
    return !isOthers && !isSentAgain(logId);
  }
}
