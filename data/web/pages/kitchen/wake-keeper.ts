// SPDX-License-Identifier: Apache-2.0
// Asks that the screen stays on, and asks again: the browser takes it away whenever the page is hidden, and
// now and then for reasons of its own, as with a battery that is low.

export type WakeState = "held" | "not-held";

export interface WakeKeeperOptions {
  request: () => Promise<WakeLockSentinel>;
  /** Nobody is granted it on a hidden page. */
  isVisible: () => boolean;
  onState: (state: WakeState) => void;
  /** Calls back once; the returned function takes the call back. */
  after: (delayMs: number, callback: () => void) => () => void;
}

export const AGAIN_MS = 5000;

export class WakeKeeper {
  readonly #options: WakeKeeperOptions;
  #held: WakeLockSentinel | null = null;
  #isAsking = false;
  #isOver = false;
  #cancel: () => void = () => undefined;

  constructor(options: WakeKeeperOptions) {
    this.#options = options;
  }

  /** Where it is not held, and nobody asks already. */
  async ask(): Promise<void> {
    const { request, isVisible, onState } = this.#options;
    if (this.#isOver || this.#isAsking || this.#held !== null || !isVisible()) return;
    this.#cancel();
    this.#isAsking = true;
    try {
      const got = await request();
      if (this.#isOver) return void got.release();
      if (got.released) return this.#askLater();
      this.#held = got;
      got.addEventListener("release", () => this.#onRelease());
      onState("held");
    } catch {
      if (!this.#isOver) this.#askLater();
    } finally {
      this.#isAsking = false;
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel();
    void this.#held?.release();
  }

  #onRelease(): void {
    this.#held = null;
    if (!this.#isOver) this.#askLater();
  }

  /** A page that is hidden then asks when it is shown. */
  #askLater(): void {
    this.#options.onState("not-held");
    this.#cancel();
    this.#cancel = this.#options.after(AGAIN_MS, () => void this.ask());
  }
}
