// SPDX-License-Identifier: Apache-2.0
// Prices and percentages as people type them, in whole minor units. Pure.

export { digitsOf } from "../pos/money";

/** Of a price or a choice's price (kinds.json). */
export const MAX_PRICE = 100000000;

/** "€ 12,50", "12.50 EUR", "Fr. 12.-": the sign and the digits with what separates them. */
const TYPED = new RegExp(
  "^(?:\\p{L}{1,3}\\.?|\\p{Sc})?(-?)\\p{Sc}?(\\d[\\d.,]*|[.,]\\d+)(?:[.,]-)?(?:\\p{L}{1,3}|\\p{Sc}|%)?$",
  "u",
);
const GROUPED = /^[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*$/;

/** null: these are no groups of thousands. */
function readWhole(text: string): string | null {
  if (/^\d*$/.test(text)) return text;
  return GROUPED.test(text) ? text.replace(/[.,]/g, "") : null;
}

function split(text: string, digits: number): [whole: string, rest: string] {
  const at = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  if (at < 0) return [text, ""];
  const rest = text.slice(at + 1);
  const once = text.indexOf(text.charAt(at)) === at;
  // "1,234" and "1.234.567" are whole numbers where no price has three decimals.
  const isDecimal = once && digits > 0 && (rest.length <= digits || readWhole(text) === null);
  return isDecimal ? [text.slice(0, at), rest] : [text, ""];
}

/**
 * "12,50", "12.50", "1.234,5", "1'200": minor units. null: not a number, with more decimals than the
 * currency has, negative, or beyond what a price can be.
 */
export function parseAmount(typed: string, digits: number): number | null {
  const plain = typed
    .normalize("NFKC")
    .replace(/[\s'’]/g, "")
    .replace(/[−–—]/g, "-");
  const [, sign, number] = TYPED.exec(plain) ?? [];
  if (number === undefined || sign === "-") return null;
  const [left, rest] = split(number, digits);
  const whole = readWhole(left);
  if (whole === null || rest.length > digits || !/^\d*$/.test(rest)) return null;
  const minor = Number(whole + rest.padEnd(digits, "0"));
  return minor <= MAX_PRICE ? minor : null;
}

/** Also less than nothing: what a choice takes off. */
export function parseSigned(typed: string, digits: number): number | null {
  const [, sign, rest] = /^\s*([-−–+]?)(.*)$/s.exec(typed) ?? [];
  const minor = parseAmount(rest ?? "", digits);
  return minor === null || minor === 0 || sign === "" || sign === "+" ? minor : -minor;
}

/** As it stands in a field to be changed: "12,50" where people write so. */
export function amountText(minor: number, digits: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(minor / 10 ** digits);
}

const PERCENT_DIGITS = 2;
const WHOLE_BP = 10000;

/** "19", "5,5 %": hundredths of a percent. null: no percentage between 0 and 100. */
export function parsePercent(typed: string): number | null {
  const rate = parseAmount(typed, PERCENT_DIGITS);
  return rate !== null && rate <= WHOLE_BP ? rate : null;
}

/** "5.5" */
export function percentText(rateBp: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: false }).format(
    rateBp / 100,
  );
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

const MAX_LEFT = 100000;

/** How many are left. null: nobody counts; undefined: that is no number. */
export function parseLeft(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  return /^\d{1,6}$/.test(text) && Number(text) <= MAX_LEFT ? Number(text) : undefined;
}
