// SPDX-License-Identifier: Apache-2.0
// A channel to the hub, made under the place that we have at a server.

import type { PeerInfo } from "./messages";
import { PeerLink } from "./peer-link";
import type { TransportOptions } from "./transport-types";

export interface LinkPlace {
  serverId: string;
  peerId: string;
  hubPeerId: string;
}

/**
 * null: there is no WebRTC here, or it is switched off; the relay does it all.
 *
 * @param canSignal whether what we say under that place still reaches that hub
 */
export function makeTransportLink(
  { signaling, RTCPeerConnection, iceServers = [], tenantId, keys, clock }: TransportOptions,
  hub: PeerInfo,
  ownPeerId: string,
  canSignal: () => boolean,
): PeerLink | null {
  if (RTCPeerConnection === undefined) return null;
  try {
    return new PeerLink({
      RTCPeerConnection,
      iceServers: [...iceServers, ...(signaling.joined?.iceServers ?? [])],
      ownPeerId,
      otherPeerId: hub.peerId,
      tenantId,
      ...(keys === undefined
        ? {}
        : {
            signer: (description) => keys.signDescription(description),
            verifier: keys.verifierOf(hub),
          }),
      clock,
      canSignal,
      sendSignal: (signal) => {
        if (canSignal()) signaling.send({ ...signal, targetPeerId: hub.peerId });
      },
    });
  } catch {
    return null;
  }
}
