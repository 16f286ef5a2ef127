// SPDX-License-Identifier: Apache-2.0
// The items of the sample property. They are the property's own words, so they stay as they are in
// every language; a real property's items will come from the hub.

export interface Item {
  id: string;
  name: string;
  group: string;
  /** Minor units of the property's currency, taxes included. */
  price: number;
  /** Percent of tax that the price includes. */
  taxRate: number;
}

export const property = {
  name: "Bellevue Café",
  address: ["12 Harbour Street", "Port Lumen"],
  taxId: "LU 2026 1123",
  currency: "EUR",
  taxName: "VAT",
  footer: ["Thank you for your visit", "We hope to see you again"],
};

const FOOD = 10;
const DRINK = 20;

export const items: Item[] = [
  { id: "espresso", name: "Espresso", group: "Hot drinks", price: 280, taxRate: DRINK },
  { id: "flat-white", name: "Flat white", group: "Hot drinks", price: 420, taxRate: DRINK },
  { id: "tea", name: "Pot of tea", group: "Hot drinks", price: 390, taxRate: DRINK },
  { id: "chocolate", name: "Hot chocolate", group: "Hot drinks", price: 450, taxRate: DRINK },
  { id: "water", name: "Still water", group: "Cold drinks", price: 320, taxRate: DRINK },
  { id: "lemonade", name: "Lemonade", group: "Cold drinks", price: 480, taxRate: DRINK },
  { id: "beer", name: "Draught beer", group: "Cold drinks", price: 560, taxRate: DRINK },
  { id: "riesling", name: "Glass of Riesling", group: "Cold drinks", price: 690, taxRate: DRINK },
  { id: "croissant", name: "Butter croissant", group: "Kitchen", price: 310, taxRate: FOOD },
  { id: "soup", name: "Soup of the day", group: "Kitchen", price: 750, taxRate: FOOD },
  { id: "sandwich", name: "Club sandwich", group: "Kitchen", price: 1290, taxRate: FOOD },
  { id: "salad", name: "Salade niçoise", group: "Kitchen", price: 1380, taxRate: FOOD },
  { id: "burger", name: "House burger", group: "Kitchen", price: 1650, taxRate: FOOD },
  { id: "risotto", name: "Mushroom risotto", group: "Kitchen", price: 1590, taxRate: FOOD },
  { id: "brulee", name: "Crème brûlée", group: "Kitchen", price: 690, taxRate: FOOD },
];

export function findItem(id: string): Item | undefined {
  return items.find((item) => item.id === id);
}
