// SPDX-License-Identifier: Apache-2.0
// A record's items by their first word, in the order in which everything of an order is listed: by
// stamp; of one stamp shorter ids first, then bytewise, so that the lines of one operation,
// "<orderId>-2" and "<orderId>-10", keep their order.

import { isFields, textField, type Fields } from "../messages";
import { compareText } from "./canonical";
import { compareStamps, itemStamp, type EntityRecord, type Stamp } from "./record";

/** Of the item "line/a": id "a". Of "split/a/b": of "a", id "b". */
export interface Part {
  readonly of: string;
  readonly id: string;
  readonly value: Fields;
  readonly stamp: Stamp;
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

export function compareParts(a: Part, b: Part): number {
  return compareStamps(a.stamp, b.stamp) || compareIds(a.id, b.id) || compareIds(a.of, b.of);
}

export class OrderParts {
  readonly recordId: string;
  readonly record: EntityRecord;
  readonly #lists = new Map<string, Part[]>();
  readonly #undone = new Set<string>();

  /** @param recordId the id in the record's name */
  constructor(recordId: string, record: EntityRecord) {
    this.recordId = recordId;
    this.record = record;
    for (const [path, item] of Object.entries(record.items)) {
      const [kind = "", first = "", second] = path.split("/");
      if (kind === "undo") this.#undone.add(first);
      const [value] = item;
      if (!isFields(value)) continue;
      const stamp = itemStamp(item);
      if (second === undefined) {
        this.#add(kind, { of: "", id: first, value, stamp });
      } else {
        const part = { of: first, id: second, value, stamp };
        this.#add(`${kind}/`, part);
        this.#add(`${kind}/${first}`, part);
      }
    }
    for (const list of this.#lists.values()) list.sort(compareParts);
  }

  /** "payment": all of these; "state/a": those of the line a; "split/": those of all lines. */
  list(name: string): readonly Part[] {
    return this.#lists.get(name) ?? [];
  }

  /** @param operation "<logId>:<seq>" */
  isUndone(operation: string): boolean {
    return this.#undone.has(operation);
  }

  #add(name: string, part: Part): void {
    const list = this.#lists.get(name);
    if (list === undefined) this.#lists.set(name, [part]);
    else list.push(part);
  }
}

/** null where it is absent or no text. */
export function textOf(value: Fields, name: string): string | null {
  return textField(value, name) ?? null;
}

export function integerOf<Other extends number | null>(
  value: Fields,
  name: string,
  other: Other,
): number | Other {
  const member = value[name];
  return Number.isSafeInteger(member) ? (member as number) : other;
}
