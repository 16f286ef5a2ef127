// SPDX-License-Identifier: Apache-2.0
// Lines that are given up, also those that were handed out: served outweighs cancelled wherever an order
// is read, and is taken back first, in the same write. Pure, but for new ids.

import { itemOf, type EntityRecord, type OrderLine, type PropertyDraft } from "@bellhop/client";

import { endLines, lineageOf, setLineState, splitLine } from "../house/orders";
import type { RecordSource } from "../house/source";
import { undoLines, unserve } from "../house/undo";

export function cancelLines(
  source: RecordSource,
  lines: readonly OrderLine[],
  reason: string,
  personId: string | null,
): PropertyDraft[] {
  return [
    ...unserve(source, lines, personId),
    ...endLines(lines, "cancelled", reason, personId),
  ];
}

/** So many of it; of what was handed out the rest stays so. */
export function cancelPart(
  source: RecordSource,
  line: OrderLine,
  quantity: number,
  reason: string,
  personId: string | null,
): PropertyDraft[] {
  if (quantity >= line.quantity) return cancelLines(source, [line], reason, personId);
  const [lineId, split] = splitLine(line, quantity);
  return [
    ...unserve(source, [line], personId),
    split,
    ...endLines([{ ...line, lineId }], "cancelled", reason, personId),
    // After the split, which takes over what was said before it.
    ...(line.state === "served" ? setLineState([line], "served", personId) : []),
  ];
}

/** Nobody takes back that it was served, says why it is cancelled, and confirms that, any faster. */
const ONE_WRITE_MS = 1000;

/** Whether it was cancelled as something that was handed out. */
function wasServed(record: EntityRecord, { lineId, op, state }: OrderLine): boolean {
  if (op === null || state !== "cancelled") return false;
  const lineage = lineageOf(record, lineId);
  const [, endedMs = 0, , logId, seq = 0] =
    lineage.map((id) => itemOf(record, `state/${id}/${op}`)).find((item) => item !== undefined) ?? [];
  return lineage.some((id) =>
    Object.entries(record.items).some(([path, [value]]) => {
      const prefix = `state/${id}/`;
      const isServed = typeof value === "object" && value !== null && "state" in value && value.state === "served";
      if (!isServed || !path.startsWith(prefix)) return false;
      const undone = itemOf(record, `undo/${path.slice(prefix.length)}`);
      if (undone === undefined) return false;
      const [, ms, , undoLogId, undoSeq] = undone;
      return undoLogId === logId && undoSeq < seq && endedMs - ms < ONE_WRITE_MS;
    }),
  );
}

/** Brings a line back that was given up: to where it was, so that nobody cooks it again. */
export function restoreLine(
  source: RecordSource,
  line: OrderLine,
  personId: string | null,
): PropertyDraft[] {
  const record = source.record(`order/${line.recordId}`);
  return [
    ...undoLines(source, [line], personId),
    ...(record !== null && wasServed(record, line) ? setLineState([line], "served", personId) : []),
  ];
}
