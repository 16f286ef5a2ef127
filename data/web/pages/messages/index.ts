// SPDX-License-Identifier: Apache-2.0
// The reader's language, chosen once when the page opens, and its texts, which load.ts brings before
// anything is shown.

import type { Catalogue, MessageKey } from "./en";

export type { Catalogue, MessageKey } from "./en";

export const languages = ["en", "de", "fr", "es"] as const;
export type Language = (typeof languages)[number];

/** The first of the reader's languages that there is a catalogue for; English otherwise. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const name = tag.toLowerCase().split("-")[0] ?? "";
    const found = languages.find((language) => language === name);
    if (found !== undefined) return found;
  }
  return "en";
}

export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const wanted = typeof navigator === "undefined" ? [] : (navigator.languages ?? []);
export const language: Language = chooseLanguage(wanted);
/** With the reader's region, for money and times: en-GB and en-US differ. */
export const locale: string =
  wanted.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;

let catalogue: Partial<Catalogue> = {};

export function setCatalogue(texts: Catalogue): void {
  catalogue = texts;
}

/** Not before the catalogue is there: no text is made while a module is being read. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return fill(catalogue[key] ?? key, values);
}
