// SPDX-License-Identifier: Apache-2.0
// What comes above a button moves it: the finger that was on its way meant what was there.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Shifts, type Layout } from "../../../data/web/pages/theme/shifts";

/** Buttons of cards one below the other, 100 high each; on the page. */
function column(keys: string[], from = 0, y = 0): Layout<string> {
  const boxes = keys.map((key, at) => {
    const top = from + at * 100 + 40;
    return [key, { left: 200, top, right: 300, bottom: top + 48 }] as const;
  });
  return { boxes: new Map(boxes), x: 0, y };
}

const at = (atMs: number, y: number) => ({ atMs, x: 250, y });

test("a strike means what was there when the finger began, for as long as a finger takes", () => {
  const shifts = new Shifts<string>();
  shifts.note(column(["a", "b"]), 0);
  assert.equal(shifts.isAstray(at(10, 60), "a"), false, "nothing has moved");
  shifts.note(column(["new", "a", "b"]), 10000);
  assert.equal(shifts.isAstray(at(10010, 60), "new"), true);
  assert.equal(shifts.isAstray(at(9990, 160), "a"), true, "it began even before");
  assert.equal(shifts.isAstray(at(10399, 160), "a"), true);
  assert.equal(shifts.isAstray(at(10399, 60), "new"), true);
  assert.equal(shifts.isAstray(at(10400, 60), "new"), false);
  assert.equal(shifts.isAstray(at(10010, 260), "b"), false, "there was nothing");
  assert.equal(shifts.isAstray(at(10010, 210), "b"), false, "nor near it");
  // The first leaves, and the strike was for the second.
  shifts.note(column(["a", "b"]), 20000);
  assert.equal(shifts.isAstray(at(20100, 60), "a"), true);
});

test("what stays where it was is struck, whatever comes elsewhere", () => {
  const shifts = new Shifts<string>();
  shifts.note(column(["a", "b"]), 0);
  shifts.note(column(["a", "b", "new"]), 1000);
  assert.equal(shifts.isAstray(at(1001, 60), "a"), false);
  assert.equal(shifts.isAstray(at(1001, 160), "b"), false);
  assert.equal(shifts.isAstray(at(1001, 260), "new"), false);
  // A line more above all: the finger is still on the button.
  shifts.note(column(["a", "b", "new"], 20), 2000);
  assert.equal(shifts.isAstray(at(2001, 70), "a"), false);
  // Two in a moment: what was seen may have been either.
  shifts.note(column(["b", "new"], 20), 2100);
  assert.equal(shifts.isAstray(at(2110, 70), "b"), true);
});

test("who scrolls has moved it", () => {
  const shifts = new Shifts<string>();
  shifts.note(column(["a", "b", "c"]), 0);
  // By a card; then it is looked at again, for another reason.
  shifts.note(column(["a", "b", "c"], 0, 100), 1000);
  assert.equal(shifts.isAstray(at(1001, 60), "b"), false);
  // The browser keeps in view what is read while a card comes above.
  shifts.note(column(["new", "a", "b", "c"], 0, 100), 2000);
  assert.equal(shifts.isAstray(at(2001, 60), "b"), false);
  assert.equal(shifts.isAstray(at(2001, 60), "a"), true);
});
