// SPDX-License-Identifier: Apache-2.0
// Who this page is and how it stands with its hub, for whatever on the page wants to know.

import type { DeviceIdentity } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

export interface PageState {
  /** null: not paired, or not looked up yet. */
  identity: DeviceIdentity | null;
  /** Somebody answers in the hub's place who is not this device's hub. */
  impostor: boolean;
  /** The hub does not know this device. */
  unknown: boolean;
  /** A manager removed this device. */
  removed: boolean;
}

type Listener = (state: PageState) => void;

let state: PageState = { identity: null, impostor: false, unknown: false, removed: false };
const listeners = new Set<Listener>();

export function changePageState(change: Partial<PageState>): void {
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener(state);
}

export function usePageState(): PageState {
  const [seen, setSeen] = useState(state);
  useEffect(() => {
    setSeen(state);
    listeners.add(setSeen);
    return () => void listeners.delete(setSeen);
  }, []);
  return seen;
}
