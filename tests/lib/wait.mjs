// SPDX-License-Identifier: Apache-2.0
// Waiting for conditions, always with a bound. Times grow by BELLHOP_SLOW where a sanitizer slows
// the program down.

export const slowness = Number(process.env.BELLHOP_SLOW ?? 1);

/** Settles as `promise` does, or fails after `ms` naming what was waited for. */
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${ms * slowness} ms`)),
      ms * slowness);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/* What is dear to ask is asked less often: whoever has to answer is the one that is waited for. */
const pauseAfter = (tookMs) => Math.min(1000, Math.max(10, 2 * tookMs));

/** Asks again and again until the answer is truthy; returns it. */
export async function until(what, condition, ms = 20000) {
  const end = Date.now() + ms * slowness;
  for (;;) {
    const asked = Date.now();
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not so within ${ms * slowness} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(Date.now() - asked)));
  }
}

/** Messages that came, in order; take() hands out the first that fits, now or when it comes. */
export class Inbox {
  #messages = [];
  #takers = [];
  #ended = null;

  put(message) {
    const index = this.#takers.findIndex((taker) => taker.fits(message));
    if (index < 0) this.#messages.push(message);
    else this.#takers.splice(index, 1)[0].resolve(message);
  }

  /** Nothing more will come: who waits fails with the reason. */
  end(reason) {
    this.#ended = reason;
    for (const taker of this.#takers.splice(0)) taker.reject(reason);
  }

  get waiting() {
    return this.#messages;
  }

  take(what, fits = () => true, ms = 20000) {
    const index = this.#messages.findIndex(fits);
    if (index >= 0) return Promise.resolve(this.#messages.splice(index, 1)[0]);
    if (this.#ended) return Promise.reject(this.#ended);
    return within(ms, what, new Promise((resolve, reject) => {
      this.#takers.push({ fits, resolve, reject });
    }));
  }
}
