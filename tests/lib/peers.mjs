// SPDX-License-Identifier: Apache-2.0
// Independent WebRTC implementations behind the W3C surface that they (nearly) share.

import * as werift from 'werift';
import * as native from 'node-datachannel';
import * as polyfill from 'node-datachannel/polyfill';

import { AiortcPeerConnection } from './aiortc.mjs';

/**
 * name            what a test is called by
 * make            returns a new RTCPeerConnection
 * largest         the largest message that it sends and takes by its own account
 * restartsIce     whether it can
 * tearDown        once, after the last connection of the process
 */
export const implementations = [
  {
    name: 'werift',
    make: () => new werift.RTCPeerConnection({ iceServers: [] }),
    largest: 65535,
    restartsIce: true,
    tearDown: () => {},
  },
  {
    name: 'node-datachannel',
    make: () => new polyfill.RTCPeerConnection({ iceServers: [] }),
    largest: 262144,
    restartsIce: false,
    tearDown: () => native.cleanup(),
  },
  {
    name: 'aiortc',
    make: () => new AiortcPeerConnection(),
    largest: 65536,
    restartsIce: false,
    tearDown: () => {},
  },
];
