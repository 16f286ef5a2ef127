// SPDX-License-Identifier: Apache-2.0
// A snapshot from the hub becomes the state of a replica: its records, and on top of them the operations
// that are stored here, for it may not know them all; our own unsent ones before all.

import { isEntity } from "./operation";
import { nothingDerived, toOperation, type Derivation, type Derived } from "./derivation";
import { cutOffText } from "./cut-off";
import { isLogId } from "./formats";
import type { AsideChange, LogStore, StoredOperation, StoredRecord } from "./log-store";
import type { Have } from "./property-types";
import { emptyRecord, itemStamp, merge, registerStamp, toRecord, type EntityRecord } from "./record";
import { isPrivateLog, type ReplicaState } from "./replica-state";
import { additionOf } from "./stub";

const PAGE_OPERATIONS = 512;
const PAGE_BYTES = 1024 * 1024;
/** Another tab took one in between; more often than that is a quarrel. */
const MAX_TRIES = 3;

export interface Snapshot {
  entities: readonly (readonly [name: string, record: EntityRecord])[];
  have: Have;
  /** In the place of what was there. */
  reset: boolean;
}

export interface SnapshotIntakeOptions {
  state: ReplicaState;
  store: LogStore;
  derivation: Derivation;
  tenantId: string;
  utcNow(): number;
  /** A checkpoint: what is not saved would seem to be in the new state. */
  save(): Promise<unknown>;
  /** Another tab put another state in place. */
  reload(): Promise<void>;
}

export interface SnapshotTaken {
  derived: Derived;
  /** Whether it took the place of what was there, or was merged. */
  isReset: boolean;
}

interface NewState {
  records: Map<string, StoredRecord>;
  aside: AsideChange[];
}

/** What is said of an entity there came by private logs. */
function privateOf({ items, registers }: EntityRecord): EntityRecord {
  const pick = <Entry>(all: Readonly<Record<string, Entry>>, logOf: (entry: Entry) => string) =>
    Object.fromEntries(Object.entries(all).filter(([, entry]) => isPrivateLog(logOf(entry))));
  return {
    items: pick(items, (item) => itemStamp(item)[2]),
    registers: pick(registers, (register) => registerStamp(register)[2]),
  };
}

/** Throws RangeError: it is no snapshot. */
export function checkSnapshot({ entities, have }: Snapshot): void {
  for (const [name, record] of entities)
    if (!isEntity(name) || toRecord(record) === null)
      throw new RangeError("A snapshot holds what is no record");
  for (const [logId, seq] of Object.entries(have))
    if (!isLogId(logId) || !Number.isSafeInteger(seq) || seq < 0)
      throw new RangeError("A snapshot's have names no log");
}

export class SnapshotIntake {
  readonly #options: SnapshotIntakeOptions;

  constructor(options: SnapshotIntakeOptions) {
    this.#options = options;
  }

  /** In one transaction. */
  async take(snapshot: Snapshot): Promise<SnapshotTaken> {
    const { state, store } = this.#options;
    checkSnapshot(snapshot);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await this.#options.save();
      const isReset = snapshot.reset && !this.#wouldLose(snapshot.have);
      const next = await this.#build(snapshot, isReset);
      const isDone = await store.replace({
        epoch: state.epoch,
        position: state.position,
        records: [...next.records.values()],
        aside: next.aside,
        have: snapshot.have,
        reset: isReset,
      });
      if (isDone) return { derived: await this.#adopt(snapshot.have, next, isReset), isReset };
      await this.#options.reload();
    }
    throw new Error("Other tabs take snapshots all the time");
  }

  /** It does not know what here is left only as part of the records; then they are merged instead. */
  #wouldLose(have: Have): boolean {
    // None names a private log: what came by those is kept.
    return Object.entries(this.#options.state.from()).some(
      ([logId, from]) => !isPrivateLog(logId) && from - 1 > (have[logId] ?? 0),
    );
  }

  async #build(snapshot: Snapshot, isReset: boolean): Promise<NewState> {
    const next: NewState = { records: new Map(), aside: [] };
    for (const [name, record] of snapshot.entities) {
      const old = await this.#oldRecord(name);
      const whole = isReset || old === null ? record : merge(old.record, record);
      const touchedMs = old?.touchedMs ?? this.#options.utcNow();
      next.records.set(name, { name, record: whole, touchedMs, partial: true });
    }
    if (!isReset) return next;
    await this.#keepPrivate(next);
    await this.#addStored(next);
    return next;
  }

  /** No snapshot holds what came by private logs, and what was compacted stands in the old records only. */
  async #keepPrivate(next: NewState): Promise<void> {
    const { state } = this.#options;
    if (!Object.keys(state.from()).some(isPrivateLog)) return;
    for (const name of [...state.table.names(), ...state.archived]) {
      const old = await this.#oldRecord(name);
      if (old === null) continue;
      const ours = privateOf(old.record);
      if (Object.keys(ours.items).length + Object.keys(ours.registers).length === 0) continue;
      const record = merge(next.records.get(name)?.record ?? emptyRecord, ours);
      next.records.set(name, { name, record, touchedMs: old.touchedMs, partial: true });
    }
  }

  /**
   * All that is here, also what the snapshot covers: of a fork it may know the other operation only, and
   * what it does know adds nothing.
   */
  async #addStored(next: NewState): Promise<void> {
    const { state, store } = this.#options;
    for (const log of state.logs.values())
      for (let from = log.from; from <= log.seq; ) {
        const page = await store.read(log.logId, from, PAGE_OPERATIONS, PAGE_BYTES);
        // A page may end between two of one identity.
        const last = page[page.length - 1];
        if (last === undefined) break;
        for (const stored of page) this.#addTo(next, stored);
        from = last.seq === from ? from + 1 : last.seq;
      }
    for (const [logId, seq] of state.forks.values()) {
      const [variants = []] = await store.find([{ logId, seq }]);
      for (const stored of variants) this.#addTo(next, stored);
    }
  }

  async #oldRecord(name: string): Promise<StoredRecord | null> {
    const { state, store } = this.#options;
    return state.table.stored(name) ?? (state.archived.has(name) ? store.readRecord(name) : null);
  }

  #addTo(next: NewState, stored: StoredOperation): void {
    const { state, derivation, tenantId } = this.#options;
    if (stored.position > state.position) return;
    const operation = toOperation(stored, tenantId);
    const { logId, seq, variant, entity } = stored;
    const reason = derivation.judge(operation, (name) => next.records.get(name)?.record ?? null);
    next.aside.push({ logId, seq, variant, entity, reason });
    if (reason !== null) return;
    const old = next.records.get(entity);
    const record = merge(old?.record ?? emptyRecord, additionOf(operation));
    const touchedMs = Math.max(old?.touchedMs ?? 0, stored.atMs);
    // What else there was of it is not here.
    next.records.set(entity, { name: entity, record, touchedMs, partial: true });
  }

  async #adopt(have: Have, next: NewState, isReset: boolean): Promise<Derived> {
    const { state, derivation } = this.#options;
    const derived = nothingDerived();
    const before = new Map<string, EntityRecord | null>();
    for (const name of new Set([...state.table.names(), ...next.records.keys()]))
      if (name.startsWith("device/")) before.set(name, state.table.stored(name)?.record ?? null);
    state.epoch += 1;
    for (const [logId, seq] of Object.entries(have))
      if (seq > state.seqOf(logId)) state.setFrom(logId, seq + 1);
    if (isReset) {
      state.archived.clear();
      for (const name of [...state.table.names()])
        if (!next.records.has(name)) state.table.remove(name);
    }
    for (const record of next.records.values()) {
      state.archived.delete(record.name);
      state.table.revive(record);
    }
    for (const change of next.aside) {
      const { reason } = change;
      if (state.setAside(change) && reason !== null) derived.aside.push({ ...change, reason });
    }
    for (const [name, device] of before) {
      if (cutOffText(device) === cutOffText(state.table.stored(name)?.record ?? null)) continue;
      const isLeft = await derivation.markDevice(name, derived);
      // Merged into the old state, which holds what is cut off now.
      if (!isReset && (isLeft || derivation.cutsCompacted(name, device))) derived.needsSnapshot = true;
    }
    return derived;
  }
}
