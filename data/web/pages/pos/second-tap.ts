// SPDX-License-Identifier: Apache-2.0
// One button says what is next. A finger that strikes twice means what it said at first. Pure.

import { SAME_TOUCH_MS } from "../theme/bounce";
import type { Step } from "./next-step";

/** What a first tap brings under the finger and takes the order away from it. */
const LEAVES: readonly Step[] = ["new", "serve", "close"];

const NEVER: { atMs: number; step: Step } = { atMs: -Infinity, step: "none" };

export class SecondTap {
  #last = NEVER;

  /** Whether that tap on `step` is still the one on the step before. */
  isMeantBefore(atMs: number, step: Step): boolean {
    const before = this.#last;
    const isSecond = atMs - before.atMs < SAME_TOUCH_MS && step !== before.step;
    this.#last = { atMs, step: isSecond ? before.step : step };
    return isSecond && LEAVES.includes(step);
  }

  /** The finger was elsewhere meanwhile: on what a dialog asked. */
  forget(): void {
    this.#last = NEVER;
  }
}
