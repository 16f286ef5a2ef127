// SPDX-License-Identifier: Apache-2.0
// Operations whose predecessors have not come yet. They are in memory only, and only so many: what is
// sent away comes again, because no `have` of ours ever named it.

import type { Operation } from "./operation";
import { MAX_VARIANTS } from "./log-store";

const MAX_LOGS = 64;
const MAX_IN_LOG = 512;
const MAX_BYTES = 4 * 1024 * 1024;

function sizeOf({ text }: Operation): number {
  // What a string takes at most; counting its UTF-8 would cost more than it tells.
  return 2 * text.length;
}

export class WaitingRoom {
  readonly #logs = new Map<string, Map<number, Operation[]>>();
  #bytes = 0;

  /** false: there is no room for it. */
  add(operation: Operation): boolean {
    const { logId, seq, text } = operation;
    const log = this.#logs.get(logId) ?? new Map<number, Operation[]>();
    const variants = log.get(seq) ?? [];
    if (variants.some((one) => one.text === text)) return true;
    if (!this.#logs.has(logId) && this.#logs.size >= MAX_LOGS) return false;
    if (variants.length === 0 && log.size >= MAX_IN_LOG) return false;
    if (variants.length >= MAX_VARIANTS || this.#bytes + sizeOf(operation) > MAX_BYTES) return false;
    this.#bytes += sizeOf(operation);
    log.set(seq, [...variants, operation]);
    this.#logs.set(logId, log);
    return true;
  }

  /** Whether these very bytes wait here under this very signature: it has been checked. */
  has({ logId, seq, text, sig }: Operation): boolean {
    const variants = this.#logs.get(logId)?.get(seq) ?? [];
    return variants.some((one) => one.text === text && one.sig === sig);
  }

  /** What follows on `seq` without a gap leaves; what is no longer awaited too, for nothing. */
  takeBehind(logId: string, seq: number): Operation[] {
    const log = this.#logs.get(logId);
    if (log === undefined) return [];
    const taken: Operation[] = [];
    for (const old of [...log.keys()]) if (old <= seq) taken.push(...this.#take(logId, old));
    for (let next = seq + 1; log.has(next); next++) taken.push(...this.#take(logId, next));
    return taken;
  }

  logIds(): string[] {
    return [...this.#logs.keys()];
  }

  #take(logId: string, seq: number): Operation[] {
    const log = this.#logs.get(logId);
    const variants = log?.get(seq) ?? [];
    for (const operation of variants) this.#bytes -= sizeOf(operation);
    log?.delete(seq);
    if (log?.size === 0) this.#logs.delete(logId);
    return variants;
  }
}
