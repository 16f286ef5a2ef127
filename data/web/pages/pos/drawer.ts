// SPDX-License-Identifier: Apache-2.0
// Whether the drawer that a person stands before has opened. Pure.

import type { PrintPhase } from "@bellhop/client";

/** not: it did not, and will not. doubt: the printer broke off. late: it is to be given up. */
export type DrawerWord = "opened" | "not" | "doubt" | "late";

/** A printer that is ready begins within a second. */
export const PATIENCE_MS = 5000;

export function isOpened(phase: PrintPhase): boolean {
  return phase === "sent" || phase === "done";
}

/** null: nothing can be said yet. */
export function drawerWord(phase: PrintPhase, waitedMs: number): DrawerWord | null {
  if (isOpened(phase)) return "opened";
  if (phase === "refused" || phase === "failed") return "not";
  if (phase === "uncertain") return "doubt";
  return phase !== "printing" && waitedMs >= PATIENCE_MS ? "late" : null;
}
