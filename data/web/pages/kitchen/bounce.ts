// SPDX-License-Identifier: Apache-2.0
// A finger that struck twice, or that meant what just left from there, is one touch. Pure.

export interface Touch {
  atMs: number;
  x: number;
  y: number;
}

const BOUNCE_MS = 400;
/** Another ticket came there. */
const BOUNCE_PX = 48;
/** Another line of the ticket did; the next line is farther away. */
const SAME_SPOT_PX = 16;

export class Bounce {
  #last = { atMs: -Infinity, x: 0, y: 0, ticketId: "", part: "" };

  /** @param part of the ticket: a line's id, or "" for its foot */
  isSecond({ atMs, x, y }: Touch, ticketId: string, part = ""): boolean {
    // From the keyboard, or by a program.
    if (x === 0 && y === 0) return false;
    const before = this.#last;
    this.#last = { atMs, x, y, ticketId, part };
    if (atMs - before.atMs >= BOUNCE_MS) return false;
    const isSameTicket = ticketId === before.ticketId;
    if (isSameTicket && part === before.part) return true;
    return Math.hypot(x - before.x, y - before.y) < (isSameTicket ? SAME_SPOT_PX : BOUNCE_PX);
  }
}
