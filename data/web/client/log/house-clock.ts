// SPDX-License-Identifier: Apache-2.0
// The time by which a replica decides what is over for long and may be put away or forgotten: the hub's,
// carried on by a clock that only ever grows. A date that jumps is believed as far as somebody else's
// operations, or the hub, say the same; what was closed today is not gone because a tablet believes that
// it is next week. Kept too long it costs a little room. As core/base/house-clock.c has it.

import type { Clock } from "../clock";

/** A date that is put right by this little, again and again, is only kept right. */
const DRIFT_MS = 60 * 1000;

/** Of a clock that was behind: what it gave from `fromMs` to `toMs` was `byMs` too early. */
export interface Correction {
  fromMs: number;
  toMs: number;
  byMs: number;
}

export class HouseClock {
  readonly #clock: Clock;
  /** The earliest that it gave, as it is known now. */
  #firstMs: number;
  #agreedMs: number;
  #atMs: number;
  /** What to add to this machine's date for the hub's. */
  #aheadMs = 0;
  #heardMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#agreedMs = this.#date();
    this.#firstMs = this.#agreedMs;
    this.#atMs = clock.now();
  }

  /** What the hub's clock said just now. null: this one was not behind, or its machine only slept. */
  follow(hubMs: number): Correction | null {
    const toMs = this.now();
    const fromMs = this.#firstMs;
    // Who slept has a date that agrees with the hub's, and what it did before is as old as it seems.
    const byMs = Math.min(hubMs - this.#date(), hubMs - toMs);
    const isBehind = byMs > DRIFT_MS;
    this.#aheadMs += hubMs - this.#date();
    this.#agreedMs = hubMs;
    this.#atMs = this.#clock.now();
    this.#firstMs = Math.min(isBehind ? fromMs + byMs : fromMs, hubMs);
    return isBehind ? { fromMs, toMs, byMs } : null;
  }

  /** The time of another's operation. */
  hear(ms: number): void {
    this.#heardMs = Math.max(this.#heardMs, ms);
  }

  /** UTC milliseconds. */
  now(): number {
    const date = this.#date();
    const now = this.#clock.now();
    const expected = this.#agreedMs + now - this.#atMs;
    this.#agreedMs =
      Math.abs(date - expected) <= DRIFT_MS
        ? date
        : Math.max(expected, Math.min(date, this.#heardMs));
    this.#atMs = now;
    return this.#agreedMs;
  }

  #date(): number {
    return (this.#clock.utcNow?.() ?? Date.now()) + this.#aheadMs;
  }
}
