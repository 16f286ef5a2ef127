// SPDX-License-Identifier: Apache-2.0
// Lines go to a bill of their own or to another order: choose how many of each, then where to.

import { newId, type Order } from "@bellhop/client";
import { useState } from "preact/hooks";

import { formatMoney } from "../house/money";
import { hasRoomForNote, isOver, moveTargets } from "../house/orders";
import { currentPersonId } from "../house/person";
import { seatAt } from "../house/seatings";
import { locale, t } from "../messages";
import { Dialog } from "../theme/dialog";
import { Stepper } from "./fields";
import { countMoving, moveTo, moveToNew, type Moving } from "./move-plan";
import { placeOf, sortOrders } from "./order-strip";
import type { Till } from "./use-till";

export interface MoveDialogProps {
  till: Till;
  order: Order;
  /** Chosen at first; null: none is. */
  lineId: string | null;
  onClose: () => void;
}

export function MoveDialog({ till, order, lineId, onClose }: MoveDialogProps) {
  const lines = order.lines.filter((line) => !isOver(line));
  const [moving, setMoving] = useState<Moving>(
    () => new Map(lines.filter((line) => line.lineId === lineId).map((line) => [line.lineId, line.quantity])),
  );
  const [place, setPlace] = useState(order.placeId ?? "");
  const count = countMoving(moving);
  const others = sortOrders(moveTargets(till.orders, order), till.places);
  const nextVersion = (entity: string) => till.property.nextVersion(entity);

  const toOrder = (other: Order) => {
    void till.write(moveTo(order, lines, moving, other, currentPersonId(), nextVersion));
    const isCut = !hasRoomForNote(other.note, order.note);
    till.tell(t(isCut ? "till.moved.note" : "till.moved", { count, number: other.number }));
    onClose();
  };
  const toNewOrder = async () => {
    const orderId = newId();
    const number = await till.property.nextNumber();
    const { currency } = order;
    const personId = currentPersonId();
    const seat = seatAt(till.property, place === "" ? null : place);
    const header = { number, currency, source: "pos" as const, ...seat };
    const drafts = moveToNew(order, lines, moving, { orderId, header }, personId, nextVersion);
    if (await till.write(drafts)) till.tell(t("till.moved", { count, number }));
  };
  return (
    <Dialog title={t("till.move.title")} onClose={onClose} testId="move">
      <p class="soft">{t("till.move.about")}</p>
      <ul class="till-move-lines">
        {lines.map((line) => (
          <li key={line.lineId} data-testid="move-line">
            <span class="till-sum-name">
              {line.name}
              <span class="soft"> {formatMoney(line.net, order.currency, locale)}</span>
            </span>
            <Stepper
              label={t("item.quantity")}
              name={line.name}
              value={moving.get(line.lineId) ?? 0}
              min={0}
              max={line.quantity}
              testId="move-count"
              onChange={(value) => setMoving(new Map(moving).set(line.lineId, value))}
            />
          </li>
        ))}
      </ul>
      <label class="field">
        <span>{t("till.move.new-at")}</span>
        <select
          value={place}
          data-testid="move-place"
          onChange={(event) => setPlace(event.currentTarget.value)}
        >
          <option value="">{t("till.counter")}</option>
          {till.places.map(({ placeId, title }) => (
            <option key={placeId} value={placeId}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="primary large"
        data-testid="move-new"
        disabled={count === 0}
        onClick={() => {
          void toNewOrder();
          onClose();
        }}
      >
        {t("till.move.new", { count })}
      </button>
      {others.length > 0 && (
        <section class="till-targets" aria-label={t("till.move.other")}>
          <h3>{t("till.move.other")}</h3>
          <div class="till-quick">
            {others.map((other) => (
              <button
                key={other.orderId}
                type="button"
                disabled={count === 0}
                data-testid="move-to"
                data-number={other.number}
                onClick={() => toOrder(other)}
              >
                {placeOf(till.places, other.placeId)} · {other.number}
              </button>
            ))}
          </div>
        </section>
      )}
    </Dialog>
  );
}
