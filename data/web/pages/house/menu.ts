// SPDX-License-Identifier: Apache-2.0
// The menu as the records have it: categories in their order, items with what can be chosen. Pure.

import type { EntityRecord } from "@bellhop/client";

import { listOf, numberOf, textOf, toFields } from "../link/fields";
import { locale } from "../messages";
import {
  flagAt,
  idAt,
  numberAt,
  standing,
  textAt,
  textsAt,
  valueOf,
  type RecordSource,
} from "./source";

export interface Choice {
  choiceId: string;
  name: string;
  /** On top of the item's; minor units. */
  price: number;
}

/** A group of choices: "Cooked how?" with min 1 and max 1. */
export interface Modifier {
  modifierId: string;
  name: string;
  min: number;
  max: number;
  choices: Choice[];
}

export interface Tax {
  taxId: string;
  name: string;
  rateBp: number;
  included: boolean;
}

export interface Item {
  itemId: string;
  name: string;
  description: string;
  /** Minor units. */
  price: number;
  currency: string;
  categoryId: string | null;
  tax: Tax | null;
  modifiers: Modifier[];
  allergens: string[];
  stationId: string | null;
  position: number;
  /** Where it can be fetched; null: none. */
  picture: string | null;
  /** False: it is out ("86'd"). */
  available: boolean;
  /** How many are left; null: nobody counts. */
  remaining: number | null;
}

export interface Category {
  categoryId: string;
  name: string;
  position: number;
  /** Not for guests. */
  hidden: boolean;
  items: Item[];
}

export interface Station {
  stationId: string;
  name: string;
  position: number;
  /** Of the printer that its tickets fall back to; null: the first. */
  printer: string | null;
}

export interface Menu {
  categories: Category[];
  /** Also those without a category. */
  items: ReadonlyMap<string, Item>;
  modifiers: Modifier[];
  taxes: Tax[];
  stations: Station[];
  /** ISO 4217; "XXX": nothing has a price yet. */
  currency: string;
}

/** As long as nothing has a price. */
export const NO_CURRENCY = "XXX";
const byName = new Intl.Collator(locale, { numeric: true }).compare;

function inOrder(a: { position: number; name: string }, b: { position: number; name: string }): number {
  return a.position - b.position || byName(a.name, b.name);
}

function toModifier(modifierId: string, record: EntityRecord): Modifier & { position: number } {
  const choices = listOf({ choices: valueOf(record, "choices") }, "choices");
  return {
    modifierId,
    name: textAt(record, "name"),
    min: numberAt(record, "min", 0),
    max: numberAt(record, "max", 1),
    position: numberAt(record, "position", 0),
    choices: choices.map((one) => ({
      choiceId: textOf(one, "choiceId"),
      name: textOf(one, "name"),
      price: numberOf(one, "price") ?? 0,
    })),
  };
}

function toTax(taxId: string, record: EntityRecord): Tax {
  return {
    taxId,
    name: textAt(record, "name"),
    rateBp: numberAt(record, "rateBp", 0),
    included: valueOf(record, "included") !== false,
  };
}

/** Of a menu with choices by id, and taxes. */
function toItem(
  itemId: string,
  record: EntityRecord,
  modifiers: ReadonlyMap<string, Modifier>,
  taxes: ReadonlyMap<string, Tax>,
  currency: string,
): Item {
  const remaining = valueOf(record, "remaining");
  return {
    itemId,
    name: textAt(record, "name"),
    description: textAt(record, "description"),
    price: numberAt(record, "price", 0),
    currency: textAt(record, "currency") || currency,
    categoryId: idAt(record, "categoryId"),
    tax: taxes.get(idAt(record, "taxId") ?? "") ?? null,
    modifiers: textsAt(record, "modifierIds")
      .map((id) => modifiers.get(id))
      .filter((one): one is Modifier => one !== undefined),
    allergens: textsAt(record, "allergens"),
    stationId: idAt(record, "stationId"),
    position: numberAt(record, "position", 0),
    picture: idAt(record, "picture"),
    available: valueOf(record, "available") !== false && remaining !== 0,
    remaining: typeof remaining === "number" ? remaining : null,
  };
}

/** What prices are in: the property's, else that of any item. */
export function currencyOf(source: RecordSource): string {
  const house = source.record("property/house");
  const own = house === null ? "" : textAt(house, "currency");
  if (own !== "") return own;
  for (const [, record] of standing(source, "item")) {
    const currency = textAt(record, "currency");
    if (currency !== "") return currency;
  }
  return NO_CURRENCY;
}

export function readStations(source: RecordSource): Station[] {
  return standing(source, "station")
    .map(([stationId, record]) => ({
      stationId,
      name: textAt(record, "name"),
      position: numberAt(record, "position", 0),
      printer: idAt(record, "printer"),
    }))
    .sort(inOrder);
}

export function readMenu(source: RecordSource): Menu {
  const currency = currencyOf(source);
  const modifiers = standing(source, "modifier")
    .map(([id, record]) => toModifier(id, record))
    .sort(inOrder);
  const taxes = standing(source, "tax").map(([id, record]) => toTax(id, record));
  const modifiersById = new Map(modifiers.map((one) => [one.modifierId, one]));
  const taxesById = new Map(taxes.map((one) => [one.taxId, one]));
  const items = standing(source, "item")
    .map(([id, record]) => toItem(id, record, modifiersById, taxesById, currency))
    .sort(inOrder);
  const categories = standing(source, "category")
    .map(([categoryId, record]) => ({
      categoryId,
      name: textAt(record, "name"),
      position: numberAt(record, "position", 0),
      hidden: flagAt(record, "hidden"),
      items: items.filter((item) => item.categoryId === categoryId),
    }))
    .sort(inOrder);
  return {
    categories,
    items: new Map(items.map((item) => [item.itemId, item])),
    modifiers,
    taxes: taxes.sort((a, b) => a.rateBp - b.rateBp),
    stations: readStations(source),
    currency,
  };
}

/** Of a line, as it was ordered: what stands under its name. */
export interface LineChoice {
  name: string;
  price: number;
}

export function choicesOf(modifiers: readonly unknown[]): LineChoice[] {
  return modifiers.map(toFields).map((one) => ({
    name: textOf(one, "name"),
    price: numberOf(one, "price") ?? 0,
  }));
}
