// SPDX-License-Identifier: Apache-2.0
// What a paired device keeps: its key, its hub's key, and what the hub signed for it. Plain JSON, to be
// stored as it is and shown to nobody.

import { fromBase64urlExact, toBase64url } from "./base64url";
import { FINGERPRINT_BYTES, KEY_BYTES, publicKeyOf, randomBytes } from "./crypto";
import { isFields, textField, toSignedDocument, type SignedDocument } from "./messages";

/** All binary as base64url. */
export interface DeviceIdentity {
  tenantId: string;
  deviceId: string;
  /** The private key. */
  seed: string;
  publicKey: string;
  /** Pinned: whoever cannot sign with it is not the hub. */
  hubKey: string;
  role: string;
  name: string;
  membership: SignedDocument;
  revocations?: SignedDocument;
  /** Fingerprint of the authority's certificate; "" where the hub has none. */
  authority: string;
  hostName: string;
  hubName: string;
}

/** What a token says of the device it was made for. */
export type IdentityParts = Pick<DeviceIdentity, "deviceId" | "seed" | "publicKey" | "hubKey">;

const TOKEN_LABEL = "bht1";

export function newSeed(): { seed: string; publicKey: string } {
  const seed = randomBytes(KEY_BYTES);
  return { seed: toBase64url(seed), publicKey: toBase64url(publicKeyOf(seed)) };
}

/** null: it is no token, or not all of one. */
export function tokenToIdentityParts(token: string): IdentityParts | null {
  const [label, deviceId, seed, hubKey, ...rest] = token.trim().split(".");
  if (label !== TOKEN_LABEL || rest.length > 0) return null;
  if (deviceId === undefined || deviceId === "" || seed === undefined || hubKey === undefined)
    return null;
  const seedBytes = fromBase64urlExact(seed, KEY_BYTES);
  if (seedBytes === null || fromBase64urlExact(hubKey, KEY_BYTES) === null) return null;
  return { deviceId, seed, publicKey: toBase64url(publicKeyOf(seedBytes)), hubKey };
}

/** What was stored, if it is still whole. */
export function toIdentity(value: unknown): DeviceIdentity | null {
  if (!isFields(value)) return null;
  const text = (name: string): string => textField(value, name) ?? "";
  const membership = toSignedDocument(value["membership"]);
  const revocations = toSignedDocument(value["revocations"]);
  const keys = [value["seed"], value["publicKey"], value["hubKey"]];
  if (keys.some((key) => fromBase64urlExact(key, KEY_BYTES) === null)) return null;
  if (text("tenantId") === "" || text("deviceId") === "" || membership === undefined) return null;
  return {
    tenantId: text("tenantId"),
    deviceId: text("deviceId"),
    seed: text("seed"),
    publicKey: text("publicKey"),
    hubKey: text("hubKey"),
    role: text("role"),
    name: text("name"),
    membership,
    ...(revocations === undefined ? {} : { revocations }),
    authority: text("authority"),
    hostName: text("hostName"),
    hubName: text("hubName"),
  };
}

/** As people compare it, "4F2A 91C3 ..."; "" for what is no fingerprint. */
export function authorityText(fingerprint: string): string {
  const bytes = fromBase64urlExact(fingerprint, FINGERPRINT_BYTES);
  if (bytes === null) return "";
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return (hex.toUpperCase().match(/.{4}/g) ?? []).join(" ");
}
