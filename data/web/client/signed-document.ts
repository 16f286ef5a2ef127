// SPDX-License-Identifier: Apache-2.0
// What the hub signs for others to check without it: who belongs to the property (membership), and who
// does no more (revocations). A document of another's signature is no document at all.

import { fromBase64url, fromBase64urlExact } from "./base64url";
import { KEY_BYTES, SIGNATURE_BYTES, verify } from "./crypto";
import { isFields, parseJson, textField, type Fields, type SignedDocument } from "./messages";
import { transcript } from "./transcript";

export interface Membership {
  tenantId: string;
  deviceId: string;
  publicKey: Uint8Array;
  role: string;
  name: string;
  /** UTC milliseconds, as all times here. */
  notBefore: number;
  notAfter: number;
}

export interface Revocations {
  tenantId: string;
  /** Only a higher one replaces what is known. */
  version: number;
  /** By deviceId: null where it was removed, else the time before which its memberships are void. */
  revoked: Map<string, number | null>;
}

/** Not believed yet: `sig` has to be the hub's over `bytes`. */
export interface Unfolded<Content> {
  content: Content;
  bytes: Uint8Array;
  sig: Uint8Array;
}

function unfold(label: string, document: SignedDocument): Unfolded<Fields> | null {
  const data = fromBase64url(document.data);
  const sig = fromBase64urlExact(document.sig, SIGNATURE_BYTES);
  if (data === null || sig === null) return null;
  const content = parseJson(new TextDecoder().decode(data));
  return isFields(content) ? { content, bytes: transcript(label, data), sig } : null;
}

/** The content, if `hubKey` signed it under `label`. */
function readSigned(label: string, document: SignedDocument, hubKey: Uint8Array): Fields | null {
  const unfolded = unfold(label, document);
  if (unfolded === null || !verify(hubKey, unfolded.bytes, unfolded.sig)) return null;
  return unfolded.content;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

function toMembership(fields: Fields): Membership | null {
  const tenantId = textField(fields, "tenantId");
  const deviceId = textField(fields, "deviceId");
  const role = textField(fields, "role");
  const name = textField(fields, "name");
  const publicKey = fromBase64urlExact(fields["publicKey"], KEY_BYTES);
  const { notBefore, notAfter } = fields;
  if (tenantId === undefined || deviceId === undefined || publicKey === null) return null;
  if (role === undefined || name === undefined || !isTime(notBefore) || !isTime(notAfter)) return null;
  return { tenantId, deviceId, publicKey, role, name, notBefore, notAfter };
}

/** For one who checks the signature another way. */
export function unfoldMembership(document: SignedDocument): Unfolded<Membership> | null {
  const unfolded = unfold("bellhop membership v1", document);
  const content = unfolded === null ? null : toMembership(unfolded.content);
  return unfolded === null || content === null ? null : { ...unfolded, content };
}

/** Says nothing of its time: see isCurrent() and isVoid(). */
export function readMembership(document: SignedDocument, hubKey: Uint8Array): Membership | null {
  const fields = readSigned("bellhop membership v1", document, hubKey);
  return fields === null ? null : toMembership(fields);
}

/** Its beginning may lie ahead, as the hub's clock did when the device was changed: that says which
 * revocations make it void, and not when it may be used. */
export function isCurrent(membership: Membership, nowMs: number): boolean {
  return nowMs <= membership.notAfter;
}

export function readRevocations(document: SignedDocument, hubKey: Uint8Array): Revocations | null {
  const fields = readSigned("bellhop revocations v1", document, hubKey);
  if (fields === null) return null;
  const tenantId = textField(fields, "tenantId");
  const { version, revoked: entries } = fields;
  if (tenantId === undefined || !isTime(version) || !Array.isArray(entries)) return null;
  const revoked = new Map<string, number | null>();
  for (const entry of entries as unknown[]) {
    const deviceId = isFields(entry) ? textField(entry, "deviceId") : undefined;
    const before = isFields(entry) ? entry["before"] : undefined;
    if (deviceId === undefined || (before !== null && !isTime(before))) return null;
    revoked.set(deviceId, before);
  }
  return { tenantId, version, revoked };
}

/** Whether the device was removed, or given another role or name since. */
export function isVoid(membership: Membership, revocations: Revocations | null): boolean {
  const before = revocations?.revoked.get(membership.deviceId);
  if (before === undefined) return false;
  return before === null || membership.notBefore < before;
}
