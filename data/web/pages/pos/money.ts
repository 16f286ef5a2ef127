// SPDX-License-Identifier: Apache-2.0
// Money is whole minor units; only what a person reads has a decimal point.

const formats = new Map<string, Intl.NumberFormat>();

export function formatMoney(minor: number, currency: string, locale: string): string {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { style: "currency", currency });
    formats.set(key, format);
  }
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

/** The tax that a price already contains, rounded half away from zero. */
export function includedTax(gross: number, ratePercent: number): number {
  const exact = (gross * ratePercent) / (100 + ratePercent);
  return Math.sign(exact) * Math.round(Math.abs(exact));
}
