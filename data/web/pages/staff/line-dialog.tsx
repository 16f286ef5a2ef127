// SPDX-License-Identifier: Apache-2.0
// A line that was sent: how many, a note, served, or off again with a reason.

import type { OrderLine } from "@bellhop/client";
import { useState } from "preact/hooks";

import { isMade, isOver, type LineChange } from "../house/orders";
import { cancelReasons, reasonText } from "../house/reasons";
import { t } from "../messages";
import { MAX_NOTE, MAX_QUANTITY } from "../order/cart";
import { Dialog } from "../theme/dialog";
import { describeChoices, stateWords } from "./line-text";
import { ReasonChoice } from "./reason-choice";

interface LineDialogProps {
  line: OrderLine;
  onChange: (change: LineChange) => void;
  onServe: () => void;
  onCancel: (reason: string) => void;
  onClose: () => void;
}

export function LineDialog({ line, onChange, onServe, onCancel, onClose }: LineDialogProps) {
  // Others may change it meanwhile: only what was changed here is written.
  const [before] = useState({ quantity: line.quantity, note: line.note ?? "" });
  const [quantity, setQuantity] = useState(before.quantity);
  const [note, setNote] = useState(before.note);
  const [cancelling, setCancelling] = useState(false);
  const about = describeChoices(line);
  const isEnd = isOver(line) || line.state === "served";
  const change: LineChange = {
    ...(quantity === before.quantity ? {} : { quantity }),
    ...(note.trim() === before.note.trim() ? {} : { note: note.trim() === "" ? null : note.trim() }),
  };
  const isChanged = Object.keys(change).length > 0;

  if (cancelling)
    return (
      <Dialog
        title={t("staff.cancel.title", { name: line.name })}
        contentKey="cancel"
        onClose={onClose}
        testId="line-dialog"
      >
        <ReasonChoice reasons={cancelReasons} action={t("staff.cancel")} onReason={onCancel} />
      </Dialog>
    );
  return (
    <Dialog title={line.name} onClose={onClose} testId="line-dialog">
      <p class="sent-state" data-state={line.state}>
        {t(stateWords[line.state])}
        {line.reason !== null && isOver(line) && ` · ${reasonText(line.reason)}`}
      </p>
      {about !== "" && <p class="soft">{about}</p>}
      {!isEnd && (
        <>
          <div class="stepper">
            <button
              type="button"
              aria-label={t("item.less")}
              data-testid="line-less"
              disabled={quantity <= 1}
              onClick={() => setQuantity(quantity - 1)}
            >
              −
            </button>
            <output class="figure" aria-label={t("item.quantity")}>
              {quantity}
            </output>
            <button
              type="button"
              aria-label={t("item.more")}
              data-testid="line-more"
              disabled={quantity >= (isMade(line) ? line.quantity : MAX_QUANTITY)}
              onClick={() => setQuantity(quantity + 1)}
            >
              +
            </button>
          </div>
          <label class="field">
            <span>{t("item.note")}</span>
            <input
              type="text"
              maxLength={MAX_NOTE}
              value={note}
              autoComplete="off"
              data-testid="line-note"
              onInput={(event) => setNote(event.currentTarget.value)}
            />
          </label>
          <div class="dialog-actions">
            <button
              type="button"
              class="danger-quiet"
              data-testid="line-cancel"
              onClick={() => setCancelling(true)}
            >
              {t("staff.cancel")}
            </button>
            {isChanged ? (
              <button type="button" class="primary" data-testid="line-save" onClick={() => onChange(change)}>
                {t("action.save")}
              </button>
            ) : (
              <button type="button" class="primary" data-testid="line-serve" onClick={onServe}>
                {t("staff.serve")}
              </button>
            )}
          </div>
        </>
      )}
    </Dialog>
  );
}
