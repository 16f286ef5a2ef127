// SPDX-License-Identifier: Apache-2.0
// The open orders: a strip above the menu.

import type { Order } from "@bellhop/client";

import { formatMoney } from "../house/money";
import { waitingLines } from "../house/orders";
import type { Place } from "../house/places";
import { locale, t } from "../messages";
import type { OnAsk } from "./ask";
import { unservedLines } from "./next-step";
import { countUnsent, draftsOf } from "./unsent";
import type { Till } from "./use-till";

const byTitle = new Intl.Collator(locale, { numeric: true }).compare;

export function placeOf(places: readonly Place[], placeId: string | null): string {
  return places.find((one) => one.placeId === placeId)?.title ?? t("till.counter");
}

/** By table, those over the counter last; of one table the oldest first. */
export function sortOrders(orders: readonly Order[], places: readonly Place[]): Order[] {
  const title = ({ placeId }: Order) =>
    places.find((one) => one.placeId === placeId)?.title ?? "";
  return orders
    .map((order, at) => ({ order, at, title: title(order) }))
    .sort((a, b) => {
      if ((a.title === "") !== (b.title === "")) return a.title === "" ? 1 : -1;
      return byTitle(a.title, b.title) || a.at - b.at;
    })
    .map(({ order }) => order);
}

/** What one would ask about it from across the room. */
export function standingOf(order: Order, unsent: number): string {
  const ready = order.lines.filter(({ state }) => state === "ready").length;
  const waiting = waitingLines(order).length;
  if (waiting > 0) return t("till.order.waiting", { count: waiting });
  if (unsent > 0) return t("till.order.unsent", { count: unsent });
  if (ready > 0) return t("till.order.ready", { count: ready });
  const going = unservedLines(order).length;
  if (going > 0) return t("till.order.going", { count: going });
  return order.due <= 0 && order.payments.length > 0 ? t("till.order.paid") : t("line.served");
}

/** Whether it is paid, and something is still to come. */
function isPaidAhead(order: Order): boolean {
  return order.due <= 0 && order.payments.length > 0 && unservedLines(order).length > 0;
}

function toneOf(order: Order): string {
  if (waitingLines(order).length > 0) return "wait";
  return order.lines.some(({ state }) => state === "ready") ? "good" : "quiet";
}

interface ChipProps {
  till: Till;
  order: Order;
  onOpen: () => void;
}

export function Chip({ till, order, onOpen }: ChipProps) {
  const { number, placeId, due, currency, orderId } = order;
  return (
    <button
      type="button"
      class="till-chip"
      aria-current={till.order?.orderId === orderId ? "true" : undefined}
      data-testid="open-order"
      data-order={orderId}
      data-number={number}
      onClick={onOpen}
    >
      <span class="till-chip-line">
        <strong>{placeOf(till.places, placeId)}</strong>
        <span class="figure">{number}</span>
      </span>
      <span class="till-chip-line">
        <span class={`tone tone-${toneOf(order)}`}>
          {standingOf(order, countUnsent(till.unsent, orderId))}
        </span>
        {due > 0 && <span class="money soft">{formatMoney(due, currency, locale)}</span>}
        {due < 0 && <span class="money">{t("till.order.back", { back: formatMoney(-due, currency, locale) })}</span>}
        {isPaidAhead(order) && <span class="soft">{t("till.order.paid")}</span>}
      </span>
    </button>
  );
}

/** What was left when its order was closed. */
function DraftChip({ till, draft }: { till: Till; draft: string }) {
  const place = placeOf(till.places, till.unsent.places[draft] ?? null);
  return (
    <button
      type="button"
      class="till-chip"
      aria-current={till.unsent.orderId === draft ? "true" : undefined}
      data-testid="open-draft"
      onClick={() => till.open(draft)}
    >
      <strong>{t("till.draft", { place })}</strong>
      <span class="tone tone-wait">
        {t("till.order.unsent", { count: countUnsent(till.unsent, draft) })}
      </span>
    </button>
  );
}

export function OrderStrip({ till, onAsk }: { till: Till; onAsk: OnAsk }) {
  const orders = sortOrders(till.orders, till.places);
  const unsent = countUnsent(till.unsent, "new");
  return (
    <nav class="till-strip" aria-label={t("till.orders")}>
      <button
        type="button"
        class="till-chip till-new"
        aria-current={till.unsent.orderId === null ? "true" : undefined}
        data-testid="new-order"
        onClick={() => till.open(null)}
      >
        <strong>{t("till.new")}</strong>
        {unsent > 0 && till.unsent.orderId !== null && (
          <span class="tone tone-wait">{t("till.order.unsent", { count: unsent })}</span>
        )}
      </button>
      <div class="till-chips">
        {draftsOf(till.unsent).map((draft) => (
          <DraftChip key={draft} till={till} draft={draft} />
        ))}
        {orders.map((order) => (
          <Chip
            key={order.orderId}
            till={till}
            order={order}
            onOpen={() => till.open(order.orderId)}
          />
        ))}
      </div>
      <button
        type="button"
        class="quiet"
        data-testid="all-orders"
        aria-label={t("till.orders.all", { count: orders.length })}
        onClick={() => onAsk({ about: "orders" })}
      >
        {t("till.orders.count", { count: orders.length })}
      </button>
      <button
        type="button"
        class="quiet"
        data-testid="till-menu"
        onClick={() => onAsk({ about: "till" })}
      >
        {t("till.menu")}
      </button>
    </nav>
  );
}
