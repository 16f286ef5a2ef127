// SPDX-License-Identifier: Apache-2.0
// An item as it is being typed, and what of it is written. Pure.

import type { PropertyDraft } from "@bellhop/client";

import { parseLeft, setAvailability } from "../house/availability";
import { NO_CURRENCY, type Item, type Menu } from "../house/menu";
import { amountText, digitsOf } from "../house/money";
import { parsePrice } from "./amount";
import { changePart, changesOf, nextPosition, setHouse, type NextVersion } from "./drafts";

export interface TypedItem {
  name: string;
  description: string;
  price: string;
  /** "": none, as with tax and station. */
  categoryId: string;
  taxId: string;
  stationId: string;
  modifierIds: string[];
  allergens: string[];
  picture: string | null;
  left: string;
}

export function emptyItem(menu: Menu, categoryId: string): TypedItem {
  // Most items of a category are made in one place and taxed alike.
  const like = menu.categories.find((one) => one.categoryId === categoryId)?.items.slice(-1)[0];
  return {
    name: "",
    description: "",
    price: "",
    categoryId,
    taxId: like?.tax?.taxId ?? (menu.taxes.length === 1 ? (menu.taxes[0]?.taxId ?? "") : ""),
    stationId: like?.stationId ?? (menu.stations.length === 1 ? (menu.stations[0]?.stationId ?? "") : ""),
    modifierIds: [],
    allergens: [],
    picture: null,
    left: "",
  };
}

export function toTypedItem(item: Item, digits: number, locale: string): TypedItem {
  return {
    name: item.name,
    description: item.description,
    price: amountText(item.price, digits, locale),
    categoryId: item.categoryId ?? "",
    taxId: item.tax?.taxId ?? "",
    stationId: item.stationId ?? "",
    modifierIds: item.modifiers.map(({ modifierId }) => modifierId),
    allergens: item.allergens,
    picture: item.picture,
    left: item.remaining === null ? "" : String(item.remaining),
  };
}

/** Of item.set and item.availability; null: it cannot be written yet. */
export function toItemSets(
  typed: TypedItem,
  digits: number,
): { set: Record<string, unknown>; remaining: number | null } | null {
  const price = parsePrice(typed.price, digits);
  const remaining = parseLeft(typed.left);
  const name = typed.name.trim();
  if (price === null || remaining === undefined || name === "") return null;
  const orNull = (id: string) => (id === "" ? null : id);
  return {
    set: {
      name,
      description: typed.description.trim(),
      price,
      categoryId: orNull(typed.categoryId),
      taxId: orNull(typed.taxId),
      stationId: orNull(typed.stationId),
      modifierIds: typed.modifierIds,
      allergens: typed.allergens,
      picture: typed.picture,
    },
    remaining,
  };
}

export interface ItemWriting {
  typed: TypedItem;
  itemId: string;
  /** As it was when somebody began; null: a new one. */
  before: Item | null;
  isGone: boolean;
  menu: Menu;
  /** What its price was typed in. */
  currency: string;
  locale: string;
}

/** What a person has changed of it, and what belongs to a new one; none: it cannot be written, or nothing. */
export function itemDrafts(writing: ItemWriting, nextVersion: NextVersion): PropertyDraft[] {
  const { typed, itemId, before, isGone, menu, currency, locale } = writing;
  const digits = digitsOf(currency);
  const sets = toItemSets(typed, digits);
  if (sets === null) return [];
  const known = before === null ? null : toItemSets(toTypedItem(before, digits, locale), digits);
  const changes = changesOf(sets.set, known?.set ?? {});
  const set = {
    ...sets.set,
    ...(before === null ? { position: nextPosition([...menu.items.values()]) } : {}),
    // Its price was shown and typed in the property's.
    ...("price" in changes && before !== null && before.currency !== currency ? { currency } : {}),
  };
  const drafts = changePart("item", { id: itemId, set, before: known?.set ?? {}, isGone }, nextVersion);
  if (sets.remaining !== (before?.remaining ?? null))
    drafts.push(setAvailability(itemId, { remaining: sets.remaining }, nextVersion));
  if (drafts.length > 0 && menu.currency === NO_CURRENCY) drafts.unshift(setHouse({ currency }, nextVersion));
  return drafts;
}
