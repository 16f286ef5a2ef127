// SPDX-License-Identifier: Apache-2.0
// How a device and its hub come to know each other's key, over HTTP and without trusting it: by a link,
// whose secret both have and neither sends, or by six digits that a person compares.

import { fromBase64url, fromBase64urlExact, toBase64url } from "./base64url";
import {
  DIGEST_BYTES,
  equalBytes,
  FINGERPRINT_BYTES,
  fingerprintOf,
  hkdf,
  hmac,
  KEY_BYTES,
  NONCE_BYTES,
  publicKeyOf,
  randomBytes,
  sign,
} from "./crypto";
import type { DeviceIdentity } from "./identity";
import { isFields, parseJson, textField, toSignedDocument, type Fields } from "./messages";
import { readMembership } from "./signed-document";
import { transcript, utf8 } from "./transcript";

/**
 * Codes: the hub's own (`link-used`, `link-expired`, `link-unknown`, `bad-proof`, `rate-limited`,
 * `bad-request`, ...), `refused` and `expired` of a comparison, `wrong-hub` (who answered is not the hub
 * that the link or the digits were of), `unreachable`, `cancelled`.
 */
export class PairingError extends Error {
  constructor(readonly code: string) {
    super(`Not paired: ${code}`);
    this.name = "PairingError";
  }
}

export interface PairingLink {
  secret: string;
  /** Fingerprint of the hub's key. */
  hubKey: string;
  /** Of the authority's certificate; "" where the hub has none. */
  authority: string;
  hostName: string;
}

const SECRET_BYTES = 16;
const ID_BYTES = 16;
const ANSWER_TIMEOUT_MS = 15000;
const hostNameForm = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,7}$/i;

/** @param hash the fragment, or a whole link; null: it is not one of ours, or not all of it */
export function parsePairingLink(hash: string): PairingLink | null {
  const [secret, hubKey, authority, ...host] = hash
    .slice(hash.indexOf("#") + 1)
    .trim()
    .split(".");
  const hostName = host.join(".");
  if (secret === undefined || hubKey === undefined || authority === undefined) return null;
  if (fromBase64urlExact(secret, SECRET_BYTES) === null) return null;
  if (fromBase64urlExact(hubKey, FINGERPRINT_BYTES) === null) return null;
  if (authority !== "" && fromBase64urlExact(authority, FINGERPRINT_BYTES) === null) return null;
  return hostNameForm.test(hostName) ? { secret, hubKey, authority, hostName } : null;
}

/** One POST of JSON; resolves with the answer's fields, rejects with PairingError. */
export async function postPairing(
  fetcher: typeof fetch,
  url: string,
  body: Fields,
): Promise<Fields> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
  let status: number;
  let fields: unknown;
  try {
    const response = await fetcher(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: abort.signal,
    });
    status = response.status;
    fields = parseJson(await response.text());
  } catch {
    throw new PairingError("unreachable");
  } finally {
    clearTimeout(timer);
  }
  if (status < 200 || status > 299 || !isFields(fields))
    throw new PairingError((isFields(fields) ? textField(fields, "code") : undefined) ?? "unknown");
  return fields;
}

/** A browser's own insists on being called on its window. */
export function findFetch(given: typeof fetch | undefined): typeof fetch {
  return given ?? ((input, init) => globalThis.fetch(input, init));
}

export function toSeed(text: string): Uint8Array {
  const seed = fromBase64urlExact(text, KEY_BYTES);
  if (seed === null) throw new TypeError("This is no seed; see newSeed()");
  return seed;
}

/**
 * What the hub answers to either kind of pairing; it has been proven to be of the hub's making. Throws
 * PairingError where it is not about us, or the hub's signature is not that of `hubKey`.
 */
export function toPairedIdentity(
  answer: Uint8Array,
  seed: Uint8Array,
  isHubKey: (key: Uint8Array) => boolean,
): DeviceIdentity {
  const fields = parseJson(new TextDecoder().decode(answer));
  if (!isFields(fields)) throw new PairingError("wrong-hub");
  const hubKey = fromBase64urlExact(fields["hubKey"], KEY_BYTES);
  const membership = toSignedDocument(fields["membership"]);
  if (hubKey === null || !isHubKey(hubKey) || membership === undefined)
    throw new PairingError("wrong-hub");
  const signed = readMembership(membership, hubKey);
  const text = (name: string): string => textField(fields, name) ?? "";
  const publicKey = publicKeyOf(seed);
  if (
    signed?.deviceId !== text("deviceId") ||
    signed.tenantId !== text("tenantId") ||
    !equalBytes(signed.publicKey, publicKey)
  )
    throw new PairingError("wrong-hub");
  return {
    tenantId: signed.tenantId,
    deviceId: signed.deviceId,
    seed: toBase64url(seed),
    publicKey: toBase64url(publicKey),
    hubKey: toBase64url(hubKey),
    role: signed.role,
    name: signed.name,
    membership,
    authority: text("authority"),
    hostName: text("hostName"),
    hubName: text("hubName"),
  };
}

export interface PairWithLinkOptions {
  /** Of the hub's pages: "http://192.168.1.20:8080". */
  origin: string;
  link: PairingLink;
  /** Of newSeed(); keep it until this has resolved: the same seed may ask again, another may not. */
  seed: string;
  /** "" takes the name that the link was made for. */
  name: string;
  fetch?: typeof fetch;
}

/** Rejects with PairingError; after `unreachable` the same may be tried again. */
export async function pairWithLink(options: PairWithLinkOptions): Promise<DeviceIdentity> {
  const { origin, link } = options;
  const name = options.name.trim();
  const secret = fromBase64urlExact(link.secret, SECRET_BYTES);
  if (secret === null) throw new TypeError("This is no link; see parsePairingLink()");
  const derive = (use: string, length: number) =>
    hkdf(secret, undefined, utf8(`bellhop pairing ${use} v1`), length);
  const seed = toSeed(options.seed);
  const publicKey = publicKeyOf(seed);
  const nonce = randomBytes(NONCE_BYTES);
  const linkId = toBase64url(derive("id", ID_BYTES));
  const terms = transcript("bellhop pairing v1", linkId, publicKey, nonce, name);

  const reply = await postPairing(findFetch(options.fetch), `${origin}/api/v1/pair`, {
    linkId,
    publicKey: toBase64url(publicKey),
    nonce: toBase64url(nonce),
    name,
    mac: toBase64url(hmac(derive("device", KEY_BYTES), terms)),
    sig: toBase64url(sign(seed, terms)),
  });
  const answer = fromBase64url(textField(reply, "answer") ?? "");
  const mac = fromBase64urlExact(reply["mac"], DIGEST_BYTES);
  if (answer === null || mac === null) throw new PairingError("wrong-hub");
  const expected = hmac(
    derive("hub", KEY_BYTES),
    transcript("bellhop pairing answer v1", terms, answer),
  );
  if (!equalBytes(mac, expected)) throw new PairingError("wrong-hub");
  return toPairedIdentity(answer, seed, (key) => toBase64url(fingerprintOf(key)) === link.hubKey);
}
