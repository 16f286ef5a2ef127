// SPDX-License-Identifier: Apache-2.0
// A finger is on its way to a button when something comes above it: the strike that lands then meant
// what was there before. Pure.

import { SAME_TOUCH_MS, type Touch } from "./bounce";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Boxes on the whole page, and how far it was scrolled. */
export interface Layout<Key> {
  boxes: ReadonlyMap<Key, Box>;
  x: number;
  y: number;
}

/** A finger that aims at the edge of a button strikes so far beside it. */
const BESIDE_PX = 16;

function isOn({ left, top, right, bottom }: Box, x: number, y: number, beside = 0): boolean {
  return x >= left - beside && x <= right + beside && y >= top - beside && y <= bottom + beside;
}

function isSame<Key>(a: Layout<Key>, b: Layout<Key>): boolean {
  if (a.boxes.size !== b.boxes.size) return false;
  return [...a.boxes].every(([key, { left, top, right, bottom }]) => {
    const other = b.boxes.get(key);
    return (
      other?.left === left && other.top === top && other.right === right && other.bottom === bottom
    );
  });
}

export class Shifts<Key> {
  #now: Layout<Key> | null = null;
  /** What a finger that strikes now may have seen. */
  #before: { layout: Layout<Key>; untilMs: number }[] = [];

  /** @param layout as it is from now on */
  note(layout: Layout<Key>, atMs: number): void {
    const last = this.#now;
    this.#now = layout;
    if (last === null || isSame(last, layout)) return;
    this.#before = this.#before.filter(({ untilMs }) => atMs - untilMs < SAME_TOUCH_MS);
    // It may have been scrolled since it was noted.
    this.#before.push({ layout: { boxes: last.boxes, x: layout.x, y: layout.y }, untilMs: atMs });
  }

  /** Whether another button was there a moment ago, and this one was not. */
  isAstray({ atMs, x, y }: Touch, key: Key): boolean {
    return this.#before.some(({ layout, untilMs }) => {
      if (atMs - untilMs >= SAME_TOUCH_MS) return false;
      const [pageX, pageY] = [x + layout.x, y + layout.y];
      const own = layout.boxes.get(key);
      if (own !== undefined && isOn(own, pageX, pageY)) return false;
      return [...layout.boxes].some(([other, box]) => other !== key && isOn(box, pageX, pageY, BESIDE_PX));
    });
  }
}
