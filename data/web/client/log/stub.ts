// SPDX-License-Identifier: Apache-2.0
// What is left of an operation whose words were erased: who wrote it, and the places that it took in the
// record of its entity, without values. Every replica makes the same bytes of the same operation, so that
// a record reads the same wherever it is derived: where the operation was known before it was erased, and
// where only its stub ever came.

import { isFields, parseJson, textField } from "../messages";
import { isId, isLogId } from "./formats";
import { judge, lift } from "./kinds";
import type { LoggedOperation } from "./log-store";
import { isEntity, isRole, type Operation, type OperationDraft, type WriterRole } from "./operation";
import { emptyRecord, recordText, toRecord, type EntityRecord, type Item, type Register } from "./record";

/** As it stands in a message; believed of the hub and the cloud only. */
export interface WireStub {
  redacted: [logId: string, seq: number];
  entity: string;
  deviceId: string;
  role: WriterRole;
  /** What it added, values null: entries with its own stamp. */
  record: EntityRecord;
}

export function isStub({ sig }: Pick<Operation, "sig">): boolean {
  return sig === "";
}

function stubText({ redacted, entity, deviceId, role, record }: WireStub): string {
  const head = JSON.stringify({ redacted, entity, deviceId, role });
  return `${head.slice(0, -1)},"record":${recordText(record)}}`;
}

function toStub(wire: WireStub, tenantId: string): Operation {
  const { entity, deviceId, role, record } = wire;
  const [logId, seq] = wire.redacted;
  return {
    ...{ logId, seq, deviceId, role, tenantId, entity, record },
    hlc: [0, 0],
    kind: "",
    body: {},
    text: stubText(wire),
    sig: "",
    isPrivate: logId.startsWith("p."),
  };
}

function chosen<Entry>(
  entries: Readonly<Record<string, Entry>>,
  choose: (entry: Entry) => boolean,
): Record<string, Entry> {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => choose(entry)));
}

/** Without what is not its own, and without what says something. */
function ownPlaces({ items, registers }: EntityRecord, logId: string, seq: number): EntityRecord {
  return {
    items: chosen(items, ([value, , , of, at]) => value === null && of === logId && at === seq),
    registers: chosen(
      registers,
      ([value, , , , of, at]) => value === null && of === logId && at === seq,
    ),
  };
}

function emptied({ items, registers }: EntityRecord): EntityRecord {
  const emptyItem = ([, ...stamp]: Item): Item => [null, ...stamp];
  const emptyRegister = ([, ...rest]: Register): Register => [null, ...rest];
  return {
    items: Object.fromEntries(Object.entries(items).map(([path, item]) => [path, emptyItem(item)])),
    registers: Object.fromEntries(
      Object.entries(registers).map(([path, register]) => [path, emptyRegister(register)]),
    ),
  };
}

function wireStubOf(operation: OperationDraft): WireStub {
  const { logId, seq, entity, deviceId, role } = operation;
  const record = judge(operation) === null ? emptied(lift(operation)) : emptyRecord;
  return { redacted: [logId, seq], entity, deviceId, role, record };
}

/** Of a stub: itself. */
export function stubOf(operation: Operation): Operation {
  return isStub(operation) ? operation : toStub(wireStubOf(operation), operation.tenantId);
}

/** Of a foreign message. null: it is none. */
export function toWireStub(value: unknown): WireStub | null {
  if (!isFields(value)) return null;
  const { redacted, deviceId, role } = value;
  const entity = textField(value, "entity");
  const record = toRecord(value["record"]);
  const [logId, seq, ...more] = Array.isArray(redacted) ? (redacted as unknown[]) : [];
  if (!isLogId(logId) || !Number.isSafeInteger(seq) || (seq as number) < 1 || more.length > 0)
    return null;
  if (!isEntity(entity) || !isId(deviceId) || !isRole(role) || record === null) return null;
  const places = ownPlaces(record, logId, seq as number);
  return { redacted: [logId, seq as number], entity, deviceId, role, record: places };
}

/** Of a foreign message, or of the text of one in our store. null: it is none. */
export function readStub(value: unknown, tenantId: string): Operation | null {
  const wire = toWireStub(value);
  return wire === null ? null : toStub(wire, tenantId);
}

/** In the place of one of our store that cannot be read. */
export function unreadableStub(stored: LoggedOperation, tenantId: string): Operation {
  const { logId, seq, entity, deviceId } = stored;
  const redacted: WireStub["redacted"] = [logId, seq];
  return toStub({ redacted, entity, deviceId, role: "hub", record: emptyRecord }, tenantId);
}

/** Of one of our store, or on its way there: the text that its stub has. */
export function erasedText(stored: LoggedOperation): string {
  if (isStub(stored)) return stored.text;
  const fields = parseJson(stored.text);
  if (!isFields(fields)) return unreadableStub(stored, "").text;
  return stubText(wireStubOf(fields as unknown as OperationDraft));
}

/** From a device: that there was something, and no more. */
export function withoutPlaces(stub: Operation): Operation {
  const { logId, seq, entity, deviceId, role, tenantId } = stub;
  return toStub({ redacted: [logId, seq], entity, deviceId, role, record: emptyRecord }, tenantId);
}

function isBare({ text }: LoggedOperation): boolean {
  return text.endsWith(`,"record":${recordText(emptyRecord)}}`);
}

/**
 * Whether one says nothing that the other contradicts: the same text, a stub and what it is of, or two
 * stubs of which one names no places, as of a device.
 */
export function isSame(a: LoggedOperation, b: LoggedOperation): boolean {
  if (a.text === b.text) return true;
  if (isStub(a) && isStub(b) && (isBare(a) || isBare(b))) return true;
  return isStub(a) !== isStub(b) && erasedText(a) === erasedText(b);
}

/** What an operation that applies adds to the record of its entity; also a stub. */
export function additionOf(operation: Operation): EntityRecord {
  return operation.record ?? lift(operation);
}

