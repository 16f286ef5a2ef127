// SPDX-License-Identifier: Apache-2.0
// Who else is in the room, as the server names them. Names are known on while there is no server, and whose
// they were also after that.

import { Emitter } from "./emitter";
import type { Joined, PeerInfo } from "./messages";
import type { SignalingClient } from "./signaling-client";

export interface RosterEvents {
  changed: undefined;
}

/** The one named longest ago is forgotten first. */
const MAX_SEEN = 1000;

interface Sighting {
  peer: PeerInfo;
  /** Each server has names of its own for us all. */
  serverId: string | undefined;
}

export class Roster extends Emitter<RosterEvents> {
  readonly #peers = new Map<string, PeerInfo>();
  /** By peerId: whoever was there, too. */
  readonly #seen = new Map<string, Sighting>();
  readonly #signaling: SignalingClient;
  readonly #unsubscribe: (() => void)[];
  /** What the list began with. */
  #joined: Joined | null = null;
  #ownPeerId = "";

  constructor(signaling: SignalingClient) {
    super();
    this.#signaling = signaling;
    this.#unsubscribe = [
      signaling.on("state", (state) => {
        if (state === "joined" || this.#joined === null) return;
        this.#joined = null;
        this.emit("changed", undefined);
      }),
      signaling.on("joined", (joined) => {
        this.#joined = joined;
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

  /** Whether they are there now, by these peerIds. */
  get isPresent(): boolean {
    return this.#joined !== null && this.#joined === this.#signaling.joined;
  }

  get peers(): PeerInfo[] {
    return [...this.#peers.values()];
  }

  /** @param to a peerId, or a deviceId: then any page of that device */
  find(to: string): PeerInfo | null {
    return this.#peers.get(to) ?? this.peers.find(({ deviceId }) => deviceId === to) ?? null;
  }

  /** Who has this peerId, or had it once; null: nobody of whom we heard. */
  recall(peerId: string): PeerInfo | null {
    return this.#seen.get(peerId)?.peer ?? null;
  }

  /** @param to as of find(); also a name that the hub had once, or has at another server */
  isHub(to: string): boolean {
    return (this.find(to) ?? this.recall(to))?.role === "hub";
  }

  /** Whether somebody at the server that we are at had this peerId, and nobody there has it now. */
  isMissing(peerId: string): boolean {
    const seen = this.#seen.get(peerId);
    const isFromHere = seen !== undefined && seen.serverId === this.#joined?.server.id;
    return this.isPresent && isFromHere && !this.#peers.has(peerId);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.removeAll();
  }

  #add(peers: PeerInfo[]): void {
    const serverId = this.#joined?.server.id;
    for (const peer of peers) {
      const { peerId } = peer;
      if (peerId === this.#ownPeerId) continue;
      this.#peers.set(peerId, peer);
      this.#seen.delete(peerId);
      this.#seen.set(peerId, { peer, serverId });
    }
    for (const peerId of this.#seen.keys()) {
      if (this.#seen.size <= MAX_SEEN) break;
      this.#seen.delete(peerId);
    }
  }
}
