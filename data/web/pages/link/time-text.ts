// SPDX-License-Identifier: Apache-2.0
// Times as people say them, in their language; the exact one is for the pointer that rests on it.

import { locale, t } from "../messages";

const exact = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const minute = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "numeric", minute: "2-digit" });

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86400;

export function formatExact(timeMs: number): string {
  return exact.format(timeMs);
}

/** "27 May 2026, 20:15" */
export function formatDay(timeMs: number): string {
  return minute.format(timeMs);
}

/** How many calendar days later: negative before. */
export function daysBetween(fromMs: number, toMs: number): number {
  const startOf = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  return Math.round((startOf(toMs) - startOf(fromMs)) / (DAY_S * 1000));
}

export function formatAge(fromMs: number, nowMs: number): string {
  const seconds = Math.round((fromMs - nowMs) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (seconds > -10) return t("time.now");
  if (seconds > -MINUTE_S) return relative.format(seconds, "second");
  if (seconds > -HOUR_S) return relative.format(Math.round(seconds / MINUTE_S), "minute");
  if (seconds > -DAY_S) return relative.format(Math.round(seconds / HOUR_S), "hour");
  const days = daysBetween(nowMs, fromMs);
  if (days > -7) return relative.format(days, "day");
  return day.format(fromMs);
}

/** "19:40" today, "Mon 19:40" before that. */
export function formatClock(timeMs: number, nowMs: number): string {
  const sameDay = new Date(timeMs).toDateString() === new Date(nowMs).toDateString();
  return (sameDay ? clock : weekday).format(timeMs);
}

function formatSpan(spanMs: number, round: (value: number) => number): string {
  const unit = spanMs < 60000 ? "second" : "minute";
  const value = Math.max(0, round(spanMs / (unit === "second" ? 1000 : 60000)));
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value);
}

/** What is left, never more than there is: "9 min", then "40 s". */
export function formatLeft(leftMs: number): string {
  return formatSpan(leftMs, Math.floor);
}

/** How long to wait, never less than it takes. */
export function formatWait(waitMs: number): string {
  return formatSpan(waitMs, Math.ceil);
}
