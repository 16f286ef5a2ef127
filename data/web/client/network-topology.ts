// SPDX-License-Identifier: Apache-2.0
// How two ends reach each other, how far they are apart and what that costs: from what WebRTC counts of
// a connection, and from what ours knows of the way it goes.

import { isFields, type Fields } from "./messages";
import { roundTripOf, selectedPairOf } from "./topology";
import type { Path } from "./transport";

/**
 * `local-p2p`: straight to each other. `hub-relay`: passed on by the hub, on the same network.
 * `cloud-relay`: passed on over the internet, by the cloud or a TURN server.
 */
export type Topology = "local-p2p" | "hub-relay" | "cloud-relay";

export interface NetworkTopology {
  /** null: nothing is reachable just now. */
  topology: Topology | null;
  /** Milliseconds there and back; null: not known. */
  latency: number | null;
  /** Of one operation that goes this way, in the currency of the prices; null: nothing is reachable. */
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
  getStats(options?: { to?: string }): Promise<StatsReport | null>;
}

/** RTCStatsReport, and what libraries for programs have in its place. */
export type StatsReport = Pick<ReadonlyMap<string, unknown>, "values">;

/** An RTCPeerConnection is one. */
export interface StatsSource {
  getStats(): Promise<StatsReport>;
}

export interface TopologyOptions {
  /** Of a Connection: the way to another device, by peerId or deviceId, in place of that to the hub. */
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

async function lookAt(
  connection: MeasuredConnection,
  to: string | undefined,
): Promise<Omit<NetworkTopology, "estimatedCost">> {
  const { path } = connection;
  if (to === undefined && path !== "local-p2p")
    return { topology: path === "none" ? null : path, latency: connection.latency };
  const stats = await askStats(() => connection.getStats(to === undefined ? {} : { to }));
  if (stats !== null) {
    // There is a channel, whatever is counted of it.
    const topology = topologyOf(stats) ?? "local-p2p";
    const latency = to === undefined ? connection.latency : null;
    return { topology, latency: latency ?? roundTripOf(stats) };
  }
  // No channel to that device: what knows us both passes it on.
  if (path === "none") return { topology: null, latency: null };
  return { topology: path === "cloud-relay" ? path : "hub-relay", latency: null };
}

/**
 * Says how a connection runs just now: of a Connection, an RTCPeerConnection, or statistics that were
 * asked for already.
 */
export async function detectNetworkTopology(
  source: MeasuredConnection | StatsSource | StatsReport,
  { to, prices }: TopologyOptions = {},
): Promise<NetworkTopology> {
  let found: Omit<NetworkTopology, "estimatedCost">;
  if (isConnection(source)) found = await lookAt(source, to);
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
