// SPDX-License-Identifier: Apache-2.0
// The time by which a replica decides what is over for long and may be put away or forgotten: the hub's,
// carried on by a clock that only ever grows. A date that jumps is believed as far as somebody else's
// operations, or the hub, say the same; what was closed today is not gone because a tablet believes that
// it is next week. Kept too long it costs a little room. As core/base/house-clock.c has it.

import type { Clock } from "../clock";

/** A date that is put right by this little, again and again, is only kept right. */
const DRIFT_MS = 60 * 1000;

export class HouseClock {
  readonly #clock: Clock;
  #agreedMs: number;
  #atMs: number;
  /** What to add to this machine's date for the hub's. */
  #aheadMs = 0;
  #heardMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#agreedMs = this.#date();
    this.#atMs = clock.now();
  }

  /** What the hub's clock said just now. */
  follow(hubMs: number): void {
    this.#aheadMs += hubMs - this.#date();
    this.#agreedMs = hubMs;
    this.#atMs = this.#clock.now();
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
