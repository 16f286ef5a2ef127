// SPDX-License-Identifier: Apache-2.0
// Keeps the screen on, where the browser lets a page do that: on secure addresses.

import { useEffect, useState } from "preact/hooks";

import { WakeKeeper, type WakeState as Kept } from "./wake-keeper";

export type WakeState = Kept | "unavailable";

/** Asked for again by time, by a touch, and when the page is shown. */
export function useWakeLock(): WakeState {
  const { wakeLock } = navigator as { wakeLock?: WakeLock };
  const [state, setState] = useState<WakeState>(wakeLock === undefined ? "unavailable" : "not-held");
  useEffect(() => {
    if (wakeLock === undefined) return;
    const keeper = new WakeKeeper({
      request: () => wakeLock.request("screen"),
      isVisible: () => document.visibilityState === "visible",
      onState: setState,
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    });
    const ask = () => void keeper.ask();
    document.addEventListener("visibilitychange", ask);
    addEventListener("pointerup", ask);
    ask();
    return () => {
      document.removeEventListener("visibilitychange", ask);
      removeEventListener("pointerup", ask);
      keeper.stop();
    };
  }, [wakeLock]);
  return state;
}
