// SPDX-License-Identifier: Apache-2.0
// The transport to the hub as a link of the log: one link for each hub, told when the way is another.

import type { ReplicaLink } from "./log/replica-link";
import type { Replicator } from "./log/replicator";
import type { Snapshot } from "./log/snapshot-joiner";
import type { Message } from "./messages";
import type { Transport } from "./transport";

export class HubReplication {
  readonly #transport: Transport;
  readonly #replicator: Replicator;
  readonly #onView: (snapshot: Snapshot) => void;
  readonly #unsubscribe: (() => void)[];
  #link: ReplicaLink | null = null;
  #epoch = -1;

  constructor(transport: Transport, replicator: Replicator, onView: (snapshot: Snapshot) => void) {
    this.#transport = transport;
    this.#replicator = replicator;
    this.#onView = onView;
    this.#unsubscribe = [
      transport.on("hub", () => this.#drop()),
      // A hub that died does not say that it left.
      transport.on("path", (path) => {
        if (path === "none") this.#link?.pause();
      }),
      transport.on("ready", () => this.#onReady()),
    ];
    this.#onReady();
  }

  /** Whether the message was about the log. */
  receive(message: Message): boolean {
    return this.#link?.receive(message) ?? false;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#drop();
  }

  #drop(): void {
    this.#link?.close();
    this.#link = null;
  }

  #onReady(): void {
    const { hub, path, epoch } = this.#transport;
    if (hub === null || path === "none") return;
    if (this.#link === null) {
      this.#epoch = epoch;
      const deviceId = hub.deviceId ?? hub.peerId;
      this.#link = this.#replicator.addLink({
        peer: { deviceId, role: "hub", trusted: true, level: "hub" },
        send: (message) => this.#transport.send(message),
        onView: this.#onView,
      });
    } else if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#link.restart();
    } else this.#link.ready();
  }
}
