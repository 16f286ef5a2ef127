// SPDX-License-Identifier: Apache-2.0
// The order that is open at the till, what was tapped for it and not sent, and how it is sent.

import { newId, type Order, type Property } from "@bellhop/client";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { countDown, findShort } from "../house/availability";
import { readMenu, type Menu } from "../house/menu";
import { acceptOwn, isOpen, openOrder, orderLines, readOpenOrders } from "../house/orders";
import { currentPersonId } from "../house/person";
import { readPlaces, type Place } from "../house/places";
import { seatAt } from "../house/seatings";
import { useRecords, useWrite, type Write } from "../house/use-house";
import { t } from "../messages";
import { staleLines, withoutSent, type Cart } from "../order/cart";
import type { Toast } from "../theme/toast";
import {
  cartOf,
  isDraft,
  keepUnsent,
  KEPT,
  NEW,
  recallUnsent,
  rescueUnsent,
  withCart,
  type Unsent,
} from "./unsent";

const MENU = ["item", "category", "modifier", "tax", "station", "property"] as const;
const ORDERS = ["order"] as const;
const PLACES = ["place"] as const;

export interface Till {
  property: Property;
  menu: Menu;
  places: readonly Place[];
  /** Those that somebody has still to do with; one that is closed may owe what came after. */
  orders: readonly Order[];
  /** null: a new one, which was not sent yet. */
  order: Order | null;
  /** Where the order is to be brought. */
  placeId: string | null;
  cart: Cart;
  unsent: Unsent;
  write: Write;
  tell: Toast["tell"];
  /** Shows that order, or what is kept as a draft; null: begins a new one. */
  open: (orderId: string | null) => void;
  /** Of the new order. */
  setPlace: (placeId: string | null) => void;
  setCart: (cart: Cart) => void;
  /** Adds what is not sent yet of the new order to that one, and shows it. */
  addTo: (orderId: string) => void;
  send: () => void;
}

const NAMED = /^#order\/([A-Za-z0-9_-]{1,64})$/;

function placeOfNew({ orderId, placeId, places }: Unsent): string | null {
  return orderId === null ? placeId : (places[orderId] ?? null);
}

function withPlace(unsent: Unsent, placeId: string | null): Unsent {
  const { orderId } = unsent;
  if (orderId === null) return { ...unsent, placeId };
  const others = Object.entries(unsent.places).filter(([key]) => key !== orderId);
  const places = Object.fromEntries(placeId === null ? others : [...others, [orderId, placeId]]);
  return { ...unsent, places };
}

/** Whether it is one of those that readOpenOrders() finds. */
function isListed(property: Property, orderId: string): boolean {
  const order = property.order(orderId);
  return order !== null && isOpen(property, order, property.hubNow());
}

/** With the order that another page sent us for, if it is open. */
function beginUnsent(property: Property): Unsent {
  const kept = recallUnsent();
  const [, orderId] = NAMED.exec(location.hash) ?? [];
  if (orderId === undefined) return kept;
  history.replaceState(history.state, "", location.pathname + location.search);
  return isListed(property, orderId) ? { ...kept, orderId } : kept;
}

export function useTill(property: Property, tell: Toast["tell"]): Till {
  const menu = useRecords(property, MENU, readMenu) ?? readMenu(property);
  const places = useRecords(property, PLACES, readPlaces) ?? [];
  const orders =
    useRecords(property, ORDERS, (source) => readOpenOrders(source, property.hubNow())) ?? [];
  const [unsent, setUnsent] = useState(() => beginUnsent(property));
  // What two taps between two renderings both stand on.
  const latest = useRef(unsent);
  const onLost = useCallback(() => tell(t("house.lost")), [tell]);
  const write = useWrite(property, onLost);
  const isSending = useRef(false);

  const show = (next: Unsent) => {
    latest.current = next;
    setUnsent(next);
  };
  const change = (next: Unsent) => show(keepUnsent(latest.current, next));
  // Another tab of this till: what it sent is not here to be sent again.
  useEffect(() => {
    const follow = ({ key: name }: StorageEvent) => {
      if (name?.endsWith(`.${KEPT}`) !== true) return;
      const { lines, places } = recallUnsent();
      const { orderId } = latest.current;
      const isOver = orderId !== null && isDraft(orderId) && lines[orderId] === undefined;
      show({ ...latest.current, lines, places, orderId: isOver ? null : orderId });
    };
    addEventListener("storage", follow);
    return () => removeEventListener("storage", follow);
  }, []);
  // A closed one that was opened stays until it is left: there may be change to give back.
  const closed = useRef<string | null>(null);
  const order =
    orders.find(({ orderId }) => orderId === unsent.orderId) ??
    (unsent.orderId !== null && unsent.orderId === closed.current
      ? property.order(unsent.orderId)
      : null);
  const key = unsent.orderId ?? NEW;

  // What was not sent with those that were closed, here or elsewhere, is not lost.
  useEffect(() => {
    if (isSending.current) return;
    const placeOf = (orderId: string) => {
      const known = property.order(orderId);
      return known?.closed === false ? undefined : (known?.placeId ?? null);
    };
    const { orderId } = latest.current;
    if (orderId !== closed.current) {
      const isClosed = orderId !== null && property.order(orderId)?.closed === true;
      closed.current = isClosed && isListed(property, orderId) ? orderId : null;
    }
    const isThere = (id: string) => id === closed.current || isListed(property, id);
    const rescued = rescueUnsent(latest.current, placeOf, isThere);
    if (rescued !== latest.current) change(rescued);
  }, [unsent.orderId, unsent.lines, orders]);

  async function send(): Promise<void> {
    if (isSending.current) return;
    const before = latest.current;
    const cart = cartOf(before, key, menu);
    if (cart.length === 0) return;
    const [stale] = staleLines(cart, menu.items);
    if (stale !== undefined) {
      tell(t("till.out.send", { name: stale.item.name }));
      return;
    }
    const short = findShort(cart, menu.items);
    if (short !== undefined) {
      tell(t("till.left.send", { name: short.name, count: short.remaining ?? 0 }));
      return;
    }
    isSending.current = true;
    try {
      const person = currentPersonId();
      const isNew = before.orderId === null || isDraft(before.orderId);
      const orderId = isNew ? newId() : (before.orderId ?? "");
      const { currency } = menu;
      const seat = seatAt(property, placeOfNew(before));
      const header =
        isNew
          ? [
              openOrder(
                orderId,
                { number: await property.nextNumber(), currency, source: "pos", ...seat },
                person,
              ),
            ]
          : [];
      const added = cart.map(({ lineId }) => ({ recordId: orderId, lineId }));
      const accepted = acceptOwn(property.order(orderId), added, person);
      const written = write([
        ...header,
        ...orderLines(orderId, cart, person),
        ...accepted,
        ...countDown(cart, readMenu(property).items, (entity) => property.nextVersion(entity)),
      ]);
      // What was tapped meanwhile stays: those lines were not in it.
      const rest = withoutSent(cartOf(latest.current, key, menu), cart);
      const kept = { ...withCart(latest.current, key, rest), orderId };
      change(before.orderId === null ? { ...kept, placeId: null } : kept);
      if (!(await written)) change(before);
    } finally {
      isSending.current = false;
    }
  }

  return {
    ...{ property, menu, places, orders, order, unsent, write, tell },
    placeId: order === null ? placeOfNew(unsent) : order.placeId,
    cart: cartOf(unsent, key, menu),
    open: (orderId) => change({ ...latest.current, orderId }),
    setPlace: (placeId) => change(withPlace(latest.current, placeId)),
    setCart: (cart) => {
      const next = withCart(latest.current, key, cart);
      // A draft of which nothing is left is none.
      change(cart.length === 0 && isDraft(key) ? { ...next, orderId: null } : next);
    },
    addTo: (orderId) => {
      const now = latest.current;
      const both = [...cartOf(now, orderId, menu), ...cartOf(now, key, menu)];
      const moved = { ...withCart(withCart(now, key, []), orderId, both), orderId };
      change(key === NEW ? { ...moved, placeId: null } : moved);
    },
    send: () => void send(),
  };
}
