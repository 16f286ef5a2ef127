// SPDX-License-Identifier: Apache-2.0
// The records of a replica in memory: as they are committed, and as they read with what is not yet.
// Knows which orders read lines of another's record, keeps readings of orders until one of their records
// changes, and gathers the names of what changed until it is told.

import type { Correction } from "./house-clock";
import type { StoredRecord } from "./log-store";
import { readOrder, type Order } from "./order-state";
import { emptyRecord, type EntityRecord } from "./record";

const ORDER = "order/";
/** Which order a line was moved to. */
const MOVE = /^line\/[^/]+\/orderId$/;

function isEmpty({ items, registers }: EntityRecord): boolean {
  return Object.keys(items).length === 0 && Object.keys(registers).length === 0;
}

/** Ids of the orders that lines of this record were moved to. */
export function targetsOf(name: string, record: EntityRecord): string[] {
  if (!name.startsWith(ORDER)) return [];
  const targets = new Set<string>();
  for (const [path, [value]] of Object.entries(record.registers))
    if (MOVE.test(path) && typeof value === "string") targets.add(value);
  targets.delete(name.slice(ORDER.length));
  return [...targets];
}

export class RecordTable {
  readonly #stored = new Map<string, StoredRecord>();
  /** With what is pending. */
  readonly #shown = new Map<string, EntityRecord>();
  readonly #targets = new Map<string, string[]>();
  /** By order id: names of records that moved lines there. */
  readonly #sources = new Map<string, Set<string>>();
  readonly #orders = new Map<string, Order | null>();
  #changed = new Set<string>();
  #unsaved = new Set<string>();

  /** In the place of all that is there, as the store has it. */
  load(records: Iterable<StoredRecord>): void {
    const before = [...this.#stored.keys()];
    this.#stored.clear();
    for (const record of records) this.#stored.set(record.name, record);
    this.#unsaved.clear();
    for (const name of new Set([...before, ...this.#stored.keys()])) this.#touch(name);
  }

  stored(name: string): StoredRecord | undefined {
    return this.#stored.get(name);
  }

  allStored(): Iterable<StoredRecord> {
    return this.#stored.values();
  }

  names(): Iterable<string> {
    return this.#stored.keys();
  }

  put(record: StoredRecord): void {
    this.#stored.set(record.name, record);
    this.#unsaved.add(record.name);
    this.#touch(record.name);
  }

  /** Puts in what the store has already. */
  revive(record: StoredRecord): void {
    this.#stored.set(record.name, record);
    this.#touch(record.name);
  }

  markPartial(names: readonly string[]): void {
    for (const name of names) {
      const record = this.#stored.get(name);
      if (record !== undefined) this.#stored.set(name, { ...record, partial: true });
    }
  }

  /** What came while the clock was behind is no older than the rest. */
  correctTouched({ fromMs, toMs, byMs }: Correction): void {
    for (const [name, stored] of this.#stored) {
      const { touchedMs } = stored;
      if (touchedMs < fromMs || touchedMs > toMs) continue;
      this.#stored.set(name, { ...stored, touchedMs: touchedMs + byMs });
      this.#unsaved.add(name);
    }
  }

  remove(name: string): void {
    this.#stored.delete(name);
    this.#unsaved.delete(name);
    this.#touch(name);
  }

  /** null: what is stored is all there is. */
  show(name: string, record: EntityRecord | null): void {
    if (record === null) this.#shown.delete(name);
    else this.#shown.set(name, record);
    this.#touch(name);
  }

  isPending(name: string): boolean {
    return this.#shown.has(name);
  }

  get(name: string): EntityRecord | null {
    const record = this.#shown.get(name) ?? this.#stored.get(name)?.record ?? emptyRecord;
    return isEmpty(record) ? null : record;
  }

  ofType(type: string): [string, EntityRecord][] {
    const prefix = `${type}/`;
    const names = new Set([...this.#stored.keys(), ...this.#shown.keys()]);
    const found: [string, EntityRecord][] = [];
    for (const name of names) {
      const record = name.startsWith(prefix) ? this.get(name) : null;
      if (record !== null) found.push([name, record]);
    }
    return found;
  }

  /** Names of the records that moved lines to this order. */
  sourcesOf(orderId: string): string[] {
    return [...(this.#sources.get(orderId) ?? [])];
  }

  order(orderId: string): Order | null {
    const known = this.#orders.get(orderId);
    if (known !== undefined) return known;
    const order = readOrder(
      orderId,
      (name) => this.get(name),
      (id) => this.sourcesOf(id),
    );
    this.#orders.set(orderId, order);
    return order;
  }

  /** Since the last time. */
  takeChanged(): string[] {
    const changed = [...this.#changed];
    this.#changed = new Set();
    return changed;
  }

  get unsavedCount(): number {
    return this.#unsaved.size;
  }

  takeUnsaved(): StoredRecord[] {
    const names = this.#unsaved;
    this.#unsaved = new Set();
    return [...names].flatMap((name) => this.#stored.get(name) ?? []);
  }

  /** The store did not take them. */
  giveBackUnsaved(records: readonly StoredRecord[]): void {
    for (const { name } of records) if (this.#stored.has(name)) this.#unsaved.add(name);
  }

  #touch(name: string): void {
    this.#changed.add(name);
    if (!name.startsWith(ORDER)) return;
    this.#orders.delete(name.slice(ORDER.length));
    const before = this.#targets.get(name) ?? [];
    const record = this.get(name);
    const after = record === null ? [] : targetsOf(name, record);
    for (const orderId of before) this.#sources.get(orderId)?.delete(name);
    for (const orderId of after) {
      const sources = this.#sources.get(orderId) ?? new Set();
      this.#sources.set(orderId, sources.add(name));
    }
    if (after.length > 0) this.#targets.set(name, after);
    else this.#targets.delete(name);
    // They show lines of this record, or no longer do.
    for (const orderId of [...before, ...after]) {
      this.#orders.delete(orderId);
      this.#changed.add(ORDER + orderId);
      if (this.#sources.get(orderId)?.size === 0) this.#sources.delete(orderId);
    }
  }
}
