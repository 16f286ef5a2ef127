// SPDX-License-Identifier: Apache-2.0
// What else can be done with the order; a note on it; and giving it up as a whole.

import type { Order, OrderLine } from "@bellhop/client";
import { useState } from "preact/hooks";

import {
  changeOrder,
  hasRoomForNote,
  isOver,
  joinNotes,
  setLineState,
} from "../house/orders";
import { currentPersonId } from "../house/person";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import type { OnAsk } from "./ask";
import { cancelLines } from "./cancel-plan";
import { closeOrder, reopenOrder } from "./closing";
import { isCounted } from "./day-totals";
import { ReasonField } from "./fields";
import { cancelReasons } from "./line-dialog";
import { linesAtKitchen, unservedLines } from "./next-step";
import type { Receipts } from "./use-receipts";
import type { Till } from "./use-till";

/**
 * Says so where a day has counted it meanwhile, as at another till.
 *
 * @param handedOut what was served only by closing it
 * @returns whether it is open again
 */
export function reopenUncounted(
  { property, write, tell }: Till,
  orderId: string,
  handedOut: readonly OrderLine[],
): boolean {
  if (isCounted(property, orderId)) {
    tell(t("till.reopen.late"));
    return false;
  }
  const nextVersion = (entity: string) => property.nextVersion(entity);
  void write(reopenOrder(property, orderId, handedOut, currentPersonId(), nextVersion));
  return true;
}

/**
 * Once an order is closed; it can be opened again for a moment.
 *
 * @param handedOut what was served with it
 */
export function tellClosed(
  till: Till,
  { orderId, number }: Order,
  handedOut: readonly OrderLine[],
): void {
  till.tell(t("till.closed", { number }), {
    label: t("till.reopen"),
    run: () => void reopenUncounted(till, orderId, handedOut),
  });
}

export interface OrderDialogProps {
  till: Till;
  order: Order;
  receipts: Receipts;
  onAsk: OnAsk;
  onCopy: () => void;
}

export function OrderDialog({ till, order, receipts, onAsk, onCopy }: OrderDialogProps) {
  const going = order.lines.filter((line) => !isOver(line));
  const hasReceipt = order.receipts.length > 0;
  const isDone = order.closed && isCounted(till.property, order.orderId);
  const atKitchen = linesAtKitchen(order, till.menu.stations.length > 0).length;
  const nextVersion = (entity: string) => till.property.nextVersion(entity);
  const action = (testId: string, text: string, onClick: () => void, isOff = false) => (
    <button type="button" class="large" data-testid={testId} disabled={isOff} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <Dialog
      title={t("till.order", { number: order.number })}
      onClose={() => onAsk(null)}
      testId="order-dialog"
    >
      <div class="till-menu">
        {!isDone && action("order-discount", t("till.discount"), () => onAsk({ about: "discount", lineId: null }))}
        {action("order-place", t("till.place.other"), () => onAsk({ about: "place" }))}
        {!isDone &&
          action("order-move", t("till.move"), () => onAsk({ about: "move", lineId: null }), going.length === 0)}
        {action("order-note", t("till.note"), () => onAsk({ about: "note" }))}
        {atKitchen > 0 &&
          action("order-served", t("till.order.served"), () => {
            void till.write(setLineState(unservedLines(order), "served", currentPersonId()));
            onAsk(null);
          })}
        {action("order-bill", t("till.bill.show"), () => onAsk({ about: "bill" }))}
        {hasReceipt
          ? action("order-copy", t("till.receipt.again"), onCopy)
          : action(
              "order-receipt",
              t("pos.print"),
              () => {
                receipts.printReceipt(order.orderId);
                onAsk(null);
              },
              going.length === 0 || order.due > 0 || receipts.desk.waitsFor(order.orderId),
            )}
      </div>
      {isDone && (
        <p class="soft" data-testid="order-sold">
          {t("till.sold")}
        </p>
      )}
      {order.due <= 0 && !order.closed && atKitchen > 0 && (
        <p class="soft" id="order-close-hint" data-testid="order-close-hint">
          {t("till.close.hint", { count: atKitchen })}
        </p>
      )}
      <div class="dialog-actions">
        {order.paid === 0 && !isDone && (
          <button
            type="button"
            class="quiet danger-quiet"
            data-testid="order-cancel"
            onClick={() => onAsk({ about: "cancel-order" })}
          >
            {t("till.order.cancel")}
          </button>
        )}
        {order.due <= 0 && !order.closed && (
          <button
            type="button"
            data-testid="order-close"
            disabled={atKitchen > 0}
            aria-describedby={atKitchen > 0 ? "order-close-hint" : undefined}
            onClick={() => {
              const ready = unservedLines(order);
              void till.write(closeOrder(order, ready, currentPersonId(), nextVersion));
              tellClosed(till, order, ready);
              onAsk(null);
            }}
          >
            {t("till.step.close")}
          </button>
        )}
      </div>
    </Dialog>
  );
}

const MAX_NOTE = 500;

export function NoteDialog({ till, order, onAsk }: Pick<OrderDialogProps, "till" | "order" | "onAsk">) {
  // A colleague may write one meanwhile.
  const [before] = useState(order.note ?? "");
  const [note, setNote] = useState(before);
  const isNewer = (order.note ?? "") !== before;
  const isOther = note.trim() !== before.trim();
  const isFull = isNewer && isOther && !hasRoomForNote(order.note, note);
  const save = () => {
    const nextVersion = (entity: string) => till.property.nextVersion(entity);
    const said = isNewer ? joinNotes(order.note, note) : note.trim();
    if (isOther)
      void till.write(changeOrder(order.orderId, { note: said === "" ? null : said }, nextVersion));
    onAsk(null);
  };
  return (
    <Dialog title={t("till.note")} onClose={() => onAsk(null)} testId="note-dialog">
      <label class="field">
        <span>{t("till.note.about")}</span>
        <input
          type="text"
          maxLength={MAX_NOTE}
          autoComplete="off"
          value={note}
          data-testid="order-note-text"
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {isFull && (
        <p role="alert" data-testid="note-full">
          {t("till.note.full")}
        </p>
      )}
      <div class="dialog-actions">
        <button
          type="button"
          class="primary large"
          data-testid="confirm"
          disabled={isFull}
          onClick={save}
        >
          {t("action.save")}
        </button>
      </div>
    </Dialog>
  );
}

export function CancelOrderDialog({ till, order, onAsk }: Pick<OrderDialogProps, "till" | "order" | "onAsk">) {
  const [reason, setReason] = useState("");
  const cancel = () => {
    const going = order.lines.filter((line) => !isOver(line));
    void till.write([
      ...cancelLines(till.property, going, reason.trim(), currentPersonId()),
      ...closeOrder(order, [], currentPersonId(), (entity) => till.property.nextVersion(entity)),
    ]);
    till.tell(t("till.cancelled", { number: order.number }));
    onAsk(null);
  };
  return (
    <Dialog
      title={t("till.order.cancel.title", { number: order.number })}
      onClose={() => onAsk(null)}
      testId="cancel-order"
    >
      <p>{t("till.order.cancel.about")}</p>
      <ReasonField reasons={cancelReasons()} value={reason} onChange={setReason} />
      <div class="dialog-actions">
        <button type="button" onClick={() => onAsk(null)}>
          {t("action.keep")}
        </button>
        <button
          type="button"
          class="danger"
          data-testid="confirm"
          disabled={reason.trim() === ""}
          onClick={cancel}
        >
          {t("till.order.cancel")}
        </button>
      </div>
    </Dialog>
  );
}
