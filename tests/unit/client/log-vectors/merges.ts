// SPDX-License-Identifier: Apache-2.0
// Records that are merged, in any order and any number of times, to one.

import type { EntityRecord, Item, Register } from "../../../../data/web/client/log/record";

export interface MergeCase {
  why: string;
  records: EntityRecord[];
  merged: EntityRecord;
}

const A = "AAAAAAAAAAAAAAAAAAAAAA";
const B = "BBBBBBBBBBBBBBBBBBBBBB";
/** "_" stands behind "Z" and before "a" in ASCII; not so in any language's own order. */
const LOW = "__________aaaaaaaaaaaa";
const HIGH = "aaaaaaaaaa____________";

type Items = Record<string, Item>;
type Registers = Record<string, Register>;

const of = (items: Items, registers: Registers = {}): EntityRecord => ({ items, registers });

/** Records with one item or register of one path, the first of which wins. */
const items = (why: string, ...all: Item[]): MergeCase => ({
  why: `items: ${why}`,
  records: [...all].reverse().map((item) => of({ x: item })),
  merged: of({ x: all[0]! }),
});
const registers = (why: string, ...all: Register[]): MergeCase => ({
  why: `registers: ${why}`,
  records: [...all].reverse().map((register) => of({}, { x: register })),
  merged: of({}, { x: all[0]! }),
});

export const mergeCases: MergeCase[] = [
  { why: "nothing", records: [of({}), of({})], merged: of({}) },
  {
    why: "other paths stay, sorted bytewise",
    records: [
      of({ b: [1, 1, 0, A, 1] }),
      of({ "a/b": [1, 2, 0, A, 2], Z: [{}, 3, 0, A, 3] }),
      of({ a: [1, 4, 0, A, 4] }),
    ],
    merged: of({ Z: [{}, 3, 0, A, 3], a: [1, 4, 0, A, 4], "a/b": [1, 2, 0, A, 2], b: [1, 1, 0, A, 1] }),
  },
  items("the older", ["late", 1, 0, A, 9], ["early", 2, 0, A, 1]),
  items("of one millisecond the lower counter", [1, 5, 9, B, 1], [2, 5, 10, A, 1]),
  items("of one time the lower log", [1, 5, 0, A, 9], [2, 5, 0, B, 1]),
  items("logs are compared bytewise", [1, 5, 0, LOW, 1], [2, 5, 0, HIGH, 1]),
  items("of one log the lower number", [1, 5, 0, A, 9], [2, 5, 0, A, 10]),
  items("of one identity null", [null, 5, 0, A, 1], [{ a: 1 }, 5, 0, A, 1]),
  items("of one identity the smaller text", [{ a: 1 }, 5, 0, A, 1], [{ a: 2 }, 5, 0, A, 1]),
  items("text, not number", [{ a: 10 }, 5, 0, A, 1], [{ a: 9 }, 5, 0, A, 1]),
  items("a text that begins another", ["a", 5, 0, A, 1], ["aa", 5, 0, A, 1]),
  items(
    "bytes of UTF-8, not halves of UTF-16",
    ["\uffff", 5, 0, A, 1],
    ["\u{1f36e}", 5, 0, A, 1],
  ),
  items("escapes are compared as printed", ["A", 5, 0, A, 1], ["\n", 5, 0, A, 1]),
  registers("the higher version", ["a", 2, 1, 0, A, 1], ["b", 1, 9, 9, B, 9]),
  registers("of one version the later", ["a", 1, 9, 0, A, 1], ["b", 1, 8, 9, B, 9]),
  registers("of one millisecond the higher counter", ["a", 1, 9, 10, A, 1], ["b", 1, 9, 9, B, 9]),
  registers("of one time the higher log", ["a", 1, 9, 0, B, 1], ["b", 1, 9, 0, A, 9]),
  registers("logs are compared bytewise", ["a", 1, 9, 0, HIGH, 1], ["b", 1, 9, 0, LOW, 1]),
  registers("of one log the higher number", ["a", 1, 9, 0, A, 10], ["b", 1, 9, 0, A, 9]),
  registers("of one identity null", [null, 1, 9, 0, A, 1], ["zzz", 1, 9, 0, A, 1]),
  registers("of one identity the greater text", ["b", 1, 9, 0, A, 1], ["a", 1, 9, 0, A, 1]),
  registers(
    "bytes of UTF-8, not halves of UTF-16",
    ["\u{1f36e}", 1, 9, 0, A, 1],
    ["\uffff", 1, 9, 0, A, 1],
  ),
  {
    why: "what was redacted says nothing more, and keeps its place",
    records: [
      of({ header: [{ text: "my card is 4111" }, 1, 0, A, 1], "read/d1": [{}, 2, 0, B, 1] }),
      of({ [`redacted/${A}:1`]: [{}, 9, 0, B, 2] }),
    ],
    merged: of({
      header: [null, 1, 0, A, 1],
      "read/d1": [{}, 2, 0, B, 1],
      [`redacted/${A}:1`]: [{}, 9, 0, B, 2],
    }),
  },
  {
    why: "a register that was redacted still covers the one before",
    records: [
      of({}, { note: ["old", 1, 1, 0, A, 1] }),
      of({}, { note: ["secret", 2, 2, 0, A, 2] }),
      of({ [`redacted/${A}:2`]: [{}, 9, 0, B, 2] }),
    ],
    merged: of(
      { [`redacted/${A}:2`]: [{}, 9, 0, B, 2] },
      { note: [null, 2, 2, 0, A, 2] },
    ),
  },
  {
    why: "all that one operation said, and nothing of others",
    records: [
      of({
        "line/a": [{ name: "x" }, 1, 0, A, 1],
        "line/b": [{ name: "y" }, 1, 0, A, 1],
        "line/c": [{ name: "z" }, 1, 0, A, 11],
        "line/d": [{ name: "z" }, 1, 0, B, 1],
      }),
      of({ [`redacted/${A}:1`]: [{}, 9, 0, B, 2] }),
    ],
    merged: of({
      "line/a": [null, 1, 0, A, 1],
      "line/b": [null, 1, 0, A, 1],
      "line/c": [{ name: "z" }, 1, 0, A, 11],
      "line/d": [{ name: "z" }, 1, 0, B, 1],
      [`redacted/${A}:1`]: [{}, 9, 0, B, 2],
    }),
  },
  {
    why: "a redaction that was redacted still redacts",
    records: [
      of({ x: ["secret", 1, 0, A, 1] }),
      of({ [`redacted/${A}:1`]: [{}, 9, 0, B, 2] }),
      of({ [`redacted/${B}:2`]: [{}, 9, 0, B, 3] }),
    ],
    merged: of({
      [`redacted/${A}:1`]: [null, 9, 0, B, 2],
      [`redacted/${B}:2`]: [{}, 9, 0, B, 3],
      x: [null, 1, 0, A, 1],
    }),
  },
  {
    why: "forks, one of them redacted",
    records: [
      of({ x: [{ a: 1 }, 5, 0, A, 1], [`redacted/${A}:1`]: [{}, 9, 0, B, 2] }),
      of({ x: [{ a: 0 }, 5, 0, A, 1] }),
    ],
    merged: of({ [`redacted/${A}:1`]: [{}, 9, 0, B, 2], x: [null, 5, 0, A, 1] }),
  },
];
