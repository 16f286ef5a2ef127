// SPDX-License-Identifier: Apache-2.0
// What a connection is asked for, and what is found where nothing was said.

import type { Clock } from "./clock";
import { DeviceKeys } from "./device-keys";
import type { SocketConstructor } from "./frame-socket";
import { tokenToIdentityParts, type DeviceIdentity } from "./identity";
import { newId } from "./ids";
import type { PeerConnectionConstructor } from "./peer-link";
import type { PropertyChoice } from "./replica-part";
import { isLocalServer } from "./server-address";
import type { Identity } from "./signaling-client";

export interface ConnectionOptions {
  /** One server, or several in the order to try them. */
  signalingServer?: string;
  signalingServers?: string[];
  /** Needed where there is no identity; an identity has its own. */
  tenantId?: string;
  /** Of a paired device. It believes only its own hub, and says who it is by proof. */
  identity?: DeviceIdentity;
  /** The same for an integrator, who was given a token; it is never sent. */
  token?: string;
  /** The secret of a guest's session. */
  guest?: string;
  /** Servers on the property's own network come first; true unless said otherwise. */
  preferLocal?: boolean;
  /** As name and deviceId, for open hubs: a paired device is what its hub has on record. */
  role?: "manager" | "staff" | "kitchen" | "pos" | "printer" | "guest";
  /** Shown to people, e.g. "Bar till". */
  name?: string;
  /** Keep one and name it: jobs are told apart by it. Made up for this connection otherwise. */
  deviceId?: string;
  /**
   * Whether a paired device of the house (manager, staff, kitchen, pos) keeps a replica of the property,
   * and a guest follows what the hub shows it; true unless said otherwise. A program keeps it in memory
   * unless it gives a store.
   */
  property?: PropertyChoice;
  iceServers?: RTCIceServer[];
  /** For programs without a browser around them; a browser's own otherwise. */
  WebSocket?: SocketConstructor;
  webrtc?: { RTCPeerConnection: PeerConnectionConstructor } | null;
  /** For tests. */
  clock?: Clock;
  random?: () => number;
}

export function orderServers(options: ConnectionOptions): string[] {
  const urls = [
    ...(options.signalingServer === undefined ? [] : [options.signalingServer]),
    ...(options.signalingServers ?? []),
  ];
  if (urls.length === 0) throw new TypeError("Name a signalingServer");
  if (options.preferLocal === false) return urls;
  return [...urls.filter(isLocalServer), ...urls.filter((url) => !isLocalServer(url))];
}

export function findKeys(options: ConnectionOptions, clock: Clock): DeviceKeys | null {
  if (options.identity !== undefined) return new DeviceKeys(options.identity, clock);
  if (options.token === undefined) return null;
  const parts = tokenToIdentityParts(options.token);
  if (parts === null) throw new TypeError("This is no token");
  if (options.tenantId === undefined) throw new TypeError("A token needs its tenantId");
  return new DeviceKeys({ ...parts, tenantId: options.tenantId }, clock);
}

/** What an open hub believes; a guest says no more than its session. */
export function toClaim(options: ConnectionOptions, tenantId: string): Identity {
  const { role, name, guest } = options;
  if (guest !== undefined) return { tenantId, role: "guest", guest };
  return {
    tenantId,
    ...(role === undefined ? {} : { role }),
    ...(name === undefined ? {} : { name }),
    // The hub knows jobs by device: a place that could not be taken back must not look like another
    // device, or what is told again is printed again.
    deviceId: options.deviceId ?? newId(),
  };
}

export function findWebSocket(options: ConnectionOptions): SocketConstructor {
  if (options.WebSocket !== undefined) return options.WebSocket;
  if (typeof WebSocket === "undefined") throw new TypeError("There is no WebSocket; pass one");
  return WebSocket;
}

export function findPeerConnection(options: ConnectionOptions): PeerConnectionConstructor | undefined {
  if (options.webrtc !== undefined) return options.webrtc?.RTCPeerConnection;
  return typeof RTCPeerConnection === "undefined" ? undefined : RTCPeerConnection;
}
