// SPDX-License-Identifier: Apache-2.0
// Time, passed in so that tests hold it.

export interface Clock {
  /** Milliseconds that only ever grow; unrelated to the date. */
  now(): number;
  /** UTC milliseconds; Date.now() where a clock has none of its own. */
  utcNow?(): number;
  /** Calls back once after `delayMs`; the returned function takes the call back. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
