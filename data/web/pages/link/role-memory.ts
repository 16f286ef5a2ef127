// SPDX-License-Identifier: Apache-2.0
// What this device was when it was here last: the pages show the doors of that role until the hub has
// said it again, also while the hub is away.

import { readStored, store } from "./storage";

/** null: never been here, or removed since. */
export function readRole(): string | null {
  const kept = readStored("role");
  return typeof kept === "string" ? kept : null;
}

export function keepRole(role: string | null): void {
  store("role", role);
}
