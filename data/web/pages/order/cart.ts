// SPDX-License-Identifier: Apache-2.0
// What somebody is about to order: at the till, at a table, on a guest's phone. Pure but for new ids: a
// new cart for each change.

import { newId } from "@bellhop/client";

import type { Item, Modifier } from "../house/menu";

export interface CartChoice {
  name: string;
  price: number;
  modifierId: string;
  choiceId: string;
}

export interface CartLine {
  lineId: string;
  item: Item;
  quantity: number;
  choices: CartChoice[];
  note: string;
  course: number | null;
}

export type Cart = readonly CartLine[];

export const MAX_QUANTITY = 99;
export const MAX_LINES = 100;
export const MAX_NOTE = 200;

function isSame(a: CartLine, b: Omit<CartLine, "lineId">): boolean {
  const ids = (choices: readonly CartChoice[]) => choices.map(({ choiceId }) => choiceId).join(" ");
  return (
    a.item.itemId === b.item.itemId &&
    a.note === b.note &&
    a.course === b.course &&
    ids(a.choices) === ids(b.choices)
  );
}

/** One more of the same makes no second line. */
export function addToCart(cart: Cart, line: Omit<CartLine, "lineId">): Cart {
  const same = cart.find((one) => isSame(one, line));
  if (same !== undefined) return setQuantity(cart, same.lineId, same.quantity + line.quantity);
  return cart.length >= MAX_LINES ? cart : [...cart, { ...line, lineId: newId() }];
}

export function newLine(item: Item): Omit<CartLine, "lineId"> {
  return { item, quantity: 1, choices: [], note: "", course: null };
}

/** 0 takes it away. */
export function setQuantity(cart: Cart, lineId: string, quantity: number): Cart {
  if (quantity < 1) return cart.filter((line) => line.lineId !== lineId);
  return changeCartLine(cart, lineId, { quantity: Math.min(MAX_QUANTITY, quantity) });
}

export function changeCartLine(
  cart: Cart,
  lineId: string,
  change: Partial<Omit<CartLine, "lineId">>,
): Cart {
  return cart.map((line) => (line.lineId === lineId ? { ...line, ...change } : line));
}

/** What is left of the cart once `sent` is out: also what came to one of its lines meanwhile. */
export function withoutSent(cart: Cart, sent: Cart): Cart {
  const counts = new Map(sent.map(({ lineId, quantity }) => [lineId, quantity]));
  return cart.flatMap((line) => {
    const count = counts.get(line.lineId);
    if (count === undefined) return [line];
    // Its id is an ordered line's now.
    return line.quantity > count ? [{ ...line, lineId: newId(), quantity: line.quantity - count }] : [];
  });
}

export function unitPrice({ item, choices }: Pick<CartLine, "item" | "choices">): number {
  return Math.max(0, item.price + choices.reduce((sum, { price }) => sum + price, 0));
}

export function cartTotal(cart: Cart): number {
  return cart.reduce((sum, line) => sum + unitPrice(line) * line.quantity, 0);
}

export function cartCount(cart: Cart): number {
  return cart.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Whether the item can go into the cart by one tap. */
export function needsChoice(item: Item): boolean {
  return item.modifiers.some(({ min }) => min > 0);
}

/** How many of this group are chosen. */
export function countOf(choices: readonly CartChoice[], { modifierId }: Modifier): number {
  return choices.filter((choice) => choice.modifierId === modifierId).length;
}

/** The groups in which too few are chosen. */
export function missingOf(item: Item, choices: readonly CartChoice[]): Modifier[] {
  return item.modifiers.filter((modifier) => countOf(choices, modifier) < modifier.min);
}

/** Chooses it or takes it back. Of a group of which one can be chosen, the other goes. */
export function toggleChoice(
  choices: readonly CartChoice[],
  modifier: Modifier,
  choiceId: string,
): CartChoice[] {
  const { modifierId } = modifier;
  const isIt = (one: CartChoice) => one.modifierId === modifierId && one.choiceId === choiceId;
  const chosen = choices.some(isIt);
  if (chosen && modifier.max === 1 && modifier.min === 1) return [...choices];
  if (chosen) return choices.filter((one) => !isIt(one));
  const choice = modifier.choices.find((one) => one.choiceId === choiceId);
  if (choice === undefined) return [...choices];
  const others =
    modifier.max === 1 ? choices.filter((one) => one.modifierId !== modifierId) : [...choices];
  if (modifier.max > 0 && countOf(others, modifier) >= modifier.max) return [...choices];
  const { name, price } = choice;
  return [...others, { modifierId, choiceId, name, price }];
}

/** What is no longer on the menu, or out, since it was put in; a reload finds such. */
export function staleLines(cart: Cart, items: ReadonlyMap<string, Item>): CartLine[] {
  return cart.filter(({ item }) => items.get(item.itemId)?.available !== true);
}
