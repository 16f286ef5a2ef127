// SPDX-License-Identifier: Apache-2.0
// Money is whole minor units; only what a person reads or types has a decimal point.

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

/** As it stands in a field: "12.50", with the reader's own point. */
export function toAmountText(minor: number, currency: string, locale: string): string {
  const digits = digitsOf(currency);
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(minor / 10 ** digits);
}

/** Beyond what any bill has. */
const MAX_DIGITS = 12;

/** What a person typed: "12,50", "12.5", "1.200". null: no amount. */
export function parseAmount(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const kept = text.replace(/[^\d.,]/g, "");
  const point = Math.max(kept.lastIndexOf("."), kept.lastIndexOf(","));
  const after = kept.length - point - 1;
  // "1.200" has thousands, "12.5" and "12.50" have a point.
  const hasPoint = point >= 0 && after <= digits;
  const whole = (hasPoint ? kept.slice(0, point) : kept).replace(/\D/g, "");
  const fraction = hasPoint ? kept.slice(point + 1) : "";
  if (whole === "" && fraction === "") return null;
  if (whole.length > MAX_DIGITS) return null;
  return Number(whole + fraction.padEnd(digits, "0"));
}
