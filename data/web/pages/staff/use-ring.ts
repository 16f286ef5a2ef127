// SPDX-License-Identifier: Apache-2.0
// The bell of the waiters' page, whichever part of it is open.

import { useEffect, useState } from "preact/hooks";

import { chime } from "../link/chime";
import { useBell } from "../link/use-bell";
import type { NowItem } from "./now-list";

/** Tells what is new from what was there; nothing is of what one begins with. */
export class Arrivals {
  #known: ReadonlySet<string> | null = null;

  /** @param items null: not all of it is known yet */
  hasNew(items: readonly Pick<NowItem, "key">[] | null): boolean {
    if (items === null) return false;
    const before = this.#known;
    this.#known = new Set(items.map(({ key }) => key));
    return before !== null && items.some(({ key }) => !before.has(key));
  }
}

/** Rings once for each thing that was not there before. */
export function useRing(items: readonly NowItem[] | null): void {
  const [arrivals] = useState(() => new Arrivals());
  useEffect(() => {
    if (arrivals.hasNew(items)) chime();
  }, [arrivals, items]);
  useBell(true);
}
