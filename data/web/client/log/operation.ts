// SPDX-License-Identifier: Apache-2.0
// One signed entry of a log: the exact bytes, and what they say. The bytes are what is signed, stored
// and forwarded; nothing prints an operation a second time.

import { fromBase64urlExact, toBase64url } from "../base64url";
import { randomBytes, sha256, SIGNATURE_BYTES } from "../crypto";
import { isFields, textField, type Fields } from "../messages";
import { transcript, utf8, utf8Length } from "../transcript";
import { parseCanonical, printCanonical } from "./canonical";
import { isId, isLogId } from "./formats";
import type { EntityRecord } from "./record";

/** Guests write nothing themselves: the hub does for them. */
export type WriterRole = "manager" | "staff" | "kitchen" | "pos" | "printer" | "hub";

/** [UTC milliseconds, counter] of a HybridClock. */
export type Hlc = readonly [number, number];

export interface OperationDraft {
  logId: string;
  seq: number;
  deviceId: string;
  /** The role under which it is written, so that every replica judges it alike. */
  role: WriterRole;
  hlc: Hlc;
  tenantId: string;
  kind: string;
  /** "order/<id>" */
  entity: string;
  body: Fields;
}

/** Not to be changed by anybody. */
export interface Operation extends Readonly<OperationDraft> {
  /** The canonical text, whose bytes `sig` covers; of a stub what it is on the wire (stub.ts). */
  readonly text: string;
  /** base64url; "" of a stub */
  readonly sig: string;
  /** Of a log that only the hub and the cloud get. */
  readonly isPrivate: boolean;
  /** Of a stub only: what it still adds to the record of its entity. */
  readonly record?: EntityRecord;
}

/** As it stands in a message. */
export interface WireOperation {
  text: string;
  sig: string;
}

export interface Signing {
  /** At once: a sequence number is allocated, signed and stored within one transaction. */
  sign(bytes: Uint8Array): Uint8Array;
  verify(publicKey: Uint8Array, bytes: Uint8Array, sig: Uint8Array): boolean | Promise<boolean>;
}

export type OperationProblem = "bad-operation" | "wrong-tenant";

const MAX_TENANT_BYTES = 64;
/** The year 10000, as far as dates are written with four digits. */
export const MAX_HLC_MS = 253402300800000;
export const MAX_HLC_COUNTER = 2147483647;

const MEMBERS = "logId,seq,deviceId,role,hlc,tenantId,kind,entity,body";
const ROLES: readonly string[] = ["manager", "staff", "kitchen", "pos", "printer", "hub"];
const KIND = /^[a-z.-]{1,40}$/;
const ENTITY_TYPE = /^[a-z]{1,20}$/;
const OWNER_CHARS = 8;
/** Of devices; more than one property has at a time. */
const MAX_KEPT_OWNERS = 256;
const LOG_RANDOM_CHARS = 14;
/** Enough for these characters. */
const LOG_RANDOM_BYTES = 11;

const LABEL = transcript("bellhop operation v1");
const LENGTH_BYTES = 4;

const owners = new Map<string, string>();

/** What the logs of a device begin with, behind the `p.` of private ones. */
export function logOwnerOf(deviceId: string): string {
  const known = owners.get(deviceId);
  if (known !== undefined) return known;
  const owner = toBase64url(sha256(transcript("bellhop log v1", deviceId))).slice(0, OWNER_CHARS);
  // Asked for each operation and each log; a stranger may name any device.
  if (owners.size >= MAX_KEPT_OWNERS) owners.clear();
  owners.set(deviceId, owner);
  return owner;
}

/** One that nobody had before, and that is that device's by its name. */
export function newLogId(deviceId: string, isPrivate = false, random = randomBytes): string {
  const rest = toBase64url(random(LOG_RANDOM_BYTES)).slice(0, LOG_RANDOM_CHARS);
  return `${isPrivate ? "p." : ""}${logOwnerOf(deviceId)}${rest}`;
}

/** What of it stands for its device, as logOwnerOf() has it. */
export function ownerOfLog(logId: string): string {
  const start = logId.startsWith("p.") ? 2 : 0;
  return logId.slice(start, start + OWNER_CHARS);
}

/**
 * Whether that device may write into it. Not looked at where a text is parsed: whoever takes an
 * operation in asks, whomever it came from, so that nobody begins or continues another's log.
 */
export function isLogOf(logId: string, deviceId: string): boolean {
  return logId.startsWith(logOwnerOf(deviceId), logId.startsWith("p.") ? 2 : 0);
}

/** "<logId>:<seq>", as other operations and records name it. */
export function nameOf(operation: Pick<OperationDraft, "logId" | "seq">): string {
  return `${operation.logId}:${operation.seq}`;
}

function isIntegerIn(value: unknown, min: number, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

export function isRole(value: unknown): value is WriterRole {
  return typeof value === "string" && ROLES.includes(value);
}

function isHlc(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    isIntegerIn(value[0], 0, MAX_HLC_MS) &&
    isIntegerIn(value[1], 0, MAX_HLC_COUNTER)
  );
}

export function isEntity(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const slash = value.indexOf("/");
  return ENTITY_TYPE.test(value.slice(0, Math.max(slash, 0))) && isId(value.slice(slash + 1));
}

function toDraft(fields: Fields): OperationDraft | null {
  const { logId, seq, deviceId, role, hlc, entity, body } = fields;
  const tenantId = textField(fields, "tenantId") ?? "";
  const kind = textField(fields, "kind") ?? "";
  if (!isLogId(logId) || !isIntegerIn(seq, 1, Number.MAX_SAFE_INTEGER)) return null;
  if (!isId(deviceId) || !isRole(role) || !isHlc(hlc)) return null;
  if (tenantId === "" || utf8Length(tenantId) > MAX_TENANT_BYTES) return null;
  if (!KIND.test(kind) || !isEntity(entity) || !isFields(body)) return null;
  return { logId, seq, deviceId, role, hlc, tenantId, kind, entity, body };
}

/** Of foreign text: says nothing of the signature. Never throws. */
export function parseOperation(
  text: string,
  sig: string,
  tenantId: string,
): Operation | { problem: OperationProblem } {
  const fields = parseCanonical(text);
  if (!isFields(fields) || Object.keys(fields).join() !== MEMBERS) return { problem: "bad-operation" };
  const draft = toDraft(fields);
  if (draft === null || fromBase64urlExact(sig, SIGNATURE_BYTES) === null)
    return { problem: "bad-operation" };
  if (draft.tenantId !== tenantId) return { problem: "wrong-tenant" };
  return { ...draft, text, sig, isPrivate: draft.logId.startsWith("p.") };
}

/** Of an entry in `ops`, `{text, sig}`. */
export function readOperation(
  value: unknown,
  tenantId: string,
): Operation | { problem: OperationProblem } {
  const text = isFields(value) ? textField(value, "text") : undefined;
  const sig = isFields(value) ? textField(value, "sig") : undefined;
  if (text === undefined || sig === undefined) return { problem: "bad-operation" };
  return parseOperation(text, sig, tenantId);
}

export function isOperation(value: Operation | { problem: OperationProblem }): value is Operation {
  return !("problem" in value);
}

/** transcript(LABEL, text), which is asked of every operation. */
export function signedBytes(text: string): Uint8Array {
  const bytes = utf8(text);
  const whole = new Uint8Array(LABEL.length + LENGTH_BYTES + bytes.length);
  whole.set(LABEL);
  new DataView(whole.buffer).setUint32(LABEL.length, bytes.length);
  whole.set(bytes, LABEL.length + LENGTH_BYTES);
  return whole;
}

/** Throws RangeError: the draft breaks a rule, or is too large; TypeError: of a wrong kind. */
export function makeOperation(draft: OperationDraft, sign: Signing["sign"]): Operation {
  const { logId, seq, deviceId, role, hlc, tenantId, kind, entity, body } = draft;
  const [ms, counter] = hlc;
  const ordered = { logId, seq, deviceId, role, hlc: [ms, counter], tenantId, kind, entity, body };
  const text = printCanonical(ordered);
  const sig = toBase64url(sign(signedBytes(text)));
  // As everybody else will read it; and its body is not the caller's, who may change that.
  const operation = parseOperation(text, sig, tenantId);
  if (!isOperation(operation)) throw new RangeError(`No operation: ${kind} of ${entity}`);
  return operation;
}

/** Whether the holder of `publicKey` signed it. */
export function verifyOperation(
  operation: WireOperation,
  publicKey: Uint8Array,
  signing: Pick<Signing, "verify">,
): boolean | Promise<boolean> {
  const sig = fromBase64urlExact(operation.sig, SIGNATURE_BYTES);
  return sig !== null && signing.verify(publicKey, signedBytes(operation.text), sig);
}
