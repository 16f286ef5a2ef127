// SPDX-License-Identifier: Apache-2.0
// Committed operations become records here. What is set aside adds nothing; what is redacted goes from
// the store too; where a cut-off moves, the records that it concerns are made anew from the operations,
// or, where those are gone, asked of the hub.

import { parseJson } from "../messages";
import { cutOffText, firstCut, isCutOff } from "./cut-off";
import type { HybridClock } from "./hybrid-clock";
import { judge } from "./kinds";
import type {
  AsideEntry,
  AsideReason,
  Fork,
  Identity,
  LogStore,
  StoredOperation,
  StoredRecord,
} from "./log-store";
import { isLogOf, isOperation, nameOf, parseOperation, type Operation } from "./operation";
import { emptyRecord, itemOf, merge, recordText, type EntityRecord } from "./record";
import type { ReplicaState } from "./replica-state";
import { additionOf, isStub, readStub, stubOf, unreadableStub } from "./stub";

const DEVICE = "device/";
const REDACTED = "redacted/";

/** What has been looked at before it was stored. */
export interface Judged {
  operation: Operation;
  reason: AsideReason | null;
}

/** What is to be told when all is done. */
export interface Derived {
  operations: Operation[];
  aside: AsideEntry[];
  conflicts: Fork[];
  needsSnapshot: boolean;
}

export interface DerivationOptions {
  state: ReplicaState;
  store: LogStore;
  tenantId: string;
  hybridClock: HybridClock;
}

interface Addition {
  record: EntityRecord;
  touchedMs: number;
}

/** Of our own store: whole, or a stub. */
export function toOperation(stored: StoredOperation, tenantId: string): Operation {
  if (isStub(stored))
    return readStub(parseJson(stored.text), tenantId) ?? unreadableStub(stored, tenantId);
  const operation = parseOperation(stored.text, stored.sig, tenantId);
  return isOperation(operation) ? operation : unreadableStub(stored, tenantId);
}

/** What it redacts, where it redacts something. */
function targetsOf({ items }: EntityRecord): Identity[] {
  return Object.keys(items)
    .filter((path) => path.startsWith(REDACTED))
    .map((path) => {
      const colon = path.lastIndexOf(":");
      return { logId: path.slice(REDACTED.length, colon), seq: Number(path.slice(colon + 1)) };
    });
}

export function nothingDerived(): Derived {
  return { operations: [], aside: [], conflicts: [], needsSnapshot: false };
}

export class Derivation {
  readonly #state: ReplicaState;
  readonly #store: LogStore;
  readonly #tenantId: string;
  readonly #hybridClock: HybridClock;

  constructor({ state, store, tenantId, hybridClock }: DerivationOptions) {
    this.#state = state;
    this.#store = store;
    this.#tenantId = tenantId;
    this.#hybridClock = hybridClock;
  }

  /** null: it applies. @param devices where cut-offs stand; the committed records by default */
  judge(
    operation: Operation,
    devices: (name: string) => EntityRecord | null = (name) => this.#recordOf(name),
  ): AsideReason | null {
    const reason = isStub(operation) ? null : judge(operation);
    if (reason !== null) return reason;
    return isCutOff(operation, devices(DEVICE + operation.deviceId)) ? "revoked" : null;
  }

  /**
   * In the order of commit; each once.
   * @param judged by position, those that need not be parsed again
   */
  async apply(
    stored: readonly StoredOperation[],
    judged: ReadonlyMap<number, Judged> = new Map(),
  ): Promise<Derived> {
    const derived = nothingDerived();
    const additions = new Map<string, Addition>();
    const before = new Map<string, EntityRecord | null>();
    const gone = new Map<string, Identity[]>();
    for (const one of stored) {
      const known = judged.get(one.position);
      const operation = known?.operation ?? toOperation(one, this.#tenantId);
      const reason = known === undefined ? this.judge(operation) : known.reason;
      this.#count(one, operation, reason, derived);
      if (reason !== null) continue;
      const record = additionOf(operation);
      this.#add(additions, operation.entity, record, one.atMs);
      this.#noteRedaction(operation.entity, record, gone);
    }
    for (const name of additions.keys()) await this.#revive(name);
    for (const [name, addition] of additions) {
      const record = this.#recordOf(name);
      if (name.startsWith(DEVICE)) before.set(name, record);
      this.#put(name, merge(record ?? emptyRecord, addition.record), addition.touchedMs);
    }
    this.#noteRedacted(derived.operations, gone);
    for (const [entity, ids] of gone) await this.#store.redact(ids, entity);
    for (const [name, device] of before) await this.#judgeAgain(name, device, derived);
    return derived;
  }

  /**
   * What came under an identity whose operations were compacted here: the same once more, which changes
   * nothing, or another of a fork, which is applied though it can no longer be kept. Where nothing of the
   * record was here, it may have been forgotten, and this is a part of it. Returns what it did to the record.
   */
  async applyCompacted({ operation, reason }: Judged, atMs: number): Promise<"nothing" | "changed" | "begun"> {
    if (reason !== null) return "nothing";
    const { entity } = operation;
    await this.#revive(entity);
    const old = this.#recordOf(entity);
    const merged = merge(old ?? emptyRecord, additionOf(operation));
    if (recordText(merged) === recordText(old ?? emptyRecord)) return "nothing";
    this.#put(entity, merged, atMs);
    return old === null ? "begun" : "changed";
  }

  /**
   * After a snapshot, whose records know the cut-offs already: only says who is aside. Returns whether
   * one is that was not.
   */
  async markDevice(name: string, derived: Derived): Promise<boolean> {
    let isLeft = false;
    for (const stored of await this.#store.readDevice(name.slice(DEVICE.length)))
      if (this.#judgeOne(stored, derived) === "left") isLeft = true;
    return isLeft;
  }

  /** Of another version of the table of kinds: what was set aside may apply now. */
  async judgeAsideAgain(): Promise<Derived> {
    const applying: StoredOperation[] = [];
    for (const entry of this.#state.aside()) {
      if (entry.reason === "revoked") continue;
      const [variants = []] = await this.#store.find([entry]);
      const stored = variants.find(({ variant }) => variant === entry.variant);
      const reason = stored === undefined ? null : this.judge(toOperation(stored, this.#tenantId));
      this.#state.setAside({ ...entry, reason });
      if (stored !== undefined && reason === null) applying.push(stored);
    }
    // They were told of when they came.
    return { ...(await this.apply(applying)), operations: [], conflicts: [] };
  }

  /** From the archive, where it is there. */
  async #revive(name: string): Promise<void> {
    if (!this.#state.archived.has(name)) return;
    const record = await this.#store.readRecord(name);
    this.#state.archived.delete(name);
    if (record !== null) this.#state.table.revive(record);
  }

  /** Takes it back into memory. null: there is none. */
  async load(name: string): Promise<EntityRecord | null> {
    await this.#revive(name);
    return this.#state.table.get(name);
  }

  #recordOf(name: string): EntityRecord | null {
    return this.#state.table.stored(name)?.record ?? null;
  }

  #put(name: string, record: EntityRecord, touchedMs: number): void {
    const old = this.#state.table.stored(name);
    const next: StoredRecord = {
      ...{ name, record },
      touchedMs: Math.max(touchedMs, old?.touchedMs ?? 0),
      partial: old?.partial ?? false,
    };
    this.#state.table.put(next);
  }

  #count(
    stored: StoredOperation,
    operation: Operation,
    reason: AsideReason | null,
    derived: Derived,
  ): void {
    const { logId, seq, variant, deviceId, entity, position } = stored;
    const log = this.#state.logOf(logId);
    this.#state.setLog({
      ...log,
      seq: Math.max(log.seq, seq),
      deviceId: log.deviceId || deviceId,
    });
    if (variant > 0) {
      const fork: Fork = [logId, seq, variant + 1];
      this.#state.setFork(fork);
      derived.conflicts.push(fork);
    }
    this.#state.position = Math.max(this.#state.position, position);
    this.#hybridClock.hear(operation.hlc);
    derived.operations.push(operation);
    const entry = { logId, seq, variant, entity, reason };
    if (this.#state.setAside(entry) && reason !== null) derived.aside.push({ ...entry, reason });
  }

  #add(
    additions: Map<string, Addition>,
    entity: string,
    record: EntityRecord,
    atMs: number,
  ): void {
    const old = additions.get(entity);
    const sum = old === undefined ? record : merge(old.record, record);
    additions.set(entity, { record: sum, touchedMs: atMs });
  }

  #noteRedaction(entity: string, record: EntityRecord, gone: Map<string, Identity[]>): void {
    const ids = targetsOf(record);
    if (ids.length > 0) gone.set(entity, [...(gone.get(entity) ?? []), ...ids]);
  }

  /** Its redaction came before it: its words are not kept at all. */
  withoutErased(operation: Operation): Operation {
    return this.#isErased(operation) ? stubOf(operation) : operation;
  }

  #isErased(operation: Operation): boolean {
    const record = isStub(operation) ? null : this.#recordOf(operation.entity);
    return record !== null && itemOf(record, REDACTED + nameOf(operation)) !== undefined;
  }

  /** What came with its text although its redaction is known. */
  #noteRedacted(operations: readonly Operation[], gone: Map<string, Identity[]>): void {
    for (const operation of operations) {
      if (!this.#isErased(operation)) continue;
      const { logId, seq, entity } = operation;
      gone.set(entity, [...(gone.get(entity) ?? []), { logId, seq }]);
    }
  }

  // ---- Cut-offs -----------------------------------------------------------------------------------

  /** Returns whether it left or came; nothing was done to the record. */
  #judgeOne(stored: StoredOperation, derived: Derived): "left" | "came" | null {
    const operation = toOperation(stored, this.#tenantId);
    const reason = this.judge(operation);
    const { logId, seq, variant, entity } = stored;
    const before = this.#state.asideOf(stored)?.reason ?? null;
    if (!this.#state.setAside({ logId, seq, variant, entity, reason })) return null;
    if (reason !== null) derived.aside.push({ logId, seq, variant, entity, reason });
    if (before === null) return "left";
    return reason === null ? "came" : null;
  }

  /** @param before the device's record as it was */
  async #judgeAgain(name: string, before: EntityRecord | null, derived: Derived): Promise<void> {
    if (cutOffText(before) === cutOffText(this.#recordOf(name))) return;
    if (this.cutsCompacted(name, before)) derived.needsSnapshot = true;
    const rebuild = new Set<string>();
    for (const stored of await this.#store.readDevice(name.slice(DEVICE.length))) {
      // Another tab's; comes to be applied itself.
      if (stored.position > this.#state.position) continue;
      const change = this.#judgeOne(stored, derived);
      if (change === "left") rebuild.add(stored.entity);
      if (change === "came")
        await this.#mergeIn(toOperation(stored, this.#tenantId), stored.atMs);
    }
    for (const entity of rebuild)
      if (!(await this.#rebuild(entity))) derived.needsSnapshot = true;
  }

  /** Whether a cut-off comes or goes among operations that are here only as part of records. */
  cutsCompacted(name: string, before: EntityRecord | null): boolean {
    const deviceId = name.slice(DEVICE.length);
    const after = this.#recordOf(name);
    return [...this.#state.logs.values()].some((log) => {
      if (!isLogOf(log.logId, deviceId)) return false;
      return log.from - 1 > Math.min(firstCut(before, log.logId), firstCut(after, log.logId));
    });
  }

  async #mergeIn(operation: Operation, atMs: number): Promise<void> {
    const { entity } = operation;
    await this.#revive(entity);
    this.#put(entity, merge(this.#recordOf(entity) ?? emptyRecord, additionOf(operation)), atMs);
  }

  /** false: not all of its operations are here any more. */
  async #rebuild(entity: string): Promise<boolean> {
    await this.#revive(entity);
    const old = this.#state.table.stored(entity);
    // Another tab may have compacted since.
    const stored = await this.#store.readRecord(entity);
    if (old?.partial === true || stored?.partial === true) return false;
    let record = emptyRecord;
    for (const one of await this.#store.readEntity(entity)) {
      if (one.position > this.#state.position) continue;
      if (this.#state.asideOf(one) !== undefined) continue;
      record = merge(record, additionOf(toOperation(one, this.#tenantId)));
    }
    this.#put(entity, record, 0);
    return true;
  }
}
