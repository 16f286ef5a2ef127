// SPDX-License-Identifier: Apache-2.0
// What the hub at the other end of a link is known to have the same of, and which logs are sent to it
// again whatever it says that it has: those that this storage writes, and those of which it was found to
// have something else. It knows what it has already, and keeps what is different beside it.

import type { Span } from "./outgoing-batch";
import type { AckMessage, Have, Refusal } from "./replication-messages";
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
  /** By logId: beyond what it does not take it has the same up to there. */
  readonly #beyond = new Map<string, number>();
  /** By logId: how far it answered, sent or compared, and so has it, whatever is older and comes later. */
  readonly #heard = new Map<string, number>();

  constructor(store: ReplicaStore) {
    this.#store = store;
  }

  /** What was under way may not have arrived. */
  clear(): void {
    this.#answered.clear();
    this.#differing.clear();
    this.#beyond.clear();
    this.#heard.clear();
  }

  /** All that it has. What it did not take it may take now. One that was restored is another: see clear(). */
  hearAll(have: Have): void {
    this.#beyond.clear();
    const all = { ...have };
    for (const [logId, seq] of this.#heard) all[logId] = Math.max(seq, all[logId] ?? 0);
    this.#store.lowerDelivered(all);
  }

  /** Up to where nothing is to be sent again or asked: it has the same, or does not take it. */
  of(logId: string): number {
    return Math.max(this.#store.deliveredOf(logId), this.#beyond.get(logId) ?? 0);
  }

  /** Up to where it is sent again, from its mark on. 0: it is not. */
  endOf(logId: string): number {
    if (this.#store.writesTo(logId)) return Infinity;
    const to = this.#differing.get(logId) ?? 0;
    return to > this.of(logId) ? to : 0;
  }

  /** With what follows it and was answered. */
  reach(logId: string, seq: number): number {
    return reach(seq, this.#answered.get(logId) ?? []);
  }

  /** There it has something else, or not all. */
  differ(logId: string, to: number): void {
    if (to <= this.of(logId)) return;
    this.#differing.set(logId, Math.max(to, this.#differing.get(logId) ?? 0));
  }

  /**
   * It will not take that one. Returns whether it was of what differs: all that does is left out until it
   * says again what it has, and the log goes on beyond.
   */
  giveUp(logId: string, seq: number): boolean {
    if (this.#store.writesTo(logId)) return false;
    const end = Math.max(this.endOf(logId), this.#beyond.get(logId) ?? 0);
    if (end === 0 || seq > end) return false;
    this.#differing.delete(logId);
    this.#beyond.set(logId, this.reach(logId, end));
    this.#answered.delete(logId);
    return true;
  }

  /**
   * These it has as they are here. Returns whether a check may have something to do: they do not connect
   * with what it is known to have, or a log is no longer sent again.
   */
  add(logId: string, span: Span): boolean {
    if (span.first <= span.last) this.#hear(logId, span.last);
    const before = this.of(logId);
    if (span.last < span.first || span.last <= before) return false;
    const spans = joined([...(this.#answered.get(logId) ?? []), span]);
    const seq = reach(before, spans);
    if (seq > before) {
      if (before > this.#store.deliveredOf(logId)) this.#beyond.set(logId, seq);
      else this.#store.markDelivered({ [logId]: seq });
    }
    const left = spans.filter(({ last }) => last > seq);
    if (this.endOf(logId) > 0) {
      this.#answered.set(logId, left);
      return false;
    }
    this.#answered.delete(logId);
    const wasDiffering = this.#differing.delete(logId);
    return wasDiffering || left.length > 0;
  }

  /** What it took of these. Returns as add(); what it did not take it may get from others. */
  addTaken(spans: ReadonlyMap<string, Span>, { have, refused }: AckMessage): boolean {
    for (const [logId, seq] of Object.entries(have)) this.#hear(logId, seq);
    let isCheckDue = false;
    for (const [logId, { first, last }] of spans) {
      // It may have something else under the numbers of what it did not take.
      const ends = refused.filter((one) => one.logId === logId).map(({ seq }) => seq - 1);
      const taken = { first, last: Math.min(last, have[logId] ?? 0, ...ends) };
      if (this.add(logId, taken) || taken.last < last) isCheckDue = true;
    }
    return isCheckDue;
  }

  /** It has what it sent; of that counts what is stored here now. Returns as add(). */
  addSent(identities: readonly [logId: string, seq: number][], refused: readonly Refusal[]): boolean {
    const left = new Set(refused.map(({ logId, seq }) => `${logId}:${seq}`));
    const logs = new Map<string, Span[]>();
    for (const [logId, seq] of identities) {
      this.#hear(logId, seq);
      if (left.has(`${logId}:${seq}`) || seq > this.#store.seqOf(logId)) continue;
      logs.set(logId, [...(logs.get(logId) ?? []), { first: seq, last: seq }]);
    }
    let isCheckDue = false;
    for (const [logId, spans] of logs)
      for (const span of joined(spans)) if (this.add(logId, span)) isCheckDue = true;
    return isCheckDue;
  }

  #hear(logId: string, seq: number): void {
    this.#heard.set(logId, Math.max(seq, this.#heard.get(logId) ?? 0));
  }
}
