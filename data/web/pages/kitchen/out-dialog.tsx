// SPDX-License-Identifier: Apache-2.0
// What this screen's stations can no longer make, or only so many of.

import type { Property } from "@bellhop/client";
import { useRef } from "preact/hooks";

import { setAvailability, toggled, type Availability } from "../house/availability";
import { readMenu, type Item, type Station } from "../house/menu";
import { useRecords, type Write } from "../house/use-house";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { isShown, type Choice } from "./stations";

export interface OutDialogProps {
  property: Property;
  choice: Choice;
  stations: readonly Station[];
  write: Write;
  onClose: () => void;
}

const TYPES = ["item", "category", "modifier", "tax", "station", "property"];
/** Where one begins to count. */
const FIRST_COUNT = 10;
const MAX_COUNT = 999;

function ItemRow({ item, onChange }: { item: Item; onChange: (change: Availability) => void }) {
  const { available, remaining, name } = item;
  const count = (to: number) => onChange({ remaining: Math.min(MAX_COUNT, Math.max(0, to)) });
  return (
    <li class="out-row" data-testid="out-item" data-available={available}>
      <span class="row-name">
        {name} {!available && <span class="out-mark">{t("kitchen.out.is")}</span>}
      </span>
      {available && remaining === null && (
        <button type="button" class="quiet" data-testid="count" onClick={() => count(FIRST_COUNT)}>
          {t("kitchen.out.count")}
          <span class="hidden-visually">: {name}</span>
        </button>
      )}
      {available && remaining !== null && (
        <span class="out-count">
          <button
            type="button"
            data-testid="count-less"
            aria-label={t("kitchen.out.less", { name })}
            onClick={() => count(remaining - 1)}
          >
            −
          </button>
          <output class="figure">{t("kitchen.out.left", { count: remaining })}</output>
          <button
            type="button"
            data-testid="count-more"
            aria-label={t("kitchen.out.more", { name })}
            onClick={() => count(remaining + 1)}
          >
            +
          </button>
        </span>
      )}
      <button
        type="button"
        class={available ? "" : "primary"}
        data-testid="out"
        onClick={() => onChange(toggled(item))}
      >
        {t(available ? "kitchen.out.take" : "kitchen.out.back")}
        <span class="hidden-visually">: {name}</span>
      </button>
    </li>
  );
}

/**
 * As they stood at first, which is what is out before the others: it is what one comes to bring back.
 * What is new comes last.
 */
function inOrder(before: readonly string[], items: readonly Item[]): Item[] {
  const placeOf = ({ itemId, available }: Item) => {
    const at = before.indexOf(itemId);
    if (at >= 0) return at;
    return before.length + (before.length === 0 && !available ? 0 : 1);
  };
  return [...items].sort((a, b) => placeOf(a) - placeOf(b));
}

export function OutDialog({ property, choice, stations, write, onClose }: OutDialogProps) {
  const menu = useRecords(property, TYPES, readMenu);
  const own = [...(menu?.items.values() ?? [])].filter(({ stationId }) =>
    isShown(stationId, choice, stations),
  );
  // What is touched stays under the finger.
  const order = useRef<readonly string[]>([]);
  const items = inOrder(order.current, own);
  order.current = items.map(({ itemId }) => itemId);
  const change = ({ itemId }: Item, set: Availability) =>
    void write(setAvailability(itemId, set, (entity) => property.nextVersion(entity)));
  return (
    <Dialog title={t("kitchen.out")} testId="out-dialog" onClose={onClose}>
      {items.length === 0 ? (
        <p class="soft">{t("kitchen.out.empty")}</p>
      ) : (
        <ul class="rows">
          {items.map((item) => (
            <ItemRow key={item.itemId} item={item} onChange={(set) => change(item, set)} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}
