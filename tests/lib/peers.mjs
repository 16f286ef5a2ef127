// SPDX-License-Identifier: Apache-2.0
// Independent WebRTC implementations behind the W3C surface that they (nearly) share.

import * as werift from 'werift';
import * as native from 'node-datachannel';
import * as polyfill from 'node-datachannel/polyfill';

import { AiortcPeerConnection } from './aiortc.mjs';

/** Without a STUN server of ours werift asks one of the internet, and waits five seconds for it. */
class WeriftPeerConnection extends werift.RTCPeerConnection {
  setLocalDescription(description) {
    this.#forgive();
    for (const transport of this.iceTransports) transport.connection.stunServer = undefined;
    return super.setLocalDescription(description);
  }

  /**
   * After a restart it leaves its own checks out, because DTLS is connected already, and lives on those
   * of the other side that come once it has the answer: earlier ones it keeps for checks that never
   * begin.
   */
  async setRemoteDescription(description) {
    await super.setRemoteDescription(description);
    for (const transport of this.iceTransports) {
      const { generation, nominated } = transport.connection;
      if (generation > 0 && !nominated && !transport.waitStart) transport.start().catch(() => {});
    }
  }

  /** It throws out of its socket's handler on what comes late for a channel that it has closed. */
  #forgive() {
    const transport = this.sctpTransport;
    if (!transport || this.#forgiving) return;
    this.#forgiving = true;
    const { onReceive } = transport.sctp;
    const receive = transport.datachannelReceive;
    onReceive.allUnsubscribe();
    onReceive.subscribe((...args) => receive(...args).catch((error) => {
      if (error.message !== 'channel not found') throw error;
    }));
  }

  #forgiving = false;
}

/**
 * name            what a test is called by
 * make            returns a new RTCPeerConnection
 * largest         the largest message that it sends and takes by its own account
 * restartsIce     whether it can
 * window          messages on their way at a time: werift takes seconds over its own long queue
 * tearDown        once, after the last connection of the process
 */
export const implementations = [
  {
    name: 'werift',
    make: () => new WeriftPeerConnection({ iceServers: [] }),
    largest: 65535,
    restartsIce: true,
    window: 200,
    tearDown: () => {},
  },
  {
    name: 'node-datachannel',
    make: () => new polyfill.RTCPeerConnection({ iceServers: [] }),
    largest: 262144,
    restartsIce: false,
    window: Infinity,
    tearDown: () => native.cleanup(),
  },
  {
    name: 'aiortc',
    make: () => new AiortcPeerConnection(),
    largest: 65536,
    restartsIce: false,
    window: Infinity,
    tearDown: () => {},
  },
];
