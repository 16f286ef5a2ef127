// SPDX-License-Identifier: Apache-2.0
// What guests and staff ask for besides orders: the bill, towels, somebody to come. Pure.

import { itemOf, type EntityRecord, type PropertyDraft } from "@bellhop/client";

import { textOf, toFields } from "../link/fields";
import { idOf, type RecordSource } from "./source";

export const wants = ["call", "bill", "towels", "late-checkout", "other"] as const;
export type Want = (typeof wants)[number];
/** Rising; of two that say different things the later counts. */
export type RequestState = "open" | "accepted" | "done" | "declined";

export interface GuestRequest {
  requestId: string;
  what: Want;
  text: string;
  placeId: string | null;
  seatingId: string | null;
  state: RequestState;
  reason: string;
  /** Who said so last; null: nobody, or they had not signed in. */
  personId: string | null;
  /** When it was asked for. UTC. */
  openedMs: number;
}

const states: readonly RequestState[] = ["open", "accepted", "done", "declined"];

function toRequest(requestId: string, record: EntityRecord): GuestRequest | null {
  const header = itemOf(record, "header");
  // Without a header (yet), or erased.
  if (header === undefined || header[0] === null) return null;
  const asked = toFields(header[0]);
  const found: GuestRequest = {
    requestId,
    what: wants.find((one) => one === asked["what"]) ?? "other",
    text: textOf(asked, "text"),
    placeId: textOf(asked, "placeId") || null,
    seatingId: textOf(asked, "seatingId") || null,
    state: "open",
    reason: "",
    personId: null,
    openedMs: header[1],
  };
  const said = Object.entries(record.items)
    .filter(([path]) => path.startsWith("state/"))
    .map(([path, item]) => ({ op: path.slice("state/".length), item }))
    .filter(({ op }) => itemOf(record, `undo/${op}`) === undefined)
    .sort((a, b) => a.item[1] - b.item[1] || a.item[2] - b.item[2] || (a.op < b.op ? -1 : 1));
  const last = said[said.length - 1];
  if (last === undefined) return found;
  const fields = toFields(last.item[0]);
  return {
    ...found,
    state: states.find((one) => one === fields["state"]) ?? "open",
    reason: textOf(fields, "reason"),
    personId: textOf(fields, "personId") || null,
  };
}

/** The oldest first. */
export function readRequests(source: RecordSource): GuestRequest[] {
  return source
    .records("request")
    .map(([name, record]) => toRequest(idOf(name), record))
    .filter((one): one is GuestRequest => one !== null)
    .sort((a, b) => a.openedMs - b.openedMs);
}

export function setRequestState(
  requestId: string,
  state: "accepted" | "done" | "declined",
  personId: string | null,
): PropertyDraft {
  const body = { state, ...(personId === null ? {} : { personId }) };
  return { kind: "request.state", entity: `request/${requestId}`, body };
}
