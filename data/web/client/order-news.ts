// SPDX-License-Identifier: Apache-2.0
// What an integrator without interest in the log hears of it: orders that read otherwise, and, as the
// hub says to those that have no replica, orders with new lines and notifications of others.

import { Emitter } from "./emitter";
import type { Operation } from "./log/operation";
import type { Order } from "./log/order-state";
import type { Property } from "./log/property";
import type { Message } from "./messages";

export interface OrderNewsEvents {
  order: Order;
  message: Message;
}

const ORDER = "order/";
const MESSAGE = "message/";
/** Of a line that moved: the order that it is read in. */
const movedForm = /^line\/[^/]+\/orderId$/;

export class OrderNews extends Emitter<OrderNewsEvents> {
  readonly #property: Property;
  readonly #unsubscribe: (() => void)[];

  constructor(property: Property) {
    super();
    this.#property = property;
    this.#unsubscribe = [
      property.on("changed", ({ entities }) => this.#onChanged(entities)),
      property.on("committed", ({ operations }) => this.#onCommitted(operations)),
    ];
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.removeAll();
  }

  #onChanged(entities: string[]): void {
    const orderIds = new Set<string>();
    for (const name of entities) {
      if (!name.startsWith(ORDER)) continue;
      orderIds.add(name.slice(ORDER.length));
      for (const orderId of this.#movedTo(name)) orderIds.add(orderId);
    }
    for (const orderId of orderIds) {
      const order = this.#property.order(orderId);
      if (order !== null) this.emit("order", order);
    }
  }

  /** Orders that lines of this record went to. */
  #movedTo(name: string): string[] {
    const registers = this.#property.record(name)?.registers ?? {};
    return Object.entries(registers)
      .filter(([path]) => movedForm.test(path))
      .map(([, [orderId]]) => orderId)
      .filter((orderId): orderId is string => typeof orderId === "string");
  }

  #onCommitted(operations: Operation[]): void {
    const others = operations.filter(({ deviceId }) => deviceId !== this.#property.deviceId);
    const orders = new Set(
      others.filter(({ kind }) => kind === "order.lines").map(({ entity }) => entity),
    );
    for (const entity of orders) {
      const order = this.#property.order(entity.slice(ORDER.length));
      // What came late and is over is no news.
      if (order !== null && !order.closed) this.emit("message", { type: "order", order });
    }
    for (const { kind, entity, body, deviceId } of others) {
      if (kind !== "message.send") continue;
      const messageId = entity.slice(MESSAGE.length);
      const notification = { messageId, deviceId, ...body };
      this.emit("message", { type: "notification", notification });
    }
  }
}
