// SPDX-License-Identifier: Apache-2.0
import { locale, t } from "../messages";
import { items, property } from "./menu";
import { formatMoney } from "./money";
import type { Order, OrderChange } from "./order";

const groups = [...new Set(items.map((item) => item.group))];

export interface ItemGridProps {
  order: Order;
  onChange: (change: OrderChange) => void;
}

export function ItemGrid({ order, onChange }: ItemGridProps) {
  const ordered = new Map<string, number>();
  for (const { itemId, quantity } of order.lines)
    ordered.set(itemId, (ordered.get(itemId) ?? 0) + quantity);

  return (
    <section class="items" aria-label={t("pos.items")}>
      {groups.map((group) => (
        <div key={group} class="item-group">
          <h2>{group}</h2>
          <div class="item-tiles">
            {items
              .filter((item) => item.group === group)
              .map((item) => {
                const price = formatMoney(item.price, property.currency, locale);
                const count = ordered.get(item.id);
                return (
                  <button
                    key={item.id}
                    type="button"
                    class="item"
                    data-testid={`item-${item.id}`}
                    aria-label={t("pos.add", { name: item.name, price })}
                    onClick={() => onChange({ type: "add", itemId: item.id })}
                  >
                    <span class="item-name">{item.name}</span>
                    <span class="money soft">{price}</span>
                    {count !== undefined && <span class="item-count figure">{count}</span>}
                  </button>
                );
              })}
          </div>
        </div>
      ))}
    </section>
  );
}
