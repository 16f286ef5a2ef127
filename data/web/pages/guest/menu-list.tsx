// SPDX-License-Identifier: Apache-2.0
// The menu: categories as a bar that stays at the top, each item with its picture, price and what it
// contains. What is out stays where it was, greyed.

import { useEffect, useRef, useState } from "preact/hooks";

import { nameAllergens } from "../house/allergens";
import type { Category, Item } from "../house/menu";
import { formatMoney } from "../house/money";
import { locale, t } from "../messages";
import { MAX_QUANTITY, type Cart } from "../order/cart";

interface MenuListProps {
  categories: readonly Category[];
  cart: Cart;
  onOpen: (item: Item) => void;
  onAdd: (item: Item) => void;
}

const idFor = (categoryId: string) => `menu-${categoryId}`;

function Picture({ item }: { item: Item }) {
  const [lost, setLost] = useState(false);
  if (item.picture === null || lost)
    return (
      <svg class="item-picture item-picture-none" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
        <circle cx="24" cy="24" r="11" />
        <path d="M24 24h.1M8 12v9c0 3 4 3 4 0v-9M10 21v15M40 36V12c-4 2-4 8-4 12h4" />
      </svg>
    );
  return (
    <img
      class="item-picture"
      src={item.picture}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setLost(true)}
    />
  );
}

interface ItemRowProps {
  item: Item;
  withPicture: boolean;
  inCart: number;
  onOpen: (item: Item) => void;
  onAdd: (item: Item) => void;
}

function ItemRow({ item, withPicture, inCart, onOpen, onAdd }: ItemRowProps) {
  const { name, description, price, currency, allergens, available } = item;
  return (
    <li class="dish" data-testid="dish" data-item={item.itemId} data-out={!available}>
      <button
        type="button"
        class="dish-open"
        data-testid="dish-open"
        disabled={!available}
        onClick={() => onOpen(item)}
      >
        {withPicture && <Picture item={item} />}
        <span class="dish-words">
          <span class="dish-name">{name}</span>
          {description !== "" && <span class="soft dish-about">{description}</span>}
          {allergens.length > 0 && (
            <span class="soft dish-allergens">
              {t("item.allergens", { list: nameAllergens(allergens) })}
            </span>
          )}
          <span class="dish-price money">
            {formatMoney(price, currency, locale)}
            {!available && <span class="mark dish-out">{t("guest.menu.out")}</span>}
          </span>
        </span>
      </button>
      {available && (
        <button
          type="button"
          class="dish-add"
          data-testid="dish-add"
          aria-label={t("guest.menu.add", { name })}
          disabled={inCart >= MAX_QUANTITY}
          onClick={() => onAdd(item)}
        >
          {inCart > 0 ? <span class="figure dish-count">{inCart}</span> : "+"}
        </button>
      )}
    </li>
  );
}

/** The category whose part of the page one reads. */
function useRead(categories: readonly Category[]): [string, (categoryId: string) => void] {
  const [read, setRead] = useState("");
  const key = categories.map(({ categoryId }) => categoryId).join(" ");
  useEffect(() => {
    const look = () => {
      const third = innerHeight / 3;
      const passed = key
        .split(" ")
        .filter((id) => (document.getElementById(idFor(id))?.getBoundingClientRect().top ?? 0) < third);
      setRead(passed[passed.length - 1] ?? key.split(" ")[0] ?? "");
    };
    look();
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, [key]);
  const go = (categoryId: string) => {
    const part = document.getElementById(idFor(categoryId));
    part?.scrollIntoView({ block: "start" });
    part?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };
  return [read, go];
}

function CategoryBar({ categories }: { categories: readonly Category[] }) {
  const [read, go] = useRead(categories);
  const bar = useRef<HTMLElement>(null);
  // The one that is read is in sight.
  useEffect(() => {
    const chip = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (bar.current === null || chip == null) return;
    const box = bar.current.getBoundingClientRect();
    const at = chip.getBoundingClientRect();
    if (at.left < box.left || at.right > box.right)
      bar.current.scrollBy({ left: at.left - box.left - 16 });
  }, [read]);
  return (
    <nav class="category-bar" ref={bar} aria-label={t("guest.menu.categories")}>
      {categories.map(({ categoryId, name }) => (
        <button
          key={categoryId}
          type="button"
          class="category-chip"
          data-testid="category"
          aria-current={read === categoryId ? "true" : undefined}
          onClick={() => go(categoryId)}
        >
          {name === "" ? t("guest.menu.more") : name}
        </button>
      ))}
    </nav>
  );
}

export function MenuList({ categories, cart, onOpen, onAdd }: MenuListProps) {
  const counts = new Map<string, number>();
  for (const { item, quantity } of cart)
    counts.set(item.itemId, (counts.get(item.itemId) ?? 0) + quantity);
  // A house without pictures has no empty frames.
  const withPicture = categories.some(({ items }) => items.some(({ picture }) => picture !== null));
  return (
    <>
      {categories.length > 1 && <CategoryBar categories={categories} />}
      {categories.map(({ categoryId, name, items }) => (
        <section key={categoryId} id={idFor(categoryId)} class="menu-part" aria-labelledby={`${idFor(categoryId)}-name`}>
          <h2 id={`${idFor(categoryId)}-name`} tabIndex={-1}>
            {name === "" ? t("guest.menu.more") : name}
          </h2>
          <ul class="dishes">
            {items.map((item) => (
              <ItemRow
                key={item.itemId}
                item={item}
                withPicture={withPicture}
                inCart={counts.get(item.itemId) ?? 0}
                onOpen={onOpen}
                onAdd={onAdd}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
