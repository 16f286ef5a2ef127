// SPDX-License-Identifier: Apache-2.0
// The state of one entity, as a set of items and registers that replicas merge in any order, any
// number of times, to the same bytes. Of two items of one path the older is kept, so that nothing
// written later changes what was there; of two registers the newer.

import { isFields } from "../messages";
import { has } from "./body-schema";
import { compareText, isCanonicalValue } from "./canonical";
import { isLogId } from "./formats";
import { MAX_HLC_COUNTER, MAX_HLC_MS, type Operation } from "./operation";

/** [ms, counter, logId, seq] of the operation. */
export type Stamp = readonly [number, number, string, number];
/** [value, ms, counter, logId, seq] */
export type Item = readonly [unknown, number, number, string, number];
/** [value, version, ms, counter, logId, seq] */
export type Register = readonly [unknown, number, number, number, string, number];

/** Not to be changed by anybody: merge() makes a new one, which shares what did not change. */
export interface EntityRecord {
  readonly items: Readonly<Record<string, Item>>;
  readonly registers: Readonly<Record<string, Register>>;
}

/** Longer than the longest that any kind lifts to. Begins with a letter, so no key of JavaScript's. */
const PATH = /^[A-Za-z][A-Za-z0-9_.:/-]{0,199}$/;
/** Of a register (kinds.json). */
export const MAX_VERSION = 1000000000;
const REDACTED = "redacted/";

export const emptyRecord: EntityRecord = { items: {}, registers: {} };

/** undefined: there is none. */
export function itemOf(record: EntityRecord, path: string): Item | undefined {
  return has(record.items, path) ? record.items[path] : undefined;
}

/** undefined: there is none. */
export function registerOf(record: EntityRecord, path: string): Register | undefined {
  return has(record.registers, path) ? record.registers[path] : undefined;
}

/** The highest of all registers; the next to be written is one more. */
export function versionOf(record: EntityRecord): number {
  return Object.values(record.registers).reduce((top, [, version]) => Math.max(top, version), 0);
}

export function stampOf(operation: Pick<Operation, "hlc" | "logId" | "seq">): Stamp {
  const { hlc, logId, seq } = operation;
  return [hlc[0], hlc[1], logId, seq];
}

export function itemStamp([, ms, counter, logId, seq]: Item): Stamp {
  return [ms, counter, logId, seq];
}

export function registerStamp([, , ms, counter, logId, seq]: Register): Stamp {
  return [ms, counter, logId, seq];
}

export function compareStamps(a: Stamp, b: Stamp): number {
  return a[0] - b[0] || a[1] - b[1] || compareText(a[2], b[2]) || a[3] - b[3];
}

/** Two forks of one identity may say different things under one stamp. */
function compareValues(a: unknown, b: unknown): number {
  return compareText(JSON.stringify(a), JSON.stringify(b));
}

function chooseItem(a: Item, b: Item): Item {
  const order = compareStamps(itemStamp(a), itemStamp(b));
  if (order !== 0) return order < 0 ? a : b;
  if (a[0] === null || b[0] === null) return a[0] === null ? a : b;
  return compareValues(a[0], b[0]) <= 0 ? a : b;
}

function chooseRegister(a: Register, b: Register): Register {
  const order = a[1] - b[1] || compareStamps(registerStamp(a), registerStamp(b));
  if (order !== 0) return order > 0 ? a : b;
  if (a[0] === null || b[0] === null) return a[0] === null ? a : b;
  return compareValues(a[0], b[0]) >= 0 ? a : b;
}

function chooseAll<Entry>(
  a: Readonly<Record<string, Entry>>,
  b: readonly (readonly [string, Entry])[],
  choose: (a: Entry, b: Entry) => Entry,
): Readonly<Record<string, Entry>> {
  // Most operations add to one of the two, and long orders have hundreds of paths.
  if (b.length === 0) return a;
  const all: Record<string, Entry> = { ...a };
  for (const [path, theirs] of b) {
    const ours = has(all, path) ? all[path] : undefined;
    all[path] = ours === undefined ? theirs : choose(ours, theirs);
  }
  return all;
}

/** Takes away what the named operations said; that they said something stays. */
function redact(record: EntityRecord): EntityRecord {
  const gone = new Set<string>();
  for (const path of Object.keys(record.items))
    if (path.startsWith(REDACTED)) gone.add(path.slice(REDACTED.length));
  if (gone.size === 0) return record;
  const items: Record<string, Item> = { ...record.items };
  const registers: Record<string, Register> = { ...record.registers };
  for (const [path, [value, ...stamp]] of Object.entries(items))
    if (value !== null && gone.has(`${stamp[2]}:${stamp[3]}`)) items[path] = [null, ...stamp];
  for (const [path, [value, version, ...stamp]] of Object.entries(registers))
    if (value !== null && gone.has(`${stamp[2]}:${stamp[3]}`))
      registers[path] = [null, version, ...stamp];
  return { items, registers };
}

/** With these added; a path may be there many times. */
export function addTo(
  record: EntityRecord,
  newItems: readonly (readonly [string, Item])[],
  newRegisters: readonly (readonly [string, Register])[],
): EntityRecord {
  const items = chooseAll(record.items, newItems, chooseItem);
  const registers = chooseAll(record.registers, newRegisters, chooseRegister);
  return redact({ items, registers });
}

/** Commutative, associative and idempotent, in recordText(). */
export function merge(a: EntityRecord, b: EntityRecord): EntityRecord {
  return addTo(a, Object.entries(b.items), Object.entries(b.registers));
}

function sorted<Entry>(entries: Readonly<Record<string, Entry>>): Record<string, Entry> {
  return Object.fromEntries(
    Object.entries(entries).sort(([a], [b]) => compareText(a, b)),
  );
}

/** Canonical JSON: equal records have equal text. */
export function recordText(record: EntityRecord): string {
  return JSON.stringify({ items: sorted(record.items), registers: sorted(record.registers) });
}

function isCount(value: unknown, max: number, min = 0): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

function isEntry(entry: unknown, isRegister: boolean): boolean {
  if (!Array.isArray(entry) || entry.length !== (isRegister ? 6 : 5)) return false;
  const [value, ...rest] = entry as unknown[];
  if (isRegister && !isCount(rest.shift(), MAX_VERSION, 1)) return false;
  const [ms, counter, logId, seq] = rest;
  if (!isCount(ms, MAX_HLC_MS) || !isCount(counter, MAX_HLC_COUNTER) || !isLogId(logId)) return false;
  return isCount(seq, Number.MAX_SAFE_INTEGER, 1) && isCanonicalValue(value);
}

function areEntries(value: unknown, isRegister: boolean): boolean {
  return (
    isFields(value) &&
    Object.entries(value).every(([path, entry]) => PATH.test(path) && isEntry(entry, isRegister))
  );
}

/** Of a foreign snapshot. null: it is no record. */
export function toRecord(value: unknown): EntityRecord | null {
  if (!isFields(value) || Object.keys(value).length !== 2) return null;
  if (!areEntries(value["items"], false) || !areEntries(value["registers"], true)) return null;
  return value as unknown as EntityRecord;
}
