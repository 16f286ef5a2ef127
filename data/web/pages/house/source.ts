// SPDX-License-Identifier: Apache-2.0
// What a page reads the property from: a replica of its own, or a guest's view of it.

import { registerOf, type EntityRecord, type Order } from "@bellhop/client";

/** A Property is one, and a ViewFollower. */
export interface RecordSource {
  record(name: string): EntityRecord | null;
  /** @param type "order" */
  records(type: string): [name: string, record: EntityRecord][];
  order(orderId: string): Order | null;
}

export function idOf(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

/** undefined: never set, or erased. */
export function valueOf(record: EntityRecord, name: string): unknown {
  return registerOf(record, name)?.[0] ?? undefined;
}

export function textAt(record: EntityRecord, name: string): string {
  const value = valueOf(record, name);
  return typeof value === "string" ? value : "";
}

/** null: not set, or set to nothing. */
export function idAt(record: EntityRecord, name: string): string | null {
  const value = valueOf(record, name);
  return typeof value === "string" ? value : null;
}

export function numberAt(record: EntityRecord, name: string, standard: number): number {
  const value = valueOf(record, name);
  return typeof value === "number" ? value : standard;
}

export function flagAt(record: EntityRecord, name: string): boolean {
  return valueOf(record, name) === true;
}

export function textsAt(record: EntityRecord, name: string): string[] {
  const value = valueOf(record, name);
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** Those that nobody has removed. */
export function standing(source: RecordSource, type: string): [id: string, record: EntityRecord][] {
  return source
    .records(type)
    .filter(([, record]) => !flagAt(record, "removed"))
    .map(([name, record]) => [idOf(name), record]);
}
