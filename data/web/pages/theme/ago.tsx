// SPDX-License-Identifier: Apache-2.0
import { formatAge, formatExact } from "../link/time-text";

/** "2 min ago", and the exact time for the pointer that rests on it. */
export function Ago({ timeMs, nowMs }: { timeMs: number; nowMs: number }) {
  return (
    <time dateTime={new Date(timeMs).toISOString()} title={formatExact(timeMs)}>
      {formatAge(timeMs, nowMs)}
    </time>
  );
}
