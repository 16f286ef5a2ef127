// SPDX-License-Identifier: Apache-2.0
// The time of an operation: [UTC milliseconds, counter], ever growing on one replica and later than
// all that the replica has heard, whatever its own clock says. A clock that is years ahead drags the
// others along by 60 s at most.

import { MAX_HLC_COUNTER, MAX_HLC_MS, type Hlc } from "./operation";

export const MAX_DRIFT_MS = 60000;

export class HybridClock {
  readonly #utcNow: () => number;
  #aheadMs = 0;
  #ms = 0;
  #counter = 0;

  /** @param utcNow UTC milliseconds as this machine has them */
  constructor(utcNow: () => number) {
    this.#utcNow = utcNow;
  }

  /** What the hub's clock said just now; ours follows it from here on. */
  follow(hubMs: number): void {
    this.#aheadMs = hubMs - this.#utcNow();
  }

  /** UTC milliseconds by the hub's clock, as far as it is known. */
  now(): number {
    return Math.min(Math.max(Math.trunc(this.#utcNow() + this.#aheadMs), 0), MAX_HLC_MS);
  }

  /** For one operation; later than every one before. */
  tick(): Hlc {
    const now = this.now();
    if (now > this.#ms) {
      this.#ms = now;
      this.#counter = 0;
    } else if (this.#counter < MAX_HLC_COUNTER) {
      this.#counter += 1;
    } else {
      this.#ms += 1;
      this.#counter = 0;
    }
    return [this.#ms, this.#counter];
  }

  /** What an operation of anybody says. */
  hear([ms, counter]: Hlc): void {
    const limit = this.now() + MAX_DRIFT_MS;
    const [heardMs, heardCounter] = ms > limit ? [limit, 0] : [ms, counter];
    if (heardMs < this.#ms || (heardMs === this.#ms && heardCounter <= this.#counter)) return;
    this.#ms = heardMs;
    this.#counter = heardCounter;
  }
}
