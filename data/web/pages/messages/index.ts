// SPDX-License-Identifier: Apache-2.0
// The catalogue of the reader's language, chosen once when the page opens.

import { de } from "./de";
import { en, type Catalogue, type MessageKey } from "./en";
import { es } from "./es";
import { fr } from "./fr";

export type { Catalogue, MessageKey } from "./en";

export const catalogues = { en, de, fr, es } satisfies Record<string, Catalogue>;

export type Language = keyof typeof catalogues;

function isLanguage(name: string): name is Language {
  return Object.prototype.hasOwnProperty.call(catalogues, name);
}

/** The first of the reader's languages that there is a catalogue for; English otherwise. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const name = tag.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(name)) return name;
  }
  return "en";
}

export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const wanted = typeof navigator === "undefined" ? [] : navigator.languages;
export const language: Language = chooseLanguage(wanted);
/** With the reader's region, for money and times: en-GB and en-US differ. */
export const locale: string =
  wanted.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;

export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return fill(catalogues[language][key], values);
}
