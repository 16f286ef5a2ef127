// SPDX-License-Identifier: Apache-2.0
// Who this browser is on the property: the key made here, and what the hub said about it. Kept for
// this origin and nowhere else; nothing of it is ever put into an address or a log.

import { toIdentity, type DeviceIdentity } from "@bellhop/client";

import { openValues, type Keeping } from "./key-value";

/** A key that was made and is not anybody's yet: what was lost on the way is asked for again with it. */
export interface PendingSeed {
  seed: string;
  publicKey: string;
  /** The fragment of the link it was made for; "" for a comparison. */
  link: string;
  madeAtMs: number;
}

/** This origin's part in a move to the secure address, see hand-off.ts. */
export interface Departure {
  ticket: string;
  /** Where to. */
  origin: string;
  /** What was sent along, to see whether anything came after it. */
  entries: Record<string, string>;
}

const IDENTITY = "identity";
const PENDING = "pending";
const DEPARTURE = "departure";
const ARRIVAL = "arrival";
const ARRIVED = "arrived";
const MOVED = "moved";
/** Addresses of the hub, as it named them last. */
const SERVERS = "servers";

type Fields = Record<string, unknown>;

function toFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

async function read(name: string): Promise<unknown> {
  try {
    return await (await openValues()).read(name);
  } catch {
    // The disk gives nothing back: as if nothing had been kept.
    return undefined;
  }
}

async function write(values: Record<string, unknown>): Promise<void> {
  await (await openValues()).write(values);
}

/** Browsers tidy up what is not asked to stay; an answer is not waited for. */
function askToStay(): void {
  void navigator.storage?.persist?.().catch(() => false);
}

/** How long what is kept here lives. */
export async function getKeeping(): Promise<Keeping> {
  return (await openValues()).keeping;
}

export async function loadIdentity(): Promise<DeviceIdentity | null> {
  return toIdentity(await read(IDENTITY));
}

/** Resolves once the disk has it; the pending key has then become it. */
export async function saveIdentity(identity: DeviceIdentity): Promise<void> {
  await write({ [IDENTITY]: identity, [PENDING]: null, [MOVED]: null, [ARRIVED]: null });
  askToStay();
}

/** A renewed one of the same device. One that is gone meanwhile, in another tab, stays gone. */
export async function renewIdentity(identity: DeviceIdentity): Promise<void> {
  const kept = await loadIdentity();
  if (kept?.deviceId === identity.deviceId) await write({ [IDENTITY]: identity });
}

export async function forgetIdentity(): Promise<void> {
  await write({
    [IDENTITY]: null,
    [PENDING]: null,
    [DEPARTURE]: null,
    [ARRIVAL]: null,
    [ARRIVED]: null,
    [SERVERS]: null,
  });
}

/** Where this device's hub was found, or said to be, last. */
export async function loadServers(): Promise<string[]> {
  const kept = await read(SERVERS);
  return Array.isArray(kept) ? kept.filter((url): url is string => typeof url === "string") : [];
}

export async function saveServers(urls: string[]): Promise<void> {
  await write({ [SERVERS]: urls });
}

export async function loadPendingSeed(): Promise<PendingSeed | null> {
  const { seed, publicKey, link, madeAtMs } = toFields(await read(PENDING));
  if (typeof seed !== "string" || typeof publicKey !== "string") return null;
  if (typeof link !== "string" || typeof madeAtMs !== "number") return null;
  return { seed, publicKey, link, madeAtMs };
}

export async function savePendingSeed(pending: PendingSeed): Promise<void> {
  await write({ [PENDING]: pending });
}

export async function dropPendingSeed(): Promise<void> {
  await write({ [PENDING]: null });
}

export async function loadDeparture(): Promise<Departure | null> {
  const { ticket, origin, entries } = toFields(await read(DEPARTURE));
  if (typeof ticket !== "string" || typeof origin !== "string") return null;
  return { ticket, origin, entries: toFields(entries) as Record<string, string> };
}

export async function saveDeparture(departure: Departure | null): Promise<void> {
  await write({ [DEPARTURE]: departure });
}

/** The identity is at its new address for good: nothing stays here but where that is. */
export async function leaveFor(origin: string): Promise<void> {
  await write({
    [IDENTITY]: null,
    [PENDING]: null,
    [DEPARTURE]: null,
    [SERVERS]: null,
    [MOVED]: origin,
  });
}

/** Where the device went from here; null: it did not. */
export async function loadMoved(): Promise<string | null> {
  const origin = await read(MOVED);
  return typeof origin === "string" ? origin : null;
}

/** The identity has come here: together with the ticket, which the hub has still to be told of. */
export async function saveArrival(
  identity: DeviceIdentity,
  ticket: string,
  entries: Record<string, string>,
): Promise<void> {
  await write({
    [IDENTITY]: identity,
    [PENDING]: null,
    [MOVED]: null,
    [ARRIVAL]: ticket,
    [ARRIVED]: entries,
  });
  askToStay();
}

/** What came with the device when it came last. */
export async function loadArrived(): Promise<Record<string, string>> {
  return toFields(await read(ARRIVED)) as Record<string, string>;
}

export async function loadArrival(): Promise<string | null> {
  const ticket = await read(ARRIVAL);
  return typeof ticket === "string" ? ticket : null;
}

export async function dropArrival(): Promise<void> {
  await write({ [ARRIVAL]: null });
}
