// SPDX-License-Identifier: Apache-2.0
// The words of the sample restaurant, in the language of who sets it up. They become the property's own
// words, so they are no texts of the pages.

import type { Language } from "../messages";

export interface SampleTexts {
  house: { name: string; address: string[]; footer: string[] };
  /** Where the sample's tables and rooms are: by this they are known again. */
  area: string;
  stations: { kitchen: string; bar: string };
  taxes: { food: string; drinks: string };
  rates: { food: number; drinks: number };
  categories: { starters: string; mains: string; sweets: string; drinks: string };
  modifiers: { cooked: string; extra: string; side: string; milk: string };
  /** By the id of a choice. */
  choices: Record<string, string>;
  /** Name and description, by the id of an item. */
  items: Record<string, readonly [name: string, about: string]>;
  notes: { table: string; line: string; request: string };
}

const en: SampleTexts = {
  house: {
    name: "Harbour House",
    address: ["12 Quay Street", "Port Lumen"],
    footer: ["Thank you for your visit", "We hope to see you again"],
  },
  area: "Sample",
  stations: { kitchen: "Kitchen", bar: "Bar" },
  taxes: { food: "VAT food", drinks: "VAT drinks" },
  rates: { food: 1000, drinks: 2000 },
  categories: { starters: "Starters", mains: "Main courses", sweets: "Desserts", drinks: "Drinks" },
  modifiers: { cooked: "How cooked?", extra: "Extras", side: "Side dish", milk: "Milk" },
  choices: {
    rare: "Rare", medium: "Medium", well: "Well done", bacon: "Bacon", cheese: "Cheese", egg: "Fried egg",
    fries: "Fries", salad: "Green salad", rice: "Rice", cow: "Whole milk", oat: "Oat drink",
  },
  items: {
    soup: ["Soup of the day", "With bread from our oven"],
    leaves: ["Garden salad", "Leaves, seeds, mustard dressing"],
    toast: ["Tomato bruschetta", "Basil and olive oil"],
    prawns: ["Garlic prawns", ""],
    burger: ["House burger", "180 g beef, pickles, sesame bun"],
    risotto: ["Mushroom risotto", "With aged cheese"],
    salmon: ["Grilled salmon", "Lemon butter"],
    cutlet: ["Breaded cutlet", "With lemon and cranberries"],
    brulee: ["Crème brûlée", ""],
    cake: ["Chocolate cake", "Warm, with a liquid heart"],
    sorbet: ["Sorbet", "Two scoops"],
    board: ["Cheese board", "Three kinds, nuts, grapes"],
    water: ["Still water", "0.5 l"],
    coffee: ["Coffee", ""],
    beer: ["Draught beer", "0.4 l"],
    wine: ["White wine", "0.2 l"],
  },
  notes: { table: "Birthday", line: "No onions", request: "Two more towels, please" },
};

const de: SampleTexts = {
  house: {
    name: "Haus am Hafen",
    address: ["Kaistraße 12", "12345 Lumenhafen"],
    footer: ["Danke für Ihren Besuch", "Auf Wiedersehen"],
  },
  area: "Beispiel",
  stations: { kitchen: "Küche", bar: "Bar" },
  taxes: { food: "MwSt. Speisen", drinks: "MwSt. Getränke" },
  rates: { food: 700, drinks: 1900 },
  categories: { starters: "Vorspeisen", mains: "Hauptgerichte", sweets: "Nachspeisen", drinks: "Getränke" },
  modifiers: { cooked: "Wie gebraten?", extra: "Dazu", side: "Beilage", milk: "Milch" },
  choices: {
    rare: "Blutig", medium: "Rosa", well: "Durch", bacon: "Speck", cheese: "Käse", egg: "Spiegelei",
    fries: "Pommes frites", salad: "Grüner Salat", rice: "Reis", cow: "Vollmilch", oat: "Haferdrink",
  },
  items: {
    soup: ["Tagessuppe", "Mit Brot aus unserem Ofen"],
    leaves: ["Gartensalat", "Blattsalate, Kerne, Senfdressing"],
    toast: ["Bruschetta", "Tomate, Basilikum, Olivenöl"],
    prawns: ["Garnelen in Knoblauch", ""],
    burger: ["Hausburger", "180 g Rind, Gurken, Sesambrötchen"],
    risotto: ["Pilzrisotto", "Mit gereiftem Käse"],
    salmon: ["Gegrillter Lachs", "Zitronenbutter"],
    cutlet: ["Wiener Schnitzel", "Mit Zitrone und Preiselbeeren"],
    brulee: ["Crème brûlée", ""],
    cake: ["Schokoladenkuchen", "Warm, mit flüssigem Kern"],
    sorbet: ["Sorbet", "Zwei Kugeln"],
    board: ["Käseteller", "Drei Sorten, Nüsse, Trauben"],
    water: ["Stilles Wasser", "0,5 l"],
    coffee: ["Kaffee", ""],
    beer: ["Bier vom Fass", "0,4 l"],
    wine: ["Weißwein", "0,2 l"],
  },
  notes: { table: "Geburtstag", line: "Ohne Zwiebeln", request: "Bitte noch zwei Handtücher" },
};

const fr: SampleTexts = {
  house: {
    name: "Maison du Port",
    address: ["12 rue du Quai", "44999 Port-Lumen"],
    footer: ["Merci de votre visite", "À bientôt"],
  },
  area: "Exemple",
  stations: { kitchen: "Cuisine", bar: "Bar" },
  taxes: { food: "TVA plats", drinks: "TVA boissons" },
  rates: { food: 1000, drinks: 2000 },
  categories: { starters: "Entrées", mains: "Plats", sweets: "Desserts", drinks: "Boissons" },
  modifiers: { cooked: "Quelle cuisson ?", extra: "Suppléments", side: "Accompagnement", milk: "Lait" },
  choices: {
    rare: "Saignant", medium: "À point", well: "Bien cuit", bacon: "Lard", cheese: "Fromage", egg: "Œuf au plat",
    fries: "Frites", salad: "Salade verte", rice: "Riz", cow: "Lait entier", oat: "Boisson d’avoine",
  },
  items: {
    soup: ["Soupe du jour", "Avec le pain de notre four"],
    leaves: ["Salade du jardin", "Jeunes pousses, graines, sauce moutarde"],
    toast: ["Bruschetta à la tomate", "Basilic et huile d’olive"],
    prawns: ["Crevettes à l’ail", ""],
    burger: ["Burger maison", "180 g de bœuf, cornichons, pain au sésame"],
    risotto: ["Risotto aux champignons", "Fromage affiné"],
    salmon: ["Saumon grillé", "Beurre citronné"],
    cutlet: ["Escalope panée", "Citron et airelles"],
    brulee: ["Crème brûlée", ""],
    cake: ["Fondant au chocolat", "Tiède, cœur coulant"],
    sorbet: ["Sorbet", "Deux boules"],
    board: ["Assiette de fromages", "Trois sortes, noix, raisin"],
    water: ["Eau plate", "0,5 l"],
    coffee: ["Café", ""],
    beer: ["Bière pression", "0,4 l"],
    wine: ["Vin blanc", "0,2 l"],
  },
  notes: { table: "Anniversaire", line: "Sans oignons", request: "Deux serviettes de plus, s’il vous plaît" },
};

const es: SampleTexts = {
  house: {
    name: "Casa del Puerto",
    address: ["Calle del Muelle 12", "11999 Puerto Lumen"],
    footer: ["Gracias por su visita", "Hasta pronto"],
  },
  area: "Ejemplo",
  stations: { kitchen: "Cocina", bar: "Barra" },
  taxes: { food: "IVA comida", drinks: "IVA bebidas" },
  rates: { food: 1000, drinks: 2100 },
  categories: { starters: "Entrantes", mains: "Platos principales", sweets: "Postres", drinks: "Bebidas" },
  modifiers: { cooked: "¿Qué punto?", extra: "Extras", side: "Guarnición", milk: "Leche" },
  choices: {
    rare: "Poco hecho", medium: "Al punto", well: "Muy hecho", bacon: "Beicon", cheese: "Queso", egg: "Huevo frito",
    fries: "Patatas fritas", salad: "Ensalada verde", rice: "Arroz", cow: "Leche entera", oat: "Bebida de avena",
  },
  items: {
    soup: ["Sopa del día", "Con pan de nuestro horno"],
    leaves: ["Ensalada de la huerta", "Brotes, semillas, aliño de mostaza"],
    toast: ["Tostada con tomate", "Albahaca y aceite de oliva"],
    prawns: ["Gambas al ajillo", ""],
    burger: ["Hamburguesa de la casa", "180 g de ternera, pepinillos, pan de sésamo"],
    risotto: ["Risotto de setas", "Con queso curado"],
    salmon: ["Salmón a la plancha", "Mantequilla de limón"],
    cutlet: ["Filete empanado", "Con limón y arándanos"],
    brulee: ["Crema catalana", ""],
    cake: ["Tarta de chocolate", "Templada, de corazón fundido"],
    sorbet: ["Sorbete", "Dos bolas"],
    board: ["Tabla de quesos", "Tres tipos, nueces, uvas"],
    water: ["Agua sin gas", "0,5 l"],
    coffee: ["Café", ""],
    beer: ["Cerveza de barril", "0,4 l"],
    wine: ["Vino blanco", "0,2 l"],
  },
  notes: { table: "Cumpleaños", line: "Sin cebolla", request: "Dos toallas más, por favor" },
};

export const sampleTexts: Readonly<Record<Language, SampleTexts>> = { en, de, fr, es };
