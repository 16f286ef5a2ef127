// SPDX-License-Identifier: Apache-2.0
// The menu as a waiter taps it: by category or by a few letters; one tap puts it into the cart, and what
// has to be chosen is asked for.

import { useState } from "preact/hooks";

import type { Item, Menu } from "../house/menu";
import { formatMoney } from "../house/money";
import { locale, t } from "../messages";
import type { Cart } from "../order/cart";
import { EmptyState } from "../theme/empty-state";
import { findItems } from "./find-items";

const COURSES = [0, 1, 2, 3, 4] as const;

interface TableMenuProps {
  menu: Menu;
  cart: Cart;
  course: number;
  onCourse: (course: number) => void;
  onItem: (item: Item) => void;
}

interface ItemButtonProps {
  item: Item;
  count: number;
  onItem: (item: Item) => void;
}

function ItemButton({ item, count, onItem }: ItemButtonProps) {
  const { name, price, currency, available, remaining, itemId } = item;
  return (
    <li>
      <button
        type="button"
        class="pick"
        data-testid="pick"
        data-item={itemId}
        disabled={!available}
        onClick={() => onItem(item)}
      >
        <span class="pick-name">{name}</span>
        <span class="pick-foot">
          <span class="money soft">{formatMoney(price, currency, locale)}</span>
          {!available && <span class="mark">{t("staff.out")}</span>}
          {available && remaining !== null && (
            <span class="mark">{t("staff.left", { count: remaining })}</span>
          )}
          {count > 0 && <span class="pick-count figure">{count}</span>}
        </span>
      </button>
    </li>
  );
}

function Courses({ course, onCourse }: Pick<TableMenuProps, "course" | "onCourse">) {
  return (
    <div class="courses" role="radiogroup" aria-label={t("staff.course")}>
      <span class="soft" aria-hidden="true">
        {t("staff.course.name")}
      </span>
      <div class="segments">
        {COURSES.map((one) => (
          <label key={one} class="segment" data-chosen={one === course}>
            <input
              type="radio"
              name="course"
              data-testid={`course-${one}`}
              aria-label={one === 0 ? t("staff.course.none") : t("staff.course.of", { course: one })}
              checked={one === course}
              onChange={() => onCourse(one)}
            />
            <span>{one === 0 ? "–" : one}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

export function TableMenu({ menu, cart, course, onCourse, onItem }: TableMenuProps) {
  const [wanted, want] = useState("");
  const [categoryId, setCategoryId] = useState("");
  const categories = menu.categories.filter(({ items }) => items.length > 0);
  const items = findItems(menu, wanted, categoryId);
  const counts = new Map<string, number>();
  for (const { item, quantity } of cart)
    counts.set(item.itemId, (counts.get(item.itemId) ?? 0) + quantity);
  if (menu.items.size === 0)
    return <EmptyState title={t("staff.menu.none")} hint={t("staff.menu.none.hint")} testId="menu-none" />;
  return (
    <section class="table-menu" aria-label={t("page.menu")}>
      <input
        type="search"
        class="menu-search"
        value={wanted}
        placeholder={t("staff.search")}
        aria-label={t("staff.search")}
        autoComplete="off"
        data-testid="menu-search"
        onInput={(event) => want(event.currentTarget.value)}
      />
      {categories.length > 1 && wanted === "" && (
        <nav class="category-bar menu-categories" aria-label={t("guest.menu.categories")}>
          {[{ categoryId: "", name: t("staff.menu.all") }, ...categories].map((one) => (
            <button
              key={one.categoryId}
              type="button"
              class="category-chip"
              data-testid="category"
              aria-current={one.categoryId === categoryId ? "true" : undefined}
              onClick={() => setCategoryId(one.categoryId)}
            >
              {one.name}
            </button>
          ))}
        </nav>
      )}
      <Courses course={course} onCourse={onCourse} />
      {items.length === 0 && <p class="soft">{t("staff.search.none")}</p>}
      <ul class="pick-grid" data-testid="picks">
        {items.map((item) => (
          <ItemButton key={item.itemId} item={item} count={counts.get(item.itemId) ?? 0} onItem={onItem} />
        ))}
      </ul>
    </section>
  );
}
