// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "preact/hooks";

/** Whose clock: what others wrote has the hub's time, whatever this device takes it for. */
export interface NowSource {
  /** UTC milliseconds */
  hubNow(): number;
}

/**
 * The time, again every `everyMs`; for ages and for what is left of something.
 *
 * @param source null: this device's own clock
 */
export function useNow(everyMs: number, source: NowSource | null = null): number {
  const read = () => source?.hubNow() ?? Date.now();
  const [nowMs, setNowMs] = useState(read);
  useEffect(() => {
    // It may have begun by another clock.
    setNowMs(read());
    const timer = setInterval(() => setNowMs(read()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, source]);
  return nowMs;
}
