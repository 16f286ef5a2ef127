// SPDX-License-Identifier: Apache-2.0
// "1 device", "9 devices": a number and its noun, as the reader's language counts.

import { language, locale, t } from "../messages";

const nouns = {
  devices: ["count.devices.one", "count.devices.other"],
  printers: ["count.printers.one", "count.printers.other"],
  orders: ["count.orders.one", "count.orders.other"],
} as const;

const rules = new Intl.PluralRules(language);

export function counted(noun: keyof typeof nouns, count: number): string {
  const [one, other] = nouns[noun];
  return t(rules.select(count) === "one" ? one : other, { count: formatCount(count) });
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat(locale).format(count);
}
