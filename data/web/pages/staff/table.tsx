// SPDX-License-Identifier: Apache-2.0
// A table: what it has ordered, and what it orders next.

import { newId, type Order, type OrderLine, type Property, type PropertyDraft } from "@bellhop/client";
import { useRef, useState } from "preact/hooks";

import { countDown, findShort } from "../house/availability";
import { readMenu, type Menu } from "../house/menu";
import { formatMoney } from "../house/money";
import {
  acceptOwn,
  addNote,
  changeLine,
  endLines,
  hasRoomForNote,
  openOrder,
  orderLines,
  setLineState,
  waitingLines,
} from "../house/orders";
import { currentPersonId } from "../house/person";
import { locale, t } from "../messages";
import {
  addToCart,
  cartCount,
  cartTotal,
  changeCartLine,
  needsChoice,
  newLine,
  setQuantity,
  staleLines,
  withoutSent,
  type Cart,
  type CartLine,
} from "../order/cart";
import type { Acts } from "./acts";
import { standardOrder, type Tile } from "./floor-list";
import { planMove, type Target } from "./move-lines";
import { CartLines, OrderPart } from "./table-lines";
import { TableMenu } from "./table-menu";
import { TableSheet, type Sheet } from "./table-sheet";
import { useTableCart, type Carts } from "./use-carts";

interface TableProps {
  property: Property;
  tile: Tile;
  tiles: readonly Tile[];
  menu: Menu;
  carts: Carts;
  acts: Acts;
  onBack: () => void;
}

const NEW = "new";

/** An order without a table has the id under which its cart was kept, but that of a table or an order that is gone. */
function idOfNew(property: Property, id: string, isPlace: boolean): string {
  const isTaken = isPlace || property.order(id) !== null || property.record(`place/${id}`) !== null;
  return isTaken ? newId() : id;
}

/** Puts the cart into that order, or a new one: header and lines become durable together. */
async function planSend(
  property: Property,
  { place, isPlace, seatingId }: Tile,
  target: Order | null,
  cart: Cart,
  note: string,
  currency: string,
): Promise<PropertyDraft[]> {
  const personId = currentPersonId();
  const nextVersion = (entity: string) => property.nextVersion(entity);
  const counted = () => countDown(cart, readMenu(property).items, nextVersion);
  if (target === null) {
    const orderId = idOfNew(property, place.placeId, isPlace);
    const number = await property.nextNumber();
    const placeId = isPlace ? place.placeId : null;
    const said = note === "" ? {} : { note };
    const head = { number, currency, source: "staff" as const, placeId, seatingId, ...said };
    return [openOrder(orderId, head, personId), ...orderLines(orderId, cart, personId), ...counted()];
  }
  const { orderId } = target;
  const added = cart.map(({ lineId }) => ({ recordId: orderId, lineId }));
  return [
    ...orderLines(orderId, cart, personId),
    ...addNote(target, note, nextVersion),
    ...acceptOwn(target, added, personId),
    ...counted(),
  ];
}

/** @param wanted an order's id; "": whichever is usual. One that has gone meanwhile: a new one */
function targetOf(orders: readonly Order[], wanted: string): Order | null {
  if (wanted === "") return standardOrder(orders);
  return orders.find(({ orderId, closed }) => orderId === wanted && !closed) ?? null;
}

export function Table({ property, tile, tiles, menu, carts, acts, onBack }: TableProps) {
  const { place, orders } = tile;
  const { cart, note, change } = useTableCart(carts, place.placeId, menu.items);
  const [course, setCourse] = useState(0);
  const [part, setPart] = useState<"menu" | "order">(orders.length > 0 ? "order" : "menu");
  const [wanted, want] = useState("");
  const [sheet, setSheet] = useState<Sheet>({ kind: "none" });
  const sending = useRef(false);
  const close = () => setSheet({ kind: "none" });
  const target = targetOf(orders, wanted);
  const going = orders.filter(({ closed }) => !closed);
  const count = cartCount(cart);
  const nextVersion = (entity: string) => property.nextVersion(entity);

  const changeCart = (edit: (now: Cart) => Cart) =>
    change((now) => ({ ...now, cart: edit(now.cart) }));
  const put = (line: Omit<CartLine, "lineId">) =>
    changeCart((now) => addToCart(now, course === 0 ? line : { ...line, course: line.course ?? course }));
  const send = async () => {
    // A second tap before the first has got its number is the same one.
    if (sending.current) return;
    const [stale] = staleLines(cart, menu.items);
    if (stale !== undefined) {
      acts.tell(t("till.out.send", { name: stale.item.name }));
      return;
    }
    const short = findShort(cart, menu.items);
    if (short !== undefined) {
      acts.tell(t("till.left.send", { name: short.name, count: short.remaining ?? 0 }));
      return;
    }
    // It may be an allergy: the end of it is not left out.
    if (target !== null && !hasRoomForNote(target.note, note.trim())) {
      acts.tell(t("staff.note.full", { number: target.number }));
      return;
    }
    sending.current = true;
    let isOut = false;
    const take = async () => {
      const drafts = await planSend(property, tile, target, cart, note.trim(), menu.currency);
      // What was tapped meanwhile is not in it, and stays.
      change((now) => ({
        cart: withoutSent(now.cart, cart),
        note: now.note === note ? "" : now.note,
      }));
      isOut = true;
      want("");
      setPart("order");
      return drafts;
    };
    try {
      const sent = acts.isAlone ? "staff.sent.away" : "staff.sent";
      const isKept = await acts.write(take, t(sent, { name: place.title }));
      if (!isKept && isOut)
        change((now) => ({
          cart: [...cart, ...now.cart],
          note: now.note === "" ? note : now.note,
        }));
    } finally {
      sending.current = false;
    }
  };
  const write = (drafts: PropertyDraft[], said: string, canUndo: boolean) => {
    close();
    void acts.write(drafts, said, canUndo);
  };
  const accept = (order: Order) =>
    write(
      setLineState(waitingLines(order), "accepted", currentPersonId()),
      t("staff.accepted", { name: place.title }),
      true,
    );
  const serve = (lines: OrderLine[]) =>
    write(
      setLineState(lines, "served", currentPersonId()),
      t("staff.served", { name: place.title }),
      true,
    );
  const move = async (order: Order, counts: ReadonlyMap<string, number>, to: Target, name: string) => {
    close();
    const plan = async () => {
      const number = to.kind === "order" ? "" : await property.nextNumber();
      const personId = currentPersonId();
      return planMove({ order, counts, target: to, number, personId, nextVersion });
    };
    const isCut = to.kind === "order" && !hasRoomForNote(to.note, order.note);
    await acts.write(plan, t(isCut ? "staff.moved.note" : "staff.moved", { name }));
  };

  return (
    <div class="table-view" data-testid="table" data-part={part}>
      <header class="page-head table-head">
        <button type="button" class="quiet back" data-testid="back" onClick={onBack}>
          {t("staff.tables")}
        </button>
        <h1>{place.title}</h1>
        <div class="segments table-parts" role="group" aria-label={place.title}>
          {(["menu", "order"] as const).map((one) => (
            <button
              key={one}
              type="button"
              class="segment"
              data-testid={`part-${one}`}
              data-chosen={part === one}
              aria-pressed={part === one}
              onClick={() => setPart(one)}
            >
              {one === "menu" ? t("page.menu") : t("staff.order.part", { count: orders.length })}
            </button>
          ))}
        </div>
      </header>
      <div class="table-columns">
        <TableMenu
          menu={menu}
          cart={cart}
          course={course}
          onCourse={setCourse}
          onItem={(item) =>
            needsChoice(item) ? setSheet({ kind: "item", item }) : put(newLine(item))
          }
        />
        <div class="table-order">
          {count > 0 && (
            <CartLines
              cart={cart}
              items={menu.items}
              currency={menu.currency}
              note={note}
              onNote={(text) => change((now) => ({ ...now, note: text }))}
              onQuantity={({ lineId }, quantity) => changeCart((now) => setQuantity(now, lineId, quantity))}
              onLine={(line) => setSheet({ kind: "item", item: line.item, line })}
            />
          )}
          {count > 0 && going.length > 0 && (
            <label class="field">
              <span>{t("staff.send.to")}</span>
              <select
                value={target === null ? NEW : target.orderId}
                data-testid="send-to"
                onChange={(event) => want(event.currentTarget.value)}
              >
                {going.map(({ orderId, number }) => (
                  <option key={orderId} value={orderId}>
                    {t("staff.order.number", { number })}
                  </option>
                ))}
                <option value={NEW}>{t("staff.send.new")}</option>
              </select>
            </label>
          )}
          {orders.map((order) => (
            <OrderPart
              key={order.orderId}
              property={property}
              order={order}
              onLine={({ orderId }, { lineId }) => setSheet({ kind: "line", orderId, lineId })}
              onAccept={accept}
              onDecline={({ orderId }) => setSheet({ kind: "decline", orderId })}
              onServe={({ lines }) => serve(lines.filter(({ state }) => state === "ready"))}
              onMove={({ orderId }) => setSheet({ kind: "move", orderId })}
            />
          ))}
          {count === 0 && orders.length === 0 && <p class="soft table-none">{t("staff.table.none")}</p>}
        </div>
      </div>
      {count > 0 && (
        <div class="send-bar">
          <button type="button" class="send-look" data-testid="cart-look" onClick={() => setPart("order")}>
            <span class="cart-count figure">{count}</span>
            <span class="money">{formatMoney(cartTotal(cart), menu.currency, locale)}</span>
          </button>
          <button type="button" class="primary large" data-testid="send" onClick={() => void send()}>
            {t("staff.send")}
          </button>
        </div>
      )}
      <TableSheet
        sheet={sheet}
        tile={tile}
        tiles={tiles}
        onClose={close}
        onItem={(line, before) => {
          close();
          if (before === undefined) put(line);
          else changeCart((now) => changeCartLine(now, before.lineId, line));
        }}
        onRemove={({ lineId }) => {
          close();
          changeCart((now) => setQuantity(now, lineId, 0));
        }}
        onChange={(line, change) =>
          write([changeLine(property, line, change, nextVersion)], t("staff.changed", { name: line.name }), false)
        }
        onServe={(line) => serve([line])}
        onEnd={(lines, state, reason) =>
          write(
            endLines(lines, state, reason, currentPersonId()),
            t(state === "declined" ? "staff.declined" : "staff.cancelled", { name: place.title }),
            true,
          )
        }
        onMove={(...wanted) => void move(...wanted)}
      />
    </div>
  );
}
