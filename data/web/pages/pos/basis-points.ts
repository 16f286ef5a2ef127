// SPDX-License-Identifier: Apache-2.0

/** "12.5" percent as basis points; null: it is none that can be given. */
export function toBasisPoints(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0 || value > 100) return null;
  return Math.round(value * 100);
}
