// SPDX-License-Identifier: Apache-2.0
// Money is whole minor units; only what a person reads or types has a decimal point. Pure.

/** ISO 4217, list one: minor units other than 2. core/printing/receipt-words.c has the same. */
const NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ");
const THREE = "BHD IQD JOD KWD LYD OMR TND".split(" ");

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string, locale: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (format === undefined) {
    const digits = digitsOf(currency);
    format = new Intl.NumberFormat(locale, {
      ...{ style: "currency", currency },
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
    });
    formats.set(key, format);
  }
  return format;
}

/**
 * After the point: 2 of EUR, none of JPY. Not what Intl says: browsers follow custom, and drop those of
 * some currencies that have them.
 */
export function digitsOf(currency: string): number {
  if (NONE.includes(currency)) return 0;
  return THREE.includes(currency) ? 3 : 2;
}

export function formatMoney(minor: number, currency: string, locale: string): string {
  return formatOf(currency, locale).format(minor / 10 ** digitsOf(currency));
}

/** As it stands in a field to be changed: "12,50" where people write so. */
export function amountText(minor: number, digits: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(minor / 10 ** digits);
}

/** Of any sum in an operation (kinds.json). */
const MAX_AMOUNT = 1000000000000;

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
 * What a person typed: "12,50", "12.50", "1.234,5", "1'200": minor units. null: not a number, with more
 * decimals than the currency has, negative, or beyond `max`.
 */
export function parseAmount(typed: string, digits: number, max = MAX_AMOUNT): number | null {
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
  return minor <= max ? minor : null;
}

/**
 * Of a field that may be left empty. null: it is; undefined: what stands there is no amount, and must not
 * be taken for an empty one.
 */
export function readAmount(typed: string, digits: number): number | null | undefined {
  return typed.trim() === "" ? null : (parseAmount(typed, digits) ?? undefined);
}

/** Of a percentage: hundredths of it are written. */
const PERCENT_DIGITS = 2;
const WHOLE_BP = 10000;

/** "19", "5,5 %": basis points. null: no percentage between 0 and 100. */
export function parsePercent(typed: string): number | null {
  return parseAmount(typed, PERCENT_DIGITS, WHOLE_BP);
}

/** "5.5" */
export function percentText(rateBp: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: false }).format(
    rateBp / 100,
  );
}
