// SPDX-License-Identifier: Apache-2.0
// The end of an order, and how it is taken back. Pure.

import type { Order, OrderLine, PropertyDraft } from "@bellhop/client";

import { changeOrder, setLineState } from "../house/orders";
import type { RecordSource } from "../house/source";
import { undoLines } from "../house/undo";

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
