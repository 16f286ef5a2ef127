// SPDX-License-Identifier: Apache-2.0
// The messages of replication (protocol section 4), and the parsers of what another replica says. What
// the operations themselves say is not looked at here.

import {
  isFields,
  textField,
  toSignedDocument,
  type Message,
  type SignedDocument,
} from "../messages";
import { toRecord, type EntityRecord } from "./record";
import { toWireStub, type WireStub } from "./stub";

/** How durable the speaker's storage is: `none` is lost with the program. */
export type ReplicaLevel = "hub" | "cloud" | "device" | "none";

/** By logId: the highest seq up to which nothing is missing. */
export type Have = Record<string, number>;

/** An operation as it travels: verbatim, or what is left of one whose words were erased. */
export type WireOperation =
  | { text: string; sig: string }
  | WireStub;

/** An identity under which more than one operation is known, and how many. */
export type Fork = [logId: string, seq: number, count: number];

/** Why an operation was not taken. */
export interface Refusal {
  logId: string;
  seq: number;
  /**
   * `forged`, `wrong-tenant`, `bad-operation`, `unknown-device`, `rate-limited`, `too-far`, `too-many-logs`,
   * `private`
   */
  code: string;
  /** Of `rate-limited`: try again after that. */
  retryMs?: number;
}

export interface HaveMessage {
  have: Have;
  level: ReplicaLevel;
  /** Lower ones of these logs it cannot send any more. */
  from: Have;
  /** Speaks of the logs named only. */
  partial: boolean;
  /** Of the other's `have`: it wants none in return. */
  isAnswer: boolean;
  /** It takes a snapshot in place of a long list. */
  snapshot: boolean;
  forks: Fork[];
  /** What a hub is known to have. */
  safe: Have;
}

export interface OperationsMessage {
  id: string;
  operations: WireOperation[];
  members: SignedDocument[];
  bytes: number;
}

export interface AckMessage {
  ref: string | undefined;
  have: Have;
  level: ReplicaLevel;
  refused: Refusal[];
}

/** Of a log, both ends included. */
export type LogRange = [logId: string, from: number, to: number];

export interface CheckedMessage {
  ref: string;
  /** Of the ranges that were asked about; the others are the same. */
  differ: LogRange[];
  /** Nothing was compared: try again after that. */
  retryMs: number | null;
}

export interface SnapshotPart {
  id: string;
  /** From 0; the answer repeats it. */
  number: number | null;
  entities: [name: string, record: EntityRecord][];
  have: Have | null;
  cursor: string | null;
  reset: boolean;
  more: boolean;
  redacted: unknown;
}

/** Of one `ops` message. */
export const MAX_OPERATIONS = 64;
export const MAX_OPERATIONS_BYTES = 40000;

/** Of one `check` message. */
export const MAX_RANGES = 32;
export const MAX_RANGE_OPERATIONS = 256;

const logForm = /^(p\.)?[A-Za-z0-9_-]{22}$/;
/** The first two members of canonical text. */
const identityForm = /^\{"logId":"((?:p\.)?[A-Za-z0-9_-]{22})","seq":([1-9][0-9]{0,15}),/;

const levels = new Set<unknown>(["hub", "cloud", "device", "none"]);

function isSeq(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function isPrivateLog(logId: string): boolean {
  return logId.startsWith("p.");
}

/** Whether a replica of this level checks what it takes and keeps everything. */
export function isKeeper(level: ReplicaLevel): boolean {
  return level === "hub" || level === "cloud";
}

/** null: it is none, or is not all of one. */
export function toHave(value: unknown): Have | null {
  if (!isFields(value)) return null;
  for (const [logId, seq] of Object.entries(value)) {
    if (!logForm.test(logId) || !isSeq(seq)) return null;
  }
  return value as Have;
}

function toLevel(value: unknown): ReplicaLevel {
  return levels.has(value) ? (value as ReplicaLevel) : "none";
}

function toForks(value: unknown): Fork[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entry): entry is Fork => {
    if (!Array.isArray(entry)) return false;
    const [logId, seq, count] = entry as unknown[];
    return typeof logId === "string" && logForm.test(logId) && isSeq(seq) && isSeq(count);
  });
}

export function toHaveMessage(message: Message): HaveMessage | null {
  const have = toHave(message["have"]);
  if (message.type !== "have" || have === null) return null;
  return {
    have,
    level: toLevel(message["level"]),
    from: toHave(message["from"]) ?? {},
    partial: message["partial"] === true,
    isAnswer: message["answer"] === true,
    snapshot: message["snapshot"] === true,
    forks: toForks(message["forks"]),
    safe: toHave(message["safe"]) ?? {},
  };
}

function toWireOperation(value: unknown): WireOperation | null {
  if (!isFields(value)) return null;
  const text = textField(value, "text");
  const sig = textField(value, "sig");
  if (text !== undefined && sig !== undefined) return { text, sig };
  return toWireStub(value);
}

/** null: it is none, or holds more than one may. */
export function toOperationsMessage(message: Message): OperationsMessage | null {
  const { type, id } = message;
  const list: unknown = message["ops"];
  if (type !== "ops" || id === undefined || !Array.isArray(list)) return null;
  if (list.length > MAX_OPERATIONS) return null;
  const operations: WireOperation[] = [];
  let bytes = 0;
  for (const entry of list as unknown[]) {
    const operation = toWireOperation(entry);
    if (operation === null) return null;
    operations.push(operation);
    bytes += "text" in operation ? operation.text.length : JSON.stringify(operation).length;
  }
  const documents: unknown = message["members"];
  const members = Array.isArray(documents) ? documents.map(toSignedDocument) : [];
  return {
    id,
    operations,
    members: members.filter((one): one is SignedDocument => one !== undefined),
    bytes,
  };
}

/** null: it does not begin as an operation does. */
export function identityOf(operation: WireOperation): [logId: string, seq: number] | null {
  if ("redacted" in operation) return operation.redacted;
  const [, logId, seq] = identityForm.exec(operation.text) ?? [];
  return logId === undefined || !isSeq(Number(seq)) ? null : [logId, Number(seq)];
}

function toRefusal(value: unknown): Refusal | null {
  if (!isFields(value)) return null;
  const { logId, seq, retryMs } = value;
  const code = textField(value, "code");
  if (typeof logId !== "string" || !logForm.test(logId) || !isSeq(seq) || code === undefined)
    return null;
  return { logId, seq, code, ...(isSeq(retryMs) ? { retryMs } : {}) };
}

/** null: it answers something else, as an order. */
export function toAckMessage(message: Message): AckMessage | null {
  const have = toHave(message["have"]);
  if (message.type !== "ack" || have === null) return null;
  const refused: unknown = message["refused"];
  return {
    ref: message.ref,
    have,
    level: toLevel(message["level"]),
    refused: (Array.isArray(refused) ? refused : [])
      .map(toRefusal)
      .filter((one): one is Refusal => one !== null),
  };
}

export function toCheckMessage(id: string, ranges: [...LogRange, digest: string][]): Message {
  return { type: "check", id, ranges };
}

function isRange(value: unknown): value is LogRange {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [logId, from, to] = value as unknown[];
  if (typeof logId !== "string" || !logForm.test(logId) || !isSeq(from) || !isSeq(to)) return false;
  return from >= 1 && from <= to && to - from < MAX_RANGE_OPERATIONS;
}

/** null: it is none, or not all of it can be read: what it says of the other ranges is not known then. */
export function toCheckedMessage(message: Message): CheckedMessage | null {
  const { type, ref } = message;
  const list: unknown = message["differ"];
  const retryMs = message["retryMs"];
  if (type !== "checked" || ref === undefined || !Array.isArray(list)) return null;
  if (list.length > MAX_RANGES || !list.every(isRange)) return null;
  if (retryMs !== undefined && !isSeq(retryMs)) return null;
  return { ref, differ: list, retryMs: retryMs ?? null };
}

export function toSnapshotPart(message: Message): SnapshotPart | null {
  const { type, id } = message;
  const list: unknown = message["entities"];
  if (type !== "snapshot" || id === undefined || !Array.isArray(list)) return null;
  const entities: [string, EntityRecord][] = [];
  for (const entry of list as unknown[]) {
    const [name, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const record = toRecord(value);
    if (typeof name !== "string" || record === null) return null;
    entities.push([name, record]);
  }
  const number = message["part"];
  return {
    id,
    number: isSeq(number) ? number : null,
    entities,
    have: toHave(message["have"]),
    cursor: textField(message, "cursor") ?? null,
    reset: message["reset"] === true,
    more: message["more"] === true,
    redacted: message["redacted"],
  };
}

/** The answer to one part. */
export function toPartAck(part: Message, have: Have, level: ReplicaLevel): Message {
  const { id = "" } = part;
  const number = part["part"];
  return { type: "ack", ref: id, ...(isSeq(number) ? { part: number } : {}), have, level };
}
