// SPDX-License-Identifier: Apache-2.0
// Whether somebody is at this page: it is visible, and was touched, typed at or turned to a moment ago.
// A tablet that leans on the wall with a conversation open has read nothing.

import { useEffect, useState } from "preact/hooks";

export const ATTENTION_MS = 2 * 60 * 1000;

const EVENTS = ["pointerdown", "pointermove", "keydown", "focus"] as const;

export function isAttended(isVisible: boolean, lastMs: number, nowMs: number): boolean {
  return isVisible && nowMs - lastMs < ATTENTION_MS;
}

let lastMs = -Infinity;

// From the page's beginning: the tap that opened a conversation counts.
if (typeof document !== "undefined") {
  if (document.hasFocus()) lastMs = performance.now();
  for (const name of EVENTS)
    addEventListener(name, () => (lastMs = performance.now()), { capture: true, passive: true });
}

const isNow = () => isAttended(document.visibilityState === "visible", lastMs, performance.now());

export function useAttention(): boolean {
  const [attended, setAttended] = useState(isNow);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      const now = isNow();
      setAttended(now);
      if (now) timer = setTimeout(look, lastMs + ATTENTION_MS - performance.now() + 1);
    };
    look();
    for (const name of EVENTS) addEventListener(name, look, { capture: true, passive: true });
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      for (const name of EVENTS) removeEventListener(name, look, { capture: true });
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return attended;
}
