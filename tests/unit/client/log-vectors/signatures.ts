// SPDX-License-Identifier: Apache-2.0
// Operations as they travel, whose signatures hold or do not, and entries that are no operation for
// their form.

import { fromBase64url, toBase64url } from "../../../../data/web/client/base64url";
import { publicKeyOf, sign } from "../../../../data/web/client/crypto";
import { makeOperation, type WireOperation } from "../../../../data/web/client/log/operation";
import { transcript, utf8 } from "../../../../data/web/client/transcript";
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

const hub = { ...members[0]!, deviceId: "hub", role: "hub" as const, seed: toBase64url(hubSeed) };
const [anna, grill] = members as [(typeof members)[number], (typeof members)[number]];
const words = 'Crème "brûlée" \\ 🍮\n';
const byAnna = signBy(anna, words);

const good: SignedCase[] = [...members, hub].map((member) => ({
  why: `signed by a ${member.role}`,
  publicKey: member === hub ? hubKey : member.publicKey,
  operation: signBy(member, words),
  isGood: true,
}));

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
