// SPDX-License-Identifier: Apache-2.0
// What a guest is about to order: lines to change, a note, and the one button that sends.

import type { Item } from "../house/menu";
import { formatMoney } from "../house/money";
import { locale, t } from "../messages";
import {
  cartTotal,
  MAX_NOTE,
  MAX_QUANTITY,
  staleLines,
  unitPrice,
  type Cart,
  type CartLine,
} from "../order/cart";
import { Dialog } from "../theme/dialog";

interface CartSheetProps {
  cart: Cart;
  items: ReadonlyMap<string, Item>;
  currency: string;
  note: string;
  isSeated: boolean;
  onNote: (note: string) => void;
  onQuantity: (line: CartLine, quantity: number) => void;
  onLine: (line: CartLine) => void;
  onSend: () => void;
  onClose: () => void;
}

interface RowProps {
  line: CartLine;
  isOut: boolean;
  currency: string;
  onQuantity: (quantity: number) => void;
  onOpen: () => void;
}

function Row({ line, isOut, currency, onQuantity, onOpen }: RowProps) {
  const { item, quantity, choices, note } = line;
  const about = [...choices.map(({ name }) => name), note].filter((one) => one !== "").join(", ");
  return (
    <li class="cart-line" data-testid="cart-line" data-out={isOut}>
      <button type="button" class="cart-line-open" data-testid="cart-line-open" onClick={onOpen}>
        <span class="dish-name">{item.name}</span>
        {about !== "" && <span class="soft">{about}</span>}
        {isOut && <span class="mark">{t("guest.menu.out")}</span>}
        <span class="money">{formatMoney(unitPrice(line) * quantity, currency, locale)}</span>
      </button>
      <div class="cart-line-count">
        <button
          type="button"
          data-testid="cart-less"
          aria-label={`${t("item.less")}: ${item.name}`}
          onClick={() => onQuantity(quantity - 1)}
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
          disabled={quantity >= MAX_QUANTITY}
          onClick={() => onQuantity(quantity + 1)}
        >
          +
        </button>
      </div>
    </li>
  );
}

export function CartSheet(props: CartSheetProps) {
  const { cart, items, currency, note, isSeated } = props;
  const out = staleLines(cart, items);
  return (
    <Dialog title={t("guest.cart.title")} onClose={props.onClose} testId="cart-sheet">
      <ul class="cart-lines">
        {cart.map((line) => (
          <Row
            key={line.lineId}
            line={line}
            isOut={out.includes(line)}
            currency={currency}
            onQuantity={(quantity) => props.onQuantity(line, quantity)}
            onOpen={() => props.onLine(line)}
          />
        ))}
      </ul>
      <label class="field">
        <span>{t("guest.cart.note")}</span>
        <input
          type="text"
          maxLength={MAX_NOTE}
          value={note}
          autoComplete="off"
          data-testid="cart-note"
          onInput={(event) => props.onNote(event.currentTarget.value)}
        />
      </label>
      <p class="soft" role="status">
        {out.length > 0
          ? t("guest.cart.out", { list: out.map(({ item }) => item.name).join(", ") })
          : !isSeated && t("guest.cart.seating")}
      </p>
      <button
        type="button"
        class="primary large cart-send"
        data-testid="cart-send"
        disabled={out.length > 0}
        onClick={props.onSend}
      >
        <span>{t("guest.cart.send")}</span>
        <span class="money">{formatMoney(cartTotal(cart), currency, locale)}</span>
      </button>
    </Dialog>
  );
}
