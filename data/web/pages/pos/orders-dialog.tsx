// SPDX-License-Identifier: Apache-2.0
// All open orders in a dialog with what is due; and those of the day that are closed, which can be opened
// again: for a refund, another way to pay, what was forgotten.

import type { Order } from "@bellhop/client";
import { useState } from "preact/hooks";

import { formatMoney } from "../house/money";
import { readOrders } from "../house/orders";
import { useRecords } from "../house/use-house";
import { formatClock } from "../link/time-text";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { listClosed } from "./day-totals";
import { reopenUncounted } from "./order-dialog";
import { Chip, placeOf, sortOrders } from "./order-strip";
import { useDayOrders } from "./use-day-orders";
import type { Till } from "./use-till";

const TYPES = ["order", "day"] as const;

/** "€12.00 + £7.50": sums of two currencies are none. "": nothing at all. */
function sumsText(amounts: readonly [currency: string, amount: number][]): string {
  const sums = new Map<string, number>();
  for (const [currency, amount] of amounts)
    if (amount !== 0) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return [...sums].map(([currency, sum]) => formatMoney(sum, currency, locale)).join(" + ");
}

interface ClosedOrderProps {
  till: Till;
  order: Order;
  closedMs: number;
  onOpen: () => void;
}

function ClosedOrder({ till, order, closedMs, onOpen }: ClosedOrderProps) {
  const { number, placeId, total, currency, orderId } = order;
  const place = placeOf(till.places, placeId);
  const closed = t("till.orders.closed.at", { clock: formatClock(closedMs, till.property.hubNow()) });
  return (
    <li data-testid="closed-order" data-order={orderId} data-number={number}>
      <div class="latest-text">
        <strong>{place}</strong>
        <span class="soft">
          <span class="figure">{number}</span> · {closed}
        </span>
      </div>
      <span class="money">{formatMoney(total, currency, locale)}</span>
      <button
        type="button"
        class="quiet"
        data-testid="reopen"
        aria-label={t("till.orders.reopen", { number, place })}
        onClick={onOpen}
      >
        {t("till.reopen")}
      </button>
    </li>
  );
}

/** What is over is put away, and comes when it is asked for. */
function ClosedList({ till, onClose }: { till: Till; onClose: () => void }) {
  const { property } = till;
  const isWhole = useDayOrders(property);
  const closed = useRecords(property, TYPES, (source) => listClosed(source, readOrders(source)), [isWhole]);
  if (!isWhole || closed === null) return <p class="soft">{t("till.orders.closed.wait")}</p>;
  const listed = closed.filter(({ order }) => !till.orders.some(({ orderId }) => orderId === order.orderId));
  if (listed.length === 0) return <p class="soft">{t("till.orders.closed.none")}</p>;
  const reopen = (orderId: string) => {
    if (!reopenUncounted(till, orderId, [])) return;
    till.open(orderId);
    onClose();
  };
  return (
    <ul class="till-closed">
      {listed.map(({ order, closedMs }) => (
        <ClosedOrder
          key={order.orderId}
          till={till}
          order={order}
          closedMs={closedMs}
          onOpen={() => reopen(order.orderId)}
        />
      ))}
    </ul>
  );
}

function ClosedOrders({ till, onClose }: { till: Till; onClose: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="fold"
      data-testid="closed-orders"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t("till.orders.closed")}</summary>
      {isOpen && <ClosedList till={till} onClose={onClose} />}
    </details>
  );
}

export function OrdersDialog({ till, onClose }: { till: Till; onClose: () => void }) {
  const orders = sortOrders(till.orders, till.places);
  const due = sumsText(orders.map(({ due: sum, currency }) => [currency, Math.max(0, sum)]));
  const back = sumsText(orders.map(({ due: sum, currency }) => [currency, Math.max(0, -sum)]));
  return (
    <Dialog title={t("till.orders")} onClose={onClose} testId="orders">
      {orders.length === 0 ? (
        <p class="soft">{t("till.orders.none")}</p>
      ) : (
        <>
          <p class="soft">
            {t("till.orders.due", { due: due || formatMoney(0, till.menu.currency, locale) })}
            {back !== "" && ` · ${t("till.order.back", { back })}`}
          </p>
          <div class="till-order-list">
            {orders.map((order) => (
              <Chip
                key={order.orderId}
                till={till}
                order={order}
                onOpen={() => {
                  till.open(order.orderId);
                  onClose();
                }}
              />
            ))}
          </div>
        </>
      )}
      <ClosedOrders till={till} onClose={onClose} />
    </Dialog>
  );
}
