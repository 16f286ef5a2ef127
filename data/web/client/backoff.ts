// SPDX-License-Identifier: Apache-2.0
// Waiting times that double, with jitter: a hub that restarts must not be met by all devices at once.

export interface BackoffOptions {
  baseMs: number;
  capMs: number;
  /** From 0 up to, not including, 1. */
  random?: () => number;
}

export class Backoff {
  readonly #baseMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #tries = 0;

  constructor(options: BackoffOptions) {
    this.#baseMs = options.baseMs;
    this.#capMs = options.capMs;
    this.#random = options.random ?? Math.random;
  }

  /** Half of the doubled time is certain, the other half is chance. */
  next(): number {
    const ceiling = Math.min(this.#capMs, this.#baseMs * 2 ** Math.min(this.#tries, 30));
    this.#tries += 1;
    return ceiling / 2 + (ceiling / 2) * this.#random();
  }

  reset(): void {
    this.#tries = 0;
  }
}
