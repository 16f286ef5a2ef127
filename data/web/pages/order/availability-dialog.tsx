// SPDX-License-Identifier: Apache-2.0
// An item is out, or back, or only so many are left: seen by everybody who takes orders.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { parseLeft, toggled, type Availability } from "../house/availability";
import type { Item } from "../house/menu";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";

export interface AvailabilityDialogProps {
  item: Item;
  onSet: (set: Availability) => void;
  onClose: () => void;
  /** What else can be done with it. */
  children?: ComponentChildren;
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

export function AvailabilityDialog({ item, onSet, onClose, children }: AvailabilityDialogProps) {
  const { name, description, available } = item;
  const [text, setText] = useState(item.remaining === null ? "" : String(item.remaining));
  // Others sell meanwhile: only what was typed is written.
  const [before] = useState(text);
  const remaining = parseLeft(text);
  const set = (change: Availability) => {
    onSet(change);
    onClose();
  };
  return (
    <Dialog title={name} onClose={onClose} testId="availability-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (remaining === undefined) return;
          if (text === before) onClose();
          else set({ remaining });
        }}
      >
        {description !== "" && <p class="soft">{description}</p>}
        <p>{available ? t("till.out.about") : t("till.back.about", { name })}</p>
        <button
          type="button"
          class={available ? "large" : "primary large"}
          data-testid={available ? "mark-out" : "mark-back"}
          onClick={() => set(toggled(item))}
        >
          {t(available ? "till.out.mark" : "till.back.mark")}
        </button>
        <LeftField value={text} onType={setText} />
        <div class="dialog-actions">
          {children}
          <button type="submit" data-testid="save" disabled={remaining === undefined}>
            {t("action.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
