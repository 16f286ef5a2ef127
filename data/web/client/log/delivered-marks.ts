// SPDX-License-Identifier: Apache-2.0
// How far this storage itself has handed its own logs to the hub, and was answered. That the hub has as
// much of such a log does not say that it has the same: a copy of this storage may have written there
// under the same numbers. What was not handed over from here goes out, whatever the hub says that it has;
// it knows what it has already, and keeps what is different beside it.

import { isFields } from "../messages";
import { isLogId } from "./formats";
import type { Have } from "./property-types";

export class DeliveredMarks {
  readonly #marks = new Map<string, number>();

  /** This storage writes there. */
  watch(logId: string): void {
    if (logId !== "" && !this.#marks.has(logId)) this.#marks.set(logId, 0);
  }

  /** What was saved, by whatever tab. */
  load(value: unknown): void {
    if (!isFields(value)) return;
    for (const [logId, seq] of Object.entries(value))
      if (isLogId(logId) && Number.isSafeInteger(seq)) this.#raise(logId, seq as number);
  }

  /** null: it is of no concern, others write there. */
  of(logId: string): number | null {
    return this.#marks.get(logId) ?? null;
  }

  /** Returns whether there was news. */
  raise(have: Have): boolean {
    const news = Object.entries(have).filter(([logId, seq]) => seq > (this.#marks.get(logId) ?? seq));
    for (const [logId, seq] of news) this.#raise(logId, seq);
    return news.length > 0;
  }

  have(): Have {
    return Object.fromEntries(this.#marks);
  }

  #raise(logId: string, seq: number): void {
    this.#marks.set(logId, Math.max(seq, this.#marks.get(logId) ?? 0));
  }
}
