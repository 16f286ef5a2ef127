// SPDX-License-Identifier: Apache-2.0
// While the hub is there, each page asks once where else it is to be found: for the day it is not.

import { keepPlaces, toPlaces } from "./places";

/** The page's own start comes first. */
const DELAY_MS = 3000;

async function remember(): Promise<void> {
  try {
    const response = await fetch("/api/v1/reach", { cache: "no-store" });
    if (!response.ok) return;
    const { kind, hub } = (await response.json()) as { kind?: unknown; hub?: unknown };
    const places = toPlaces(hub);
    if (kind === "hub" && places !== null) await keepPlaces(places);
  } catch {
    // The hub is away; what was kept stays.
  }
}

export function rememberPlaces(): void {
  setTimeout(() => void remember(), DELAY_MS);
}
