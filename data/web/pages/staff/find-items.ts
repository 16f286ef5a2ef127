// SPDX-License-Identifier: Apache-2.0
// The menu by a few letters: "ch soup" finds "Chicken soup". Pure.

import type { Item, Menu } from "../house/menu";

/** Without marks and case: "creme" finds "Crème". */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Each word begins a word of the name. */
export function fits(name: string, wanted: string): boolean {
  const words = fold(name).split(/[^\p{L}\p{N}]+/u);
  return fold(wanted)
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}

/** What is searched for is searched for everywhere. @param categoryId "": all */
export function findItems(menu: Menu, wanted: string, categoryId: string): Item[] {
  const inOrder = [
    ...menu.categories.flatMap(({ items }) => items),
    ...[...menu.items.values()].filter(
      (item) => !menu.categories.some((one) => one.categoryId === item.categoryId),
    ),
  ];
  if (wanted.trim() !== "") return inOrder.filter(({ name }) => fits(name, wanted.trim()));
  return categoryId === "" ? inOrder : inOrder.filter((item) => item.categoryId === categoryId);
}
