// SPDX-License-Identifier: Apache-2.0
// A store for several properties, one after the other: each closes the store it has, and a store opens
// once only. Beneath them it stays open.

import type { LogStore } from "./log/log-store";

export class LentStore {
  /** As each property has it, until its close(). */
  readonly store: LogStore;
  readonly #given: LogStore;

  constructor(given: LogStore) {
    this.#given = given;
    let isOpen = false;
    const own: Pick<LogStore, "open" | "close"> = {
      open: async () => {
        if (!isOpen) await given.open();
        isOpen = true;
      },
      close: () => Promise.resolve(),
    };
    this.store = new Proxy(given, {
      get: (target, name) => {
        const value: unknown = Reflect.get(name in own ? own : target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** It is lost, or nobody needs it any more. */
  end(): Promise<void> {
    return this.#given.close();
  }
}
