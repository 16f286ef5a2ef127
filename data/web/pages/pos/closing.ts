// SPDX-License-Identifier: Apache-2.0
// The end of an order, and how it is taken back. Pure.

import type { Order, OrderLine, PropertyDraft } from "@bellhop/client";

import { changeOrder, setLineState, type NewOrder } from "../house/orders";
import type { RecordSource } from "../house/source";
import { undoLines } from "../house/undo";
import { lateLines } from "./day-totals";
import { moveToNew } from "./move-plan";

/**
 * What closes the order. One that is closed already, and was opened for what came after, is not closed
 * again: each closing counts the whole order on its day.
 *
 * @param handedOut lines that are served with it
 * @param nextVersion of Property
 */
export function closeOrder(
  order: Order,
  handedOut: readonly OrderLine[],
  personId: string | null,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  return [
    ...setLineState(handedOut, "served", personId),
    ...(order.closed ? [] : [changeOrder(order.orderId, { closed: true }, nextVersion)]),
  ];
}

/** Opens it again; what was handed out only by closing it is not any more. */
export function reopenOrder(
  source: RecordSource,
  orderId: string,
  handedOut: readonly OrderLine[],
  personId: string | null,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  const ids = new Set(handedOut.map(({ lineId }) => lineId));
  const served = (source.order(orderId)?.lines ?? []).filter(
    ({ lineId, state }) => ids.has(lineId) && state === "served",
  );
  return [
    changeOrder(orderId, { closed: false }, nextVersion),
    ...undoLines(source, served, personId),
  ];
}

/** Puts what came too late for the day that counted the order on one of its own. Nothing did: no drafts. */
export function partLate(
  source: RecordSource,
  order: Order,
  to: { orderId: string; header: Pick<NewOrder, "number" | "source"> },
  personId: string | null,
  nextVersion: (entity: string) => number,
): PropertyDraft[] {
  const late = lateLines(source, order);
  if (late.length === 0) return [];
  const { currency, placeId, seatingId } = order;
  const header = { ...to.header, currency, placeId, seatingId };
  const moving = new Map(late.map(({ lineId, quantity }) => [lineId, quantity]));
  return moveToNew(order, late, moving, { orderId: to.orderId, header }, personId, nextVersion);
}
