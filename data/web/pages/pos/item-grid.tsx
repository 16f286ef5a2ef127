// SPDX-License-Identifier: Apache-2.0
// The menu in tiles. One tap adds; what is out is shown and cannot be added. A long press, the second
// mouse button or the menu key says that an item is out, or back.

import { useRef } from "preact/hooks";

import type { Item } from "../house/menu";
import { formatMoney } from "../house/money";
import { locale, t } from "../messages";
import { addToCart, needsChoice, newLine, type Cart } from "../order/cart";
import { EmptyState } from "../theme/empty-state";
import type { OnAsk } from "./ask";
import type { Till } from "./use-till";

const LONG_PRESS_MS = 550;

/** A finger that stays; what it lets go of then is no tap. */
function useLongPress(onLong: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const wasLong = useRef(false);
  const end = () => clearTimeout(timer.current);
  return {
    wasLong,
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        wasLong.current = false;
        end();
        if (event.pointerType === "mouse") return;
        timer.current = setTimeout(() => {
          wasLong.current = true;
          onLong();
        }, LONG_PRESS_MS);
      },
      onPointerUp: end,
      onPointerCancel: end,
      onPointerLeave: end,
      onContextMenu: (event: MouseEvent) => {
        event.preventDefault();
        end();
        if (!wasLong.current) onLong();
      },
    },
  };
}

interface TileProps {
  item: Item;
  count: number;
  onTap: () => void;
  onLong: () => void;
}

function Tile({ item, count, onTap, onLong }: TileProps) {
  const { wasLong, handlers } = useLongPress(onLong);
  const price = formatMoney(item.price, item.currency, locale);
  const { name, available, remaining } = item;
  return (
    <button
      type="button"
      class="till-item"
      data-testid={`item-${item.itemId}`}
      data-out={!available}
      aria-disabled={!available}
      aria-label={available ? t("pos.add", { name, price }) : t("till.item.out", { name })}
      title={t("till.item.hint")}
      onClick={() => {
        if (available && !wasLong.current) onTap();
      }}
      {...handlers}
    >
      <span class="till-item-name">{name}</span>
      <span class="till-item-foot">
        <span class="money soft">{price}</span>
        {!available && <span class="mark till-out">{t("till.out")}</span>}
        {available && remaining !== null && (
          <span class="mark">{t("till.remaining", { count: remaining })}</span>
        )}
      </span>
      {count > 0 && <span class="till-item-count figure">{count}</span>}
    </button>
  );
}

function NoMenu() {
  return (
    <EmptyState title={t("till.no-menu")} hint={t("till.no-menu.hint")} testId="no-menu">
      <span class="till-doors">
        <a href="/menu">{t("page.menu")}</a>
        <a href="/">{t("action.start")}</a>
      </span>
    </EmptyState>
  );
}

function countsOf(cart: Cart): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { item, quantity } of cart)
    counts.set(item.itemId, (counts.get(item.itemId) ?? 0) + quantity);
  return counts;
}

export function ItemGrid({ till, onAsk }: { till: Till; onAsk: OnAsk }) {
  const { menu, cart } = till;
  const groups = useRef(new Map<string, HTMLElement>());
  const loose = [...menu.items.values()].filter(
    ({ categoryId }) => !menu.categories.some((one) => one.categoryId === categoryId),
  );
  const categories = [
    ...menu.categories.filter(({ items }) => items.length > 0),
    ...(loose.length === 0
      ? []
      : [{ categoryId: "", name: t("till.others"), position: 0, hidden: false, items: loose }]),
  ];
  const counts = countsOf(cart);
  if (categories.length === 0) return <NoMenu />;

  const add = (item: Item) => {
    if (needsChoice(item)) onAsk({ about: "item", item });
    else till.setCart(addToCart(till.cart, newLine(item)));
  };
  return (
    <>
      {categories.length > 1 && (
        <div class="till-jumps" role="group" aria-label={t("till.categories")}>
          {categories.map(({ categoryId, name }) => (
            <button
              key={categoryId}
              type="button"
              class="quiet"
              onClick={() => groups.current.get(categoryId)?.scrollIntoView({ block: "start" })}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      {categories.map(({ categoryId, name, items }) => (
        <section
          key={categoryId}
          class="till-group"
          aria-label={name}
          ref={(element) => {
            if (element !== null) groups.current.set(categoryId, element);
          }}
        >
          <h2>{name}</h2>
          <div class="till-tiles">
            {items.map((item) => (
              <Tile
                key={item.itemId}
                item={item}
                count={counts.get(item.itemId) ?? 0}
                onTap={() => add(item)}
                onLong={() => onAsk({ about: "availability", item })}
              />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}
