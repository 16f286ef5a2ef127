// SPDX-License-Identifier: Apache-2.0
// A snapshot from the hub becomes the state of a replica: its records, and on top of them the operations
// that are stored here, for it may not know them all; our own unsent ones before all.

import { isEntity, isLogOf } from "./operation";
import { nothingDerived, toOperation, type Derivation, type Derived } from "./derivation";
import { cutOfAll, cutOffText } from "./cut-off";
import { isLogId } from "./formats";
import type { AsideChange, LogStore, StoredOperation, StoredRecord } from "./log-store";
import type { Have } from "./property-types";
import {
  emptyRecord,
  itemStamp,
  merge,
  registerStamp,
  toRecord,
  type EntityRecord,
  type Stamp,
} from "./record";
import { isPrivateLog, type ReplicaState } from "./replica-state";
import { additionOf } from "./stub";

const PAGE_OPERATIONS = 512;
const PAGE_BYTES = 1024 * 1024;
/** Another tab took one in between; more often than that is a quarrel. */
const MAX_TRIES = 3;
const DEVICE = "device/";

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

interface NewState {
  records: Map<string, StoredRecord>;
  aside: AsideChange[];
}

/** Records of devices by name, where cut-offs stand. */
type Devices = ReadonlyMap<string, EntityRecord>;

/** Up to that one, or to where its device was cut off. */
function lastOf(devices: Devices, logId: string, seq: number): number {
  for (const [name, record] of devices)
    if (isLogOf(logId, name.slice(DEVICE.length))) return Math.min(seq, cutOfAll(record, logId));
  return seq;
}

/** What is said of an entity by operations of which that holds. */
function partOf(
  { items, registers }: EntityRecord,
  isKept: (logId: string, seq: number) => boolean,
): EntityRecord {
  const pick = <Entry>(all: Readonly<Record<string, Entry>>, stampOf: (entry: Entry) => Stamp) =>
    Object.fromEntries(
      Object.entries(all).filter(([, entry]) => {
        const [, , logId, seq] = stampOf(entry);
        return isKept(logId, seq);
      }),
    );
  return { items: pick(items, itemStamp), registers: pick(registers, registerStamp) };
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
  async take(snapshot: Snapshot): Promise<Derived> {
    const { state, store } = this.#options;
    checkSnapshot(snapshot);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await this.#options.save();
      const next = await this.#build(snapshot);
      const isDone = await store.replace({
        epoch: state.epoch,
        position: state.position,
        records: [...next.records.values()],
        aside: next.aside,
        have: snapshot.have,
        reset: snapshot.reset,
      });
      if (isDone) return this.#adopt(snapshot, next);
      await this.#options.reload();
    }
    throw new Error("Other tabs take snapshots all the time");
  }

  async #build(snapshot: Snapshot): Promise<NewState> {
    const next: NewState = { records: new Map(), aside: [] };
    for (const [name, record] of snapshot.entities) {
      const old = await this.#oldRecord(name);
      const whole = snapshot.reset || old === null ? record : merge(old.record, record);
      const touchedMs = old?.touchedMs ?? this.#options.utcNow();
      next.records.set(name, { name, record: whole, touchedMs, partial: true });
    }
    if (!snapshot.reset) return next;
    const devices = this.#devicesOf(next);
    await this.#addStored(next, devices);
    await this.#keepCompacted(next, snapshot.have, devices);
    return next;
  }

  /**
   * What was compacted here stands in the old records only. No snapshot holds what came by private logs; and
   * a hub that was restored from a backup may know less than these.
   */
  async #keepCompacted(next: NewState, have: Have, devices: Devices): Promise<void> {
    const { state } = this.#options;
    const begins = Object.entries(state.from()).filter(
      ([logId, from]) => isPrivateLog(logId) || from - 1 > (have[logId] ?? 0),
    );
    if (begins.length === 0) return;
    const lasts = new Map(begins.map(([logId, from]) => [logId, lastOf(devices, logId, from - 1)]));
    const isKept = (logId: string, seq: number) =>
      isPrivateLog(logId) || (seq > (have[logId] ?? 0) && seq <= (lasts.get(logId) ?? 0));
    for (const name of [...state.table.names(), ...state.archived]) {
      const old = await this.#oldRecord(name);
      if (old === null) continue;
      const ours = partOf(old.record, isKept);
      if (Object.keys(ours.items).length + Object.keys(ours.registers).length === 0) continue;
      const known = next.records.get(name);
      const record = merge(known?.record ?? emptyRecord, ours);
      const touchedMs = Math.max(old.touchedMs, known?.touchedMs ?? 0);
      next.records.set(name, { name, record, touchedMs, partial: true });
    }
  }

  /** By what both know, for in which order operations are added again says nothing. */
  #devicesOf({ records }: NewState): Devices {
    const devices = new Map<string, EntityRecord>();
    const { table } = this.#options.state;
    for (const name of new Set([...table.names(), ...records.keys()])) {
      if (!name.startsWith(DEVICE)) continue;
      const [old, record] = [table.stored(name)?.record, records.get(name)?.record];
      devices.set(name, merge(old ?? emptyRecord, record ?? emptyRecord));
    }
    return devices;
  }

  /**
   * All that is here, also what the snapshot covers: of a fork it may know the other operation only, and
   * what it does know adds nothing.
   */
  async #addStored(next: NewState, devices: Devices): Promise<void> {
    const { state, store } = this.#options;
    for (const log of state.logs.values())
      for (let from = log.from; from <= log.seq; ) {
        const page = await store.read(log.logId, from, PAGE_OPERATIONS, PAGE_BYTES);
        // A page may end between two of one identity.
        const last = page[page.length - 1];
        if (last === undefined) break;
        for (const stored of page) this.#addTo(next, stored, devices);
        from = last.seq === from ? from + 1 : last.seq;
      }
    for (const [logId, seq] of state.forks.values()) {
      const [variants = []] = await store.find([{ logId, seq }]);
      for (const stored of variants) this.#addTo(next, stored, devices);
    }
  }

  async #oldRecord(name: string): Promise<StoredRecord | null> {
    const { state, store } = this.#options;
    return state.table.stored(name) ?? (state.archived.has(name) ? store.readRecord(name) : null);
  }

  #addTo(next: NewState, stored: StoredOperation, devices: Devices): void {
    const { state, derivation, tenantId } = this.#options;
    if (stored.position > state.position) return;
    const operation = toOperation(stored, tenantId);
    const { logId, seq, variant, entity } = stored;
    const reason = derivation.judge(operation, (name) => devices.get(name) ?? null);
    next.aside.push({ logId, seq, variant, entity, reason });
    if (reason !== null) return;
    const old = next.records.get(entity);
    const record = merge(old?.record ?? emptyRecord, additionOf(operation));
    const touchedMs = Math.max(old?.touchedMs ?? 0, stored.atMs);
    // What else there was of it is not here.
    next.records.set(entity, { name: entity, record, touchedMs, partial: true });
  }

  async #adopt({ have, reset }: Snapshot, next: NewState): Promise<Derived> {
    const { state, derivation } = this.#options;
    const derived = nothingDerived();
    const before = new Map<string, EntityRecord | null>();
    for (const name of new Set([...state.table.names(), ...next.records.keys()]))
      if (name.startsWith(DEVICE)) before.set(name, state.table.stored(name)?.record ?? null);
    state.epoch += 1;
    for (const [logId, seq] of Object.entries(have))
      if (seq > state.seqOf(logId)) state.setFrom(logId, seq + 1);
    if (reset) {
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
      if (!reset && (isLeft || derivation.cutsCompacted(name, device))) derived.needsSnapshot = true;
    }
    return derived;
  }
}
