// SPDX-License-Identifier: Apache-2.0
// Hybrid clocks: what the machine's own clock says, what is heard, and what then is written. Hearing
// and following the hub give nothing back.

import { NOON } from "./draft";

export type ClockStep =
  | { now: number; tick: [number, number] }
  | { now: number; hear: [number, number] }
  | { now: number; follow: number };

export interface ClockCase {
  why: string;
  steps: ClockStep[];
}

const at = (ms: number, counter = 0): [number, number] => [NOON + ms, counter];
const tick = (now: number, to: [number, number]): ClockStep => ({ now: NOON + now, tick: to });
const hear = (now: number, heard: [number, number]): ClockStep => ({ now: NOON + now, hear: heard });

export const clockCases: ClockCase[] = [
  {
    why: "within a millisecond the counter grows, with the next it begins again",
    steps: [tick(0, at(0)), tick(0, at(0, 1)), tick(0, at(0, 2)), tick(1, at(1))],
  },
  {
    why: "a clock that is set back stops nothing",
    steps: [tick(1000, at(1000)), tick(10, at(1000, 1)), tick(1001, at(1001))],
  },
  {
    why: "later than what was heard",
    steps: [hear(0, at(500, 7)), tick(0, at(500, 8)), tick(501, at(501))],
  },
  {
    why: "what was heard of the past changes nothing",
    steps: [tick(100, at(100)), hear(100, at(99, 50)), hear(100, at(100, 0)), tick(100, at(100, 1))],
  },
  {
    why: "the same millisecond with a higher counter",
    steps: [tick(100, at(100)), hear(100, at(100, 9)), tick(100, at(100, 10))],
  },
  {
    why: "a clock that is ahead is followed for 60 s",
    steps: [hear(0, at(60000, 3)), tick(0, at(60000, 4))],
  },
  {
    why: "and no further, however far it is",
    steps: [
      hear(0, at(60001, 3)),
      tick(0, at(60000, 1)),
      hear(5, [253402300800000, 2147483647]),
      tick(5, at(60005, 1)),
    ],
  },
  {
    why: "a full counter takes the next millisecond",
    steps: [hear(0, at(10, 2147483647)), tick(0, at(11)), tick(0, at(11, 1))],
  },
  {
    why: "the hub's clock counts, ahead or behind",
    steps: [
      { now: 1000, follow: NOON },
      { now: 1500, tick: at(500) },
      { now: 2000, hear: at(1000 + 60001, 5) },
      { now: 2000, tick: at(61000, 1) },
      { now: 3000, follow: 5 },
      { now: 3000, tick: at(61000, 2) },
    ],
  },
  {
    why: "a clock outside of what an operation can say stays at its end",
    steps: [
      { now: -5, tick: [0, 1] },
      { now: 300000000000000, tick: [253402300800000, 0] },
      { now: 300000000000000, tick: [253402300800000, 1] },
    ],
  },
];
