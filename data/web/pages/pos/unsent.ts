// SPDX-License-Identifier: Apache-2.0
// What was tapped and not sent yet, of each order; kept, so that neither a reload nor another order in
// between loses it. Pure but for the storage.

import type { Menu } from "../house/menu";
import { listOf, numberOf, textOf, toFields, type Fields } from "../link/fields";
import { readStored, store } from "../link/storage";
import { MAX_LINES, MAX_NOTE, MAX_QUANTITY, type Cart, type CartLine } from "../order/cart";

/** Of the order that has no id yet. */
export const NEW = "new";
/** Of what stood in an order that was closed, while another new one was begun. */
const DRAFT = "draft.";
export const KEPT = "till";

export interface Unsent {
  /** The order, or the draft, that is open on the page; null: a new one. */
  orderId: string | null;
  /** Where the new one is to be brought; null: nowhere, it is a sale over the counter. */
  placeId: string | null;
  /** By orderId, draft, and NEW. */
  lines: Readonly<Record<string, readonly Fields[]>>;
  /** Where drafts are to be brought; one that is not named goes nowhere. */
  places: Readonly<Record<string, string>>;
}

export const nothing: Unsent = { orderId: null, placeId: null, lines: {}, places: {} };

export function isDraft(key: string | null): boolean {
  return key?.startsWith(DRAFT) === true;
}

/** Those that have lines. */
export function draftsOf(unsent: Unsent): string[] {
  return Object.keys(unsent.lines).filter(isDraft);
}

function idOf(fields: Fields, name: string): string | null {
  const id = textOf(fields, name);
  return id === "" ? null : id;
}

/** What storage gave back, as far as it can be one. */
export function toUnsent(value: unknown): Unsent {
  const fields = toFields(value);
  const lines = toFields(fields["lines"]);
  const kept = Object.keys(lines)
    .map((key): [string, Fields[]] => [key, listOf(lines, key).slice(0, MAX_LINES)])
    .filter(([, list]) => list.length > 0);
  return {
    orderId: idOf(fields, "orderId"),
    placeId: idOf(fields, "placeId"),
    lines: Object.fromEntries(kept),
    places: Object.fromEntries(
      Object.entries(toFields(fields["places"])).filter(
        (one): one is [string, string] => isDraft(one[0]) && typeof one[1] === "string",
      ),
    ),
  };
}

export function recallUnsent(): Unsent {
  return toUnsent(readStored(KEPT));
}

/** What this page changed, beside what other tabs did. Returns both. */
export function keepUnsent(before: Unsent, after: Unsent): Unsent {
  const both = mergeUnsent(recallUnsent(), before, after);
  store(KEPT, both);
  return both;
}

type Lines = readonly Fields[];

function mergeLines(there: Lines, before: Lines, after: Lines): Lines {
  const id = (line: Fields) => textOf(line, "lineId");
  const old = new Map(before.map((line) => [id(line), JSON.stringify(line)]));
  const now = new Map(after.map((line) => [id(line), line]));
  const isOurs = (line: Fields) => old.get(id(line)) !== JSON.stringify(line);
  const stays = there.flatMap((line) => {
    const ours = now.get(id(line));
    if (ours !== undefined) return [isOurs(ours) ? ours : line];
    return old.has(id(line)) ? [] : [line];
  });
  const known = new Set(stays.map(id));
  return [...stays, ...after.filter((line) => !known.has(id(line)) && isOurs(line))];
}

/** `there` with what became of `before` here: line by line, so that tabs do not undo each other. */
export function mergeUnsent(there: Unsent, before: Unsent, after: Unsent): Unsent {
  const lines: Record<string, Lines> = { ...there.lines };
  for (const key of new Set([...Object.keys(before.lines), ...Object.keys(after.lines)])) {
    if (before.lines[key] === after.lines[key]) continue;
    lines[key] = mergeLines(there.lines[key] ?? [], before.lines[key] ?? [], after.lines[key] ?? []);
  }
  const kept = Object.fromEntries(Object.entries(lines).filter(([, list]) => list.length > 0));
  const theirs = Object.entries(there.places).filter(([key]) => !(key in before.places));
  const places = [...theirs, ...Object.entries(after.places)].filter(([key]) => key in kept);
  return { ...after, lines: kept, places: Object.fromEntries(places) };
}

/**
 * What was not sent with orders that are closed meanwhile goes into the new one where there is nothing
 * in it yet, else it stays as a draft.
 *
 * @param placeOf of an order that is closed; undefined: that one is not
 * @param isListed whether the order can be opened: one that is closed and owes something can
 */
export function rescueUnsent(
  unsent: Unsent,
  placeOf: (orderId: string) => string | null | undefined,
  isListed: (orderId: string) => boolean,
): Unsent {
  let next = unsent;
  const keys = Object.keys(unsent.lines).filter((key) => key !== NEW && !isDraft(key));
  for (const key of keys) {
    const placeId = placeOf(key);
    if (placeId === undefined) continue;
    const isOpen = next.orderId === key;
    const { [key]: rescued = [], ...lines } = next.lines;
    if (lines[NEW] === undefined && next.placeId === null) {
      const orderId = isOpen ? null : next.orderId;
      next = { ...next, orderId, placeId, lines: { ...lines, [NEW]: rescued } };
      continue;
    }
    const draft = `${DRAFT}${key}`;
    const all = [...(lines[draft] ?? []), ...rescued];
    next = {
      ...next,
      orderId: isOpen ? draft : next.orderId,
      lines: { ...lines, [draft]: all },
      places: placeId === null ? next.places : { ...next.places, [draft]: placeId },
    };
  }
  const { orderId } = next;
  if (orderId === null || isDraft(orderId) || isListed(orderId)) return next;
  return { ...next, orderId: null };
}

function toCartLine(fields: Fields, menu: Menu): CartLine[] {
  const item = menu.items.get(textOf(fields, "itemId"));
  const lineId = textOf(fields, "lineId");
  const quantity = numberOf(fields, "quantity") ?? 0;
  if (item === undefined || lineId === "" || !Number.isInteger(quantity)) return [];
  if (quantity < 1 || quantity > MAX_QUANTITY) return [];
  const choices = listOf(fields, "choices").map((one) => ({
    modifierId: textOf(one, "modifierId"),
    choiceId: textOf(one, "choiceId"),
    name: textOf(one, "name"),
    price: numberOf(one, "price") ?? 0,
  }));
  const note = textOf(fields, "note").slice(0, MAX_NOTE);
  return [{ lineId, item, quantity, choices, note, course: numberOf(fields, "course") }];
}

/** With what the menu says now; what is no longer on it is left out. */
export function cartOf(unsent: Unsent, key: string, menu: Menu): Cart {
  return (unsent.lines[key] ?? []).flatMap((one) => toCartLine(one, menu));
}

export function withCart(unsent: Unsent, key: string, cart: Cart): Unsent {
  const others = Object.fromEntries(Object.entries(unsent.lines).filter(([name]) => name !== key));
  if (cart.length === 0) return { ...unsent, lines: others };
  const lines = cart.map(({ item, lineId, quantity, choices, note, course }) => ({
    ...{ itemId: item.itemId, lineId, quantity, note, course },
    choices: choices.map((one) => ({ ...one })),
  }));
  return { ...unsent, lines: { ...others, [key]: lines } };
}

export function countUnsent(unsent: Unsent, key: string): number {
  return (unsent.lines[key] ?? []).reduce((sum, one) => sum + (numberOf(one, "quantity") ?? 0), 0);
}
