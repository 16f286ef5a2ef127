// SPDX-License-Identifier: Apache-2.0
// The fourteen allergens that have to be declared (Regulation (EU) No 1169/2011, Annex II). An item
// carries words, in the language of who wrote them; a reader gets these fourteen in their own.

import { language, type Language } from "../messages";

export const allergenKeys = [
  "gluten",
  "crustaceans",
  "eggs",
  "fish",
  "peanuts",
  "soya",
  "milk",
  "nuts",
  "celery",
  "mustard",
  "sesame",
  "sulphites",
  "lupin",
  "molluscs",
] as const;
export type AllergenKey = (typeof allergenKeys)[number];

/** In the order of the keys. */
const names: Readonly<Record<Language, string>> = {
  en: "Gluten,Crustaceans,Eggs,Fish,Peanuts,Soya,Milk,Nuts,Celery,Mustard,Sesame,Sulphites,Lupin,Molluscs",
  de: "Gluten,Krebstiere,Eier,Fisch,Erdnüsse,Soja,Milch,Nüsse,Sellerie,Senf,Sesam,Sulfite,Lupine,Weichtiere",
  fr: "Gluten,Crustacés,Œufs,Poisson,Arachides,Soja,Lait,Fruits à coque,Céleri,Moutarde,Sésame,Sulfites,Lupin,Mollusques",
  es: "Gluten,Crustáceos,Huevos,Pescado,Cacahuetes,Soja,Leche,Frutos secos,Apio,Mostaza,Sésamo,Sulfitos,Altramuz,Moluscos",
};

const byWord = new Map<string, AllergenKey>();
for (const list of Object.values(names))
  list.split(",").forEach((word, at) => {
    const key = allergenKeys[at];
    if (key !== undefined) byWord.set(word.toLowerCase(), key);
  });

/** null: it is none of the fourteen, in no language that there is. */
export function findAllergen(text: string): AllergenKey | null {
  return byWord.get(text.trim().toLowerCase()) ?? null;
}

export function allergenWord(key: AllergenKey, inLanguage: Language = language): string {
  return names[inLanguage].split(",")[allergenKeys.indexOf(key)] ?? key;
}

/** In the reader's language, where it is one of the fourteen. */
function nameAllergen(text: string): string {
  const key = findAllergen(text);
  return key === null ? text : allergenWord(key);
}

/** "Gluten, Milk, honey": each of the fourteen in the reader's language, the others as they were written. */
export function nameAllergens(words: readonly unknown[]): string {
  return words.filter((word): word is string => typeof word === "string").map(nameAllergen).join(", ");
}

const MAX_WORD = 40;
const MAX_WORDS = 20;

/** "Lupin, honey" */
export function toWords(typed: string): string[] {
  const words = typed.split(/[,;\n]/).map((word) => word.trim().slice(0, MAX_WORD));
  return [...new Set(words.filter((word) => word !== ""))];
}

/** The fourteen in their order, then the others as they were typed. */
export function joinAllergens(chosen: readonly string[], others: readonly string[]): string[] {
  const known = allergenKeys.filter((key) => chosen.some((word) => findAllergen(word) === key));
  const free = others.filter((word) => findAllergen(word) === null);
  return [...new Set([...known.map((key) => allergenWord(key)), ...free])].slice(0, MAX_WORDS);
}
