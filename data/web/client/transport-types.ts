// SPDX-License-Identifier: Apache-2.0
// What a transport is given and tells.

import type { Clock } from "./clock";
import type { DeviceKeys, Forgery } from "./device-keys";
import type { Message, PeerInfo } from "./messages";
import type { PeerConnectionConstructor } from "./peer-link";
import type { SignalingClient } from "./signaling-client";

/**
 * How what we say reaches the hub. `local-p2p`: by a channel of our own; that it goes by a TURN server
 * shows detectNetworkTopology() alone. `hub-relay`: by the hub's signaling, on its own network. `none`: not
 * just now; a cloud passes nothing on.
 */
export type Path = "local-p2p" | "hub-relay" | "none";

export interface TransportOptions {
  signaling: SignalingClient;
  tenantId: string;
  /** Of a paired device: its descriptions are signed, and the hub's must be. */
  keys?: DeviceKeys;
  /** Without it everything goes by relay. */
  RTCPeerConnection?: PeerConnectionConstructor;
  iceServers?: RTCIceServer[];
  clock: Clock;
  random?: () => number;
}

export interface TransportEvents {
  message: Message;
  /** Messages may be sent (again). */
  ready: undefined;
  path: Path;
  hub: PeerInfo | null;
  /** Somebody on the way changed what was said about a channel. */
  forged: { peerId: string; reason: Forgery };
  /** Of another device, by relay. */
  relayed: { peerId: string; message: Message };
  /** A message to another device may be tried (again). */
  relayReady: undefined;
}
