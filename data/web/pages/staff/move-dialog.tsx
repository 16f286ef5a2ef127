// SPDX-License-Identifier: Apache-2.0
// To another table, or some of it to an order of its own: what, and where to.

import type { Order } from "@bellhop/client";
import { useState } from "preact/hooks";

import { moveTargets } from "../house/orders";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import type { Tile } from "./floor-list";
import { describeChoices } from "./line-text";
import { isWhole, movableLines, type Target } from "./move-lines";

interface MoveDialogProps {
  order: Order;
  tiles: readonly Tile[];
  onMove: (counts: ReadonlyMap<string, number>, target: Target, name: string) => void;
  onClose: () => void;
}

interface Option {
  value: string;
  text: string;
  target: Target;
  /** Nothing would change: all of an order to where it is. */
  isHere: boolean;
}

function optionsFor(order: Order, tiles: readonly Tile[]): Option[] {
  const here = tiles.find(({ place }) => place.placeId === order.placeId);
  const toPlace = ({ place, seatingId }: Tile): Option => ({
    value: `place ${place.placeId}`,
    text: place.placeId === order.placeId ? t("staff.move.here") : place.title,
    target: { kind: "place", placeId: place.placeId, seatingId },
    isHere: place.placeId === order.placeId,
  });
  const toOrder = (one: Order, title: string): Option => ({
    value: `order ${one.orderId}`,
    text: t("staff.move.order", { number: one.number, place: title }),
    target: { kind: "order", orderId: one.orderId, source: one.source, note: one.note },
    isHere: false,
  });
  return [
    ...(here === undefined ? [] : [toPlace(here)]),
    ...tiles.flatMap(({ orders, place }) =>
      moveTargets(orders, order).map((one) => toOrder(one, place.title)),
    ),
    ...tiles.filter((tile) => tile !== here && tile.isPlace).map(toPlace),
  ];
}

export function MoveDialog({ order, tiles, onMove, onClose }: MoveDialogProps) {
  const lines = movableLines(order);
  const [counts, setCounts] = useState<ReadonlyMap<string, number>>(
    () => new Map(lines.map(({ lineId, quantity }) => [lineId, quantity])),
  );
  const [wanted, want] = useState("");
  const options = optionsFor(order, tiles);
  const chosen = options.find(({ value }) => value === wanted);
  const count = (lineId: string) => counts.get(lineId) ?? 0;
  const set = (lineId: string, value: number) => setCounts(new Map([...counts, [lineId, value]]));
  const none = lines.every(({ lineId }) => count(lineId) === 0);
  const pointless = chosen !== undefined && chosen.isHere && isWhole({ order, counts });
  const hint = none
    ? t("staff.move.none")
    : pointless
      ? t("staff.move.pointless")
      : "";

  return (
    <Dialog
      title={t("staff.move.title", { number: order.number })}
      onClose={onClose}
      testId="move-dialog"
    >
      <ul class="move-lines">
        {lines.map((line) => {
          const about = describeChoices(line);
          return (
            <li key={line.lineId} class="cart-line" data-testid="move-line">
              <div class="cart-line-open">
                <span class="dish-name">{line.name}</span>
                {about !== "" && <span class="soft">{about}</span>}
              </div>
              <div class="cart-line-count">
                <button
                  type="button"
                  data-testid="move-less"
                  aria-label={`${t("item.less")}: ${line.name}`}
                  disabled={count(line.lineId) === 0}
                  onClick={() => set(line.lineId, count(line.lineId) - 1)}
                >
                  −
                </button>
                <output class="figure" aria-label={t("item.quantity")}>
                  {t("staff.move.count", { count: count(line.lineId), all: line.quantity })}
                </output>
                <button
                  type="button"
                  data-testid="move-more"
                  aria-label={`${t("item.more")}: ${line.name}`}
                  disabled={count(line.lineId) >= line.quantity}
                  onClick={() => set(line.lineId, count(line.lineId) + 1)}
                >
                  +
                </button>
              </div>
            </li>
          );
        })}
      </ul>
      <label class="field">
        <span>{t("staff.move.to")}</span>
        <select
          value={wanted}
          data-testid="move-to"
          onChange={(event) => want(event.currentTarget.value)}
        >
          <option value="">{t("staff.move.choose")}</option>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <p class="soft" role="status">
        {hint}
      </p>
      <button
        type="button"
        class="primary large"
        data-testid="move-done"
        disabled={chosen === undefined || none || pointless}
        onClick={() => {
          if (chosen !== undefined) onMove(counts, chosen.target, chosen.text);
        }}
      >
        {t("staff.move.do")}
      </button>
    </Dialog>
  );
}
