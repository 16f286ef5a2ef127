// SPDX-License-Identifier: Apache-2.0
// What was just done, and ten seconds to take it back by one touch.

import type { OrderLine, Property } from "@bellhop/client";
import { useCallback, useEffect, useState } from "preact/hooks";

import { SafeMark } from "../house/safe-mark";
import { t } from "../messages";
import { touchOf, type Touch } from "../theme/bounce";

export const UNDO_MS = 10000;
const MAX_SHOWN = 3;

export interface JustDone {
  id: number;
  title: string;
  orderId: string;
  lines: readonly OrderLine[];
  untilMs: number;
}

export interface UndoList {
  list: readonly JustDone[];
  add: (title: string, orderId: string, lines: readonly OrderLine[]) => void;
  remove: (id: number) => void;
}

let count = 0;

export function useUndoList(): UndoList {
  const [list, setList] = useState<readonly JustDone[]>([]);
  const first = list[0];
  useEffect(() => {
    if (first === undefined) return;
    const drop = () => setList((before) => before.filter(({ untilMs }) => untilMs > performance.now()));
    const timer = setTimeout(drop, Math.max(0, first.untilMs - performance.now()) + 10);
    return () => clearTimeout(timer);
  }, [first]);
  const add = useCallback((title: string, orderId: string, lines: readonly OrderLine[]) => {
    count += 1;
    const one = { id: count, title, orderId, lines, untilMs: performance.now() + UNDO_MS };
    setList((before) => [...before, one].slice(-MAX_SHOWN));
  }, []);
  const remove = useCallback((id: number) => {
    setList((before) => before.filter((one) => one.id !== id));
  }, []);
  return { list, add, remove };
}

export interface UndoStripProps {
  property: Property;
  undo: UndoList;
  onUndo: (one: JustDone, event: Touch) => void;
}

export function UndoStrip({ property, undo, onUndo }: UndoStripProps) {
  const last = undo.list[undo.list.length - 1];
  return (
    <div class="undo-strip" data-testid="undo-strip" data-count={undo.list.length}>
      <p class="hidden-visually" role="status">
        {last === undefined ? "" : t("kitchen.done.said", { title: last.title })}
      </p>
      {undo.list.map((one) => (
        <div key={one.id} class="undo-one">
          <span class="undo-text">
            {t("kitchen.done.said", { title: one.title })}
            <SafeMark property={property} name={`order/${one.orderId}`} />
          </span>
          <button
            type="button"
            data-testid="undo"
            aria-label={t("kitchen.undo.of", { title: one.title })}
            onClick={(event) => onUndo(one, touchOf(event))}
          >
            {t("kitchen.undo")}
          </button>
          <span class="undo-left" aria-hidden="true" />
        </div>
      ))}
    </div>
  );
}
