// SPDX-License-Identifier: Apache-2.0
// Whose log it is, by its name.

/** What the logs of a device begin with. */
export const logOwners: { deviceId: string; owner: string }[] = [
  { deviceId: "01936f00-0000-7000-8000-0000000000d1", owner: "xJ44pFt4" },
  { deviceId: "d1", owner: "AKXiE-1w" },
  { deviceId: "D1", owner: "LBVBmVwL" },
  { deviceId: "x".repeat(64), owner: "NGh2NYdC" },
];

export interface LogCase {
  why: string;
  logId: string;
  deviceId: string;
  isGood: boolean;
}

const good: [why: string, logId: string, deviceId: string][] = [
  ["its own", "AKXiE-1wAAAAAAAAAAAAAA", "d1"],
  ["whatever is random in it", "AKXiE-1w_-9zZ0123456aB", "d1"],
  ["a private one", "p.AKXiE-1wAAAAAAAAAAAAAA", "d1"],
  ["one that begins with a dash", "_hUapxaVAAAAAAAAAAAAAA", "dev-b"],
];

const bad: [why: string, logId: string, deviceId: string][] = [
  ["another's", "xJ44pFt4AAAAAAAAAAAAAA", "d1"],
  ["another's private one", "p.xJ44pFt4AAAAAAAAAAAAAA", "d1"],
  ["nobody's", "AAAAAAAAAAAAAAAAAAAAAA", "d1"],
  ["of a device whose name is written otherwise", "AKXiE-1wAAAAAAAAAAAAAA", "D1"],
  ["written otherwise", "akxie-1wAAAAAAAAAAAAAA", "d1"],
  ["the last of the eight is another", "AKXiE-1xAAAAAAAAAAAAAA", "d1"],
  ["what it should begin with stands later", "AAKXiE-1wAAAAAAAAAAAAA", "d1"],
  ["the id alone, hashed", "i1NjnxUsAAAAAAAAAAAAAA", "d1"],
  ["hashed for another use", "tDesCsveAAAAAAAAAAAAAA", "d1"],
];

export const logCases: LogCase[] = [
  ...good.map(([why, logId, deviceId]) => ({ why, logId, deviceId, isGood: true })),
  ...bad.map(([why, logId, deviceId]) => ({ why, logId, deviceId, isGood: false })),
];
