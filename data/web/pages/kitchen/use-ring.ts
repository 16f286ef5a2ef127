// SPDX-License-Identifier: Apache-2.0
// The bell: for what is new or changed on the screen, and once for a ticket that is late and that nobody
// has begun.

import { useEffect, useRef } from "preact/hooks";

import { chime } from "../link/chime";
import { ageOf, type Thresholds } from "./ageing";
import { noticesOf, oldNoticesOf, type Board } from "./tickets";
import { onTick } from "./use-age";

const STRIKES = 3;

export function useRing(
  board: Board | null,
  isWanted: boolean,
  thresholds: Thresholds,
  now: () => number,
): void {
  const known = useRef<Set<string> | null>(null);
  const rung = useRef(new Set<string>());
  const wanted = useRef(isWanted);
  wanted.current = isWanted;

  useEffect(() => {
    if (board === null) return;
    const notices = noticesOf(board.open);
    const before = known.current;
    const isNew = before !== null && [...notices].some((one) => !before.has(one));
    for (const one of oldNoticesOf(board.done)) notices.add(one);
    known.current = notices;
    if (isNew && wanted.current) chime(STRIKES);
  }, [board]);

  useEffect(() => {
    if (board === null) return;
    const look = () => {
      const late = board.open.filter(
        ({ sinceMs, lines }) =>
          ageOf(sinceMs, now(), thresholds).level === "late" &&
          lines.every(({ status }) => status === "todo"),
      );
      const ids = new Set(late.map(({ ticketId }) => ticketId));
      const isNew = [...ids].some((id) => !rung.current.has(id));
      rung.current = ids;
      if (isNew && wanted.current) chime(STRIKES);
    };
    return onTick(look);
  }, [board, thresholds, now]);
}
