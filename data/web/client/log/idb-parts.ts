// SPDX-License-Identifier: Apache-2.0
// Parts of the transactions of IdbStore. None awaits anything but requests of its transaction.

import { STATE_KEY, type RecordRow, type Transaction } from "./idb-schema";
import type {
  AsideChange,
  LogPosition,
  StoredOperation,
  StoredRecord,
  StoreState,
} from "./log-store";
import type { EntityRecord } from "./record";

export type Read = Transaction<"readonly">;
export type Write = Transaction<"readwrite">;

export const FIRST_STATE: StoreState = { position: 0, checkpoint: 0, epoch: 0 };
/** Sorts behind every variant. */
const LAST_VARIANT = 99;

export function toRow({ name, record, touchedMs, partial }: StoredRecord): RecordRow {
  return { name, text: JSON.stringify(record), touchedMs, partial };
}

export function fromRow({ name, text, touchedMs, partial }: RecordRow): StoredRecord {
  return { name, record: JSON.parse(text) as EntityRecord, touchedMs, partial };
}

/** Of operations with all their variants. */
export function rangeOf(logId: string, from: number, to: number): IDBKeyRange {
  return IDBKeyRange.bound([logId, from, 0], [logId, to, LAST_VARIANT]);
}

export async function getState(tx: Read | Write): Promise<StoreState> {
  return (await tx.objectStore("state").get(STATE_KEY)) ?? FIRST_STATE;
}

export async function putState(tx: Write, state: StoreState): Promise<void> {
  await tx.objectStore("state").put(state, STATE_KEY);
}

export async function getLogs(tx: Write, logIds: string[]): Promise<Map<string, LogPosition>> {
  const rows = await Promise.all(logIds.map((logId) => tx.objectStore("logs").get(logId)));
  const found = rows.filter((row): row is LogPosition => row !== undefined);
  return new Map(found.map((log) => [log.logId, log]));
}

export async function putRecords(tx: Write, records: readonly StoredRecord[]): Promise<void> {
  await Promise.all(
    records.map(async (record) => {
      const { name } = record;
      const [live, archived] = await Promise.all([
        tx.objectStore("records").get(name),
        tx.objectStore("archive").get(name),
      ]);
      const partial = record.partial || (live ?? archived)?.partial === true;
      await Promise.all([
        tx.objectStore("records").put(toRow({ ...record, partial })),
        archived === undefined ? null : tx.objectStore("archive").delete(name),
      ]);
    }),
  );
}

export async function changeAside(tx: Write, changes: readonly AsideChange[]): Promise<void> {
  const aside = tx.objectStore("aside");
  await Promise.all(
    changes.map(async ({ reason, ...entry }) => {
      const { logId, seq, variant } = entry;
      if (reason === null) await aside.delete([logId, seq, variant]);
      else await aside.put({ ...entry, reason });
    }),
  );
}

/** A fork stays: who has one of its operations may lack the other. */
async function drop(tx: Write, logId: string, from: number, to: number): Promise<void> {
  if (to < from) return;
  const forks = await forksIn(tx, logId, from, to);
  const ends = [...forks, to + 1];
  await Promise.all(
    ends.flatMap((end, index) => {
      const start = index === 0 ? from : (ends[index - 1] ?? 0) + 1;
      if (end <= start) return [];
      const range = rangeOf(logId, start, end - 1);
      return [tx.objectStore("operations").delete(range), tx.objectStore("aside").delete(range)];
    }),
  );
}

/** Their sequence numbers, ascending. */
async function forksIn(tx: Write, logId: string, from: number, to: number): Promise<number[]> {
  const rows = await tx
    .objectStore("forks")
    .getAll(IDBKeyRange.bound([logId, from], [logId, to]));
  return rows.map(({ seq }) => seq);
}

/** From a snapshot: what is before is in the records. */
export async function raiseLog(tx: Write, logId: string, seq: number): Promise<void> {
  const logs = tx.objectStore("logs");
  const log = (await logs.get(logId)) ?? { logId, deviceId: "", seq: 0, from: 1 };
  if (log.seq >= seq) return;
  await Promise.all([
    drop(tx, logId, log.from, log.seq),
    logs.put({ ...log, seq, from: seq + 1 }),
  ]);
}

export interface Dropped {
  /** Where the log begins now. */
  from: number;
  /** One for each operation. */
  entities: string[];
  /** It would have gone on, but for `maxOperations`. */
  isMore: boolean;
}

/** Deletes the operations up to `end` or the first that is kept, but not more than that. */
export async function dropUntil(
  tx: Write,
  log: LogPosition,
  end: number,
  isKept: (operation: StoredOperation) => boolean,
  maxOperations: number,
): Promise<Dropped> {
  const dropped: Dropped = { from: log.from, entities: [], isMore: false };
  if (end < log.from) return dropped;
  const forks = new Set(await forksIn(tx, log.logId, log.from, end));
  dropped.from = end + 1;
  const range = rangeOf(log.logId, log.from, end);
  let cursor = await tx.objectStore("operations").openCursor(range);
  for (; cursor !== null; cursor = await cursor.continue()) {
    const { seq, entity } = cursor.value;
    if (forks.has(seq)) continue;
    const mayGo = !isKept(cursor.value);
    if (!mayGo || dropped.entities.length >= maxOperations) {
      dropped.from = seq;
      dropped.isMore = mayGo;
      break;
    }
    dropped.entities.push(entity);
  }
  await drop(tx, log.logId, log.from, dropped.from - 1);
  return dropped;
}

export async function markPartial(tx: Write, name: string): Promise<void> {
  for (const table of ["records", "archive"] as const) {
    const row = await tx.objectStore(table).get(name);
    if (row !== undefined) await tx.objectStore(table).put({ ...row, partial: true });
  }
}
