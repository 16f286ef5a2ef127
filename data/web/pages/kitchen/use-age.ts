// SPDX-License-Identifier: Apache-2.0
// Ages of many tickets by one timer; only what reads otherwise than before is drawn again.

import { useEffect, useState } from "preact/hooks";

import { ageOf, type Age, type Thresholds } from "./ageing";

const TICK_MS = 5000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** @param listener is called every few seconds */
export function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const one of [...listeners]) one();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const isSame = (a: Age, b: Age) =>
  a.minutes === b.minutes && a.filled === b.filled && a.level === b.level;

/** @param now has to stay the same function from one rendering to the next */
export function useAge(sinceMs: number, thresholds: Thresholds, now: () => number): Age {
  const [age, setAge] = useState(() => ageOf(sinceMs, now(), thresholds));
  useEffect(() => {
    const look = () => {
      const next = ageOf(sinceMs, now(), thresholds);
      setAge((before) => (isSame(before, next) ? before : next));
    };
    look();
    return onTick(look);
  }, [sinceMs, thresholds, now]);
  return age;
}
