// SPDX-License-Identifier: Apache-2.0
// What this device writes: shown at once, then numbered, signed and stored. The tabs of a device write
// into the same logs: each says where it believes that the log ends, and the store takes nothing where
// another tab was faster; then numbers and signatures are made anew.

import { isFields } from "../messages";
import type { Committer } from "./committer";
import type { Judged } from "./derivation";
import { isLogId } from "./formats";
import type { HybridClock } from "./hybrid-clock";
import { judge } from "./kinds";
import { StoreError, type AppendResult, type LogStore } from "./log-store";
import {
  isLogOf,
  makeOperation,
  newLogId,
  type Operation,
  type Signing,
  type WriterRole,
} from "./operation";
import { PendingWrites, toPending, type PendingOperation, type PendingWrite } from "./pending-writes";
import { DraftError, type Have, type PropertyDraft } from "./property-types";
import type { ReplicaState } from "./replica-state";

/** That one transaction takes; a signature takes a slow phone some milliseconds. */
const MAX_WRITES = 64;
/** Another tab wrote in between; each time one of us got on. */
const MAX_TRIES = 20;
/** Of what is only shown. */
const NO_SIGNATURE = new Uint8Array(64);

export interface OwnWriterOptions {
  state: ReplicaState;
  store: LogStore;
  committer: Committer;
  hybridClock: HybridClock;
  signing: Pick<Signing, "sign">;
  random: (length: number) => Uint8Array;
  tenantId: string;
  deviceId: string;
  role: WriterRole;
  /** The records read otherwise. */
  tellChanged(): void;
  /** Durable up to there. */
  tellStored(logId: string, seq: number): void;
}

interface OwnLogs {
  open: string;
  private: string;
}

/** null also where the device was another when they were saved: nobody would take what it wrote. */
function toOwnLogs(value: unknown, deviceId: string): OwnLogs | null {
  if (!isFields(value) || !isLogId(value["open"]) || !isLogId(value["private"])) return null;
  const logs = { open: value["open"], private: value["private"] };
  return isLogOf(logs.open, deviceId) && isLogOf(logs.private, deviceId) ? logs : null;
}

export class OwnWriter {
  readonly pending: PendingWrites;
  readonly #options: OwnWriterOptions;
  #logs: OwnLogs = { open: "", private: "" };

  constructor(options: OwnWriterOptions) {
    this.#options = options;
    this.pending = new PendingWrites(options.state.table);
  }

  /** @param saved of the value "own-logs" */
  async start(saved: unknown): Promise<void> {
    this.#logs = this.#toOwnLogs(saved) ?? (await this.#newLogs(null));
  }

  /** Another tab began others. */
  follow(saved: unknown): void {
    this.#logs = this.#toOwnLogs(saved) ?? this.#logs;
  }

  get logIds(): string[] {
    return [this.#logs.open, this.#logs.private];
  }

  writesTo(logId: string): boolean {
    return this.logIds.includes(logId);
  }

  /** Somebody else writes under the identity of this storage: it was copied, and both go on. */
  async leaveLogs(): Promise<void> {
    this.#logs = await this.#newLogs(this.#logs);
  }

  /** Shows them; flush() is to be called. Throws DraftError. */
  add(drafts: readonly PropertyDraft[]): Promise<Operation[]> {
    const operations: Operation[] = [];
    for (const draft of drafts) operations.push(this.#toProvisional(draft, operations));
    return new Promise((resolve, reject) => {
      this.pending.add({ operations: operations.map(toPending), resolve, reject });
      this.#options.tellChanged();
    });
  }

  /** Stores what waits; whoever wrote it hears of it. */
  async flush(): Promise<void> {
    for (;;) {
      const writes = this.pending.takeNext(MAX_WRITES);
      if (writes.length === 0) return;
      try {
        await this.#flushSome(writes);
      } catch (error) {
        this.pending.remove(writes);
        this.#options.tellChanged();
        for (const { reject } of writes) reject(error);
      }
    }
  }

  async #flushSome(writes: readonly PendingWrite[]): Promise<void> {
    const { batch, result } = await this.#store(writes);
    const { committer } = this.#options;
    try {
      await committer.applyAppended(batch, result, "write", () => this.pending.remove(writes));
    } catch {
      // They are stored: who wrote them must not write them again. Memory follows when the store can be
      // read again, at the latest with the next write.
      await committer.catchUp().catch(() => undefined);
      this.pending.remove(writes);
      this.#options.tellChanged();
    }
    const operations = batch.map(({ operation }) => operation);
    const ends = new Map(operations.map(({ logId, seq }) => [logId, seq]));
    for (const [logId, seq] of ends) this.#options.tellStored(logId, seq);
    let index = 0;
    for (const write of writes)
      write.resolve(operations.slice(index, (index += write.operations.length)));
  }

  async #store(
    writes: readonly PendingWrite[],
  ): Promise<{ batch: Judged[]; result: AppendResult }> {
    const { committer, state } = this.#options;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const expect: Have = {};
      const ends: Have = {};
      const batch = writes.flatMap(({ operations }) =>
        operations.map((pending) => {
          const logId = pending.isPrivate ? this.#logs.private : this.#logs.open;
          expect[logId] = state.seqOf(logId);
          ends[logId] = (ends[logId] ?? state.seqOf(logId)) + 1;
          return committer.judged(this.#sign(pending, logId, ends[logId]));
        }),
      );
      const result = await committer.append(batch, expect);
      if (!result.stale) return { batch, result };
      await committer.catchUp();
    }
    throw new StoreError("failed", new Error("Other tabs write all the time"));
  }

  #sign(pending: PendingOperation, logId: string, seq: number): Operation {
    const { tenantId, deviceId, role, signing } = this.#options;
    const { kind, entity, body, hlc } = pending;
    const draft = { logId, seq, deviceId, role, hlc, tenantId, kind, entity, body };
    return makeOperation(draft, (bytes) => signing.sign(bytes));
  }

  /** With the number that it will have if no other tab writes. */
  #toProvisional(
    { kind, entity, body, isPrivate = false }: PropertyDraft,
    before: readonly Operation[],
  ): Operation {
    const { tenantId, deviceId, role, state, hybridClock } = this.#options;
    const reason = judge({ kind, entity, role, body });
    if (reason !== null) throw new DraftError(reason, kind);
    const logId = isPrivate ? this.#logs.private : this.#logs.open;
    const ahead = before.filter((one) => one.logId === logId).length + 1;
    const seq = state.seqOf(logId) + this.pending.count(isPrivate) + ahead;
    const hlc = hybridClock.tick();
    const draft = { logId, seq, deviceId, role, hlc, tenantId, kind, entity, body };
    try {
      return makeOperation(draft, () => NO_SIGNATURE);
    } catch {
      throw new DraftError("bad-operation", kind);
    }
  }

  /** @param used are not to be written to any more; null: there are none yet */
  async #newLogs(used: OwnLogs | null): Promise<OwnLogs> {
    const { store, random, deviceId } = this.#options;
    const drawn = {
      open: newLogId(deviceId, false, random),
      private: newLogId(deviceId, true, random),
    };
    // Another tab may have been first.
    const kept = await store.update("own-logs", (old) => {
      const known = this.#toOwnLogs(old);
      return known === null || known.open === used?.open ? drawn : known;
    });
    return this.#toOwnLogs(kept) ?? drawn;
  }

  #toOwnLogs(value: unknown): OwnLogs | null {
    return toOwnLogs(value, this.#options.deviceId);
  }
}
