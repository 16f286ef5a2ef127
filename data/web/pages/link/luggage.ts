// SPDX-License-Identifier: Apache-2.0
// What moves with a device from one address of the hub to another: who it is, and what its pages keep.

import { toIdentity, type DeviceIdentity } from "@bellhop/client";

export interface Luggage {
  identity: DeviceIdentity;
  /** Of localStorage: JSON texts by name. */
  entries: Record<string, string>;
}

type Merge = (here: unknown, incoming: unknown) => unknown;

export function pack(luggage: Luggage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(luggage));
}

/** null: it is none. */
export function unpack(bytes: Uint8Array): Luggage | null {
  let parsed: { identity?: unknown; entries?: unknown } | null;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes)) as typeof parsed;
  } catch {
    return null;
  }
  const identity = toIdentity(parsed?.identity);
  if (identity === null) return null;
  const entries = Object.entries(parsed?.entries ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { identity, entries: Object.fromEntries(entries) };
}

interface Receipt {
  madeAtMs: number;
  job: { jobId: string };
}

function isReceipt(value: unknown): value is Receipt {
  const { madeAtMs, job } = (value ?? {}) as Partial<Receipt>;
  return typeof madeAtMs === "number" && typeof job?.jobId === "string";
}

/** A receipt that is in both is one: here it may have gone on meanwhile. */
function mergeReceipts(here: unknown, incoming: unknown): unknown {
  const kept = Array.isArray(here) ? here.filter(isReceipt) : [];
  const come = Array.isArray(incoming) ? incoming.filter(isReceipt) : [];
  const known = new Set(kept.map(({ job }) => job.jobId));
  return [...kept, ...come.filter(({ job }) => !known.has(job.jobId))].sort(
    (a, b) => b.madeAtMs - a.madeAtMs,
  );
}

/** One that was begun here is not lost to one that comes. */
function mergeOrder(here: unknown, incoming: unknown): unknown {
  const { lines } = (here ?? {}) as { lines?: unknown };
  return Array.isArray(lines) && lines.length > 0 ? here : incoming;
}

function mergeNumber(here: unknown, incoming: unknown): unknown {
  return typeof here === "number" && typeof incoming === "number" ? Math.max(here, incoming) : here;
}

const merges: Readonly<Record<string, Merge>> = {
  order: mergeOrder,
  receipts: mergeReceipts,
  "receipt-number": mergeNumber,
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * What has changed at the other address since it came here last. The rest has been here, and what the
 * pages made of it since counts: an order that came, was printed and cleared must not come back.
 */
export function changedSince(
  last: Record<string, string>,
  incoming: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(incoming).filter(([name, text]) => last[name] !== text));
}

/**
 * What has to be written here. Usually nothing is kept yet; a move that is repeated comes upon what
 * the pages have done here since, and takes none of it away.
 */
export function merge(
  here: Record<string, string>,
  incoming: Record<string, string>,
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [name, text] of Object.entries(incoming)) {
    const kept = here[name] === undefined ? undefined : parse(here[name]);
    if (kept === undefined) {
      merged[name] = text;
      continue;
    }
    const one = Object.prototype.hasOwnProperty.call(merges, name) ? merges[name] : undefined;
    if (one !== undefined) merged[name] = JSON.stringify(one(kept, parse(text)) ?? kept);
  }
  return merged;
}

export function sameEntries(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
