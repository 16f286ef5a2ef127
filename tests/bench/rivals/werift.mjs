// SPDX-License-Identifier: Apache-2.0
// werift for channel.mjs.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { RTCPeerConnection } from 'werift';

export const who = 'werift';

// Without a STUN server werift asks Google's, and where nobody answers, each connection takes 5 s.
// To be fair to it, somebody answers at once: binding success, XOR-MAPPED-ADDRESS (RFC 8489).
const stun = createSocket('udp4', (request, from) => {
  const reply = Buffer.alloc(32);
  reply.writeUInt16BE(0x0101, 0);
  reply.writeUInt16BE(12, 2);
  request.copy(reply, 4, 4, 20);
  reply.writeUInt32BE(0x00200008, 20);
  reply.writeUInt16BE(0x0001, 24);
  reply.writeUInt16BE(from.port ^ 0x2112, 26);
  from.address.split('.').forEach((byte, i) => (reply[28 + i] = Number(byte) ^ reply[4 + i]));
  stun.send(reply, from.port, from.address);
});
stun.bind(0, '127.0.0.1');
await once(stun, 'listening');
const iceServers = [{ urls: `stun:127.0.0.1:${stun.address().port}` }];

const wrap = (channel) => ({
  label: channel.label,
  onOpen: (callback) => channel.stateChanged.subscribe((state) => state === 'open' && callback()),
  onMessage: (callback) =>
    channel.onMessage.subscribe((data) => callback(data, typeof data === 'string')),
  send: (data) => channel.send(data),
  bufferedAmount: () => channel.bufferedAmount,
  onLow: (threshold, callback) => {
    channel.bufferedAmountLowThreshold = threshold;
    channel.bufferedAmountLow.subscribe(callback);
  },
});

export function makePeer({ onDescription, onCandidate, onChannel }) {
  const connection = new RTCPeerConnection({ iceServers });
  const describe = async (description) => {
    // Trickle: the description first, gathering ends later.
    const set = connection.setLocalDescription(description);
    onDescription({ is: description.type, sdp: description.sdp });
    await set;
  };
  connection.onIceCandidate.subscribe((candidate) => {
    if (candidate?.candidate) onCandidate({ candidate: candidate.toJSON() });
  });
  connection.onDataChannel.subscribe((channel) => onChannel(wrap(channel)));
  return {
    offer: async (label) => {
      const channel = wrap(connection.createDataChannel(label));
      connection.createOffer().then(describe);
      return channel;
    },
    takeDescription: async ({ is, sdp }) => {
      await connection.setRemoteDescription({ type: is, sdp });
      if (is === 'offer') await describe(await connection.createAnswer());
    },
    takeCandidate: ({ candidate }) => connection.addIceCandidate(candidate),
    close: () => connection.close(),
  };
}

export const end = () => {};
