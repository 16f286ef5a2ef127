// SPDX-License-Identifier: Apache-2.0
// The tables of the log in IndexedDB, and how the database is opened. Records are kept as text: a page
// reads 2,000 of them a good deal faster than as objects.

import { wrap, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";

import type { Clock } from "../clock";
import type { SignedDocument } from "../messages";
import {
  StoreError,
  type AsideEntry,
  type LogPosition,
  type StoredOperation,
  type StoreProblem,
  type StoreState,
} from "./log-store";

export interface RecordRow {
  name: string;
  text: string;
  touchedMs: number;
  partial: boolean;
}

export interface LogSchema extends DBSchema {
  operations: {
    key: [logId: string, seq: number, variant: number];
    value: StoredOperation;
    indexes: { position: number; entity: string; deviceId: string };
  };
  logs: { key: string; value: LogPosition };
  forks: { key: [logId: string, seq: number]; value: { logId: string; seq: number; count: number } };
  members: { key: string; value: SignedDocument };
  aside: { key: [logId: string, seq: number, variant: number]; value: AsideEntry };
  values: { key: string; value: unknown };
  records: { key: string; value: RecordRow };
  archive: { key: string; value: RecordRow; indexes: { touchedMs: number } };
  state: { key: string; value: StoreState };
}

export type Table = StoreNames<LogSchema>;
export type LogDatabase = IDBPDatabase<LogSchema>;
export type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<LogSchema, Table[], Mode>;

export const STATE_KEY = "state";
const VERSION = 1;
/** Another tab that deletes the database, or holds an older one, keeps us waiting. */
const OPEN_MS = 10000;

function createTables(db: LogDatabase): void {
  const operations = db.createObjectStore("operations", { keyPath: ["logId", "seq", "variant"] });
  operations.createIndex("position", "position");
  operations.createIndex("entity", "entity");
  operations.createIndex("deviceId", "deviceId");
  db.createObjectStore("logs", { keyPath: "logId" });
  db.createObjectStore("forks", { keyPath: ["logId", "seq"] });
  db.createObjectStore("members", { keyPath: "data" });
  db.createObjectStore("aside", { keyPath: ["logId", "seq", "variant"] });
  db.createObjectStore("values");
  db.createObjectStore("records", { keyPath: "name" });
  db.createObjectStore("archive", { keyPath: "name" }).createIndex("touchedMs", "touchedMs");
  db.createObjectStore("state");
}

function nameOfError(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** What the browser means. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const problems: [string, StoreProblem][] = [
    ["QuotaExceededError", "full"],
    ["InvalidStateError", "gone"],
    ["NotFoundError", "gone"],
    ["AbortError", "gone"],
  ];
  const found = problems.find(([name]) => name === nameOfError(error));
  return new StoreError(found?.[1] ?? "failed", error);
}

/** Rejects with StoreError, `blocked` after a while. */
export function openDatabase(
  factory: IDBFactory,
  name: string,
  clock: Clock,
): Promise<LogDatabase> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const cancel = clock.after(OPEN_MS, () => {
      isLate = true;
      reject(new StoreError("blocked"));
    });
    const fail = (error: unknown) => {
      cancel();
      reject(new StoreError("failed", error));
    };
    try {
      const request = factory.open(name, VERSION);
      const opened = wrap(request) as unknown as Promise<LogDatabase>;
      request.onupgradeneeded = () => createTables(wrap(request.result) as unknown as LogDatabase);
      opened.then((db) => {
        cancel();
        // Nobody would close it.
        if (isLate) db.close();
        else resolve(db);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
