// SPDX-License-Identifier: Apache-2.0
// A device that was removed, or lost a role: what it wrote up to the hub's cut-off stays, what came later
// is set aside. The cut-offs stand in the record of the device, so every replica judges alike.

import { isFields } from "../messages";
import type { Operation } from "./operation";
import { registerOf, type EntityRecord } from "./record";

function cutOffs(record: EntityRecord, path: string): unknown[] | null {
  const [value] = registerOf(record, path) ?? [null];
  const list = isFields(value) ? value["cutoffs"] : null;
  return Array.isArray(list) ? (list as unknown[]) : null;
}

function lastKept(list: readonly unknown[], logId: string): number {
  const own = list.find((one) => isFields(one) && one["logId"] === logId);
  return isFields(own) && typeof own["seq"] === "number" ? own["seq"] : 0;
}

/** @param device the record of the operation's device; null: there is none */
export function isCutOff(
  operation: Pick<Operation, "logId" | "seq" | "role">,
  device: EntityRecord | null,
): boolean {
  const { logId, seq, role } = operation;
  if (device === null || role === "hub") return false;
  return ["cutoff/all", `cutoff/${role}`].some((path) => {
    const list = cutOffs(device, path);
    if (list === null) return false;
    return seq > lastKept(list, logId);
  });
}

function cutOffPaths(device: EntityRecord): string[] {
  return Object.keys(device.registers).filter((path) => path.startsWith("cutoff/"));
}

/** Equal where the cut-offs are. */
export function cutOffText(device: EntityRecord | null): string {
  if (device === null) return "";
  return cutOffPaths(device)
    .sort()
    .map((path) => `${path} ${JSON.stringify(cutOffs(device, path))}`)
    .join("\n");
}

/** Up to there no cut-off of any role concerns the log; Infinity: none does at all. */
export function firstCut(device: EntityRecord | null, logId: string): number {
  if (device === null) return Infinity;
  const ends = cutOffPaths(device).flatMap((path) => {
    const list = cutOffs(device, path);
    return list === null ? [] : [lastKept(list, logId)];
  });
  return Math.min(Infinity, ...ends);
}
