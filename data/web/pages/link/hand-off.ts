// SPDX-License-Identifier: Apache-2.0
// The move to the secure address. Storage belongs to an origin, so what is kept here is sealed, left
// with the hub for two minutes, and taken there by a ticket; the key goes in the fragment of the
// address, which no server sees. Until the hub knows that it is stored over there, nothing is taken
// away here: broken off anywhere, the move is begun anew and finds the same device.

import { openBlob, sealBlob, type Connection, type DeviceIdentity } from "@bellhop/client";

import {
  dropArrival,
  getKeeping,
  leaveFor,
  loadArrival,
  loadArrived,
  loadDeparture,
  loadIdentity,
  saveArrival,
  saveDeparture,
  saveIdentity,
} from "./identity-store";
import { changedSince, merge, pack, sameEntries, unpack, type Luggage } from "./luggage";
import { findTrusted } from "./probe";
import { readEntries, removeEntries, writeEntries } from "./storage";

const TIMEOUT_MS = 20000;
const STATE_TIMEOUT_MS = 3000;

async function post(path: string, body: unknown, timeoutMs: number): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      cache: "no-store",
      signal: abort.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Where to go; the caller goes there. Rejects where the hub did not take it, and nothing is lost. */
export async function depart(
  connection: Connection,
  identity: DeviceIdentity,
  origin: string,
  returnPath: string,
): Promise<string> {
  const entries = readEntries();
  const { key, data } = sealBlob(pack({ identity, entries }));
  const { ticket } = await connection.apiJson<{ ticket: string }>(
    "POST",
    "/api/v1/handoff",
    { data },
    { timeoutMs: TIMEOUT_MS },
  );
  await saveDeparture({ ticket, origin, entries });
  return `${origin}/pair#handoff.${ticket}.${key}.${encodeURIComponent(returnPath)}`;
}

/**
 * How a move that was begun here stands. `gone`: it is over there, nothing is kept here any more.
 * `again`: it is over there, and something was done here since, which has to follow.
 */
export async function settleDeparture(
  entriesAtOpen: Record<string, string>,
): Promise<{ state: "stay" } | { state: "gone" | "again"; origin: string }> {
  const departure = await loadDeparture();
  if (departure === null) return { state: "stay" };
  const { ticket, origin, entries } = departure;
  let state: unknown;
  try {
    const response = await post("/api/v1/handoff/state", { ticket }, STATE_TIMEOUT_MS);
    if (response.ok) ({ state } = (await response.json()) as { state?: unknown });
  } catch {
    // The hub is away; asked again when the page opens next.
  }
  // A hub that was started anew knows nothing of it: what is here stays, and may move again.
  if (state === "unknown") await saveDeparture(null);
  if (state !== "done") return { state: "stay" };
  // An address that cannot be reached any more is no reason to throw away what works.
  if ((await findTrusted([origin], STATE_TIMEOUT_MS)) === null) return { state: "stay" };
  if (!sameEntries(entries, entriesAtOpen)) return { state: "again", origin };
  await leaveFor(origin);
  removeEntries();
  return { state: "gone", origin };
}

export type Fetched = { luggage: Luggage } | { problem: "gone" | "broken" | "no-hub" };

/** Takes it off the hub, once. */
export async function fetchLuggage(ticket: string, key: string): Promise<Fetched> {
  let data: unknown;
  try {
    const response = await post("/api/v1/handoff/take", { ticket }, TIMEOUT_MS);
    if (!response.ok) return { problem: response.status < 500 ? "gone" : "no-hub" };
    ({ data } = (await response.json()) as { data?: unknown });
  } catch {
    return { problem: "no-hub" };
  }
  const bytes = typeof data === "string" ? openBlob(key, data) : null;
  const luggage = bytes === null ? null : unpack(bytes);
  return luggage === null ? { problem: "broken" } : { luggage };
}

/** Stores it. Where that is not for good, the hub is not told, and the other address keeps its own. */
export async function settle({ identity, entries }: Luggage, ticket: string): Promise<void> {
  const here = await loadIdentity();
  const last = here?.deviceId === identity.deviceId ? await loadArrived() : {};
  const written = writeEntries(merge(readEntries(), changedSince(last, entries)));
  if (written && (await getKeeping()) === "durable") await saveArrival(identity, ticket, entries);
  else await saveIdentity(identity);
}

/** Tells the hub that it is stored here; until then the other address keeps everything. */
export async function confirmArrival(connection: Connection): Promise<void> {
  const ticket = await loadArrival();
  if (ticket === null) return;
  try {
    await connection.api("POST", "/api/v1/handoff/done", { ticket }, { timeoutMs: TIMEOUT_MS });
    await dropArrival();
  } catch {
    // Told with the next page.
  }
}
