// SPDX-License-Identifier: Apache-2.0
// Operations of the vectors: who writes them, and how they are put down.

import { toBase64url } from "../../../../data/web/client/base64url";
import { publicKeyOf, sign } from "../../../../data/web/client/crypto";
import type { OperationDraft, WriterRole } from "../../../../data/web/client/log/operation";
import type { Fields } from "../../../../data/web/client/messages";
import { transcript, utf8 } from "../../../../data/web/client/transcript";

export const tenantId = "hotel-sol";
/** 2025-11-24T16:00:00Z */
export const NOON = 1764000000000;

const SPRING = NOON + 90 * 24 * 3600 * 1000;

function seedOf(first: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => first + i);
}

/** The hub and the first device are those of bellhop.json. */
export const hubSeed = seedOf(1);

function toMember(deviceId: string, role: WriterRole, name: string, seed: Uint8Array) {
  const publicKey = toBase64url(publicKeyOf(seed));
  const content = { tenantId, deviceId, publicKey, role, name, notBefore: NOON, notAfter: SPRING };
  const data = utf8(JSON.stringify(content));
  const sig = toBase64url(sign(hubSeed, transcript("bellhop membership v1", data)));
  const membership = { data: toBase64url(data), sig };
  return { deviceId, role, seed: toBase64url(seed), publicKey, membership };
}

export const members = [
  toMember("01936f00-0000-7000-8000-0000000000d1", "staff", "Anna", seedOf(65)),
  toMember("kitchen-1", "kitchen", "Grill", seedOf(100)),
  toMember("boss", "manager", "Eva", seedOf(150)),
];

/** Who writes: a log and a device each. */
const WRITERS = {
  anna: ["AAAAAAAAAAAAAAAAAAAAAA", "d-anna", "staff"],
  ben: ["BBBBBBBBBBBBBBBBBBBBBB", "d-ben", "staff"],
  cook: ["CCCCCCCCCCCCCCCCCCCCCC", "d-cook", "kitchen"],
  eva: ["EEEEEEEEEEEEEEEEEEEEEE", "d-eva", "manager"],
  hub: ["HHHHHHHHHHHHHHHHHHHHHH", "d-hub", "hub"],
} as const;

export type Writer = keyof typeof WRITERS;

export function logOf(writer: Writer): string {
  return WRITERS[writer][0];
}

/** What `writer` wrote as its operation `seq`, `atMs` after noon. */
export function write(
  writer: Writer,
  seq: number,
  atMs: number,
  kind: string,
  entity: string,
  body: Fields,
): OperationDraft {
  const [logId, deviceId, role] = WRITERS[writer];
  return { logId, seq, deviceId, role, hlc: [NOON + atMs, 0], tenantId, kind, entity, body };
}
