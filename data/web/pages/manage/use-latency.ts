// SPDX-License-Identifier: Apache-2.0
// How long the hub takes to answer, while this page is open.

import type { Connection } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

export interface Sample {
  atMs: number;
  ms: number;
}

const EVERY_MS = 2000;
/** Two minutes. */
export const SAMPLES = 60;

export function useLatency(connection: Connection | null): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (connection === null) return;
    const look = () => {
      const ms = connection.path === "none" ? null : connection.latency;
      if (ms === null || document.visibilityState !== "visible") return;
      setSamples((before) => [...before, { atMs: Date.now(), ms }].slice(-SAMPLES));
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [connection]);
  return samples;
}
