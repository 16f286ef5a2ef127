// SPDX-License-Identifier: Apache-2.0
// Large messages of other devices come by the relay in parts, those of several at a time.

import { ChunkJoiner } from "./chunks";
import type { Message } from "./messages";

/** Devices whose messages are put together at a time; the one that began first makes way. */
const MAX_JOINERS = 32;

export class DeviceJoiner {
  readonly #joiners = new Map<string, ChunkJoiner>();

  /** The message that is whole with this; null: there is more to come. */
  join(peerId: string, payload: Message): Message | null {
    let joiner = this.#joiners.get(peerId);
    if (joiner === undefined) {
      joiner = new ChunkJoiner();
      this.#joiners.set(peerId, joiner);
      const [oldest] = this.#joiners.keys();
      if (this.#joiners.size > MAX_JOINERS && oldest !== undefined) this.#joiners.delete(oldest);
    }
    return joiner.join(payload);
  }

  forget(peerId: string): void {
    this.#joiners.delete(peerId);
  }
}
