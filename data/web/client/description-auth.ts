// SPDX-License-Identifier: Apache-2.0
// What a device signs of an offer or answer: who to whom, and the two things in its SDP that decide
// whom one ends up talking to. A server that passes it on can change neither.

import { fromBase64urlExact, toBase64url } from "./base64url";
import { sign, SIGNATURE_BYTES, verify } from "./crypto";
import { transcript } from "./transcript";

export interface Description {
  type: "offer" | "answer";
  tenantId: string;
  fromPeerId: string;
  toPeerId: string;
  sdp: string;
}

const UFRAG_LINE = "a=ice-ufrag:";
const FINGERPRINT_LINE = "a=fingerprint:";
/** RFC 8839, section 5.4, and whatever else is visible but the comma, which parts them here. */
const ufragForm = /^[\x21-\x2b\x2d-\x7e]{1,256}$/;
const fingerprintForm = /^[\x21-\x7e]+ [0-9A-Fa-f:]+$/;

const namesForm = /ice-ufrag|fingerprint/i;
/** Another attribute to every parser. */
const longerNameForm = /^a=(ice-ufrag|fingerprint)[A-Za-z0-9-]/;

/** Without what ends it: its \r, then spaces. A pattern would take quadratic time over many of them. */
function trimEnd(line: string): string {
  let end = line.endsWith("\r") ? line.length - 1 : line.length;
  while (end > 0 && line[end - 1] === " ") end -= 1;
  return line.slice(0, end);
}

function toFingerprint(value: string): string {
  const space = value.indexOf(" ");
  return value.slice(0, space).toLowerCase() + value.slice(space).toUpperCase();
}

/** Unique, and in the order of their bytes: all is ASCII. */
function list(values: string[]): string {
  return [...new Set(values)].sort().join(",");
}

/**
 * null: the SDP has no fingerprint or no ufrag, or has one where we would not look and a browser might,
 * as Firefox does (webrtc-sdp: any letters, spaces around the type); others end a line at a lone CR.
 * What they read has to be what was signed.
 */
function descriptionTranscript(description: Description): Uint8Array | null {
  const ufrags: string[] = [];
  const fingerprints: string[] = [];
  if (/\r(?!\n)/.test(description.sdp)) return null;
  for (const ended of description.sdp.split("\n")) {
    const line = trimEnd(ended);
    if (line.startsWith(UFRAG_LINE)) ufrags.push(line.slice(UFRAG_LINE.length));
    else if (line.startsWith(FINGERPRINT_LINE))
      fingerprints.push(line.slice(FINGERPRINT_LINE.length));
    else if (namesForm.test(line) && !longerNameForm.test(line)) return null;
  }
  if (ufrags.length === 0 || !ufrags.every((value) => ufragForm.test(value))) return null;
  if (fingerprints.length === 0 || !fingerprints.every((value) => fingerprintForm.test(value)))
    return null;
  return transcript(
    "bellhop description v1",
    description.type,
    description.tenantId,
    description.fromPeerId,
    description.toPeerId,
    list(ufrags),
    list(fingerprints.map(toFingerprint)),
  );
}

/** The signature; null for an SDP that no connection can come of. */
export function signDescription(seed: Uint8Array, description: Description): string | null {
  const bytes = descriptionTranscript(description);
  return bytes === null ? null : toBase64url(sign(seed, bytes));
}

export function verifyDescription(
  publicKey: Uint8Array,
  description: Description,
  signature: string,
): boolean {
  const bytes = descriptionTranscript(description);
  const sig = fromBase64urlExact(signature, SIGNATURE_BYTES);
  return bytes !== null && sig !== null && verify(publicKey, bytes, sig);
}
