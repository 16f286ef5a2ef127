// SPDX-License-Identifier: Apache-2.0
// Typed events. A listener that throws is reported and holds up neither the others nor the sender.

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(detail: never) => void>>();

  /** Returns the function that removes the listener again. */
  on<Name extends keyof Events>(
    name: Name,
    listener: (detail: Events[Name]) => void,
  ): () => void {
    let set = this.#listeners.get(name);
    if (set === undefined) {
      set = new Set();
      this.#listeners.set(name, set);
    }
    set.add(listener);
    return () => {
      this.#listeners.get(name)?.delete(listener);
    };
  }

  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    const set = this.#listeners.get(name);
    if (set === undefined) return;
    for (const listener of [...set]) {
      try {
        (listener as (detail: Events[Name]) => void)(detail);
      } catch (error) {
        console.error(error);
      }
    }
  }

  removeAll(): void {
    this.#listeners.clear();
  }
}
