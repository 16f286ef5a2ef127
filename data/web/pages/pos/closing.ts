// SPDX-License-Identifier: Apache-2.0
// The end of an order. Pure.

import type { Order, OrderLine, PropertyDraft } from "@bellhop/client";

import { changeOrder, setLineState } from "../house/orders";

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
