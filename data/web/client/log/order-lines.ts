// SPDX-License-Identifier: Apache-2.0
// The lines that a record holds, with what was split off, moved, changed and cooked. A line that was
// split off takes over what its original had: name, price and tax always; note, course, station and the
// order that it stands on as they are now, unless it has its own; states, `seen` and percentages older
// than the split. Amounts off stay with the original.
//
// So a part never stays behind on an order where nobody looks for it, whatever two people do at once.
// Who moves a line away from what was split off it moves the latter to where it stands.

import type { Fields } from "../messages";
import { compareText } from "./canonical";
import { isId } from "./formats";
import { integerOf, textOf, type OrderParts, type Part } from "./order-parts";
import { compareStamps, itemOf, registerOf, type Stamp } from "./record";

/** Later ones win over earlier ones. */
export const LINE_STATES = [
  "placed",
  "accepted",
  "preparing",
  "ready",
  "declined",
  "cancelled",
  "served",
] as const;

export type LineState = (typeof LINE_STATES)[number];

/** Itself, then what it was split off from; of the latter what is older than `before` counts for it. */
interface Ancestor {
  lineId: string;
  before: Stamp | null;
}

export interface Line {
  readonly lineId: string;
  readonly parts: OrderParts;
  /** The item's value. */
  readonly content: Fields;
  /** What splits left of it. */
  readonly quantity: number;
  readonly lineage: readonly Ancestor[];
  /** The item, for the line's place among others. */
  readonly root: Part;
}

/** Deeper than any table splits; what is split off deeper makes no line. */
const MAX_SPLITS = 16;

function isOlder(stamp: Stamp, before: Stamp | null): boolean {
  return before === null || compareStamps(stamp, before) < 0;
}

/** What is listed for the line under `kind`, its own and what it has taken over. */
export function listOf(line: Line, kind: string): Part[] {
  return line.lineage.flatMap(({ lineId, before }) =>
    line.parts.list(`${kind}/${lineId}`).filter(({ stamp }) => isOlder(stamp, before)),
  );
}

/** Whether what names `lineId` and has this stamp counts for the line; the line's own always does. */
export function counts(line: Line, lineId: string | null, stamp: Stamp): boolean {
  return line.lineage.some((one) => one.lineId === lineId && isOlder(stamp, one.before));
}

/** By the line that is split: of two splits into one new line the older, of none into a line. */
function splitsOf(parts: OrderParts): Map<string, Part[]> {
  const splits = new Map<string, Part[]>();
  const made = new Set<string>();
  for (const split of parts.list("split/")) {
    if (made.has(split.id) || itemOf(parts.record, `line/${split.id}`) !== undefined) continue;
    made.add(split.id);
    splits.set(split.of, [...(splits.get(split.of) ?? []), split]);
  }
  return splits;
}

/** All that the record holds, wherever they were moved; each followed by what was split off it. */
export function linesOf(parts: OrderParts): Line[] {
  const splits = splitsOf(parts);
  const lines: Line[] = [];

  const add = (root: Part, lineage: readonly Ancestor[], given: number): void => {
    const lineId = lineage[0]?.lineId ?? root.id;
    const changed = registerOf(parts.record, `line/${lineId}/quantity`)?.[0];
    let quantity = Number.isSafeInteger(changed) ? (changed as number) : given;
    const children: [Part, number][] = [];
    for (const split of lineage.length > MAX_SPLITS ? [] : (splits.get(lineId) ?? [])) {
      const taken = Math.min(integerOf(split.value, "quantity", 0), quantity);
      if (taken <= 0) continue;
      quantity -= taken;
      children.push([split, taken]);
    }
    if (quantity > 0) lines.push({ lineId, parts, content: root.value, quantity, lineage, root });
    for (const [split, taken] of children) add(root, descend(split, lineage), taken);
  };
  for (const root of parts.list("line"))
    add(root, [{ lineId: root.id, before: null }], integerOf(root.value, "quantity", 0));
  return lines;
}

function descend(split: Part, lineage: readonly Ancestor[]): Ancestor[] {
  const older = lineage.map(({ lineId, before }) => ({
    lineId,
    before: before === null || isOlder(split.stamp, before) ? split.stamp : before,
  }));
  return [{ lineId: split.id, before: null }, ...older];
}

/** Of the order that it stands on now. */
export function orderIdOf(line: Line): string {
  for (const { lineId } of line.lineage) {
    const moved = registerOf(line.parts.record, `line/${lineId}/orderId`)?.[0];
    if (isId(moved)) return moved;
  }
  return line.parts.recordId;
}

/** `note`, `course` or `stationId`: as last changed, else as ordered. undefined: neither. */
export function memberOf(line: Line, name: string): unknown {
  for (const { lineId } of line.lineage) {
    const register = registerOf(line.parts.record, `line/${lineId}/${name}`);
    if (register !== undefined) return register[0];
  }
  return line.content[name];
}

export interface LineStanding {
  state: LineState;
  /** Why it is declined or cancelled. */
  reason: string | null;
  /** "<logId>:<seq>" that said so, for an undo; null: nobody did. */
  op: string | null;
}

export function standingOf(line: Line): LineStanding {
  let best = 0;
  let first: Part | null = null;
  for (const part of listOf(line, "state")) {
    const rank = (LINE_STATES as readonly unknown[]).indexOf(part.value["state"]);
    if (rank < best || line.parts.isUndone(part.id)) continue;
    // Of two that say the same, the first gave the reason.
    if (rank === best && first !== null && compareStamps(first.stamp, part.stamp) < 0) continue;
    best = rank;
    first = part;
  }
  return {
    state: LINE_STATES[best] ?? "placed",
    reason: first === null ? null : textOf(first.value, "reason"),
    op: first === null ? null : first.id,
  };
}

/** The devices whose kitchen page has shown it. */
export function seenBy(line: Line): string[] {
  const devices = new Set(listOf(line, "seen").map(({ id }) => id));
  return [...devices].sort(compareText);
}
