// SPDX-License-Identifier: Apache-2.0
// Who said what of the lines of a record, as far as nobody took it back. One operation may speak of many
// lines, and an undo names the whole of it: who takes one line back says the rest again.

import { linesOf, listOf } from "./order-lines";
import { OrderParts, textOf } from "./order-parts";
import type { EntityRecord } from "./record";

export interface LineWord {
  lineId: string;
  /** "<logId>:<seq>" */
  op: string;
  /** What it says that the line is. */
  state: string;
  reason: string | null;
}

/** Of all lines that the record holds, wherever they were moved; of a line in the order in which it came. */
export function lineWordsOf(recordId: string, record: EntityRecord): LineWord[] {
  const parts = new OrderParts(recordId, record);
  return linesOf(parts).flatMap((line) =>
    listOf(line, "state")
      .filter(({ id }) => !parts.isUndone(id))
      .map(({ id, value }) => ({
        lineId: line.lineId,
        op: id,
        state: textOf(value, "state") ?? "",
        reason: textOf(value, "reason"),
      })),
  );
}
