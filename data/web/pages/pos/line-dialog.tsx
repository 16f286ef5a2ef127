// SPDX-License-Identifier: Apache-2.0
// A line that the kitchen has: how many, its note, handed out, taken back, and the ways to the rest.

import type { Order, OrderLine } from "@bellhop/client";
import { useState } from "preact/hooks";

import { choicesOf } from "../house/menu";
import { formatMoney } from "../house/money";
import { changeLine, isMade, isOver, setLineState, type LineChange } from "../house/orders";
import { currentPersonId } from "../house/person";
import { reasonText } from "../house/reasons";
import { locale, t } from "../messages";
import { MAX_NOTE, MAX_QUANTITY } from "../order/cart";
import { Dialog } from "../theme/dialog";
import type { OnAsk } from "./ask";
import { cancelPart, restoreLine } from "./cancel-plan";
import { isSold } from "./day-totals";
import { ReasonField, Stepper } from "./fields";
import { LineStateMark } from "./order-lines";
import type { Till } from "./use-till";

export interface LineDialogProps {
  till: Till;
  order: Order;
  line: OrderLine;
  onAsk: OnAsk;
}

function OverLine({ till, order, line, onAsk }: LineDialogProps) {
  return (
    <Dialog title={line.name} onClose={() => onAsk(null)} testId="line-dialog">
      <p>
        <LineStateMark line={line} />
      </p>
      {line.reason !== null && <p class="soft">{reasonText(line.reason)}</p>}
      {line.op !== null && !order.closed && (
        <div class="dialog-actions">
          <button
            type="button"
            class="primary"
            data-testid="line-undo"
            onClick={() => {
              void till.write(restoreLine(till.property, line, currentPersonId()));
              onAsk(null);
            }}
          >
            {t("till.line.undo")}
          </button>
        </div>
      )}
    </Dialog>
  );
}

/** What the kitchen is through with does not become more: more is a line of its own. */
function mostOf(line: OrderLine): number {
  return isMade(line) ? line.quantity : MAX_QUANTITY;
}

export function LineDialog(props: LineDialogProps) {
  const { till, order, line, onAsk } = props;
  // Others may change it meanwhile: only what was changed here is written.
  const [before] = useState({ quantity: line.quantity, note: line.note ?? "" });
  const [quantity, setQuantity] = useState(before.quantity);
  const [note, setNote] = useState(before.note);
  if (isOver(line)) return <OverLine {...props} />;
  const isDone = order.closed && isSold(till.property, order, line);
  const choices = choicesOf(line.modifiers);
  const set: LineChange = {
    ...(quantity === before.quantity ? {} : { quantity }),
    ...(note.trim() === before.note.trim() ? {} : { note: note.trim() === "" ? null : note.trim() }),
  };
  const isChanged = Object.keys(set).length > 0;
  const save = () => {
    const nextVersion = (entity: string) => till.property.nextVersion(entity);
    void till.write(changeLine(till.property, line, set, nextVersion));
    onAsk(null);
  };
  const { lineId } = line;
  return (
    <Dialog title={line.name} onClose={() => onAsk(null)} testId="line-dialog">
      <div class="till-line-about">
        <LineStateMark line={line} />
        <span class="money">{formatMoney(line.net, order.currency, locale)}</span>
      </div>
      {choices.length > 0 && <p class="soft">{choices.map(({ name }) => name).join(" · ")}</p>}
      <div class="till-line-edit">
        <Stepper
          label={t("item.quantity")}
          name={line.name}
          value={quantity}
          min={isDone ? line.quantity : 1}
          max={isDone ? line.quantity : mostOf(line)}
          testId="line-quantity"
          onChange={setQuantity}
        />
        <label class="field">
          <span>{t("item.note")}</span>
          <input
            type="text"
            maxLength={MAX_NOTE}
            autoComplete="off"
            value={note}
            placeholder={t("item.note.placeholder")}
            data-testid="line-note"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
      </div>
      <div class="till-actions">
        {line.state !== "served" && (
          <button
            type="button"
            data-testid="line-served"
            onClick={() => {
              void till.write(setLineState([line], "served", currentPersonId()));
              onAsk(null);
            }}
          >
            {t("till.line.served")}
          </button>
        )}
        {!isDone && (
          <>
            <button type="button" data-testid="line-discount" onClick={() => onAsk({ about: "discount", lineId })}>
              {t("till.discount")}
            </button>
            <button type="button" data-testid="line-move" onClick={() => onAsk({ about: "move", lineId })}>
              {t("till.move")}
            </button>
          </>
        )}
      </div>
      {isDone && (
        <p class="soft" data-testid="line-sold">
          {t("till.sold")}
        </p>
      )}
      <div class="dialog-actions">
        {!isDone && (
          <button
            type="button"
            class="quiet danger-quiet"
            data-testid="line-cancel"
            onClick={() => onAsk({ about: "cancel-line", lineId })}
          >
            {t("till.line.cancel")}
          </button>
        )}
        <button
          type="button"
          class="primary"
          data-testid="line-save"
          disabled={!isChanged}
          onClick={save}
        >
          {t("action.save")}
        </button>
      </div>
    </Dialog>
  );
}

export function cancelReasons(): string[] {
  return [
    t("till.reason.mistake"),
    t("till.reason.changed"),
    t("till.reason.out"),
    t("till.reason.wait"),
  ];
}

export function CancelLineDialog({ till, line, onAsk }: LineDialogProps) {
  const [reason, setReason] = useState("");
  const [quantity, setQuantity] = useState(line.quantity);
  const cancel = () => {
    void till.write(cancelPart(till.property, line, quantity, reason.trim(), currentPersonId()));
    onAsk(null);
  };
  return (
    <Dialog
      title={t("till.line.cancel.title", { name: line.name })}
      onClose={() => onAsk(null)}
      testId="cancel-line"
    >
      {line.quantity > 1 && (
        <Stepper
          label={t("item.quantity")}
          name={line.name}
          value={quantity}
          min={1}
          max={line.quantity}
          testId="cancel-quantity"
          onChange={setQuantity}
        />
      )}
      <ReasonField reasons={cancelReasons()} value={reason} onChange={setReason} />
      <div class="dialog-actions">
        <button type="button" data-testid="keep" onClick={() => onAsk(null)}>
          {t("action.keep")}
        </button>
        <button
          type="button"
          class="danger"
          data-testid="confirm"
          disabled={reason.trim() === ""}
          onClick={cancel}
        >
          {t("till.line.cancel")}
        </button>
      </div>
    </Dialog>
  );
}
