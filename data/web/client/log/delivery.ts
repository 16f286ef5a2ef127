// SPDX-License-Identifier: Apache-2.0
// What the hub at the other end of a link is known to have the same of, and which logs are sent to it
// again whatever it says that it has: those that this storage writes, and those of which it was found to
// have something else. It knows what it has already, and keeps what is different beside it.

import type { Span } from "./outgoing-batch";
import type { AckMessage, Refusal } from "./replication-messages";
import type { ReplicaStore } from "./replicator";

/** In order, and none that touches the next. */
function joined(spans: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const { first, last } of [...spans].sort((a, b) => a.first - b.first)) {
    const end = whole[whole.length - 1];
    if (end !== undefined && first <= end.last + 1) end.last = Math.max(end.last, last);
    else whole.push({ first, last });
  }
  return whole;
}

/** How far it goes without a gap. @param spans in order */
function reach(seq: number, spans: readonly Span[]): number {
  return spans.reduce((end, { first, last }) => (first <= end + 1 ? Math.max(end, last) : end), seq);
}

export class Delivery {
  readonly #store: ReplicaStore;
  /** By logId, of those that are sent again: what was answered before what was sent earlier. */
  readonly #answered = new Map<string, Span[]>();
  /** By logId: up to where it differs. */
  readonly #differing = new Map<string, number>();

  constructor(store: ReplicaStore) {
    this.#store = store;
  }

  /** What was under way may not have arrived. */
  clear(): void {
    this.#answered.clear();
    this.#differing.clear();
  }

  /** Up to where it is sent again, from its mark on. 0: it is not. */
  endOf(logId: string): number {
    if (this.#store.writesTo(logId)) return Infinity;
    const to = this.#differing.get(logId) ?? 0;
    return to > this.#store.deliveredOf(logId) ? to : 0;
  }

  /** With what follows it and was answered. */
  reach(logId: string, seq: number): number {
    return reach(seq, this.#answered.get(logId) ?? []);
  }

  /** There it has something else, or not all. */
  differ(logId: string, to: number): void {
    if (to <= this.#store.deliveredOf(logId)) return;
    this.#differing.set(logId, Math.max(to, this.#differing.get(logId) ?? 0));
  }

  /**
   * These it has as they are here. Returns whether a check may have something to do: they do not connect
   * with what it is known to have, or a log is no longer sent again.
   */
  add(logId: string, span: Span): boolean {
    const before = this.#store.deliveredOf(logId);
    if (span.last < span.first || span.last <= before) return false;
    const spans = joined([...(this.#answered.get(logId) ?? []), span]);
    const seq = reach(before, spans);
    if (seq > before) this.#store.markDelivered({ [logId]: seq });
    const left = spans.filter(({ last }) => last > seq);
    if (this.endOf(logId) > 0) {
      this.#answered.set(logId, left);
      return false;
    }
    this.#answered.delete(logId);
    const wasDiffering = this.#differing.delete(logId);
    return wasDiffering || left.length > 0;
  }

  /** What it took of these, and returns as add(). */
  addTaken(spans: ReadonlyMap<string, Span>, { have, refused }: AckMessage): boolean {
    let isCheckDue = false;
    for (const [logId, { first, last }] of spans) {
      // It may have something else under the numbers of what it did not take.
      const ends = refused.filter((one) => one.logId === logId).map(({ seq }) => seq - 1);
      const taken = { first, last: Math.min(last, have[logId] ?? 0, ...ends) };
      if (this.add(logId, taken)) isCheckDue = true;
    }
    return isCheckDue;
  }

  /** It has what it sent; of that counts what is stored here now. Returns as add(). */
  addSent(identities: readonly [logId: string, seq: number][], refused: readonly Refusal[]): boolean {
    const left = new Set(refused.map(({ logId, seq }) => `${logId}:${seq}`));
    const logs = new Map<string, Span[]>();
    for (const [logId, seq] of identities) {
      if (left.has(`${logId}:${seq}`) || seq > this.#store.seqOf(logId)) continue;
      logs.set(logId, [...(logs.get(logId) ?? []), { first: seq, last: seq }]);
    }
    let isCheckDue = false;
    for (const [logId, spans] of logs)
      for (const span of joined(spans)) if (this.add(logId, span)) isCheckDue = true;
    return isCheckDue;
  }
}
