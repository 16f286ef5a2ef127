// SPDX-License-Identifier: Apache-2.0
// Whether the drawer that a person stands before has opened. Pure.

import type { PrintPhase, PrintView } from "@bellhop/client";

/**
 * not: it did not, and will not. doubt: the printer broke off. unheard: it will not any more, but may
 * have. late: it is to be given up. unsure: it is, and the hub has not said so yet.
 */
export type DrawerWord = "opened" | "not" | "doubt" | "unheard" | "late" | "unsure";

/** A printer that is ready begins within a second. */
export const PATIENCE_MS = 5000;

/** Of a view: nobody wants it any more. */
export const GIVEN_UP = "given-up";

export function isOpened(phase: PrintPhase): boolean {
  return phase === "sent" || phase === "done";
}

/** No byte of it has gone to a printer, as far as is known. */
export function isWaiting(phase: PrintPhase): boolean {
  return phase === "waiting" || phase === "accepted" || phase === "queued";
}

/**
 * @param isOverdue whether a person has waited long enough
 * @returns null: nothing can be said yet
 */
export function drawerWord(
  { phase, code }: Pick<PrintView, "phase" | "code">,
  isOverdue: boolean,
): DrawerWord | null {
  if (isOpened(phase)) return "opened";
  if (phase === "refused" || phase === "failed") return "not";
  if (phase === "uncertain") return code === GIVEN_UP ? "unheard" : "doubt";
  if (!isWaiting(phase)) return null;
  if (code === GIVEN_UP) return "unsure";
  return isOverdue ? "late" : null;
}
