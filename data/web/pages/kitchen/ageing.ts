// SPDX-License-Identifier: Apache-2.0
// How long a ticket has waited, and what that means. Pure.

export type AgeLevel = "fresh" | "soon" | "late";

/** In minutes, from when on a ticket presses, and from when on it is late. */
export interface Thresholds {
  soon: number;
  late: number;
}

export interface Age {
  minutes: number;
  level: AgeLevel;
  /** Of the bar, in twentieths: it moves only when one could see it. */
  filled: number;
}

export const STANDARD_THRESHOLDS: Thresholds = { soon: 8, late: 15 };
export const FULL = 20;
const MINUTE_MS = 60000;

/** A clock that is behind the one that wrote the order makes no negative ages. */
export function ageOf(sinceMs: number, nowMs: number, { soon, late }: Thresholds): Age {
  const elapsedMs = Math.max(0, nowMs - sinceMs);
  const minutes = Math.floor(elapsedMs / MINUTE_MS);
  return {
    minutes,
    level: minutes >= late ? "late" : minutes >= soon ? "soon" : "fresh",
    filled: Math.min(FULL, Math.floor((elapsedMs / (late * MINUTE_MS)) * FULL)),
  };
}

function isMinutes(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 1000;
}

/** As they were kept; whatever makes no sense is as it was delivered. */
export function toThresholds(soon: unknown, late: unknown): Thresholds {
  return isMinutes(soon) && isMinutes(late) && soon < late ? { soon, late } : STANDARD_THRESHOLDS;
}
