// SPDX-License-Identifier: Apache-2.0
// A guest's way in: the printed code names the place, the hub gives a session for it, and the session
// lives as long as the seating. No camera, no account, no secret in an address that a server sees.

import { textOf, toFields } from "../link/fields";
import { readStored, store } from "../link/storage";
import { toKind, type PlaceKind } from "../tables/place";

export type SeatingState = "waiting" | "requested" | "seated";

export interface GuestPlace {
  kind: PlaceKind;
  name: string;
}

/** What the hub said at the door. */
export type Knock =
  | { kind: "in"; tenantId: string; session: string; place: GuestPlace; state: SeatingState }
  | { kind: "over" | "outside" | "unknown" | "away" };

/** 16 bytes as base64url, then the hub's name. */
const CODE = /^#([A-Za-z0-9_-]{22})(?:\.[A-Za-z0-9.-]{0,253})?$/;

export function parseGuestCode(hash: string): string | null {
  return CODE.exec(hash)?.[1] ?? null;
}

export function toSeatingState(text: unknown): SeatingState | null {
  return text === "waiting" || text === "requested" || text === "seated" ? text : null;
}

export interface Visit {
  code: string;
  /** "": none yet, or over. */
  session: string;
  /** By the camera, just now: who scans a code again after a visit begins the next one. */
  scanned: boolean;
}

/**
 * The code of the address, or the one scanned last where a page is opened again without; its session
 * only if it is of the same place. null: nothing was ever scanned here.
 */
export function recallVisit(code: string | null): Visit | null {
  const kept = toFields(readStored("guest"));
  const before = textOf(kept, "code");
  if (code === null)
    return before === "" ? null : { code: before, session: textOf(kept, "session"), scanned: false };
  return { code, session: before === code ? textOf(kept, "session") : "", scanned: true };
}

/**
 * The same visit, to knock by itself: nobody has scanned anything. A session that is over so ends the
 * visit, and does not begin that of who sits there now.
 *
 * @param session of this page, where none is kept; another page of this browser may have a later one
 */
export function resumeVisit({ code }: Visit, session: string): Visit {
  const kept = recallVisit(code)?.session ?? "";
  return { code, session: kept === "" ? session : kept, scanned: false };
}

/** Whether it will be known after a reload without the code. */
export function keepVisit(code: string, session: string): boolean {
  return store("guest", { code, session });
}

function toKnock(status: number, answer: unknown): Knock {
  const fields = toFields(answer);
  if (status === 410) return { kind: "over" };
  if (status === 403) return { kind: "outside" };
  if (status === 404 || status === 400) return { kind: "unknown" };
  const session = textOf(fields, "session");
  const tenantId = textOf(fields, "tenantId");
  const state = toSeatingState(fields["state"]);
  if (status < 200 || status > 299 || session === "" || tenantId === "" || state === null)
    return { kind: "away" };
  const place = toFields(fields["place"]);
  return {
    kind: "in",
    tenantId,
    session,
    place: { kind: toKind(textOf(place, "kind")), name: textOf(place, "name") },
    state,
  };
}

const KNOCK_TIMEOUT_MS = 8000;

/** Never throws: a hub that is silent is `away`, and one too busy to answer as well. */
export async function knock(visit: Visit, fetchIt: typeof fetch = fetch): Promise<Knock> {
  const { code, session, scanned } = visit;
  const answer = await ask(code, session, fetchIt);
  return answer.kind === "over" && scanned ? ask(code, "", fetchIt) : answer;
}

async function ask(code: string, session: string, fetchIt: typeof fetch): Promise<Knock> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), KNOCK_TIMEOUT_MS);
  try {
    const response = await fetchIt("/api/v1/guest/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(session === "" ? { code } : { code, session }),
      cache: "no-store",
      signal: abort.signal,
    });
    const answer: unknown = await response.json().catch(() => null);
    return toKnock(response.status, answer);
  } catch {
    return { kind: "away" };
  } finally {
    clearTimeout(timer);
  }
}

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15000;

/** How long to wait before knocking for the nth time again. */
export function pauseBefore(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** Math.min(tries, 10));
}
