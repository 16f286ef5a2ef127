// SPDX-License-Identifier: Apache-2.0
// Devices of one property, with signatures that cost nothing: two digests over the public key and the
// bytes. Whoever has the public key can sign, which is what hostile cases need.

import { toBase64url } from "../../../data/web/client/base64url";
import { sha256 } from "../../../data/web/client/crypto";
import type { LogStore } from "../../../data/web/client/log/log-store";
import {
  logOwnerOf,
  makeOperation,
  type Operation,
  type OperationDraft,
  type Signing,
  type WireOperation,
  type WriterRole,
} from "../../../data/web/client/log/operation";
import { Property, type PropertyOptions } from "../../../data/web/client/log/property";
import { recordText } from "../../../data/web/client/log/record";
import type { Fields, SignedDocument } from "../../../data/web/client/messages";
import { joinBytes, transcript, utf8 } from "../../../data/web/client/transcript";
import { Chance } from "./chance";
import { FakeClock } from "./fake-clock";

export const TENANT = "hotel";

export function keyOf(deviceId: string): Uint8Array {
  return sha256(utf8(`key of ${deviceId}`));
}

export const hubKey = keyOf("hub");

function fakeSig(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const first = sha256(joinBytes(key, bytes));
  return joinBytes(first, sha256(first));
}

export function fakeSigning(deviceId: string): Signing {
  return {
    sign: (bytes) => fakeSig(keyOf(deviceId), bytes),
    verify: (key, bytes, sig) => toBase64url(fakeSig(key, bytes)) === toBase64url(sig),
  };
}

export function membershipOf(
  deviceId: string,
  role = "staff",
  { tenantId = TENANT, signer = "hub", name = deviceId } = {},
): SignedDocument {
  const content = {
    ...{ tenantId, deviceId, role, name },
    publicKey: toBase64url(keyOf(deviceId)),
    notBefore: 0,
    notAfter: 1,
  };
  const data = utf8(JSON.stringify(content));
  const sig = fakeSig(keyOf(signer), transcript("bellhop membership v1", data));
  return { data: toBase64url(data), sig: toBase64url(sig) };
}

export function logId(name: string): string {
  return name.padEnd(22, "_");
}

/** One that belongs to that device. */
export function logIdOf(deviceId: string, name = "log"): string {
  return logOwnerOf(deviceId) + name.padEnd(14, "_");
}

export interface Said {
  kind: string;
  entity: string;
  body: Fields;
}

/** One that writes into one log, without a replica. */
export class Author {
  readonly deviceId: string;
  readonly role: WriterRole;
  readonly logId: string;
  seq = 0;
  ms = 1000;

  constructor(deviceId: string, role: WriterRole = "staff", log = logIdOf(deviceId)) {
    this.deviceId = deviceId;
    this.role = role;
    this.logId = log;
  }

  operation(said: Said, over: Partial<OperationDraft> = {}): Operation {
    this.ms += 1;
    return makeOperation(
      {
        logId: this.logId,
        seq: over.seq ?? (this.seq += 1),
        deviceId: this.deviceId,
        role: this.role,
        hlc: [this.ms, 0],
        tenantId: TENANT,
        ...said,
        ...over,
      },
      (bytes) => fakeSigning(this.deviceId).sign(bytes),
    );
  }

  say(said: Said, over: Partial<OperationDraft> = {}): WireOperation {
    const { text, sig } = this.operation(said, over);
    return { text, sig };
  }
}

export function openOrder(id: string, number = "A-1"): Said {
  return { kind: "order.open", entity: `order/${id}`, body: { number, currency: "EUR", source: "staff" } };
}

export function addLine(id: string, lineId: string, price = 500): Said {
  const line = { lineId, name: "Tea", quantity: 1, price };
  return { kind: "order.lines", entity: `order/${id}`, body: { lines: [line] } };
}

export function setNote(id: string, version: number, note: string): Said {
  return { kind: "order.set", entity: `order/${id}`, body: { version, set: { note } } };
}

export function closeOrder(id: string, version: number): Said {
  return { kind: "order.set", entity: `order/${id}`, body: { version, set: { closed: true } } };
}

export function cutOff(
  deviceId: string,
  version: number,
  cutoffs: { logId: string; seq: number }[],
  role: string | null = null,
): Said {
  return { kind: "device.cutoff", entity: `device/${deviceId}`, body: { version, role, cutoffs } };
}

/** Lets all that is begun come to its end; what waits for time or for a commit stays. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A day at a time, with its sweeps. */
export async function passDays(clock: FakeClock, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    clock.advance(24 * 3600 * 1000);
    await quiet();
  }
}

export interface Opened {
  property: Property;
  clock: FakeClock;
}

export async function openProperty(
  store: LogStore,
  deviceId = "phone",
  { clock = new FakeClock(), seed = deviceId.length, ...rest }: Partial<PropertyOptions> & {
    clock?: FakeClock;
    seed?: number;
  } = {},
): Promise<Opened> {
  const chance = new Chance(seed);
  const property = await Property.open({
    ...{ store, tenantId: TENANT, deviceId, role: "staff", hubKey, clock },
    signing: fakeSigning(deviceId),
    membership: membershipOf(deviceId),
    random: (length) => Uint8Array.from({ length }, () => chance.below(256)),
    ...rest,
  });
  return { property, clock };
}

export const trusted = { trusted: true };

export function textOf(property: Property, name: string): string | null {
  const record = property.record(name);
  return record === null ? null : recordText(record);
}

export function textsOf(property: Property): Record<string, string> {
  const types = ["order", "device", "item", "message"];
  return Object.fromEntries(
    types.flatMap((type) => property.records(type)).map(([name, record]) => [name, recordText(record)]),
  );
}
