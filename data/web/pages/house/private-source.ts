// SPDX-License-Identifier: Apache-2.0
// The property's records together with the private messages that the hub shows this device. What was
// written here privately is in both: here at once, at the hub with the marks of those who read it.

import type { EntityRecord, Order, Property, ViewFollower } from "@bellhop/client";

import type { ChangingSource } from "./use-house";

function join(own: EntityRecord, shown: EntityRecord): EntityRecord {
  return {
    items: { ...own.items, ...shown.items },
    registers: { ...own.registers, ...shown.registers },
  };
}

export class PrivateSource implements ChangingSource {
  readonly #property: Property;
  readonly #view: ViewFollower | null;

  constructor(property: Property, view: ViewFollower | null) {
    this.#property = property;
    this.#view = view;
  }

  record(name: string): EntityRecord | null {
    const own = this.#property.record(name);
    const shown = this.#view?.record(name) ?? null;
    return own === null || shown === null ? (own ?? shown) : join(own, shown);
  }

  records(type: string): [name: string, record: EntityRecord][] {
    const all = new Map(this.#property.records(type));
    for (const [name, shown] of this.#view?.records(type) ?? []) {
      const own = all.get(name);
      all.set(name, own === undefined ? shown : join(own, shown));
    }
    return [...all];
  }

  order(orderId: string): Order | null {
    return this.#property.order(orderId);
  }

  on(name: "changed", listener: (change: { entities: string[] }) => void): () => void {
    const offs = [this.#property.on(name, listener), this.#view?.on(name, listener)];
    return () => {
      for (const off of offs) off?.();
    };
  }
}
