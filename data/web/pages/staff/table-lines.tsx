// SPDX-License-Identifier: Apache-2.0
// What the table has: not sent yet, and each of its orders with how far its lines are.

import type { Order, OrderLine, Property } from "@bellhop/client";

import type { Item } from "../house/menu";
import { formatMoney } from "../house/money";
import { isOver, waitingLines } from "../house/orders";
import { reasonText } from "../house/reasons";
import { SafeMark } from "../house/safe-mark";
import { locale, t } from "../messages";
import { MAX_NOTE, staleLines, unitPrice, type Cart, type CartLine } from "../order/cart";
import { describeChoices, stateWords } from "./line-text";

interface CartLinesProps {
  cart: Cart;
  items: ReadonlyMap<string, Item>;
  currency: string;
  note: string;
  onNote: (note: string) => void;
  onQuantity: (line: CartLine, quantity: number) => void;
  onLine: (line: CartLine) => void;
}

export function CartLines({ cart, items, currency, note, onNote, onQuantity, onLine }: CartLinesProps) {
  const out = staleLines(cart, items);
  return (
    <section class="table-part">
      <h2>{t("staff.unsent")}</h2>
      <ul class="cart-lines">
        {cart.map((line) => {
          const { lineId, item, quantity, choices, course } = line;
          const about = [
            ...choices.map(({ name }) => name),
            ...(course === null ? [] : [t("staff.course.of", { course })]),
            ...(line.note === "" ? [] : [`“${line.note}”`]),
          ].join(", ");
          return (
            <li key={lineId} class="cart-line" data-testid="cart-line" data-out={out.includes(line)}>
              <button
                type="button"
                class="cart-line-open"
                data-testid="cart-line-open"
                onClick={() => onLine(line)}
              >
                <span class="dish-name">{item.name}</span>
                {about !== "" && <span class="soft">{about}</span>}
                {out.includes(line) && <span class="mark">{t("staff.out")}</span>}
                <span class="money">{formatMoney(unitPrice(line) * quantity, currency, locale)}</span>
              </button>
              <div class="cart-line-count">
                <button
                  type="button"
                  data-testid="cart-less"
                  aria-label={`${t("item.less")}: ${item.name}`}
                  onClick={() => onQuantity(line, quantity - 1)}
                >
                  −
                </button>
                <output class="figure" aria-label={t("item.quantity")}>
                  {quantity}
                </output>
                <button
                  type="button"
                  data-testid="cart-more"
                  aria-label={`${t("item.more")}: ${item.name}`}
                  onClick={() => onQuantity(line, quantity + 1)}
                >
                  +
                </button>
              </div>
            </li>
          );
        })}
      </ul>
      <label class="field">
        <span>{t("staff.order.note")}</span>
        <input
          type="text"
          maxLength={MAX_NOTE}
          value={note}
          autoComplete="off"
          data-testid="order-note"
          onInput={(event) => onNote(event.currentTarget.value)}
        />
      </label>
    </section>
  );
}

interface SentLineProps {
  line: OrderLine;
  currency: string;
  onLine: (line: OrderLine) => void;
}

function SentLine({ line, currency, onLine }: SentLineProps) {
  const about = describeChoices(line);
  const over = isOver(line);
  return (
    <li>
      <button
        type="button"
        class="sent-line"
        data-testid="sent-line"
        data-state={line.state}
        onClick={() => onLine(line)}
      >
        <span class="figure sent-count">{line.quantity} ×</span>
        <span class="sent-words">
          <span class={over ? "guest-line-off" : "dish-name"}>{line.name}</span>
          {about !== "" && <span class="soft">{about}</span>}
          {line.reason !== null && over && <span class="soft">{reasonText(line.reason)}</span>}
          <span class="sent-state" data-state={line.state}>
            {t(stateWords[line.state])}
          </span>
        </span>
        {!over && <span class="money">{formatMoney(line.gross, currency, locale)}</span>}
      </button>
    </li>
  );
}

export interface OrderPartActs {
  onLine: (order: Order, line: OrderLine) => void;
  onAccept: (order: Order) => void;
  onDecline: (order: Order) => void;
  onServe: (order: Order) => void;
  onMove: (order: Order) => void;
}

interface OrderPartProps extends OrderPartActs {
  property: Property;
  order: Order;
}

export function OrderPart({ property, order, onLine, onAccept, onDecline, onServe, onMove }: OrderPartProps) {
  const { number, currency, lines, note, due } = order;
  const waits = waitingLines(order).length > 0;
  const ready = lines.some(({ state }) => state === "ready");
  return (
    <section class="table-part" data-testid="order-part" data-order={order.orderId}>
      <header class="order-part-head">
        <h2>{t("staff.order.number", { number })}</h2>
        <SafeMark property={property} name={`order/${order.orderId}`} />
        <span class="money order-part-due">{formatMoney(due, currency, locale)}</span>
      </header>
      {note !== null && note !== "" && <p class="now-note">“{note}”</p>}
      <ul class="sent-lines">
        {lines.map((line) => (
          <SentLine
            key={line.lineId}
            line={line}
            currency={currency}
            onLine={(one) => onLine(order, one)}
          />
        ))}
      </ul>
      <div class="order-part-actions">
        <button type="button" data-testid="order-move" onClick={() => onMove(order)}>
          {t("staff.move")}
        </button>
        <a class="button" href={`/pos${location.search}#order/${order.orderId}`} data-testid="order-bill">
          {t("staff.bill")}
        </a>
        {waits && (
          <>
            <button type="button" data-testid="order-decline" onClick={() => onDecline(order)}>
              {t("staff.decline.some")}
            </button>
            <button type="button" class="primary" data-testid="order-accept" onClick={() => onAccept(order)}>
              {t("staff.accept")}
            </button>
          </>
        )}
        {ready && (
          <button type="button" class="primary" data-testid="order-serve" onClick={() => onServe(order)}>
            {t("staff.serve.ready")}
          </button>
        )}
      </div>
    </section>
  );
}
