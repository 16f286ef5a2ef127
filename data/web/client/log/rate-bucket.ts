// SPDX-License-Identifier: Apache-2.0
// How much one device may hand over: so many at once, and so many a second after that.

import type { Clock } from "../clock";

export interface RateLimit {
  burst: number;
  perSecond: number;
}

export class RateBucket {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  #left: number;
  #filledAtMs: number;

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#left = limit.burst;
    this.#filledAtMs = clock.now();
  }

  /** Milliseconds until there is room for so much; 0: there is. */
  waitMs(amount: number): number {
    const { burst, perSecond } = this.#limit;
    const nowMs = this.#clock.now();
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#filledAtMs) / 1000) * perSecond);
    this.#filledAtMs = nowMs;
    const lacking = Math.min(amount, burst) - this.#left;
    return lacking <= 0 ? 0 : Math.ceil((lacking / perSecond) * 1000);
  }

  take(amount: number): void {
    this.#left -= amount;
  }
}
