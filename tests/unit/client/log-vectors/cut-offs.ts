// SPDX-License-Identifier: Apache-2.0
// Records of devices, and of which operations they say that they do not count.

import type { EntityRecord, Register } from "../../../../data/web/client/log/record";

export interface CutOffCase {
  why: string;
  record: EntityRecord;
  asked: { role: string; logId: string; seq: number; isRevoked: boolean }[];
}

const A = "AAAAAAAAAAAAAAAAAAAAAA";
const B = "BBBBBBBBBBBBBBBBBBBBBB";
const C = "CCCCCCCCCCCCCCCCCCCCCC";
const HUB = "HHHHHHHHHHHHHHHHHHHHHH";

type End = [logId: string, seq: number];

function register(ends: End[]): Register {
  return [{ cutoffs: ends.map(([logId, seq]) => ({ logId, seq })) }, 1, 1, 0, HUB, 1];
}

/** @param last the last operation that counts, by role and log; null: all of them do */
function cutOff(
  why: string,
  lists: Record<string, End[]>,
  last: [role: string, logId: string, seq: number | null][],
): CutOffCase {
  const paths = Object.keys(lists).sort();
  return {
    why,
    record: {
      items: {},
      registers: Object.fromEntries(paths.map((path) => [path, register(lists[path]!)])),
    },
    asked: last.flatMap(([role, logId, seq]) =>
      seq === null
        ? [{ role, logId, seq: 1, isRevoked: false }]
        : [
            ...(seq > 0 ? [{ role, logId, seq, isRevoked: false }] : []),
            { role, logId, seq: seq + 1, isRevoked: true },
          ],
    ),
  };
}

export const cutOffCases: CutOffCase[] = [
  cutOff("nothing is cut off", {}, [["staff", A, null]]),
  cutOff("of every role, but the hub's", { "cutoff/all": [[A, 5]] }, [
    ["staff", A, 5],
    ["pos", A, 5],
    ["staff", B, 0],
    ["hub", A, null],
  ]),
  cutOff("of one role", { "cutoff/staff": [[A, 5]] }, [
    ["staff", A, 5],
    ["pos", A, null],
    ["staff", B, 0],
  ]),
  cutOff("of both, the lower counts", { "cutoff/all": [[A, 5]], "cutoff/staff": [[A, 3]] }, [
    ["staff", A, 3],
    ["pos", A, 5],
  ]),
  cutOff("listed twice, the higher counts", { "cutoff/all": [[A, 3], [A, 5], [A, 4]] }, [["staff", A, 5]]),
  cutOff(
    "in parts",
    { "cutoff/all": [[A, 5]], "cutoff-part/all/2": [[B, 7]], "cutoff-part/all/5": [[C, 9]] },
    [
      ["staff", A, 5],
      ["staff", B, 7],
      ["pos", C, 9],
    ],
  ),
  cutOff("a part says nothing by itself", { "cutoff-part/all/2": [[A, 5]] }, [
    ["staff", A, null],
    ["staff", B, null],
  ]),
  cutOff("a part is its own role's", { "cutoff/staff": [], "cutoff-part/all/2": [[A, 5]] }, [["staff", A, 0]]),
  cutOff(
    "an older part does not lower",
    { "cutoff/staff": [[A, 9]], "cutoff-part/staff/2": [[A, 5], [B, 2]] },
    [
      ["staff", A, 9],
      ["staff", B, 2],
    ],
  ),
];
