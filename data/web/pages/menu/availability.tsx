// SPDX-License-Identifier: Apache-2.0
// Whether an item can be had, and how many are left: what also the kitchen and the bar say.

import { useState } from "preact/hooks";

import type { Item } from "../house/menu";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { parseLeft } from "./amount";
import { setAvailability } from "./drafts";
import type { Editing } from "./editing";

/** One tap: out, or there again. Who says "there again" of one that has run out stops the counting. */
export function toggleItem(editing: Editing, { itemId, name, available, remaining }: Item): void {
  const set = available
    ? { available: false }
    : { available: true, ...(remaining === 0 ? { remaining: null } : {}) };
  editing.save(
    setAvailability(itemId, set, editing.nextVersion),
    t(available ? "menu.is-out" : "menu.is-back", { name }),
  );
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
      onClick={() => toggleItem(editing, item)}
    >
      {t(available ? "menu.available" : "menu.out")}
    </button>
  );
}

export function LeftField({ value, onType }: { value: string; onType: (value: string) => void }) {
  return (
    <label class="field">
      <span>{t("menu.left")}</span>
      <input
        type="text"
        inputMode="numeric"
        value={value}
        maxLength={6}
        autoComplete="off"
        data-testid="edit-left"
        onInput={(event) => onType(event.currentTarget.value)}
      />
      <small class="soft">{t("menu.left.hint")}</small>
    </label>
  );
}

/** For who may not arrange the menu. */
export function AvailabilityDialog({ editing, item, onClose }: {
  editing: Editing;
  item: Item;
  onClose: () => void;
}) {
  const [left, setLeft] = useState(item.remaining === null ? "" : String(item.remaining));
  const [before] = useState(item.remaining);
  const remaining = parseLeft(left);
  return (
    <Dialog title={item.name} onClose={onClose} testId="availability-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (remaining === undefined) return;
          const said = t("menu.saved", { name: item.name });
          if (remaining !== before)
            editing.save(setAvailability(item.itemId, { remaining }, editing.nextVersion), said);
          onClose();
        }}
      >
        {item.description !== "" && <p class="soft">{item.description}</p>}
        <AvailabilityButton editing={editing} item={item} />
        <LeftField value={left} onType={setLeft} />
        <div class="dialog-actions">
          <button type="submit" class="primary" data-testid="save" disabled={remaining === undefined}>
            {t("action.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
