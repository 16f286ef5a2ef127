// SPDX-License-Identifier: Apache-2.0
// What a connection is asked for, and what is found where nothing was said.

import type { Clock } from "./clock";
import { DeviceKeys } from "./device-keys";
import type { SocketConstructor } from "./frame-socket";
import { tokenToIdentityParts, type DeviceIdentity } from "./identity";
import { newId } from "./ids";
import { holdsSocketsBack, knockByHttp, makeKnocking } from "./knocking-socket";
import type { PeerConnectionConstructor } from "./peer-link";
import type { PropertyChoice } from "./replica-part";
import type { Identity, ServerMemory } from "./signaling-client";

export interface ConnectionOptions {
  /** One server, or several: the hub's addresses and the cloud's, in the order to try them. */
  signalingServer?: string;
  signalingServers?: string[];
  /** Needed where there is no identity, which has its own; `default` unless the hub was given another. */
  tenantId?: string;
  /** Of a paired device. It believes only its own hub, and says who it is by proof. */
  identity?: DeviceIdentity;
  /**
   * The same for an integrator, who was given a token; it is never sent. It does not say what the device is:
   * before the hub has let it in there is no replica, and commands wait in memory. Keep what the event
   * `identity` tells and give it as `identity` at the next start: then there is one at once.
   */
  token?: string;
  /** The secret of a guest's session. */
  guest?: string;
  /**
   * Servers on the property's own network come first, and one that is (again) there takes over from the
   * cloud; true unless said otherwise.
   */
  preferLocal?: boolean;
  /** Keeps the hub's addresses from one start to the next: they are tried beside those given. */
  servers?: ServerMemory;
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
  /** As `WebSocket`: `node-datachannel/polyfill` or `werift`. null: everything goes by the hub's relay. */
  webrtc?: { RTCPeerConnection: PeerConnectionConstructor } | null;
  /** For tests. */
  clock?: Clock;
  random?: () => number;
}

export function listServers(options: ConnectionOptions): string[] {
  const { signalingServer, signalingServers = [] } = options;
  const urls = [...(signalingServer === undefined ? [] : [signalingServer]), ...signalingServers];
  if (urls.length === 0) throw new TypeError("Name a signalingServer");
  return urls;
}

/** A hub has these unless it was told otherwise; as soon as it let us in it says so itself. */
const PLAIN_PORT = 8080;
const SECURE_PORT = 8443;

/** By the hub's own name. */
export function namesOf({ identity }: ConnectionOptions): string[] {
  const hostName = identity?.hostName ?? "";
  if (hostName === "") return [];
  return [`ws://${hostName}:${PLAIN_PORT}/signal`, `wss://${hostName}:${SECURE_PORT}/signal`];
}

/** A page on https may not open plain sockets. */
export function isOnSecurePage(): boolean {
  const { location } = globalThis as { location?: { protocol?: string } };
  return location?.protocol === "https:";
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

export function findWebSocket(options: ConnectionOptions, clock: Clock): SocketConstructor {
  if (options.WebSocket !== undefined) return options.WebSocket;
  if (typeof WebSocket === "undefined") throw new TypeError("There is no WebSocket; pass one");
  return holdsSocketsBack() ? makeKnocking(WebSocket, knockByHttp, clock) : WebSocket;
}

export function findPeerConnection(options: ConnectionOptions): PeerConnectionConstructor | undefined {
  if (options.webrtc !== undefined) return options.webrtc?.RTCPeerConnection;
  return typeof RTCPeerConnection === "undefined" ? undefined : RTCPeerConnection;
}
