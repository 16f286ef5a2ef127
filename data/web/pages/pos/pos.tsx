// SPDX-License-Identifier: Apache-2.0
// The till: the open orders and the menu left, the order right, its sum and the one next action bottom
// right. Everything is written to this device's own replica and goes on while the hub is away.

import { newId, type Order } from "@bellhop/client";
import { useRef, useState } from "preact/hooks";

import { setLineState, waitingLines } from "../house/orders";
import { openHousePage, type HousePageProps } from "../house/open-house-page";
import { currentPersonId } from "../house/person";
import { usePrinters } from "../link/use-link";
import { t } from "../messages";
import { ToastLine, useToast } from "../theme/toast";
import { stillAsked, type Ask, type Asked } from "./ask";
import { closeOrder, partLate } from "./closing";
import { lateLines } from "./day-totals";
import { ItemGrid } from "./item-grid";
import { nextStep, unservedLines } from "./next-step";
import { tellClosed } from "./order-dialog";
import { paymentToRefund } from "./order-facts";
import { OrderPane } from "./order-pane";
import { OrderStrip } from "./order-strip";
import { SecondTap } from "./second-tap";
import { TillAsk } from "./till-ask";
import { useDrawer } from "./use-drawer";
import { useReceipts } from "./use-receipts";
import { useTill } from "./use-till";

function PosPage({ property, link }: HousePageProps) {
  const toast = useToast();
  const till = useTill(property, toast.tell);
  const printers = usePrinters(link.connection, link.path);
  // One that is gone is not asked for; the hub then takes its first.
  const receipts = useReceipts(
    property,
    link.connection,
    (wanted) => (printers === null || printers.some(({ name }) => name === wanted) ? wanted : ""),
    (number) => toast.tell(t("till.receipt.lost", { number })),
  );
  const pulse = useDrawer(receipts, till.menu.currency, toast.tell);
  const [asked, setAsked] = useState<Asked | null>(firstAsked);
  const taps = useRef(new SecondTap());
  const { order, cart } = till;
  const { orderId } = till.unsent;
  const ask = stillAsked(asked, orderId);
  // Or it would come back with the order.
  if (asked !== null && ask === null) setAsked(null);
  const setAsk = (next: Ask | null) => {
    taps.current.forget();
    setAsked(next === null ? null : { ask: next, orderId });
  };
  const away = link.path === "none" && !link.connecting;
  const step = nextStep({
    order,
    unsent: cart.length,
    receipted: order === null ? null : receipts.receiptedTotal(order.orderId),
    isReceiptUnderWay: order !== null && receipts.desk.waitsFor(order.orderId),
    hasStations: till.menu.stations.length > 0,
  });

  const close = (served: boolean) => {
    if (order === null) return;
    const open = served ? unservedLines(order) : [];
    const nextVersion = (entity: string) => property.nextVersion(entity);
    void till.write(closeOrder(order, open, currentPersonId(), nextVersion));
    tellClosed(till, order, open);
    if (order.closed) till.open(null);
  };
  // What no day has sold is paid, closed and counted as an order of its own.
  const isParting = useRef(false);
  const payLate = async ({ orderId: closedId, number }: Order) => {
    if (isParting.current) return;
    isParting.current = true;
    try {
      const header = { number: await property.nextNumber(), source: "pos" as const };
      const closed = property.order(closedId);
      const to = { orderId: newId(), header };
      const nextVersion = (entity: string) => property.nextVersion(entity);
      const drafts = closed === null ? [] : partLate(property, closed, to, currentPersonId(), nextVersion);
      if (drafts.length === 0 || !(await till.write(drafts))) return;
      taps.current.forget();
      till.open(to.orderId);
      setAsked({ ask: { about: "pay" }, orderId: to.orderId });
      toast.tell(t("till.pay.late", { number, own: header.number }));
    } finally {
      isParting.current = false;
    }
  };
  const next = () => {
    if (taps.current.isMeantBefore(performance.now(), step)) return;
    if (step === "send") till.send();
    if (order === null) return;
    if (step === "accept")
      void till.write(setLineState(waitingLines(order), "accepted", currentPersonId()));
    if (step === "pay" && lateLines(property, order).length > 0) void payLate(order);
    else if (step === "pay") setAsk({ about: "pay" });
    const payment = step === "refund" ? paymentToRefund(property, order) : null;
    if (payment !== null) setAsk({ about: "refund", paymentId: payment.paymentId });
    if (step === "receipt") receipts.printReceipt(order.orderId);
    if (step === "new") till.open(null);
    if (step === "serve" || step === "close") close(step === "serve");
  };
  const openDrawer = () => {
    pulse();
    setAsk(null);
  };

  return (
    <main class="till">
      <h1 class="hidden-visually">{t("page.pos")}</h1>
      <div class="till-left">
        <OrderStrip till={till} onAsk={setAsk} />
        <section class="till-items" aria-label={t("pos.items")}>
          <ItemGrid till={till} onAsk={setAsk} />
        </section>
      </div>
      <OrderPane
        till={till}
        receipts={receipts}
        step={step}
        away={away}
        onNext={next}
        onAsk={setAsk}
      />
      {ask !== null && (
        <TillAsk
          ask={ask}
          till={till}
          receipts={receipts}
          printers={printers}
          away={away}
          onDrawer={openDrawer}
          onAsk={setAsk}
        />
      )}
      <ToastLine toast={toast} />
    </main>
  );
}

/** What another page sent us for. */
function firstAsked(): Asked | null {
  if (location.hash !== "#rooms") return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return { ask: { about: "rooms" }, orderId: null };
}

openHousePage(PosPage, "pos", "page.pos", "pos");
