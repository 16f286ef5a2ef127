// SPDX-License-Identifier: Apache-2.0
// The log's store in memory: for Node programs that start anew with a snapshot, for pages without
// IndexedDB, and for tests. A MemoryDisk is what would survive; stores over one disk are the tabs of one
// device. With `manual` a test says when what was written is committed, and may crash before.

import type { SignedDocument } from "../messages";
import { utf8Length } from "../transcript";
import {
  StoreError,
  type AppendEntry,
  type AppendResult,
  type AsideChange,
  type AsideEntry,
  type CheckpointEntry,
  type Compaction,
  type Fork,
  type Identity,
  type LogPosition,
  type LogStore,
  type ReplaceEntry,
  type StoreContents,
  type StoredOperation,
  type StoredRecord,
  type StoreNews,
  type StoreProblem,
  type StoreState,
} from "./log-store";
import { logsOf, nameOfIdentity, needsLookup, planAppend } from "./store-plan";
import { erasedText } from "./stub";

function asideName(entry: Identity & { variant: number }): string {
  return `${nameOfIdentity(entry)}:${entry.variant}`;
}

/** What is committed. Nothing in it is changed once it is there: copies share it. */
export class MemoryDisk {
  state: StoreState = { position: 0, checkpoint: 0, epoch: 0 };
  /** By position. */
  operations = new Map<number, StoredOperation>();
  /** logId -> seq -> positions, by variant. */
  identities = new Map<string, Map<number, number[]>>();
  logs = new Map<string, LogPosition>();
  forks = new Map<string, Fork>();
  members = new Map<string, SignedDocument>();
  aside = new Map<string, AsideEntry>();
  values = new Map<string, unknown>();
  records = new Map<string, StoredRecord>();
  archive = new Map<string, StoredRecord>();
  /** The next transaction that writes is refused with it. */
  refusal: StoreProblem | null = null;
  readonly listeners = new Map<MemoryStore, (news: StoreNews) => void>();

  /** As a backup would have it, or the disk after a crash. */
  copy(): MemoryDisk {
    const copy = new MemoryDisk();
    copy.state = { ...this.state };
    copy.operations = new Map(this.operations);
    for (const [logId, seqs] of this.identities) copy.identities.set(logId, new Map(seqs));
    copy.logs = new Map(this.logs);
    copy.forks = new Map(this.forks);
    copy.members = new Map(this.members);
    copy.aside = new Map(this.aside);
    copy.values = new Map(this.values);
    copy.records = new Map(this.records);
    copy.archive = new Map(this.archive);
    return copy;
  }

  variants({ logId, seq }: Identity): StoredOperation[] {
    return (this.identities.get(logId)?.get(seq) ?? []).flatMap(
      (position) => this.operations.get(position) ?? [],
    );
  }

  put(operation: StoredOperation): void {
    const { logId, seq, position } = operation;
    this.operations.set(position, operation);
    const seqs = this.identities.get(logId) ?? new Map<number, number[]>();
    this.identities.set(logId, seqs);
    seqs.set(seq, [...(seqs.get(seq) ?? []), position]);
  }

  /** A fork stays: who has one of its operations may lack the other. */
  drop(identity: Identity): StoredOperation[] {
    if (this.forks.has(nameOfIdentity(identity))) return [];
    const variants = this.variants(identity);
    for (const operation of variants) {
      this.operations.delete(operation.position);
      this.aside.delete(asideName(operation));
    }
    this.identities.get(identity.logId)?.delete(identity.seq);
    return variants;
  }
}

export interface MemoryStoreOptions {
  /** Of another store: its other tab, or a life after it. */
  disk?: MemoryDisk;
  /** Nothing is committed before commit(). */
  manual?: boolean;
}

interface Waiting {
  run(): void;
  reject(error: StoreError): void;
}

interface Touched {
  values?: string[];
  members?: boolean;
}

export class MemoryStore implements LogStore {
  readonly durable = false;
  readonly disk: MemoryDisk;
  readonly #manual: boolean;
  readonly #waiting: Waiting[] = [];
  #over: StoreProblem | null = null;
  #onGone: (error: StoreError) => void = () => undefined;

  constructor(options: MemoryStoreOptions = {}) {
    this.disk = options.disk ?? new MemoryDisk();
    this.#manual = options.manual ?? false;
  }

  // ---- For tests ----------------------------------------------------------------------------------

  /** Transactions that wait for commit(). */
  get waiting(): number {
    return this.#waiting.length;
  }

  commit(count = this.#waiting.length): void {
    for (const { run } of this.#waiting.splice(0, count)) run();
  }

  /** What was not committed is lost; nothing more is. The disk lives on. */
  crash(): void {
    this.#end("gone");
    this.#onGone(new StoreError("gone"));
  }

  // ---- LogStore -----------------------------------------------------------------------------------

  open(): Promise<void> {
    return this.#read(() => undefined);
  }

  load(): Promise<StoreContents> {
    return this.#read(() => {
      const { disk } = this;
      const tail = [...disk.operations.values()].filter(
        ({ position }) => position > disk.state.checkpoint,
      );
      return {
        logs: [...disk.logs.values()],
        forks: [...disk.forks.values()],
        members: [...disk.members.values()],
        aside: [...disk.aside.values()],
        values: new Map(disk.values),
        records: [...disk.records.values()],
        archived: [...disk.archive.keys()],
        tail,
        position: disk.state.position,
        epoch: disk.state.epoch,
      };
    });
  }

  append(entry: AppendEntry): Promise<AppendResult> {
    return this.#write(() => {
      const { disk } = this;
      const logs = new Map(
        logsOf(entry).flatMap((logId): [string, LogPosition][] => {
          const log = disk.logs.get(logId);
          return log === undefined ? [] : [[logId, log]];
        }),
      );
      const variants = new Map(
        needsLookup(entry, logs).map((id) => [nameOfIdentity(id), disk.variants(id)]),
      );
      const forks = [...disk.forks.values()];
      const plan = planAppend(entry, { logs, variants, forks, position: disk.state.position });
      for (const operation of plan.result.stored) disk.put(operation);
      for (const log of plan.logs) disk.logs.set(log.logId, log);
      for (const fork of plan.forks)
        disk.forks.set(nameOfIdentity({ logId: fork[0], seq: fork[1] }), fork);
      for (const one of plan.aside) disk.aside.set(asideName(one), one);
      disk.state.position += plan.result.stored.length;
      return plan.result;
    });
  }

  addMembers(documents: readonly SignedDocument[]): Promise<void> {
    return this.#write(
      () => {
        for (const document of documents) this.disk.members.set(document.data, document);
      },
      { members: true },
    );
  }

  readMembers(): Promise<SignedDocument[]> {
    return this.#read(() => [...this.disk.members.values()]);
  }

  find(ids: readonly Identity[]): Promise<StoredOperation[][]> {
    return this.#read(() => ids.map((id) => this.disk.variants(id)));
  }

  read(
    logId: string,
    from: number,
    maxOperations: number,
    maxBytes: number,
  ): Promise<StoredOperation[]> {
    return this.#read(() => {
      const log = this.disk.logs.get(logId);
      if (log === undefined) return [];
      const found: StoredOperation[] = [];
      let bytes = 0;
      for (let seq = Math.max(from, log.from); seq <= log.seq; seq++)
        for (const operation of this.disk.variants({ logId, seq })) {
          bytes += utf8Length(operation.text);
          const isFull = found.length >= maxOperations || bytes > maxBytes;
          if (found.length > 0 && isFull) return found;
          found.push(operation);
        }
      return found;
    });
  }

  readEntity(entity: string): Promise<StoredOperation[]> {
    return this.#readWhere((operation) => operation.entity === entity);
  }

  readDevice(deviceId: string): Promise<StoredOperation[]> {
    return this.#readWhere((operation) => operation.deviceId === deviceId);
  }

  readSince(position: number): Promise<StoredOperation[]> {
    return this.#read(() => {
      const found: StoredOperation[] = [];
      for (let next = position + 1; next <= this.disk.state.position; next++) {
        const operation = this.disk.operations.get(next);
        if (operation !== undefined) found.push(operation);
      }
      return found;
    });
  }

  readRecord(name: string): Promise<StoredRecord | null> {
    return this.#read(() => this.disk.records.get(name) ?? this.disk.archive.get(name) ?? null);
  }

  checkpoint(entry: CheckpointEntry): Promise<boolean> {
    return this.#write(() => {
      const { disk } = this;
      if (entry.epoch !== disk.state.epoch || entry.position < disk.state.checkpoint) return false;
      this.#putRecords(entry.records);
      this.#changeAside(entry.aside);
      disk.state.checkpoint = entry.position;
      return true;
    });
  }

  replace(entry: ReplaceEntry): Promise<boolean> {
    return this.#write(() => {
      const { disk } = this;
      if (entry.epoch !== disk.state.epoch) return false;
      if (entry.reset) {
        disk.records.clear();
        disk.archive.clear();
      }
      this.#putRecords(entry.records);
      this.#changeAside(entry.aside);
      for (const [logId, seq] of Object.entries(entry.have)) this.#raise(logId, seq);
      disk.state.checkpoint = entry.position;
      disk.state.epoch += 1;
      return true;
    });
  }

  archive(names: readonly string[]): Promise<void> {
    return this.#write(() => {
      for (const name of names) {
        const record = this.disk.records.get(name);
        if (record === undefined) continue;
        this.disk.records.delete(name);
        this.disk.archive.set(name, record);
      }
    });
  }

  forgetArchived(beforeMs: number): Promise<string[]> {
    return this.#write(() => {
      const old = [...this.disk.archive.values()].filter(({ touchedMs }) => touchedMs < beforeMs);
      for (const { name } of old) this.disk.archive.delete(name);
      return old.map(({ name }) => name);
    });
  }

  compact(
    beforeMs: number,
    kept: Readonly<Record<string, number>>,
    epoch: number,
    maxOperations: number,
  ): Promise<Compaction> {
    return this.#write(() => {
      const { disk } = this;
      const logs: LogPosition[] = [];
      const names = new Set<string>();
      let left = maxOperations;
      let isMore = false;
      if (epoch !== disk.state.epoch) return { logs, partial: [], isMore };
      for (const log of [...disk.logs.values()].sort((a, b) => (a.logId < b.logId ? -1 : 1))) {
        let { from } = log;
        const end = Math.min(log.seq, kept[log.logId] ?? 0);
        for (; from <= end; from++) {
          const id = { logId: log.logId, seq: from };
          const variants = disk.forks.has(nameOfIdentity(id)) ? [] : disk.variants(id);
          const isKept = variants.some(
            ({ atMs, position }) => atMs >= beforeMs || position > disk.state.checkpoint,
          );
          isMore = !isKept && variants.length > 0 && left <= 0;
          if (isKept || isMore) break;
          left -= variants.length;
          for (const { entity } of disk.drop(id)) names.add(entity);
        }
        if (from !== log.from) logs.push({ ...log, from });
        if (isMore) break;
      }
      for (const log of logs) disk.logs.set(log.logId, log);
      for (const records of [disk.records, disk.archive])
        for (const name of names) {
          const record = records.get(name);
          if (record !== undefined) records.set(name, { ...record, partial: true });
        }
      if (logs.length > 0) disk.state.epoch += 1;
      return { logs, partial: [...names], isMore };
    });
  }

  redact(ids: readonly Identity[], entity: string): Promise<void> {
    return this.#write(() => {
      for (const id of ids)
        for (const operation of this.disk.variants(id))
          if (operation.entity === entity)
            this.disk.operations.set(operation.position, {
              ...operation,
              text: erasedText(operation),
              sig: "",
            });
    });
  }

  update<T>(name: string, change: (old: unknown) => T): Promise<T> {
    return this.#write(
      () => {
        const value = change(this.disk.values.get(name));
        if (value === undefined) this.disk.values.delete(name);
        else this.disk.values.set(name, value);
        return value;
      },
      { values: [name] },
    );
  }

  readValue(name: string): Promise<unknown> {
    return this.#read(() => this.disk.values.get(name));
  }

  onOther(listener: (news: StoreNews) => void): void {
    this.disk.listeners.set(this, listener);
  }

  onGone(listener: (error: StoreError) => void): void {
    this.#onGone = listener;
  }

  close(): Promise<void> {
    if (this.#over === null) this.#end("closed");
    return Promise.resolve();
  }

  // ---- How it is done -----------------------------------------------------------------------------

  #end(problem: StoreProblem): void {
    this.#over = problem;
    this.disk.listeners.delete(this);
    for (const { reject } of this.#waiting.splice(0)) reject(new StoreError(problem));
  }

  /** Sees what is committed, also while something waits. */
  #read<T>(read: () => T): Promise<T> {
    if (this.#over !== null) return Promise.reject(new StoreError(this.#over));
    return Promise.resolve(read());
  }

  #readWhere(chooses: (operation: StoredOperation) => boolean): Promise<StoredOperation[]> {
    return this.#read(() => [...this.disk.operations.values()].filter(chooses));
  }

  #write<T>(write: () => T, touched: Touched = {}): Promise<T> {
    if (this.#over !== null) return Promise.reject(new StoreError(this.#over));
    return new Promise((resolve, reject) => {
      const run = () => {
        const { refusal } = this.disk;
        this.disk.refusal = null;
        if (refusal !== null) {
          reject(new StoreError(refusal));
          return;
        }
        const value = write();
        this.#tell(touched);
        resolve(value);
      };
      if (this.#manual) this.#waiting.push({ run, reject });
      else run();
    });
  }

  #tell({ values = [], members = false }: Touched): void {
    const { position, epoch } = this.disk.state;
    for (const [store, listener] of this.disk.listeners)
      if (store !== this) queueMicrotask(() => listener({ position, epoch, values, members }));
  }

  #putRecords(records: readonly StoredRecord[]): void {
    for (const record of records) {
      const { name } = record;
      const old = this.disk.records.get(name) ?? this.disk.archive.get(name);
      this.disk.archive.delete(name);
      this.disk.records.set(name, { ...record, partial: record.partial || old?.partial === true });
    }
  }

  #changeAside(changes: readonly AsideChange[]): void {
    for (const change of changes) {
      const { reason } = change;
      if (reason === null) this.disk.aside.delete(asideName(change));
      else this.disk.aside.set(asideName(change), { ...change, reason });
    }
  }

  /** From a snapshot: what is before is in the records. */
  #raise(logId: string, seq: number): void {
    const log = this.disk.logs.get(logId) ?? { logId, deviceId: "", seq: 0, from: 1 };
    if (log.seq >= seq) return;
    for (let old = log.from; old <= log.seq; old++) this.disk.drop({ logId, seq: old });
    this.disk.logs.set(logId, { ...log, seq, from: seq + 1 });
  }
}
