// SPDX-License-Identifier: Apache-2.0
// Which of a page's ways to the others stand in its bar, and which behind "More". Pure.

/** Pixels. */
export interface BarRoom {
  width: number;
  gap: number;
  /** Of the button behind which the others are. */
  more: number;
  /** One for each page. */
  widths: readonly number[];
}

/** Before anything was measured. */
const STANDARD = 4;

function widthOf({ widths, gap }: BarRoom, chosen: readonly number[]): number {
  return chosen.reduce((sum, at) => sum + (widths[at] ?? 0) + gap, 0);
}

/**
 * The first that fit, and always the one that is open. At least that one stands there.
 *
 * @param here the page that is open; -1: none of them
 * @returns indexes, rising
 */
export function chooseInBar(room: BarRoom | null, count: number, here: number): number[] {
  const first = (length: number) => Array.from({ length }, (_, at) => at);
  if (room === null) return first(Math.min(count, STANDARD));
  if (widthOf(room, first(count)) - room.gap <= room.width) return first(count);
  for (let length = count - 1; length > 0; length -= 1) {
    const chosen = here < length ? first(length) : [...first(length - 1), here];
    if (widthOf(room, chosen) + room.more <= room.width) return chosen;
  }
  return here < 0 ? [] : [here];
}
