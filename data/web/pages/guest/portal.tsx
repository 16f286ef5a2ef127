// SPDX-License-Identifier: Apache-2.0
// The guest's page once it knows its place: how the orders stand, the menu, and the cart at the foot.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { Item, Menu } from "../house/menu";
import { formatMoney } from "../house/money";
import { useRecords } from "../house/use-house";
import { locale, t } from "../messages";
import {
  addToCart,
  cartCount,
  cartTotal,
  changeCartLine,
  needsChoice,
  newLine,
  setQuantity,
  type CartLine,
} from "../order/cart";
import { ItemDialog } from "../order/item-dialog";
import { CartSheet } from "./cart-sheet";
import { withRefused, type PendingCommand } from "./desk";
import { readGuestOrders, readWishes } from "./guest-orders";
import { MenuList } from "./menu-list";
import { OrderCards } from "./order-card";
import { Standing } from "./standing";
import { useDesk, useKeptCart } from "./use-desk";
import type { GuestView } from "./use-guest";
import { WishList, WishSheet } from "./wishes";

const SHOWN = ["order", "request"] as const;

/** One at a time; the item goes back to where it was opened from. */
type Sheet =
  | { kind: "none" | "cart" | "wishes" }
  | { kind: "item"; item: Item; line?: CartLine };

interface PortalProps {
  guest: GuestView;
  menu: Menu;
  reachable: boolean;
}

/** What went wrong with the last thing asked for, in a guest's words. */
function refusalText(code: string): string {
  if (code === "not-available") return t("guest.refused.out");
  if (code === "too-late") return t("guest.refused.late");
  return t("guest.refused.other");
}

export function Portal({ guest, menu, reachable }: PortalProps) {
  const { session, connection, state, place } = guest;
  const isSeated = state === "seated";
  const kept = useKeptCart(session, menu.items);
  const { cart, setCart, note, setNote } = kept;
  const [sheet, setSheet] = useState<Sheet>({ kind: "none" });
  const top = useRef<HTMLDivElement>(null);

  const latest = useRef({ ...kept, items: menu.items });
  latest.current = { ...kept, items: menu.items };
  const onRefused = useCallback((command: PendingCommand) => {
    if (command.kind !== "order") return;
    const now = latest.current;
    const back = withRefused(now, command, now.items);
    now.setCart(back.cart);
    now.setNote(back.note);
    // Another may be refused before this is drawn.
    latest.current = { ...now, ...back };
  }, []);
  const { desk, commands, refused, forgive } = useDesk(session, connection, isSeated, onRefused);
  const view = connection?.view ?? null;
  const orders = useRecords(view, SHOWN, (source) => readGuestOrders(source, commands), [commands]);
  const wishes = useRecords(view, SHOWN, (source) => readWishes(source, commands), [commands]);

  const close = () => setSheet({ kind: "none" });
  const send = () => {
    forgive();
    desk.order(cart, note);
    setCart([]);
    setNote("");
    close();
    top.current?.scrollIntoView({ block: "start" });
  };
  const put = (line: Omit<CartLine, "lineId">) => setCart(addToCart(cart, line));
  const count = cartCount(cart);

  return (
    <>
      <div ref={top} class="portal-top">
        <Standing guest={guest} reachable={reachable} onWish={() => setSheet({ kind: "wishes" })} />
        <p class="portal-refused" role="alert" data-testid="refused">
          {refused !== "" && refusalText(refused)}
        </p>
        <OrderCards
          orders={orders ?? readGuestOrders(null, commands)}
          onCancel={(orderId, lineIds) => {
            forgive();
            desk.cancel(orderId, lineIds);
          }}
        />
        <WishList wishes={wishes ?? []} />
      </div>
      <MenuList
        categories={menu.categories}
        cart={cart}
        onOpen={(item) => setSheet({ kind: "item", item })}
        onAdd={(item) => (needsChoice(item) ? setSheet({ kind: "item", item }) : put(newLine(item)))}
      />
      <CartBar count={count} total={cartTotal(cart)} currency={menu.currency}
        onOpen={() => setSheet({ kind: "cart" })} />
      {sheet.kind === "cart" && count > 0 && (
        <CartSheet
          cart={cart}
          items={menu.items}
          currency={menu.currency}
          note={note}
          isSeated={isSeated}
          onNote={setNote}
          onQuantity={(line, quantity) => {
            const next = setQuantity(cart, line.lineId, quantity);
            setCart(next);
            if (next.length === 0) close();
          }}
          onLine={(line) => setSheet({ kind: "item", item: line.item, line })}
          onSend={send}
          onClose={close}
        />
      )}
      {sheet.kind === "item" && (
        <ItemDialog
          item={sheet.item}
          withPicture
          {...(sheet.line === undefined ? {} : { line: sheet.line })}
          onDone={(line) => {
            const before = sheet.line;
            if (before === undefined) put(line);
            else setCart(changeCartLine(cart, before.lineId, line));
            setSheet({ kind: before === undefined ? "none" : "cart" });
          }}
          onClose={() => setSheet({ kind: sheet.line === undefined ? "none" : "cart" })}
        />
      )}
      {sheet.kind === "wishes" && (
        <WishSheet
          isRoom={place?.kind === "room"}
          onWish={(what, text) => {
            desk.service(what, text);
            close();
            top.current?.scrollIntoView({ block: "start" });
          }}
          onClose={close}
        />
      )}
    </>
  );
}

interface CartBarProps {
  count: number;
  total: number;
  currency: string;
  onOpen: () => void;
}

function CartBar({ count, total, currency, onOpen }: CartBarProps) {
  // What is read aloud changes with the cart, not with every rendering.
  const [said, say] = useState("");
  useEffect(() => say(count === 0 ? "" : t("guest.cart.count", { count })), [count]);
  return (
    <div class="cart-bar" data-testid="cart-bar" data-count={count}>
      <p class="hidden-visually" role="status">
        {said}
      </p>
      {count > 0 && (
        <button type="button" class="primary large cart-open" data-testid="cart-open" onClick={onOpen}>
          <span class="cart-count figure">{count}</span>
          <span>{t("guest.cart.open")}</span>
          <span class="money">{formatMoney(total, currency, locale)}</span>
        </button>
      )}
    </div>
  );
}
