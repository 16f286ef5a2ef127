// SPDX-License-Identifier: Apache-2.0
// The way of operations into the log and then into the state. Memory follows the store in the order of
// its commits, also where another tab came in between. Everything here runs in the property's queue, one
// after the other.

import { nothingDerived, toOperation, type Derivation, type Derived, type Judged } from "./derivation";
import type { AppendResult, LogStore, StoredOperation } from "./log-store";
import type { Operation } from "./operation";
import type { Have } from "./property-types";
import type { ReplicaState } from "./replica-state";
import type { WaitingRoom } from "./waiting-room";

export interface CommitterOptions {
  state: ReplicaState;
  store: LogStore;
  derivation: Derivation;
  waiting: WaitingRoom;
  tenantId: string;
  utcNow(): number;
  tell(derived: Derived, source: unknown): void;
  /** There was no such record, and an operation that was compacted here made one of it. */
  noteBegun(entity: string): void;
  /** A checkpoint, after which other tabs load again. */
  saveForAll(): Promise<unknown>;
  /** The state from the store, in the place of what is in memory. */
  reload(): Promise<void>;
}

export class Committer {
  readonly #options: CommitterOptions;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  judged(operation: Operation): Judged {
    return { operation, reason: this.#options.derivation.judge(operation) };
  }

  /** In ascending order within a log. What has a gap before it waits. Returns what was stored. */
  async commit(operations: readonly Operation[], source: unknown): Promise<StoredOperation[]> {
    const { state, derivation, tell } = this.#options;
    const isCompacted = (operation: Operation) =>
      operation.seq < state.logOf(operation.logId).from && !state.isForked(operation);
    await this.#applyCompacted(operations.filter(isCompacted));
    const others = operations.filter((operation) => !isCompacted(operation));
    const batch = this.#inSequence(others).map((operation) =>
      this.judged(derivation.withoutErased(operation)),
    );
    if (batch.length === 0) {
      tell(nothingDerived(), source);
      return [];
    }
    const result = await this.append(batch);
    await this.applyAppended(batch, result, source);
    return result.stored;
  }

  append(batch: readonly Judged[], expect: Have = {}): Promise<AppendResult> {
    return this.#options.store.append({
      operations: batch.map(({ operation }) => operation),
      aside: batch.map(({ reason }) => reason),
      atMs: this.#options.utcNow(),
      expect,
    });
  }

  /** @param settled called when it is in the state and nobody has been told */
  async applyAppended(
    batch: readonly Judged[],
    { outcomes, stored }: AppendResult,
    source: unknown,
    settled: () => void = () => undefined,
  ): Promise<void> {
    const [first] = stored;
    if (first === undefined) return;
    // Another tab was there before; its operations come first here too.
    if (first.position !== this.#options.state.position + 1) await this.catchUp(first.position);
    const kept = batch.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome === "stored" || outcome === "variant";
    });
    const judged = new Map(stored.map(({ position }, index) => [position, kept[index] as Judged]));
    const derived = await this.#derive(stored, judged);
    settled();
    this.#options.tell(derived, source);
  }

  /** What other tabs committed. */
  async catchUp(before = Infinity): Promise<void> {
    const { state, store, tell } = this.#options;
    const found = await store.readSince(state.position);
    const stored = found.filter(({ position }) => position < before);
    if (stored.length === 0) return;
    tell(await this.#derive(stored), "tab");
    await this.drain();
  }

  /** What waited and waits no more. */
  async drain(): Promise<void> {
    const { state, waiting } = this.#options;
    const ready = waiting
      .logIds()
      .flatMap((logId) => waiting.takeBehind(logId, state.seqOf(logId)));
    if (ready.length > 0) await this.commit(ready, null);
  }

  async #applyCompacted(operations: readonly Operation[]): Promise<void> {
    const { derivation, utcNow, saveForAll, noteBegun } = this.#options;
    let hasChanged = false;
    for (const operation of operations) {
      const effect = await derivation.applyCompacted(this.judged(operation), utcNow());
      if (effect !== "nothing") hasChanged = true;
      if (effect === "begun" && !operation.isPrivate) noteBegun(operation.entity);
    }
    // No operation tells the other tabs of it.
    if (hasChanged) await saveForAll();
  }

  /** They are committed: a store that fails us now does not make them unwritten. */
  async #derive(
    stored: readonly StoredOperation[],
    judged?: ReadonlyMap<number, Judged>,
  ): Promise<Derived> {
    const { derivation, tenantId, reload } = this.#options;
    try {
      return await derivation.apply(stored, judged);
    } catch {
      await reload();
      const operations = stored.map(
        (one) => judged?.get(one.position)?.operation ?? toOperation(one, tenantId),
      );
      return { ...nothingDerived(), operations };
    }
  }

  /** Those that can be stored now, with those that waited for them. */
  #inSequence(operations: readonly Operation[]): Operation[] {
    const { state, waiting } = this.#options;
    const ends = new Map<string, number>();
    const batch: Operation[] = [];
    for (const operation of operations) {
      const { logId, seq } = operation;
      const end = ends.get(logId) ?? state.seqOf(logId);
      if (seq > end + 1) waiting.add(operation);
      else batch.push(operation);
      ends.set(logId, seq > end + 1 ? end : Math.max(end, seq));
    }
    for (const [logId, end] of ends) batch.push(...waiting.takeBehind(logId, end));
    return batch;
  }
}
