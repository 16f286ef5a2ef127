// SPDX-License-Identifier: Apache-2.0
// Orders that were put away because they were over come back for the day that they belong to.

import type { Property } from "@bellhop/client";

import { readCloses } from "./day-totals";

/** An order may be closed long after it was opened; nobody sits longer. */
const LONGEST_ORDER_MS = 2 * 24 * 3600 * 1000;

const TIME = /^order\/([0-9a-f]{8})-([0-9a-f]{4})-7/;

/** When an order of that name was opened, as ids made by us tell; null: this one does not. */
export function openedByName(name: string): number | null {
  const [, high, low] = TIME.exec(name) ?? [];
  return high === undefined || low === undefined ? null : parseInt(high + low, 16);
}

/** Those that the day that is to be closed and the one before it may need. */
export async function loadDayOrders(property: Property): Promise<void> {
  const last = readCloses(property).pop();
  const fromMs = (last?.fromMs ?? 0) - LONGEST_ORDER_MS;
  const wanted = property.putAway("order").filter((name) => (openedByName(name) ?? fromMs) >= fromMs);
  for (const name of wanted) await property.loadRecord(name);
}
