// SPDX-License-Identifier: Apache-2.0
// The log's store in IndexedDB. Every transaction that writes asks for strict durability: what resolved
// has been through the disk's cache. Within a transaction nothing is awaited but its own requests, for
// the browser ends one that has nothing to do. The tabs of an origin share the database; each tells the
// others what it committed.

import { systemClock, type Clock } from "../clock";
import type { SignedDocument } from "../messages";
import {
  changeAside,
  dropUntil,
  FIRST_STATE,
  fromRow,
  getLogs,
  getState,
  markPartial,
  putRecords,
  putState,
  raiseLog,
  rangeOf,
  type Write,
} from "./idb-parts";
import {
  openDatabase,
  toStoreError,
  type LogDatabase,
  type Table,
  type Transaction,
} from "./idb-schema";
import {
  StoreError,
  type AppendEntry,
  type AppendResult,
  type CheckpointEntry,
  type Compaction,
  type Identity,
  type LogPosition,
  type LogStore,
  type ReplaceEntry,
  type StoreContents,
  type StoredOperation,
  type StoredRecord,
  type StoreNews,
} from "./log-store";
import { countWithin, logsOf, MAX_READ, nameOfIdentity, needsLookup, planAppend } from "./store-plan";
import { erasedText } from "./stub";
import { openTabChannel, type TabChannel } from "./tab-channel";

export interface IdbStoreOptions {
  /** Of the database and of the channel: one for each device, "bellhop-log-<deviceId>". */
  name: string;
  factory?: IDBFactory;
  channel?: TabChannel;
  clock?: Clock;
}

export class IdbStore implements LogStore {
  readonly durable = true;
  readonly #options: IdbStoreOptions;
  readonly #channel: TabChannel;
  readonly #running = new Set<Promise<unknown>>();
  #db: LogDatabase | null = null;
  #over: StoreError | null = null;
  #onGone: (error: StoreError) => void = () => undefined;

  constructor(options: IdbStoreOptions) {
    this.#options = options;
    this.#channel = options.channel ?? openTabChannel(options.name);
  }

  async open(): Promise<void> {
    const { name, factory = globalThis.indexedDB, clock = systemClock } = this.#options;
    const db = await openDatabase(factory, name, clock);
    if (this.#over !== null) {
      db.close();
      throw this.#over;
    }
    this.#db = db;
    // Another tab deletes it or brings a newer one; we would only hold that up.
    db.addEventListener("versionchange", () => this.#lose());
    // The browser took it away: the person deleted the site's data, or the disk failed.
    db.addEventListener("close", () => this.#lose());
  }

  load(): Promise<StoreContents> {
    return this.#transact(
      ["operations", "logs", "forks", "members", "aside", "values", "records", "archive", "state"],
      "readonly",
      async (tx) => {
        const state = await getState(tx);
        const behind = IDBKeyRange.lowerBound(state.checkpoint, true);
        const values = tx.objectStore("values");
        const [logs, forks, members, aside, names, contents, rows, archived, tail] =
          await Promise.all([
            tx.objectStore("logs").getAll(),
            tx.objectStore("forks").getAll(),
            tx.objectStore("members").getAll(),
            tx.objectStore("aside").getAll(),
            values.getAllKeys(),
            values.getAll(),
            tx.objectStore("records").getAll(),
            tx.objectStore("archive").getAllKeys(),
            tx.objectStore("operations").index("position").getAll(behind),
          ]);
        return {
          ...{ logs, members, aside, archived, tail },
          forks: forks.map(({ logId, seq, count }) => [logId, seq, count]),
          values: new Map(names.map((name, index) => [name, contents[index]])),
          records: rows.map(fromRow),
          position: state.position,
          epoch: state.epoch,
        };
      },
    );
  }

  append(entry: AppendEntry): Promise<AppendResult> {
    return this.#write(["operations", "logs", "forks", "aside", "state"], async (tx) => {
      const [state, logs] = await Promise.all([getState(tx), getLogs(tx, logsOf(entry))]);
      const variants = new Map<string, StoredOperation[]>();
      await Promise.all(
        needsLookup(entry, logs).map(async ({ logId, seq }) => {
          const found = await tx.objectStore("operations").getAll(rangeOf(logId, seq, seq));
          variants.set(nameOfIdentity({ logId, seq }), found);
        }),
      );
      const rows = variants.size === 0 ? [] : await tx.objectStore("forks").getAll();
      const plan = planAppend(entry, {
        ...{ logs, variants, position: state.position },
        forks: rows.map(({ logId, seq, count }) => [logId, seq, count]),
      });
      const { stored } = plan.result;
      if (stored.length === 0) return plan.result;
      await Promise.all([
        ...stored.map((operation) => tx.objectStore("operations").add(operation)),
        ...plan.logs.map((log) => tx.objectStore("logs").put(log)),
        ...plan.forks.map(([logId, seq, count]) =>
          tx.objectStore("forks").put({ logId, seq, count }),
        ),
        ...plan.aside.map((one) => tx.objectStore("aside").put(one)),
        putState(tx, { ...state, position: state.position + stored.length }),
      ]);
      return plan.result;
    });
  }

  addMembers(documents: readonly SignedDocument[]): Promise<void> {
    return this.#write(
      ["members", "state"],
      async (tx) => {
        const members = tx.objectStore("members");
        await Promise.all(documents.map((document) => members.put(document)));
      },
      { members: true },
    );
  }

  readMembers(): Promise<SignedDocument[]> {
    return this.#transact(["members"], "readonly", (tx) => tx.objectStore("members").getAll());
  }

  find(ids: readonly Identity[]): Promise<StoredOperation[][]> {
    return this.#transact(["operations"], "readonly", (tx) =>
      Promise.all(
        ids.map(({ logId, seq }) => tx.objectStore("operations").getAll(rangeOf(logId, seq, seq))),
      ),
    );
  }

  read(
    logId: string,
    from: number,
    maxOperations: number,
    maxBytes: number,
  ): Promise<StoredOperation[]> {
    return this.#transact(["operations", "logs"], "readonly", async (tx) => {
      const log = await tx.objectStore("logs").get(logId);
      if (log === undefined || Math.max(from, log.from) > log.seq) return [];
      const range = rangeOf(logId, Math.max(from, log.from), log.seq);
      const count = Math.min(maxOperations, MAX_READ);
      const found = await tx.objectStore("operations").getAll(range, Math.max(count, 1));
      return found.slice(0, countWithin(found, maxOperations, maxBytes));
    });
  }

  readEntity(entity: string): Promise<StoredOperation[]> {
    return this.#transact(["operations"], "readonly", (tx) =>
      tx.objectStore("operations").index("entity").getAll(entity),
    );
  }

  readDevice(deviceId: string): Promise<StoredOperation[]> {
    return this.#transact(["operations"], "readonly", (tx) =>
      tx.objectStore("operations").index("deviceId").getAll(deviceId),
    );
  }

  readSince(position: number): Promise<StoredOperation[]> {
    return this.#transact(["operations"], "readonly", (tx) =>
      tx
        .objectStore("operations")
        .index("position")
        .getAll(IDBKeyRange.lowerBound(position, true)),
    );
  }

  readRecord(name: string): Promise<StoredRecord | null> {
    return this.#transact(["records", "archive"], "readonly", async (tx) => {
      const [live, archived] = await Promise.all([
        tx.objectStore("records").get(name),
        tx.objectStore("archive").get(name),
      ]);
      const row = live ?? archived;
      return row === undefined ? null : fromRow(row);
    });
  }

  checkpoint(entry: CheckpointEntry): Promise<boolean> {
    return this.#write(["records", "archive", "aside", "state"], async (tx) => {
      const state = await getState(tx);
      if (entry.epoch !== state.epoch || entry.position < state.checkpoint) return false;
      await Promise.all([
        putRecords(tx, entry.records),
        changeAside(tx, entry.aside),
        putState(tx, { ...state, checkpoint: entry.position }),
      ]);
      return true;
    });
  }

  replace(entry: ReplaceEntry): Promise<boolean> {
    return this.#write(
      ["operations", "logs", "forks", "records", "archive", "aside", "state"],
      async (tx) => {
        const state = await getState(tx);
        if (entry.epoch !== state.epoch) return false;
        if (entry.reset)
          await Promise.all([
            tx.objectStore("records").clear(),
            tx.objectStore("archive").clear(),
          ]);
        await Promise.all([
          putRecords(tx, entry.records),
          changeAside(tx, entry.aside),
          ...Object.entries(entry.have).map(([logId, seq]) => raiseLog(tx, logId, seq)),
          putState(tx, { ...state, checkpoint: entry.position, epoch: state.epoch + 1 }),
        ]);
        return true;
      },
    );
  }

  archive(names: readonly string[]): Promise<void> {
    return this.#write(["records", "archive", "state"], async (tx) => {
      const records = tx.objectStore("records");
      await Promise.all(
        names.map(async (name) => {
          const row = await records.get(name);
          if (row === undefined) return;
          await Promise.all([tx.objectStore("archive").put(row), records.delete(name)]);
        }),
      );
    });
  }

  forgetArchived(beforeMs: number): Promise<string[]> {
    return this.#write(["archive", "state"], async (tx) => {
      const archive = tx.objectStore("archive");
      const before = IDBKeyRange.upperBound(beforeMs, true);
      const names = await archive.index("touchedMs").getAllKeys(before);
      await Promise.all(names.map((name) => archive.delete(name)));
      return names;
    });
  }

  compact(
    beforeMs: number,
    kept: Readonly<Record<string, number>>,
    epoch: number,
    maxOperations: number,
  ): Promise<Compaction> {
    return this.#write(
      ["operations", "logs", "forks", "aside", "records", "archive", "state"],
      async (tx) => {
        const state = await getState(tx);
        const names = new Set<string>();
        const logs: LogPosition[] = [];
        let left = maxOperations;
        let isMore = false;
        if (epoch !== state.epoch) return { logs, partial: [], isMore };
        for (const log of await tx.objectStore("logs").getAll()) {
          const end = Math.min(log.seq, kept[log.logId] ?? 0);
          const isKept = ({ atMs, position }: StoredOperation) =>
            atMs >= beforeMs || position > state.checkpoint;
          const dropped = await dropUntil(tx, log, end, isKept, left);
          const { from, entities } = dropped;
          left -= entities.length;
          for (const entity of entities) names.add(entity);
          if (from !== log.from) {
            logs.push({ ...log, from });
            await tx.objectStore("logs").put({ ...log, from });
          }
          isMore = dropped.isMore;
          if (isMore) break;
        }
        await Promise.all([...names].map((name) => markPartial(tx, name)));
        if (logs.length > 0) await putState(tx, { ...state, epoch: epoch + 1 });
        return { logs, partial: [...names], isMore };
      },
    );
  }

  redact(ids: readonly Identity[], entity: string): Promise<void> {
    return this.#write(["operations", "state"], async (tx) => {
      const operations = tx.objectStore("operations");
      for (const { logId, seq } of ids)
        for (const operation of await operations.getAll(rangeOf(logId, seq, seq)))
          if (operation.entity === entity)
            await operations.put({ ...operation, text: erasedText(operation), sig: "" });
    });
  }

  update<T>(name: string, change: (old: unknown) => T): Promise<T> {
    return this.#write(
      ["values", "state"],
      async (tx) => {
        const values = tx.objectStore("values");
        const value = change(await values.get(name));
        if (value === undefined) await values.delete(name);
        else await values.put(value, name);
        return value;
      },
      { values: [name] },
    );
  }

  readValue(name: string): Promise<unknown> {
    return this.#transact(["values"], "readonly", (tx) => tx.objectStore("values").get(name));
  }

  onOther(listener: (news: StoreNews) => void): void {
    this.#channel.listen(listener);
  }

  onGone(listener: (error: StoreError) => void): void {
    this.#onGone = listener;
  }

  async close(): Promise<void> {
    this.#over ??= new StoreError("closed");
    await Promise.allSettled([...this.#running]);
    this.#db?.close();
    this.#db = null;
    this.#channel.close();
  }

  // ---- Transactions -------------------------------------------------------------------------------

  #lose(): void {
    if (this.#over !== null) return;
    this.#over = new StoreError("gone");
    this.#db?.close();
    this.#onGone(this.#over);
  }

  #transact<T, Mode extends "readonly" | "readwrite">(
    tables: Table[],
    mode: Mode,
    work: (tx: Transaction<Mode>) => Promise<T>,
  ): Promise<T> {
    const done = this.#run(tables, mode, work);
    this.#running.add(done);
    const forget = () => this.#running.delete(done);
    done.then(forget, forget);
    return done;
  }

  async #run<T, Mode extends "readonly" | "readwrite">(
    tables: Table[],
    mode: Mode,
    work: (tx: Transaction<Mode>) => Promise<T>,
  ): Promise<T> {
    if (this.#over !== null) throw this.#over;
    if (this.#db === null) throw new StoreError("closed");
    let tx: Transaction<Mode>;
    try {
      tx = this.#db.transaction(tables, mode, { durability: "strict" });
    } catch (error) {
      throw toStoreError(error);
    }
    // Handled below where it matters; a rejection must not go unheard before that.
    const end = tx.done.then(
      () => null,
      (error: unknown) => toStoreError(error),
    );
    let result: T;
    try {
      result = await work(tx);
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It has ended already, which is why we are here.
      }
      const cause = await end;
      // A request that fell with its transaction does not know why; one that failed itself does.
      const own = toStoreError(error);
      throw own.problem === "gone" && cause !== null ? cause : own;
    }
    const failure = await end;
    if (failure !== null) throw failure;
    return result;
  }

  async #write<T>(
    tables: Table[],
    work: (tx: Write) => Promise<T>,
    touched: { values?: string[]; members?: boolean } = {},
  ): Promise<T> {
    let state = FIRST_STATE;
    const result = await this.#transact(tables, "readwrite", async (tx) => {
      const value = await work(tx);
      state = await getState(tx);
      return value;
    });
    const { values = [], members = false } = touched;
    if (this.#over === null)
      this.#channel.post({ position: state.position, epoch: state.epoch, values, members });
    return result;
  }
}
