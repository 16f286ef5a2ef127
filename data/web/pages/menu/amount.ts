// SPDX-License-Identifier: Apache-2.0
// Prices as people type them, and what currency they are in. Pure.

import { parseAmount } from "../house/money";

/** Of a price or a choice's price (kinds.json). */
export const MAX_PRICE = 100000000;

/** null: no price. */
export function parsePrice(typed: string, digits: number): number | null {
  return parseAmount(typed, digits, MAX_PRICE);
}

/** Also less than nothing: what a choice takes off. */
export function parseSigned(typed: string, digits: number): number | null {
  const [, sign, rest] = /^\s*([-−–+]?)(.*)$/s.exec(typed) ?? [];
  const minor = parsePrice(rest ?? "", digits);
  return minor === null || minor === 0 || sign === "" || sign === "+" ? minor : -minor;
}

const byRegion: Readonly<Record<string, string>> = {
  ...{ AE: "AED", AR: "ARS", AU: "AUD", BR: "BRL", CA: "CAD", CH: "CHF", CL: "CLP", CN: "CNY" },
  ...{ CO: "COP", CZ: "CZK", DK: "DKK", EG: "EGP", GB: "GBP", HK: "HKD", HU: "HUF", IL: "ILS" },
  ...{ IN: "INR", IS: "ISK", JP: "JPY", KR: "KRW", LI: "CHF", MA: "MAD", MX: "MXN", NO: "NOK" },
  ...{ NZ: "NZD", PE: "PEN", PL: "PLN", RO: "RON", SE: "SEK", SG: "SGD", TH: "THB", TR: "TRY" },
  ...{ US: "USD", UY: "UYU", ZA: "ZAR" },
};

/** Those that can be chosen. */
export const currencies: readonly string[] = [
  ...new Set(["EUR", ...Object.values(byRegion)]),
].sort();

/** What a property of the reader's region most likely takes. */
export function guessCurrency(locale: string): string {
  const region = /-([A-Z]{2})\b/.exec(locale)?.[1] ?? "";
  return Object.prototype.hasOwnProperty.call(byRegion, region) ? (byRegion[region] ?? "EUR") : "EUR";
}
