// SPDX-License-Identifier: Apache-2.0
// The till's one dialog: what it is about decides what it shows. What is no longer there closes it.

import type { PrinterInfo } from "@bellhop/client";

import { setAvailability } from "../house/availability";
import { currentPerson } from "../house/person";
import { t } from "../messages";
import { addToCart, changeCartLine, setQuantity } from "../order/cart";
import { AvailabilityDialog } from "../order/availability-dialog";
import { ItemDialog } from "../order/item-dialog";
import type { Ask, OnAsk } from "./ask";
import { BillDialog } from "./bill-dialog";
import { DayClose } from "./day-close";
import { DiscountDialog } from "./discount-dialog";
import { CancelLineDialog, LineDialog } from "./line-dialog";
import { MoveDialog } from "./move-dialog";
import { CancelOrderDialog, NoteDialog, OrderDialog } from "./order-dialog";
import { OrdersDialog } from "./orders-dialog";
import { PayDialog } from "./pay-dialog";
import { PlaceDialog } from "./place-dialog";
import { makeReceipt, makeReport, makeRoomPaper, roomTitle } from "./receipt-words";
import { RefundDialog } from "./refund-dialog";
import type { Charge, RoomBill } from "./room-bills";
import { RoomDialog } from "./room-dialog";
import { RoomsDialog } from "./rooms-dialog";
import { TillDialog } from "./till-dialog";
import type { Receipts } from "./use-receipts";
import type { Till } from "./use-till";

export interface TillAskProps {
  ask: Ask;
  till: Till;
  receipts: Receipts;
  printers: readonly PrinterInfo[] | null;
  away: boolean;
  onDrawer: () => void;
  onAsk: OnAsk;
}

const server = () => currentPerson()?.name ?? "";

function printBill({ till, receipts, onAsk }: TillAskProps): void {
  const { order } = till;
  if (order === null) return;
  const { orderId, total, currency } = order;
  const kind = "bill" as const;
  const paper = { kind, number: null, receiptId: "", timeMs: Date.now(), server: server() };
  const receipt = makeReceipt(till.property, orderId, paper);
  if (receipt === null) return;
  receipts.print({ kind, number: order.number, orderId, total, currency }, { receipt });
  onAsk(null);
}

function printRoom(
  { till, receipts, onAsk }: TillAskProps,
  bill: RoomBill,
  charges: readonly Charge[],
  hasCash: boolean,
): void {
  const about = { server: server(), timeMs: Date.now(), drawer: hasCash };
  const receipt = makeRoomPaper(till.property, bill, charges, about);
  const { currency, total = 0 } = receipt;
  const number = roomTitle(till.property, bill);
  receipts.print({ kind: "room", number, orderId: "", total, currency }, { receipt });
  onAsk(null);
}

function ItemAsk({ ask, till, onAsk }: TillAskProps & { ask: Ask & { about: "item" } }) {
  const { item, line } = ask;
  const close = () => onAsk(null);
  return (
    <ItemDialog
      item={item}
      {...(line === undefined ? {} : { line })}
      onDone={(done) => {
        till.setCart(
          line === undefined
            ? addToCart(till.cart, done)
            : changeCartLine(till.cart, line.lineId, done),
        );
        close();
      }}
      {...(line === undefined
        ? {}
        : {
            onRemove: () => {
              till.setCart(setQuantity(till.cart, line.lineId, 0));
              close();
            },
          })}
      onClose={close}
    />
  );
}

/** About the order that is open. */
function OrderAsk(props: TillAskProps) {
  const { ask, till, receipts, away, onAsk } = props;
  const { order } = till;
  const close = () => onAsk(null);
  if (order === null) return null;
  const find = (lineId: string | null) =>
    order.lines.find((line) => line.lineId === lineId) ?? null;
  switch (ask.about) {
    case "line":
    case "cancel-line": {
      const line = find(ask.lineId);
      if (line === null) return null;
      const About = ask.about === "line" ? LineDialog : CancelLineDialog;
      return <About till={till} order={order} line={line} onAsk={onAsk} />;
    }
    case "pay":
      return (
        <PayDialog
          till={till}
          order={order}
          onReceipt={() => {
            receipts.printReceipt(order.orderId);
            close();
          }}
          onClose={close}
        />
      );
    case "refund":
      return <RefundDialog till={till} order={order} paymentId={ask.paymentId} onClose={close} />;
    case "order":
      return (
        <OrderDialog
          till={till}
          order={order}
          receipts={receipts}
          onAsk={onAsk}
          onCopy={() => {
            receipts.printCopy(order.orderId);
            close();
          }}
        />
      );
    case "note":
      return <NoteDialog till={till} order={order} onAsk={onAsk} />;
    case "cancel-order":
      return <CancelOrderDialog till={till} order={order} onAsk={onAsk} />;
    case "discount":
      return <DiscountDialog till={till} order={order} line={find(ask.lineId)} onClose={close} />;
    case "move":
      return <MoveDialog till={till} order={order} lineId={ask.lineId} onClose={close} />;
    case "bill":
      return (
        <BillDialog
          till={till}
          order={order}
          away={away}
          onPrint={() => printBill(props)}
          onClose={close}
        />
      );
    default:
      return null;
  }
}

export function TillAsk(props: TillAskProps) {
  const { ask, till, receipts, printers, away, onDrawer, onAsk } = props;
  const close = () => onAsk(null);
  switch (ask.about) {
    case "item":
      return <ItemAsk {...props} ask={ask} />;
    case "availability": {
      const item = till.menu.items.get(ask.item.itemId) ?? ask.item;
      return (
        <AvailabilityDialog
          item={item}
          onSet={(set) => {
            const nextVersion = (entity: string) => till.property.nextVersion(entity);
            void till.write(setAvailability(item.itemId, set, nextVersion));
          }}
          onClose={close}
        >
          {item.available && (
            <button
              type="button"
              class="quiet"
              data-testid="order-with"
              onClick={() => onAsk({ about: "item", item })}
            >
              {t("till.order-with")}
            </button>
          )}
        </AvailabilityDialog>
      );
    }
    case "place":
      return <PlaceDialog till={till} onClose={close} />;
    case "orders":
      return <OrdersDialog till={till} onClose={close} />;
    case "rooms":
      return <RoomsDialog till={till} onAsk={onAsk} />;
    case "room":
      return (
        <RoomDialog
          key={ask.key}
          till={till}
          billKey={ask.key}
          away={away}
          onPrint={(...paper) => printRoom(props, ...paper)}
          onBack={() => onAsk({ about: "rooms" })}
          onClose={close}
        />
      );
    case "till":
      return (
        <TillDialog
          receipts={receipts}
          printers={printers}
          settles={till.property.role === "pos" || till.property.role === "manager"}
          away={away}
          onDrawer={onDrawer}
          onAsk={onAsk}
        />
      );
    case "day":
      return (
        <DayClose
          till={till}
          away={away}
          onPrint={(day, counted) =>
            receipts.print(
              {
                ...{ kind: "day" as const, number: "", orderId: "", currency: day.currency },
                total: day.gross - day.discounts,
              },
              { receipt: makeReport(till.property, day, counted, server()) },
            )
          }
          onClose={close}
        />
      );
    default:
      return <OrderAsk {...props} />;
  }
}
