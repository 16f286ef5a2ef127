// SPDX-License-Identifier: Apache-2.0
// The lines of the order: what the kitchen has, with how far it is, and below it what was not sent yet.

import type { Order, OrderLine } from "@bellhop/client";

import { choicesOf } from "../house/menu";
import { formatMoney } from "../house/money";
import { isOver } from "../house/orders";
import { reasonText } from "../house/reasons";
import type { Tone } from "../link/printer-text";
import { locale, t } from "../messages";
import { MAX_QUANTITY, setQuantity, unitPrice, type CartLine } from "../order/cart";
import type { OnAsk } from "./ask";
import { Stepper } from "./fields";
import type { Till } from "./use-till";

const tones: Readonly<Record<OrderLine["state"], Tone>> = {
  placed: "quiet",
  accepted: "quiet",
  preparing: "wait",
  ready: "good",
  served: "quiet",
  declined: "bad",
  cancelled: "bad",
};

export function LineStateMark({ line }: { line: OrderLine }) {
  return (
    <span class={`tone tone-${tones[line.state]}`} data-state={line.state}>
      {t(`line.${line.state}`)}
    </span>
  );
}

function Extras({ choices, note }: { choices: readonly { name: string }[]; note: string }) {
  if (choices.length === 0 && note === "") return null;
  return (
    <span class="soft till-line-extras">
      {[...choices.map(({ name }) => name), note].filter(Boolean).join(" · ")}
    </span>
  );
}

interface SentLineProps {
  order: Order;
  line: OrderLine;
  onOpen: () => void;
}

function SentLine({ order, line, onOpen }: SentLineProps) {
  const over = isOver(line);
  return (
    <li>
      <button
        type="button"
        class="till-line till-sent"
        data-testid="order-line"
        data-state={line.state}
        data-line={line.lineId}
        data-over={over}
        onClick={onOpen}
      >
        <span class="till-line-main">
          <span class="figure till-line-count">{line.quantity} ×</span>
          <span class="till-line-name">{line.name}</span>
          <span class="money">{formatMoney(line.net, order.currency, locale)}</span>
        </span>
        <Extras choices={choicesOf(line.modifiers)} note={line.note ?? ""} />
        <span class="till-line-standing">
          <LineStateMark line={line} />
          {line.discount > 0 && (
            <span class="soft money">
              {t("till.discount")} −{formatMoney(line.discount, order.currency, locale)}
            </span>
          )}
          {over && line.reason !== null && <span class="soft">{reasonText(line.reason)}</span>}
        </span>
      </button>
    </li>
  );
}

interface UnsentLineProps {
  till: Till;
  line: CartLine;
  onOpen: () => void;
}

function UnsentLine({ till, line, onOpen }: UnsentLineProps) {
  const { item, quantity, choices, note, lineId } = line;
  const set = (count: number) => till.setCart(setQuantity(till.cart, lineId, count));
  return (
    <li class="till-line till-unsent-line" data-testid="cart-line" data-item={item.itemId}>
      <button
        type="button"
        class="till-line-open"
        title={t("till.line.change", { name: item.name })}
        data-testid="cart-line-open"
        onClick={onOpen}
      >
        <span class="till-line-name">{item.name}</span>
        <Extras choices={choices} note={note} />
        {!item.available && <span class="tone tone-bad">{t("till.out")}</span>}
        <span class="money soft">
          {formatMoney(unitPrice(line) * quantity, item.currency, locale)}
        </span>
      </button>
      <Stepper
        label={t("item.quantity")}
        name={item.name}
        value={quantity}
        min={1}
        max={MAX_QUANTITY}
        testId="cart-quantity"
        onChange={set}
        onRemove={() => set(0)}
      />
    </li>
  );
}

export function OrderLines({ till, onAsk }: { till: Till; onAsk: OnAsk }) {
  const { order, cart } = till;
  const lines = order?.lines ?? [];
  if (lines.length === 0 && cart.length === 0)
    return (
      <div class="till-empty">
        <p>{t("pos.empty")}</p>
        <p class="soft">{t("pos.empty.hint")}</p>
      </div>
    );
  return (
    <>
      {order !== null && lines.length > 0 && (
        <ol class="till-lines" aria-label={t("till.sent")}>
          {lines.map((line) => (
            <SentLine
              key={line.lineId}
              order={order}
              line={line}
              onOpen={() => onAsk({ about: "line", lineId: line.lineId })}
            />
          ))}
        </ol>
      )}
      {cart.length > 0 && (
        <section class="till-unsent" aria-label={t("till.unsent")}>
          {lines.length > 0 && <h3>{t("till.unsent")}</h3>}
          <ol class="till-lines">
            {cart.map((line) => (
              <UnsentLine
                key={line.lineId}
                till={till}
                line={line}
                onOpen={() => onAsk({ about: "item", item: line.item, line })}
              />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
