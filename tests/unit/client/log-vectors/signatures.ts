// SPDX-License-Identifier: Apache-2.0
// Operations as they travel, whose signatures hold or do not, and entries that are no operation for
// their form.

import { createHash } from "node:crypto";

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";

import { fromBase64url, toBase64url } from "../../../../data/web/client/base64url";
import { publicKeyOf, sign } from "../../../../data/web/client/crypto";
import { makeOperation, signedBytes, type WireOperation } from "../../../../data/web/client/log/operation";
import { joinBytes, transcript, utf8 } from "../../../../data/web/client/transcript";
import { hubSeed, members, NOON, tenantId } from "./draft";

export interface SignedCase {
  why: string;
  publicKey: string;
  operation: WireOperation;
  isGood: boolean;
}

const hubKey = toBase64url(publicKeyOf(hubSeed));

function bytesOf(text: string): Uint8Array {
  return fromBase64url(text) ?? new Uint8Array(0);
}

function signBy(member: (typeof members)[number], text: string): WireOperation {
  const draft = {
    logId: "AAAAAAAAAAAAAAAAAAAAAA",
    seq: 1,
    deviceId: member.deviceId,
    role: member.role,
    hlc: [NOON, 0] as const,
    tenantId,
    kind: "message.send",
    entity: "message/m1",
    body: { to: { role: "kitchen" }, text },
  };
  const { text: signed, sig } = makeOperation(draft, (bytes) => sign(bytesOf(member.seed), bytes));
  return { text: signed, sig };
}

const { Point } = ed25519;

function sha512(...parts: Uint8Array[]): Uint8Array {
  return createHash("sha512").update(joinBytes(...parts)).digest();
}

/** What multiplies the base to the public key (RFC 8032, 5.1.5). */
function scalarOf(seed: Uint8Array): bigint {
  const bytes = sha512(seed).subarray(0, 32);
  bytes[0] = bytes[0]! & 0xf8;
  bytes[31] = (bytes[31]! & 0x7f) | 0x40;
  return Point.Fn.create(bytesToNumberLE(bytes));
}

interface Forging {
  /** Of which S is made; R is base^r + twist. */
  r: bigint;
  twist?: InstanceType<typeof Point>;
  /** Added to S. */
  more?: bigint;
}

/** By the equation of RFC 8032, with parts that no honest signer chooses. */
function forge(text: string, key: Uint8Array, secret: bigint, { r, twist = Point.ZERO, more = 0n }: Forging): string {
  const R = Point.BASE.multiplyUnsafe(r).add(twist).toBytes();
  const k = Point.Fn.create(bytesToNumberLE(sha512(R, key, signedBytes(text))));
  const S = Point.Fn.create(r + k * secret) + more;
  return toBase64url(joinBytes(R, numberToBytesLE(S, 32)));
}

const hub = { ...members[0]!, deviceId: "hub", role: "hub" as const, seed: toBase64url(hubSeed) };
const [anna, grill] = members as [(typeof members)[number], (typeof members)[number]];
const words = 'Crème "brûlée" \\ 🍮\n';
const byAnna = signBy(anna, words);

const honest: SignedCase[] = [...members, hub].map((member) => ({
  why: `signed by a ${member.role}`,
  publicKey: member === hub ? hubKey : member.publicKey,
  operation: signBy(member, words),
  isGood: true,
}));

/** Of order 8. */
const twist = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
const annaScalar = scalarOf(bytesOf(anna.seed));
const forgedByAnna = (forging: Forging): WireOperation => ({
  ...byAnna,
  sig: forge(byAnna.text, bytesOf(anna.publicKey), annaScalar, forging),
});
const noKey = Point.ZERO.toBytes();
const good: SignedCase[] = [
  ...honest,
  {
    why: "made by the equation alone",
    publicKey: anna.publicKey,
    operation: forgedByAnna({ r: 7n }),
    isGood: true,
  },
];

const bad: [string, string, WireOperation][] = [
  ["another's key", grill.publicKey, byAnna],
  ["another text", anna.publicKey, { ...byAnna, text: signBy(anna, `${words}.`).text }],
  ["another's signature of this text", anna.publicKey, {
    ...byAnna,
    sig: toBase64url(sign(bytesOf(grill.seed), transcript("bellhop operation v1", byAnna.text))),
  }],
  ["the text signed bare", anna.publicKey, {
    ...byAnna,
    sig: toBase64url(sign(bytesOf(anna.seed), utf8(byAnna.text))),
  }],
  ["the text signed for another use", anna.publicKey, {
    ...byAnna,
    sig: toBase64url(sign(bytesOf(anna.seed), transcript("bellhop membership v1", byAnna.text))),
  }],
  ["no signature but zeros", anna.publicKey, { ...byAnna, sig: "A".repeat(86) }],
  ["a point that holds times the cofactor only", anna.publicKey, forgedByAnna({ r: 7n, twist })],
  ["the point at zero", anna.publicKey, forgedByAnna({ r: 0n })],
  ["a scalar beyond the order", anna.publicKey, forgedByAnna({ r: 7n, more: Point.Fn.ORDER })],
  ["a key under which anything holds", toBase64url(noKey), {
    ...byAnna,
    sig: forge(byAnna.text, noKey, 0n, { r: 7n }),
  }],
];

/** What the first signature covers: the label and the text, each behind its length. */
export const firstTranscript = toBase64url(transcript("bellhop operation v1", good[0]!.operation.text));

export const signedCases: SignedCase[] = [
  ...good,
  ...bad.map(([why, publicKey, operation]) => ({ why, publicKey, operation, isGood: false })),
];

/** Entries of `ops` that are bad-operation before anybody looks at keys. */
export const badEntries: { why: string; entry: unknown }[] = [
  { why: "no object", entry: byAnna.text },
  { why: "null", entry: null },
  { why: "no text", entry: { sig: byAnna.sig } },
  { why: "no signature", entry: { text: byAnna.text } },
  { why: "a text that is an object", entry: { ...byAnna, text: {} } },
  { why: "a signature of nothing", entry: { ...byAnna, sig: "" } },
  { why: "a signature of 63 bytes", entry: { ...byAnna, sig: "A".repeat(84) } },
  { why: "a signature of 65 bytes", entry: { ...byAnna, sig: "A".repeat(87) } },
  { why: "a signature with padding", entry: { ...byAnna, sig: `${"A".repeat(86)}==` } },
  { why: "a signature with bits left over", entry: { ...byAnna, sig: `${"A".repeat(85)}B` } },
  { why: "a signature in the other alphabet", entry: { ...byAnna, sig: `+${"A".repeat(85)}` } },
  { why: "a signature that is a number", entry: { ...byAnna, sig: 1 } },
];
