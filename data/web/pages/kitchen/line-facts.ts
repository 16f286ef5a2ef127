// SPDX-License-Identifier: Apache-2.0
// What the kitchen wants to know of a line and only its order's record tells: when it came to the
// kitchen, when this screen showed it, what it was then. Pure.

import { itemOf, registerOf, type EntityRecord, type OrderLine } from "@bellhop/client";

import { numberOf, textOf, toFields } from "../link/fields";

/** When, and by which log. */
export interface Moment {
  ms: number;
  logId: string;
}

export interface LineFacts {
  line: OrderLine;
  /** The line that was ordered, of which this one was split off; else itself. */
  rootId: string;
  /** When it came to the kitchen; null: it never did. */
  arrival: Moment | null;
  /** When this device showed it first. */
  seenMs: number | null;
  /** When it was ready, as far as nobody took that back. */
  readyMs: number | null;
  /** When it was cancelled. */
  endedMs: number | null;
  /** What it was when it was ordered, where that changed after it was shown here. */
  oldQuantity: number | null;
  /** "" where it had none. */
  oldNote: string | null;
  /** When it came from another order after it was shown here; null: it did not. */
  movedMs: number | null;
  /** Whether it was printed for the kitchen. */
  isPrinted: boolean;
}

interface Said extends Moment {
  op: string;
  state: string;
}

/** Deeper than anybody splits. */
const MAX_SPLITS = 17;
const COOKING = ["accepted", "preparing", "ready", "served"];
const OVER = ["declined", "cancelled"];

/** One record, gone through once. */
export class LineBook {
  readonly #record: EntityRecord;
  readonly #isGuests: boolean;
  readonly #states = new Map<string, Said[]>();
  readonly #seen = new Map<string, number>();
  readonly #printed = new Set<string>();
  readonly #splits = new Map<string, { from: string; ms: number }>();
  readonly #undone = new Set<string>();

  /**
   * @param isGuests whether the order is a guest's, whose lines come to the kitchen when accepted
   * @param deviceId whose showing counts
   */
  constructor(record: EntityRecord, isGuests: boolean, deviceId: string) {
    this.#record = record;
    this.#isGuests = isGuests;
    for (const [path, [value, ms, , logId, seq]] of Object.entries(record.items)) {
      const [kind, first = "", second = ""] = path.split("/");
      if (kind === "undo") this.#undone.add(first);
      else if (kind === "seen" && second === deviceId) this.#seen.set(first, ms);
      else if (kind === "printed") this.#printed.add(first);
      else if (kind === "split") this.#splits.set(second, { from: first, ms });
      else if (kind === "state")
        this.#say(first, { ms, logId, op: `${logId}:${seq}`, state: textOf(toFields(value), "state") });
    }
  }

  #say(lineId: string, said: Said): void {
    const all = this.#states.get(lineId);
    if (all === undefined) this.#states.set(lineId, [said]);
    else all.push(said);
  }

  /** Itself, what it was split off from, and so on; of the latter what was before the split counts. */
  #lineage(lineId: string): { lineId: string; beforeMs: number }[] {
    const lineage = [{ lineId, beforeMs: Infinity }];
    for (let split = this.#splits.get(lineId); split !== undefined; split = this.#splits.get(split.from)) {
      const beforeMs = Math.min(split.ms, lineage[lineage.length - 1]?.beforeMs ?? Infinity);
      lineage.push({ lineId: split.from, beforeMs });
      if (lineage.length > MAX_SPLITS) break;
    }
    return lineage;
  }

  /** What stands of what was said of it, the oldest first. */
  #saidOf(lineage: readonly { lineId: string; beforeMs: number }[]): Said[] {
    return lineage
      .flatMap(({ lineId, beforeMs }) =>
        (this.#states.get(lineId) ?? []).filter(({ ms }) => ms <= beforeMs),
      )
      .filter(({ op }) => !this.#undone.has(op))
      .sort((a, b) => a.ms - b.ms);
  }

  of(line: OrderLine): LineFacts {
    const lineage = this.#lineage(line.lineId);
    const said = this.#saidOf(lineage);
    const rootId = lineage[lineage.length - 1]?.lineId ?? line.lineId;
    const root = itemOf(this.#record, `line/${rootId}`);
    const ordered = root === undefined ? null : { ms: root[1], logId: root[3] };
    const accepted = said.find(({ state }) => COOKING.includes(state)) ?? null;
    const seen = lineage.flatMap(({ lineId }) => this.#seen.get(lineId) ?? []);
    const seenMs = seen.length === 0 ? null : Math.min(...seen);
    const movedMs = this.#movedMs(lineage);
    return {
      line,
      rootId,
      arrival: this.#isGuests ? accepted : ordered,
      seenMs,
      readyMs: said.find(({ state }) => state === "ready" || state === "served")?.ms ?? null,
      endedMs: said.find(({ state }) => OVER.includes(state))?.ms ?? null,
      movedMs: seenMs !== null && movedMs > seenMs ? movedMs : null,
      isPrinted: lineage.some(({ lineId }) => this.#printed.has(lineId)),
      ...this.#changeOf(line, seenMs),
    };
  }

  /** When it last came to another order; 0: never. */
  #movedMs(lineage: readonly { lineId: string }[]): number {
    for (const { lineId } of lineage) {
      const register = registerOf(this.#record, `line/${lineId}/orderId`);
      if (register !== undefined) return register[2];
    }
    return 0;
  }

  /** Of a line that was not split off: what is taken off it by a split is not a change for the kitchen. */
  #changeOf(line: OrderLine, seenMs: number | null): Pick<LineFacts, "oldQuantity" | "oldNote"> {
    const none = { oldQuantity: null, oldNote: null };
    const content = itemOf(this.#record, `line/${line.lineId}`)?.[0];
    if (seenMs === null || content === undefined) return none;
    const fields = toFields(content);
    const since = (name: string) => {
      const register = registerOf(this.#record, `line/${line.lineId}/${name}`);
      return register !== undefined && register[2] > seenMs ? register : undefined;
    };
    const quantity = since("quantity");
    const note = since("note");
    const ordered = numberOf(fields, "quantity");
    const before = textOf(fields, "note");
    const more = typeof quantity?.[0] === "number" && ordered !== null ? ordered - quantity[0] : 0;
    const isNoteNew = note !== undefined && (note[0] ?? "") !== before;
    return {
      oldQuantity: more === 0 ? null : line.quantity + more,
      oldNote: isNoteNew ? before : null,
    };
  }
}
