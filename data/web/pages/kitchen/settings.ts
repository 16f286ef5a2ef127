// SPDX-License-Identifier: Apache-2.0
// What this screen is set to; kept on the device.

import { useCallback, useEffect, useState } from "preact/hooks";

import { toFields } from "../link/fields";
import { readStored, store } from "../link/storage";
import { toThresholds, type Thresholds } from "./ageing";
import type { Choice } from "./stations";

export type Scheme = "dark" | "light";

export interface Settings {
  stations: Choice;
  scheme: Scheme;
  thresholds: Thresholds;
  /** Whether it is to ring. */
  sound: boolean;
}

const KEPT = "kitchen";
const ACKNOWLEDGED = "kitchen-acknowledged";
/** More are never to be acknowledged at once, and what was long ago is not shown any more. */
const MAX_ACKNOWLEDGED = 300;

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

export function readSettings(): Settings {
  const kept = toFields(readStored(KEPT));
  const stations = texts(kept["stations"]);
  const { soon, late } = toFields(kept["thresholds"]);
  return {
    stations: stations.length === 0 ? null : stations,
    scheme: kept["scheme"] === "light" ? "light" : "dark",
    thresholds: toThresholds(soon, late),
    sound: kept["sound"] !== false,
  };
}

/** Whatever the system's own is. */
export function showScheme(scheme: Scheme): void {
  document.documentElement.dataset["scheme"] = scheme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    meta.content = scheme === "dark" ? "#1b1b1a" : "#ffffff";
}

export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(readSettings);
  useEffect(() => {
    store(KEPT, settings);
    showScheme(settings.scheme);
  }, [settings]);
  const change = useCallback((to: Partial<Settings>) => {
    setSettings((before) => ({ ...before, ...to }));
  }, []);
  return [settings, change];
}

/** The cancelled lines that somebody here has read. */
export function useAcknowledged(): [ReadonlySet<string>, (lineIds: readonly string[]) => void] {
  const [known, setKnown] = useState<ReadonlySet<string>>(() => new Set(texts(readStored(ACKNOWLEDGED))));
  useEffect(() => void store(ACKNOWLEDGED, [...known]), [known]);
  const add = useCallback((lineIds: readonly string[]) => {
    if (lineIds.length === 0) return;
    setKnown((before) => new Set([...new Set([...before, ...lineIds])].slice(-MAX_ACKNOWLEDGED)));
  }, []);
  return [known, add];
}
