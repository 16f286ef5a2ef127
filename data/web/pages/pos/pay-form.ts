// SPDX-License-Identifier: Apache-2.0
// One payment at a time: what was due when it was last looked at, and which payment is under way. Pure.

import type { Order } from "@bellhop/client";

export interface PayForm {
  /** Of the payment that is taken next: a second tap takes no second one. */
  paymentId: string;
  /** As the person who takes it has seen it. */
  due: number;
  /** Something was chosen; what is left after a part is not taken by habit. */
  isChosen: boolean;
  /** It was taken, and the order does not show it yet. */
  isSent: boolean;
  /** What goes back of the one before; null: there was none. */
  change: number | null;
}

export function beginPayForm(due: number, paymentId: string): PayForm {
  return { paymentId, due, isChosen: true, isSent: false, change: null };
}

/** Once the order shows the payment, the next may be taken. */
export function followOrder(form: PayForm, order: Order, nextId: () => string): PayForm {
  if (!form.isSent) return form;
  const isThere = order.payments.some(({ paymentId }) => paymentId === form.paymentId);
  if (!isThere) return form;
  return { ...form, paymentId: nextId(), due: order.due, isChosen: false, isSent: false };
}

/** Somebody changed the order under the form. */
export function hasMoved(form: PayForm, order: Order): boolean {
  return !form.isSent && form.due !== order.due;
}

export function mayTake(form: PayForm, order: Order): boolean {
  return form.isChosen && !form.isSent && !hasMoved(form, order);
}
