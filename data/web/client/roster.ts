// SPDX-License-Identifier: Apache-2.0
// Who else is in the room, as the server names them.

import { Emitter } from "./emitter";
import type { PeerInfo } from "./messages";
import type { SignalingClient } from "./signaling-client";

export interface RosterEvents {
  changed: undefined;
}

export class Roster extends Emitter<RosterEvents> {
  readonly #peers = new Map<string, PeerInfo>();
  readonly #unsubscribe: (() => void)[];
  #ownPeerId = "";

  constructor(signaling: SignalingClient) {
    super();
    this.#unsubscribe = [
      signaling.on("joined", (joined) => {
        this.#ownPeerId = joined.peerId;
        this.#peers.clear();
        this.#add(joined.peers);
        this.emit("changed", undefined);
      }),
      signaling.on("message", (message) => {
        if (message.type !== "presence") return;
        this.#add(message.joined);
        for (const peerId of message.left) this.#peers.delete(peerId);
        this.emit("changed", undefined);
      }),
    ];
  }

  get peers(): PeerInfo[] {
    return [...this.#peers.values()];
  }

  /** @param to a peerId, or a deviceId: then any page of that device */
  find(to: string): PeerInfo | null {
    return this.#peers.get(to) ?? this.peers.find(({ deviceId }) => deviceId === to) ?? null;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.removeAll();
  }

  #add(peers: PeerInfo[]): void {
    for (const peer of peers)
      if (peer.peerId !== this.#ownPeerId) this.#peers.set(peer.peerId, peer);
  }
}
