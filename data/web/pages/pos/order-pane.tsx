// SPDX-License-Identifier: Apache-2.0
// The order: where it goes, its lines, what it comes to, and bottom right the one thing to do next.

import { useState } from "preact/hooks";

import { formatMoney } from "../house/money";
import { SafeMark } from "../house/safe-mark";
import { locale, t } from "../messages";
import { cartCount, cartTotal } from "../order/cart";
import type { OnAsk } from "./ask";
import type { Step } from "./next-step";
import { OrderLines } from "./order-lines";
import { placeOf } from "./order-strip";
import { OrderSums } from "./order-sums";
import { LatestReceipt, WantedReceipts } from "./receipt-state";
import type { Receipts } from "./use-receipts";
import type { Till } from "./use-till";

export interface OrderPaneProps {
  till: Till;
  receipts: Receipts;
  step: Step;
  /** Whether the hub can be reached. */
  away: boolean;
  onNext: () => void;
  onAsk: OnAsk;
}

function Head({ till, onAsk }: { till: Till; onAsk: OnAsk }) {
  const { order, placeId, places, property } = till;
  const place = placeOf(places, placeId);
  return (
    <header class="till-head">
      <div class="till-head-text">
        <h2 data-testid="order-title">
          {order === null ? t("till.new") : t("till.order", { number: order.number })}
        </h2>
        {order !== null && <SafeMark property={property} name={`order/${order.orderId}`} />}
        {order?.note != null && order.note !== "" && <span class="soft">{order.note}</span>}
      </div>
      <button
        type="button"
        class="till-place"
        data-testid="choose-place"
        data-place={placeId ?? ""}
        aria-label={t("till.place.change", { place })}
        onClick={() => onAsk({ about: "place" })}
      >
        {place}
      </button>
      <button
        type="button"
        class="quiet"
        data-testid="order-more"
        disabled={order === null}
        aria-label={t("till.order.more")}
        title={t("till.order.more")}
        onClick={() => onAsk({ about: "order" })}
      >
        ⋯
      </button>
    </header>
  );
}

function stepText(step: Step, due: string, back: string, unsent: number): string {
  switch (step) {
    case "send":
      return t("till.step.send", { count: unsent });
    case "accept":
      return t("till.step.accept");
    case "pay":
      return t("till.step.pay", { due });
    case "refund":
      return t("till.refund.give", { sum: back });
    case "receipt":
      return t("pos.print");
    case "new":
      return t("till.new");
    case "serve":
      return t("till.step.serve");
    case "close":
      return t("till.step.close");
    case "none":
      return t("till.step.send.none");
  }
}

export function OrderPane({ till, receipts, step, away, onNext, onAsk }: OrderPaneProps) {
  const [open, setOpen] = useState(false);
  const { order, cart } = till;
  const unsent = cartCount(cart);
  const currency = order?.currency ?? till.menu.currency;
  const due = (order === null ? 0 : order.due) + cartTotal(cart);
  const count = unsent + (order?.lines ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  const [newest] = receipts.shelf.receipts;
  // What is well and belongs to another order makes room.
  const isNews =
    newest?.view.phase !== "done" || order === null || newest.orderId === order.orderId;
  const latest = isNews ? newest : undefined;
  const isBack = due < 0;
  const summary = t("till.count", { place: placeOf(till.places, till.placeId), count });
  return (
    <section class="till-order" data-open={open} aria-label={t("pos.order")}>
      <div class="till-body" id="order-body">
        <Head till={till} onAsk={onAsk} />
        <OrderLines till={till} onAsk={onAsk} />
        {order !== null && <OrderSums till={till} order={order} onAsk={onAsk} />}
      </div>
      <div class="till-foot">
        {away && (
          <p class="till-away" role="status" data-testid="away">
            {t("till.away")}
          </p>
        )}
        <WantedReceipts till={till} receipts={receipts} away={away} onAsk={onAsk} />
        {latest !== undefined && (
          <LatestReceipt receipt={latest} onAgain={(jobId) => receipts.shelf.printAgain(jobId)} />
        )}
        {receipts.isFull && <p role="alert">{t("pos.full")}</p>}
        <div class="till-action">
          <button
            type="button"
            class="till-toggle"
            data-testid="show-order"
            aria-expanded={open}
            aria-controls="order-body"
            aria-label={`${t("pos.show-order")}: ${summary}`}
            onClick={() => setOpen(!open)}
          >
            <span class="figure">{summary}</span>
          </button>
          <p class="till-total">
            <span class="till-total-label">
              {isBack ? t("till.back") : t(order === null ? "pos.total" : "till.due")}
            </span>
            <output class="money" data-testid="total" data-minor={due}>
              {formatMoney(Math.abs(due), currency, locale)}
            </output>
          </p>
          <button
            type="button"
            class="primary till-next"
            data-testid="next-action"
            data-step={step}
            disabled={step === "none"}
            onClick={onNext}
          >
            {stepText(
              step,
              formatMoney(due, currency, locale),
              formatMoney(-due, currency, locale),
              unsent,
            )}
          </button>
        </div>
      </div>
    </section>
  );
}
