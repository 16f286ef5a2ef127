// SPDX-License-Identifier: Apache-2.0
// A device that was removed, or lost a role: what it wrote up to the hub's cut-off stays, what came later
// is set aside. The cut-offs stand in the record of the device, so every replica judges alike.

import { isFields } from "../messages";
import type { Operation } from "./operation";
import { registerOf, type EntityRecord } from "./record";

const WHOLE = "cutoff/";
/** What did not fit into one operation. Says nothing without the list itself. */
const PART = "cutoff-part/";

function listAt(record: EntityRecord, path: string): unknown[] | null {
  const [value] = registerOf(record, path) ?? [null];
  const list = isFields(value) ? value["cutoffs"] : null;
  return Array.isArray(list) ? (list as unknown[]) : null;
}

/** @param role its name, or `all` */
function cutOffs(record: EntityRecord, role: string): unknown[] | null {
  const list = listAt(record, WHOLE + role);
  if (list === null) return null;
  const parts = Object.keys(record.registers).filter((path) => path.startsWith(`${PART}${role}/`));
  return [...list, ...parts.flatMap((path) => listAt(record, path) ?? [])];
}

/** Of a log that is listed more than once the highest counts. */
function lastKept(list: readonly unknown[], logId: string): number {
  let last = 0;
  for (const one of list)
    if (isFields(one) && one["logId"] === logId && typeof one["seq"] === "number")
      last = Math.max(last, one["seq"]);
  return last;
}

/** @param device the record of the operation's device; null: there is none */
export function isCutOff(
  operation: Pick<Operation, "logId" | "seq" | "role">,
  device: EntityRecord | null,
): boolean {
  const { logId, seq, role } = operation;
  if (device === null || role === "hub") return false;
  return ["all", role].some((one) => {
    const list = cutOffs(device, one);
    return list !== null && seq > lastKept(list, logId);
  });
}

/** Up to there it stays whatever role its device wrote it under; Infinity: it was not removed. */
export function cutOfAll(device: EntityRecord, logId: string): number {
  const list = cutOffs(device, "all");
  return list === null ? Infinity : lastKept(list, logId);
}

function rolesCutOff(device: EntityRecord): string[] {
  return Object.keys(device.registers)
    .filter((path) => path.startsWith(WHOLE))
    .map((path) => path.slice(WHOLE.length));
}

/** Equal where the cut-offs are. */
export function cutOffText(device: EntityRecord | null): string {
  if (device === null) return "";
  return rolesCutOff(device)
    .sort()
    .map((role) => `${role} ${JSON.stringify(cutOffs(device, role))}`)
    .join("\n");
}

/** Up to there no cut-off of any role concerns the log; Infinity: none does at all. */
export function firstCut(device: EntityRecord | null, logId: string): number {
  if (device === null) return Infinity;
  const ends = rolesCutOff(device).flatMap((role) => {
    const list = cutOffs(device, role);
    return list === null ? [] : [lastKept(list, logId)];
  });
  return Math.min(Infinity, ...ends);
}
