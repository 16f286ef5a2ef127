// SPDX-License-Identifier: Apache-2.0
// Numbers that a person can call out, "A-17": a series that the hub gave this device alone, and a count
// that its tabs share. A device without a series picks three letters, and keeps them.

import { isFields, type Fields } from "../messages";
import type { LogStore } from "./log-store";

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

/** @param series null: none was granted */
export async function nextTicketNumber(
  store: LogStore,
  series: string | null,
  random: (length: number) => Uint8Array,
): Promise<string> {
  const drawn = drawSeries(random);
  let taken = "";
  // {own: the letters that were picked, counts: {series: the last number}}
  await store.update("tickets", (old): Fields => {
    const { own = drawn, counts } = isFields(old) ? old : {};
    const before: Fields = isFields(counts) ? counts : {};
    const used = series ?? String(own);
    const last = before[used];
    const number = typeof last === "number" ? (last % MAX_NUMBER) + 1 : 1;
    taken = `${used}-${number}`;
    return { own, counts: { ...before, [used]: number } };
  });
  return taken;
}
