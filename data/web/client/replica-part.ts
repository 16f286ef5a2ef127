// SPDX-License-Identifier: Apache-2.0
// What a connection knows of its part in the property's log. Only types: a page that keeps no log does
// not carry the code for it.

import type { Clock } from "./clock";
import type { ConnectionOptions } from "./connection-options";
import type { DeviceKeys, Forgery } from "./device-keys";
import type { LogStore } from "./log/log-store";
import type { Order } from "./log/order-state";
import type { Property } from "./log/property";
import type { Level } from "./log/property-types";
import type { ViewFollower } from "./log/view-follower";
import type { DeviceIdentity } from "./identity";
import type { Message, PeerInfo } from "./messages";
import type { SignalingClient } from "./signaling-client";
import type { Transport } from "./transport";

/**
 * Where the log is kept: IndexedDB in a browser, memory in a program, unless a store is given. That is opened
 * once and closed by the connection's close(). Given by a function, another one is asked for where it is lost.
 */
export type PropertyChoice = boolean | { store: LogStore | (() => LogStore) };

export interface ReplicaEvents {
  /** The replica is ready, is another one, or is gone: our role changed. */
  property: Property | null;
  /** An order is new or reads otherwise than before. */
  order: { order: Order };
  /** An operation of ours, and all before it in its log, are stored more safely than before. */
  level: { logId: string; seq: number; level: Level };
  /** A way to another device opened, closed, or takes more. */
  direct: { peer: PeerInfo; isOpen: boolean };
  /** Of another device, by a direct channel. */
  peerMessage: { peer: PeerInfo; message: Message };
  /** What the simple face is told: acks of commands, orders and notifications of others. */
  tell: Message;
  /** A command that it took by run(), and that is the hub's after all. */
  forHub: Message;
  forged: { peerId: string; reason: Forgery };
}

export interface ReplicaContext {
  options: ConnectionOptions;
  /** null: a guest. */
  keys: DeviceKeys | null;
  clock: Clock;
  signaling: SignalingClient;
  transport: Transport;
}

export interface ReplicaPart {
  readonly property: Property | null;
  readonly view: ViewFollower | null;
  readonly direct: PeerInfo[];
  /** Commands that it took and that nobody has answered yet. */
  readonly waiting: number;
  on<Name extends keyof ReplicaEvents>(
    name: Name,
    listener: (detail: ReplicaEvents[Name]) => void,
  ): () => void;
  /** Of the hub; whether it was about the log. */
  receive(message: Message): boolean;
  /** Whether it carries out the command of another device itself; the answer comes by `answer`. */
  serve(from: PeerInfo, message: Message, answer: (message: Message) => void): boolean;
  /**
   * Whether it carries out our command itself, and says so by `tell`; as soon as it is clear whether there is
   * a property, and it is open. Throws OutboxFullError.
   */
  run(message: Message): boolean;
  /** Whether a direct channel to this peer or device took it. */
  sendDirect(to: string, message: Message): boolean;
  getStats(to: string): Promise<RTCStatsReport | null>;
  /** What the hub renewed: our role may be another. */
  update(identity: DeviceIdentity): void;
  wake(): void;
  close(): void;
}

export type ReplicaFactory = (context: ReplicaContext) => ReplicaPart;
