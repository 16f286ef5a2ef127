// SPDX-License-Identifier: Apache-2.0
// What this page wrote and the store has not confirmed: shown in the records at once, as if it were the
// last that happened, and taken away again when it is committed (it is in the record then) or refused.

import type { Fields } from "../messages";
import { lift } from "./kinds";
import type { Hlc, Operation } from "./operation";
import { emptyRecord, merge, type EntityRecord } from "./record";
import type { RecordTable } from "./record-table";

export interface PendingOperation {
  kind: string;
  entity: string;
  body: Fields;
  isPrivate: boolean;
  hlc: Hlc;
  lifted: EntityRecord;
}

/** Drafts that become durable together. */
export interface PendingWrite {
  operations: PendingOperation[];
  resolve(operations: Operation[]): void;
  reject(error: unknown): void;
}

/** As it reads for now; `operation` has a sequence number that may be another in the end. */
export function toPending(operation: Operation): PendingOperation {
  const { kind, entity, body, isPrivate, hlc } = operation;
  return { kind, entity, body, isPrivate, hlc, lifted: lift(operation) };
}

export class PendingWrites {
  readonly #table: RecordTable;
  readonly #writes = new Set<PendingWrite>();
  /** Not given to the store yet. */
  #waiting: PendingWrite[] = [];

  constructor(table: RecordTable) {
    this.#table = table;
  }

  /** How many operations of public or of private logs are on their way. */
  count(isPrivate: boolean): number {
    let count = 0;
    for (const { operations } of this.#writes)
      count += operations.filter((one) => one.isPrivate === isPrivate).length;
    return count;
  }

  add(write: PendingWrite): void {
    this.#writes.add(write);
    this.#waiting.push(write);
    this.refresh(write.operations.map(({ entity }) => entity));
  }

  /** The next for one transaction; whole writes, at least one where there is one. */
  takeNext(maxOperations: number): PendingWrite[] {
    let count = 0;
    const fitting = this.#waiting.findIndex(({ operations }, index) => {
      count += operations.length;
      return index > 0 && count > maxOperations;
    });
    return this.#waiting.splice(0, fitting < 0 ? this.#waiting.length : fitting);
  }

  /** Committed or refused; what stays is shown on top of what is stored. */
  remove(writes: readonly PendingWrite[]): void {
    for (const write of writes) this.#writes.delete(write);
    this.refresh(writes.flatMap(({ operations }) => operations.map(({ entity }) => entity)));
  }

  entities(): string[] {
    const pending = [...this.#writes].flatMap(({ operations }) => operations);
    return [...new Set(pending.map(({ entity }) => entity))];
  }

  /** After the stored record of these changed. */
  refresh(names: Iterable<string>): void {
    const shown = new Map<string, EntityRecord>();
    const wanted = new Set(names);
    for (const { operations } of this.#writes)
      for (const { entity, lifted } of operations) {
        if (!wanted.has(entity)) continue;
        const below = shown.get(entity) ?? this.#table.stored(entity)?.record ?? emptyRecord;
        shown.set(entity, merge(below, lifted));
      }
    for (const name of wanted) this.#table.show(name, shown.get(name) ?? null);
  }
}
