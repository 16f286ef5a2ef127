// SPDX-License-Identifier: Apache-2.0
// Numbers that a person can call out, "A-17": a series that the hub gave this device alone, and a count
// that its tabs share. A device without a series picks three letters, and keeps them.

import { isFields, textField, type Fields } from "../messages";
import type { LogStore } from "./log-store";
import { compareStamps, itemOf, itemStamp, type EntityRecord, type Stamp } from "./record";

/** I and O look like 1 and 0. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const MAX_NUMBER = 999;
const STAND_IN_LETTERS = 3;

function drawSeries(random: (length: number) => Uint8Array): string {
  return Array.from(
    random(STAND_IN_LETTERS),
    (byte) => LETTERS[byte % LETTERS.length] ?? LETTERS[0],
  ).join("");
}

/** 1 to 999; 0: it is no number of that series. */
function parseNumber(text: string, series: string): number {
  const digits = text.startsWith(`${series}-`) ? text.slice(series.length + 1) : "";
  const number = /^[0-9]{1,3}$/.test(digits) ? Number(digits) : 0;
  return number <= MAX_NUMBER ? number : 0;
}

/** Of the latest order that bears one of that series; 0: none does. */
function findLast(orders: Iterable<EntityRecord>, series: string): number {
  let last: { number: number; stamp: Stamp } | null = null;
  for (const record of orders) {
    const header = itemOf(record, "header");
    if (header === undefined || !isFields(header[0])) continue;
    const number = parseNumber(textField(header[0], "number") ?? "", series);
    const stamp = itemStamp(header);
    if (number > 0 && (last === null || compareStamps(stamp, last.stamp) > 0)) last = { number, stamp };
  }
  return last?.number ?? 0;
}

/**
 * @param series null: none was granted
 * @param orders as they are known here: where the store counted none of the series yet, it goes on from them,
 *   for a store in memory begins anew with each start
 */
export async function nextTicketNumber(
  store: LogStore,
  series: string | null,
  orders: () => Iterable<EntityRecord>,
  random: (length: number) => Uint8Array,
): Promise<string> {
  const drawn = drawSeries(random);
  let taken = "";
  // {own: the letters that were picked, counts: {series: the last number}}
  await store.update("tickets", (old): Fields => {
    const { own = drawn, counts } = isFields(old) ? old : {};
    const before: Fields = isFields(counts) ? counts : {};
    const used = series ?? String(own);
    const counted = before[used];
    const last = typeof counted === "number" ? counted : findLast(orders(), used);
    const number = (last % MAX_NUMBER) + 1;
    taken = `${used}-${number}`;
    return { own, counts: { ...before, [used]: number } };
  });
  return taken;
}
