// SPDX-License-Identifier: Apache-2.0
// The property's details as they are typed, and what of it is written. Pure.

import type { MessageKey } from "../messages";

export interface TypedDetails {
  name: string;
  /** One line each. */
  address: string;
  phone: string;
  taxNumber: string;
  footer: string;
  currency: string;
  unseenSeconds: string;
}

/** Of one line (kinds.json). */
export const LONGEST = {
  name: 120,
  address: 120,
  phone: 40,
  taxNumber: 40,
  footer: 120,
  unseenSeconds: 4,
} as const;

const MAX_LINES = 8;
const LEAST_SECONDS = 10;
const MOST_SECONDS = 3600;

function toLines(typed: string): string[] {
  return typed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

export interface ChangedDetails {
  /** Only what is other than before. */
  set: Record<string, unknown>;
  /** What keeps it from being saved. */
  wrong: MessageKey | null;
}

function find(typed: TypedDetails): MessageKey | null {
  const lines = [toLines(typed.address), toLines(typed.footer)];
  if (typed.name.trim() === "") return "details.name.wanted";
  if (lines.some((list) => list.length > MAX_LINES || list.some((line) => line.length > LONGEST.address)))
    return "details.lines.long";
  const seconds = Number(typed.unseenSeconds.trim());
  const fits = Number.isInteger(seconds) && seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS;
  return fits ? null : "details.unseenSeconds.wanted";
}

export function toDetails(typed: TypedDetails, before: TypedDetails): ChangedDetails {
  const wrong = find(typed);
  if (wrong !== null) return { set: {}, wrong };
  const orNull = (text: string) => (text.trim() === "" ? null : text.trim());
  const all: [keyof TypedDetails, unknown][] = [
    ["name", typed.name.trim()],
    ["address", toLines(typed.address)],
    ["phone", orNull(typed.phone)],
    ["taxNumber", orNull(typed.taxNumber)],
    ["footer", toLines(typed.footer)],
    ["currency", typed.currency],
    ["unseenSeconds", Number(typed.unseenSeconds.trim())],
  ];
  return { set: Object.fromEntries(all.filter(([name]) => typed[name] !== before[name])), wrong: null };
}
