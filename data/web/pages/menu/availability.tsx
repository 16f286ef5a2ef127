// SPDX-License-Identifier: Apache-2.0
// Whether an item can be had, and how many are left: what also the kitchen and the bar say.

import { setAvailability, toggled, type Availability } from "../house/availability";
import type { Item } from "../house/menu";
import { t } from "../messages";
import { AvailabilityDialog } from "../order/availability-dialog";
import type { Editing } from "./editing";

function writeAvailability(editing: Editing, { itemId, name }: Item, set: Availability): void {
  const { available } = set;
  const said = available === undefined ? "menu.saved" : available ? "menu.is-back" : "menu.is-out";
  editing.save(setAvailability(itemId, set, editing.nextVersion), t(said, { name }));
}

export function AvailabilityButton({ editing, item }: { editing: Editing; item: Item }) {
  const { available, name } = item;
  return (
    <button
      type="button"
      class="availability"
      role="switch"
      aria-checked={available}
      aria-label={t("menu.available.of", { name })}
      data-testid="item-toggle"
      onClick={() => writeAvailability(editing, item, toggled(item))}
    >
      {t(available ? "menu.available" : "menu.out")}
    </button>
  );
}

/** For who may not arrange the menu. */
export function ItemAvailability({ editing, item, onClose }: {
  editing: Editing;
  item: Item;
  onClose: () => void;
}) {
  return <AvailabilityDialog item={item} onSet={(set) => writeAvailability(editing, item, set)} onClose={onClose} />;
}
