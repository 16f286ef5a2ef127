// SPDX-License-Identifier: Apache-2.0
import { formatAge, formatExact } from "../link/time-text";

/**
 * "2 min ago", and the exact time for the pointer that rests on it. Where the screen is read aloud, a
 * list that tells what is new does not begin anew with each minute that passes.
 */
export function Ago({ timeMs, nowMs }: { timeMs: number; nowMs: number }) {
  return (
    <time aria-live="off" dateTime={new Date(timeMs).toISOString()} title={formatExact(timeMs)}>
      {formatAge(timeMs, nowMs)}
    </time>
  );
}
