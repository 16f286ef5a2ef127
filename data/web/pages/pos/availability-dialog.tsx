// SPDX-License-Identifier: Apache-2.0
// An item is out, or back, or only so many are left: seen by everybody who takes orders.

import { useState } from "preact/hooks";

import type { Item } from "../house/menu";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import type { Till } from "./use-till";

export interface AvailabilityDialogProps {
  till: Till;
  item: Item;
  /** Adds it with choices or a note. */
  onOrder: () => void;
  onClose: () => void;
}

function toCount(text: string): number | null {
  return /^\d{1,5}$/.test(text.trim()) ? Number(text) : null;
}

export function AvailabilityDialog({ till, item, onOrder, onClose }: AvailabilityDialogProps) {
  const [text, setText] = useState(item.remaining === null ? "" : String(item.remaining));
  const { itemId, name, available } = item;
  const set = (isAvailable: boolean, remaining: number | null) => {
    const entity = `item/${itemId}`;
    const version = till.property.nextVersion(entity);
    void till.write({
      kind: "item.availability",
      entity,
      body: { version, set: { available: isAvailable, remaining } },
    });
    onClose();
  };
  const count = toCount(text);
  return (
    <Dialog title={name} onClose={onClose} testId="availability">
      <p>{available ? t("till.out.about") : t("till.back.about", { name })}</p>
      {available ? (
        <button type="button" class="large" data-testid="mark-out" onClick={() => set(false, null)}>
          {t("till.out.mark")}
        </button>
      ) : (
        <button type="button" class="primary large" data-testid="mark-back" onClick={() => set(true, null)}>
          {t("till.back.mark")}
        </button>
      )}
      <div class="till-left-count">
        <label class="field">
          <span>{t("till.left")}</span>
          <input
            type="text"
            inputMode="numeric"
            maxLength={5}
            autoComplete="off"
            value={text}
            data-testid="left"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button
          type="button"
          disabled={count === null || count === 0}
          data-testid="set-left"
          onClick={() => set(true, count)}
        >
          {t("action.save")}
        </button>
      </div>
      {available && (
        <div class="dialog-actions">
          <button type="button" class="quiet" data-testid="order-with" onClick={onOrder}>
            {t("till.order-with")}
          </button>
        </div>
      )}
    </Dialog>
  );
}
