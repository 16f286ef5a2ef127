// SPDX-License-Identifier: Apache-2.0
// What a payment comes to: against the bill, as a tip, and back into the guest's hand. Pure.

export type Method = "cash" | "card" | "room";

export const methods: readonly Method[] = ["cash", "card", "room"];

export interface Handed {
  method: Method;
  /** Wanted against the bill. */
  amount: number;
  tip: number;
  /** Cash on the counter; null: exactly what is wanted. */
  tendered: number | null;
}

export interface Settled {
  /** Against the bill. */
  amount: number;
  tip: number;
  /** Cash only. */
  tendered: number | null;
  change: number;
}

/** Cash that is not enough pays a part of the bill; a tip comes out of what is there. null: nothing is paid. */
export function settle({ method, amount, tip, tendered }: Handed): Settled | null {
  const wanted = amount + tip;
  if (wanted <= 0) return null;
  if (method !== "cash") return { amount, tip, tendered: null, change: 0 };
  const given = tendered ?? wanted;
  if (given <= 0) return null;
  if (given >= wanted) return { amount, tip, tendered: given, change: given - wanted };
  const left = Math.min(tip, given);
  return { amount: given - left, tip: left, tendered: given, change: 0 };
}

/** What cash is likely to be handed over: exactly, and the next round sums above. */
export function quickSums(wanted: number, digits: number): number[] {
  if (wanted <= 0) return [];
  // Notes of currencies without a point begin at hundreds.
  const unit = digits === 0 ? 100 : 10 ** digits;
  const rounded = [5, 10, 20, 50, 100].map((note) => Math.ceil(wanted / (note * unit)) * note * unit);
  return [...new Set([wanted, ...rounded])].sort((a, b) => a - b).slice(0, 5);
}

/** Shares of a bill that some share; the first takes what is left over. */
export function shareOf(due: number, among: number): number {
  return Math.ceil(due / among);
}
