// SPDX-License-Identifier: Apache-2.0
// How two ends reach each other, how far they are apart and what that costs: from what WebRTC counts of
// a connection, and from what ours knows of the way it goes.

import type { Reach } from "./connection";
import { isFields, type Fields, type PeerInfo } from "./messages";
import { roundTripOf, selectedPairOf } from "./topology";
import type { Path } from "./transport";

/**
 * `local-p2p`: straight to each other. `hub-relay`: passed on by the hub, on the same network.
 * `cloud-relay`: passed on over the internet by a TURN server; a cloud itself passes nothing on.
 */
export type Topology = "local-p2p" | "hub-relay" | "cloud-relay";

export interface NetworkTopology {
  /** null: it is not reachable just now. */
  topology: Topology | null;
  /** Milliseconds there and back; null: not known, or not yet. */
  latency: number | null;
  /** Of one operation that goes this way, in the currency of the prices; null: it is not reachable. */
  estimatedCost: number | null;
}

/** What one operation costs, by the way it goes. */
export type PriceTable = Record<Topology, number>;

/**
 * US dollars. Through a cloud API an order costs $0.001, which is $6 a month for a property that takes 200
 * a day; what stays on the property costs nothing.
 */
export const standardPrices: Readonly<PriceTable> = {
  "local-p2p": 0,
  "hub-relay": 0,
  "cloud-relay": 0.001,
};

/** A Connection is one. */
export interface MeasuredConnection {
  readonly path: Path;
  readonly latency: number | null;
  readonly reach: Reach;
  readonly peers: readonly PeerInfo[];
  getStats(options?: { to?: string }): Promise<StatsReport | null>;
}

/** RTCStatsReport, and what libraries for programs have in its place. */
export type StatsReport = Pick<ReadonlyMap<string, unknown>, "values">;

/** An RTCPeerConnection is one. */
export interface StatsSource {
  getStats(): Promise<StatsReport>;
}

export interface TopologyOptions {
  /**
   * Of a Connection: the way to another device, by peerId or deviceId, in place of that to the hub; which the
   * hub may be named for as well. Where there is no channel to a device, it is reachable if the local hub
   * knows it: a cloud passes nothing on.
   */
  to?: string;
  prices?: Partial<PriceTable>;
}

function isReport(source: object): source is StatsReport {
  return "values" in source && typeof source.values === "function";
}

function isConnection(source: object): source is MeasuredConnection {
  return "path" in source && "latency" in source;
}

/** null: no pair of candidates was chosen yet. */
function topologyOf(stats: unknown[]): Topology | null {
  const pair = selectedPairOf(stats);
  if (pair === null) return null;
  const ids = [pair["localCandidateId"], pair["remoteCandidateId"]];
  const isRelayed = stats
    .filter((one): one is Fields => isFields(one) && ids.includes(one["id"]))
    .some((candidate) => candidate["candidateType"] === "relay");
  return isRelayed ? "cloud-relay" : "local-p2p";
}

/** null: there is no such connection, or it went while it was asked. */
async function askStats(ask: () => Promise<StatsReport | null>): Promise<unknown[] | null> {
  try {
    const report = await ask();
    return report === null ? null : [...report.values()];
  } catch {
    return null;
  }
}

type Found = Omit<NetworkTopology, "estimatedCost">;

async function lookAt(connection: MeasuredConnection): Promise<Found> {
  const { path, latency } = connection;
  if (path !== "local-p2p") return { topology: path === "none" ? null : path, latency };
  // There is a channel, whatever is counted of it.
  const stats = (await askStats(() => connection.getStats())) ?? [];
  return { topology: topologyOf(stats) ?? "local-p2p", latency: latency ?? roundTripOf(stats) };
}

async function lookAtWayTo(to: string, connection: MeasuredConnection): Promise<Found> {
  const find = () => connection.peers.find(({ peerId, deviceId }) => peerId === to || deviceId === to);
  if (find()?.role === "hub") return lookAt(connection);
  const stats = await askStats(() => connection.getStats({ to }));
  if (stats !== null)
    return { topology: topologyOf(stats) ?? "local-p2p", latency: roundTripOf(stats) };
  const isRelayed = connection.reach === "local" && find() !== undefined;
  return { topology: isRelayed ? "hub-relay" : null, latency: null };
}

/**
 * Says how a connection runs just now: of a Connection, an RTCPeerConnection, or statistics that were
 * asked for already.
 */
export async function detectNetworkTopology(
  source: MeasuredConnection | StatsSource | StatsReport,
  { to, prices }: TopologyOptions = {},
): Promise<NetworkTopology> {
  let found: Found;
  if (isConnection(source))
    found = await (to === undefined ? lookAt(source) : lookAtWayTo(to, source));
  else {
    const stats = isReport(source)
      ? [...source.values()]
      : ((await askStats(() => source.getStats())) ?? []);
    found = { topology: topologyOf(stats), latency: roundTripOf(stats) };
  }
  const { topology } = found;
  const table = { ...standardPrices, ...prices };
  return { ...found, estimatedCost: topology === null ? null : table[topology] };
}
