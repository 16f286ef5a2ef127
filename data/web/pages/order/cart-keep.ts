// SPDX-License-Identifier: Apache-2.0
// A cart outlives a reload: what was chosen, by ids. Names and prices are the menu's when it is read
// again, so that nobody orders at yesterday's price. Pure.

import type { Item } from "../house/menu";
import { listOf, numberOf, textOf, type Fields } from "../link/fields";
import type { Cart, CartChoice, CartLine } from "./cart";
import { MAX_LINES, MAX_QUANTITY } from "./cart";

export function packCart(cart: Cart): Fields[] {
  return cart.map(({ lineId, item, quantity, choices, note, course }) => ({
    lineId,
    itemId: item.itemId,
    quantity,
    choices: choices.map(({ modifierId, choiceId }) => ({ modifierId, choiceId })),
    note,
    course,
  }));
}

function findChoice(item: Item, kept: Fields): CartChoice | null {
  const modifierId = textOf(kept, "modifierId");
  const choiceId = textOf(kept, "choiceId");
  const modifier = item.modifiers.find((one) => one.modifierId === modifierId);
  const choice = modifier?.choices.find((one) => one.choiceId === choiceId);
  if (choice === undefined) return null;
  return { modifierId, choiceId, name: choice.name, price: choice.price };
}

/** What is no longer on the menu at all is left out; what is out today stays, for staleLines(). */
export function unpackCart(kept: readonly Fields[], items: ReadonlyMap<string, Item>): CartLine[] {
  const lines: CartLine[] = [];
  for (const one of kept.slice(0, MAX_LINES)) {
    const item = items.get(textOf(one, "itemId"));
    const lineId = textOf(one, "lineId");
    const quantity = numberOf(one, "quantity") ?? 0;
    if (item === undefined || lineId === "" || quantity < 1) continue;
    lines.push({
      lineId,
      item,
      quantity: Math.min(MAX_QUANTITY, Math.floor(quantity)),
      choices: listOf(one, "choices")
        .map((choice) => findChoice(item, choice))
        .filter((choice): choice is CartChoice => choice !== null),
      note: textOf(one, "note"),
      course: numberOf(one, "course"),
    });
  }
  return lines;
}
