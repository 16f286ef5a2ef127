// SPDX-License-Identifier: Apache-2.0
// A finger that struck twice, or that meant what just left from there, is one touch. Pure.

export interface Touch {
  atMs: number;
  x: number;
  y: number;
}

/** Within that time a second strike is still the first. */
export const SAME_TOUCH_MS = 400;
/** Another card came there. */
const BOUNCE_PX = 48;
/** Another part of the card did; the next part is farther away. */
const SAME_SPOT_PX = 16;

export const touchOf = ({ timeStamp, clientX, clientY }: MouseEvent): Touch => ({
  atMs: timeStamp,
  x: clientX,
  y: clientY,
});

const NEVER = { atMs: -Infinity, x: 0, y: 0, cardId: "", part: "" };

export class Bounce {
  #last = NEVER;

  /** @param part of the card: a line's id on a ticket, or "" for all that has none */
  isSecond({ atMs, x, y }: Touch, cardId: string, part = ""): boolean {
    // From the keyboard, or by a program.
    if (x === 0 && y === 0) return false;
    const before = this.#last;
    this.#last = { atMs, x, y, cardId, part };
    if (atMs - before.atMs >= SAME_TOUCH_MS) return false;
    const isSameCard = cardId === before.cardId;
    if (isSameCard && part === before.part) return true;
    return Math.hypot(x - before.x, y - before.y) < (isSameCard ? SAME_SPOT_PX : BOUNCE_PX);
  }

  /** The finger was elsewhere meanwhile. */
  forget(): void {
    this.#last = NEVER;
  }
}
