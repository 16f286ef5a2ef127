// SPDX-License-Identifier: Apache-2.0
// The menu as guests will see it, category by category; a tap opens what is to be changed.

import { useState } from "preact/hooks";

import { nameAllergens } from "../house/allergens";
import type { Category, Item, Menu } from "../house/menu";
import { formatMoney } from "../house/money";
import { SafeMark } from "../house/safe-mark";
import type { LinkView } from "../link/use-link";
import { locale, t } from "../messages";
import { Bounce } from "../theme/bounce";
import { EmptyState } from "../theme/empty-state";
import { AvailabilityButton, ItemAvailability } from "./availability";
import { CategoryEditor } from "./category-editor";
import { move } from "./drafts";
import type { Editing } from "./editing";
import { MoveButtons } from "./form-parts";
import { ItemEditor } from "./item-editor";

export interface ItemsViewProps {
  editing: Editing;
  link: LinkView;
  menu: Menu;
  /** Not only what can be had. */
  mayArrange: boolean;
}

/** Without `id` a new one, of that category. */
type Open =
  | { what: "item"; id: string | null; categoryId: string }
  | { what: "category"; id: string | null };

interface ItemRowProps {
  editing: Editing;
  item: Item;
  items: readonly Item[];
  at: number;
  mayArrange: boolean;
  bounce: Bounce;
  onOpen: () => void;
}

function ItemRow({ editing, item, items, at, mayArrange, bounce, onOpen }: ItemRowProps) {
  const { itemId, name, price, currency, allergens, picture, remaining, available } = item;
  const list = items.map((one) => ({ id: one.itemId, position: one.position }));
  return (
    <li class="menu-item" data-testid="item" data-item={itemId} data-available={available}>
      <button
        type="button"
        class="menu-item-open"
        aria-haspopup="dialog"
        data-testid="item-open"
        onClick={onOpen}
      >
        {picture !== null && <img class="menu-item-picture" src={picture} alt="" loading="lazy" />}
        <span class="menu-item-text">
          <span class="menu-item-name">{name}</span>
          {allergens.length > 0 && (
            <span class="menu-item-more">{nameAllergens(allergens)}</span>
          )}
          <SafeMark property={editing.property} name={`item/${itemId}`} />
        </span>
        {remaining !== null && (
          <span class="mark figure" data-testid="item-left">
            {t("menu.left.mark", { count: remaining })}
          </span>
        )}
        <span class="money">{formatMoney(price, currency, locale)}</span>
      </button>
      <AvailabilityButton editing={editing} item={item} />
      {mayArrange && (
        <span class="menu-item-moves">
          <MoveButtons
            id={itemId}
            {...{ name, at, bounce }}
            count={items.length}
            onMove={(to) => void editing.write(move("item", list, at, to, editing.nextVersion))}
          />
        </span>
      )}
    </li>
  );
}

interface CategorySectionProps extends ItemsViewProps {
  /** null: what is in none. */
  category: Category | null;
  items: readonly Item[];
  at: number;
  bounce: Bounce;
  onOpen: (open: Open) => void;
}

function CategorySection(props: CategorySectionProps) {
  const { editing, menu, mayArrange, category, items, at, bounce, onOpen } = props;
  const { categories } = menu;
  const categoryId = category?.categoryId ?? "";
  const name = category?.name ?? t("menu.uncategorised");
  const list = categories.map((one) => ({ id: one.categoryId, position: one.position }));
  return (
    <section class="menu-category" data-testid="category" data-category={categoryId}>
      <header class="menu-category-head">
        <h2>{name}</h2>
        {category?.hidden === true && <span class="mark">{t("menu.hidden.mark")}</span>}
        {category !== null && <SafeMark property={editing.property} name={`category/${categoryId}`} />}
        {mayArrange && category !== null && (
          <>
            <MoveButtons
              id={categoryId}
              {...{ name, at, bounce }}
              count={categories.length}
              onMove={(to) => void editing.write(move("category", list, at, to, editing.nextVersion))}
            />
            <button
              type="button"
              class="quiet"
              aria-label={t("menu.edit.of", { name })}
              data-testid="category-edit"
              onClick={() => onOpen({ what: "category", id: categoryId })}
            >
              {t("menu.edit")}
            </button>
          </>
        )}
      </header>
      <ul class="menu-items">
        {items.map((item, index) => (
          <ItemRow
            key={item.itemId}
            {...{ editing, item, items, mayArrange, bounce }}
            at={index}
            onOpen={() => onOpen({ what: "item", id: item.itemId, categoryId })}
          />
        ))}
      </ul>
      {items.length === 0 && <p class="soft">{t("menu.category.empty")}</p>}
      {mayArrange && category !== null && (
        <button
          type="button"
          class="quiet add"
          data-testid="item-add"
          onClick={() => onOpen({ what: "item", id: null, categoryId })}
        >
          {t("menu.item.add", { name })}
        </button>
      )}
    </section>
  );
}

function Opened({ open, onClose, ...props }: ItemsViewProps & { open: Open; onClose: () => void }) {
  const { editing, link, menu, mayArrange } = props;
  if (open.what === "category") {
    const category = menu.categories.find(({ categoryId }) => categoryId === open.id) ?? null;
    return <CategoryEditor {...{ editing, menu, category, onClose }} />;
  }
  const item = menu.items.get(open.id ?? "") ?? null;
  if (mayArrange)
    return <ItemEditor {...{ editing, link, menu, item, onClose }} categoryId={open.categoryId} />;
  return item === null ? null : <ItemAvailability {...{ editing, item, onClose }} />;
}

export function ItemsView(props: ItemsViewProps) {
  const { menu, mayArrange } = props;
  const [open, setOpen] = useState<Open | null>(null);
  const [bounce] = useState(() => new Bounce());
  const standing = new Set(menu.categories.map(({ categoryId }) => categoryId));
  const others = [...menu.items.values()].filter(({ categoryId }) => !standing.has(categoryId ?? ""));
  const add = () => setOpen({ what: "category", id: null });
  return (
    <>
      {menu.categories.length === 0 && others.length === 0 && (
        <EmptyState
          title={t("menu.empty")}
          hint={t(mayArrange ? "menu.empty.hint" : "menu.empty.staff")}
          testId="menu-empty"
        >
          {mayArrange && (
            <>
              <button type="button" class="primary" data-testid="category-add" onClick={add}>
                {t("menu.category.first")}
              </button>
              <a href={`/${location.search}`}>{t("menu.sample")}</a>
            </>
          )}
        </EmptyState>
      )}
      {menu.categories.map((category, at) => (
        <CategorySection
          key={category.categoryId}
          {...props}
          category={category}
          items={category.items}
          {...{ at, bounce }}
          onOpen={setOpen}
        />
      ))}
      {others.length > 0 && (
        <CategorySection {...props} category={null} items={others} at={0} bounce={bounce} onOpen={setOpen} />
      )}
      {mayArrange && menu.categories.length > 0 && (
        <button type="button" class="add-category" data-testid="category-add" onClick={add}>
          {t("menu.category.add")}
        </button>
      )}
      {open !== null && <Opened {...props} open={open} onClose={() => setOpen(null)} />}
    </>
  );
}
