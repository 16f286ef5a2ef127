// SPDX-License-Identifier: Apache-2.0
// A replica as it is in memory: how far each log goes, what is forked or aside, and the records. It
// follows the store: nothing is in here before it is committed, but what the table shows as pending.

import type { AsideChange, AsideEntry, Fork, Identity, LogPosition, StoreContents } from "./log-store";
import { logOwnerOf, ownerOfLog } from "./operation";
import type { Have } from "./property-types";
import { RecordTable } from "./record-table";
import { nameOfIdentity } from "./store-plan";

export function isPrivateLog(logId: string): boolean {
  return logId.startsWith("p.");
}

function asideName(entry: Identity & { variant: number }): string {
  return `${nameOfIdentity(entry)}:${entry.variant}`;
}

export class ReplicaState {
  readonly table = new RecordTable();
  readonly #logs = new Map<string, LogPosition>();
  /** How many, by ownerOfLog(). */
  readonly #counts = new Map<string, number>();
  readonly forks = new Map<string, Fork>();
  /** Names of records that the store put away. */
  readonly archived = new Set<string>();
  position = 0;
  epoch = 0;
  readonly #aside = new Map<string, AsideEntry>();
  #asideChanges = new Map<string, AsideChange>();

  /** All but the tail, which is to be applied. */
  load(contents: StoreContents): void {
    this.#logs.clear();
    this.#counts.clear();
    for (const log of contents.logs) this.setLog(log);
    this.forks.clear();
    for (const fork of contents.forks) this.setFork(fork);
    this.#aside.clear();
    for (const entry of contents.aside) this.#aside.set(asideName(entry), entry);
    this.#asideChanges.clear();
    this.archived.clear();
    for (const name of contents.archived) this.archived.add(name);
    this.table.load(contents.records);
    this.position = contents.position;
    this.epoch = contents.epoch;
  }

  get logs(): ReadonlyMap<string, LogPosition> {
    return this.#logs;
  }

  setLog(log: LogPosition): void {
    const owner = ownerOfLog(log.logId);
    if (!this.#logs.has(log.logId)) this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
    this.#logs.set(log.logId, log);
  }

  /** Of that device. */
  countLogs(deviceId: string): number {
    return this.#counts.get(logOwnerOf(deviceId)) ?? 0;
  }

  seqOf(logId: string): number {
    return this.#logs.get(logId)?.seq ?? 0;
  }

  have(withPrivate: boolean): Have {
    const have: Have = {};
    for (const { logId, seq } of this.#logs.values())
      if (seq > 0 && (withPrivate || !isPrivateLog(logId))) have[logId] = seq;
    return have;
  }

  /** Of logs that do not begin at 1. */
  from(): Have {
    const begins: Have = {};
    for (const { logId, from } of this.#logs.values()) if (from > 1) begins[logId] = from;
    return begins;
  }

  logOf(logId: string): LogPosition {
    return this.#logs.get(logId) ?? { logId, deviceId: "", seq: 0, from: 1 };
  }

  isForked(identity: Identity): boolean {
    return this.forks.has(nameOfIdentity(identity));
  }

  /** One that is looked at again does not take back what came after it. */
  setFork(fork: Fork): void {
    const name = nameOfIdentity({ logId: fork[0], seq: fork[1] });
    const [, , known] = this.forks.get(name) ?? fork;
    this.forks.set(name, [fork[0], fork[1], Math.max(fork[2], known)]);
  }

  /** What is before is in the records, of a snapshot or compacted; but for forks, which stay. */
  setFrom(logId: string, from: number): void {
    const log = this.logOf(logId);
    this.setLog({ ...log, from, seq: Math.max(log.seq, from - 1) });
    for (const [name, entry] of this.#aside)
      if (entry.logId === logId && entry.seq < from && !this.isForked(entry))
        this.#aside.delete(name);
  }

  // ---- Aside --------------------------------------------------------------------------------------

  aside(): AsideEntry[] {
    return [...this.#aside.values()];
  }

  asideOf(operation: Identity & { variant: number }): AsideEntry | undefined {
    return this.#aside.get(asideName(operation));
  }

  /** Goes to the store with the next checkpoint. Returns whether that is new. */
  setAside(change: AsideChange): boolean {
    const name = asideName(change);
    const { reason } = change;
    if ((this.#aside.get(name)?.reason ?? null) === reason) return false;
    if (reason === null) this.#aside.delete(name);
    else this.#aside.set(name, { ...change, reason });
    this.#asideChanges.set(name, change);
    return true;
  }

  get hasUnsaved(): boolean {
    return this.table.unsavedCount > 0 || this.#asideChanges.size > 0;
  }

  takeAsideChanges(): AsideChange[] {
    const changes = [...this.#asideChanges.values()];
    this.#asideChanges = new Map();
    return changes;
  }

  giveBackAsideChanges(changes: readonly AsideChange[]): void {
    for (const change of changes) {
      const name = asideName(change);
      if (!this.#asideChanges.has(name)) this.#asideChanges.set(name, change);
    }
  }
}
