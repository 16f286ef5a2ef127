// SPDX-License-Identifier: Apache-2.0
// node-datachannel (libdatachannel) for channel.mjs.
import { PeerConnection } from 'node-datachannel';

export const who = 'node-datachannel';

const wrap = (channel) => ({
  label: channel.getLabel(),
  onOpen: (callback) => channel.onOpen(callback),
  onMessage: (callback) =>
    channel.onMessage((data) => callback(data, typeof data === 'string')),
  send: (data) => (typeof data === 'string' ? channel.sendMessage(data) : channel.sendMessageBinary(data)),
  bufferedAmount: () => channel.bufferedAmount(),
  onLow: (threshold, callback) => {
    channel.setBufferedAmountLowThreshold(threshold);
    channel.onBufferedAmountLow(callback);
  },
});

export function makePeer({ onDescription, onCandidate, onChannel }) {
  const connection = new PeerConnection('bench', { iceServers: [] });
  connection.onLocalDescription((sdp, type) => onDescription({ is: type, sdp }));
  connection.onLocalCandidate((candidate, mid) => onCandidate({ candidate, mid }));
  connection.onDataChannel((channel) => onChannel(wrap(channel)));
  return {
    // Making a channel makes the offer, too.
    offer: async (label) => wrap(connection.createDataChannel(label)),
    takeDescription: async ({ is, sdp }) => connection.setRemoteDescription(sdp, is),
    takeCandidate: async ({ candidate, mid }) => connection.addRemoteCandidate(candidate, mid),
    close: () => connection.close(),
  };
}

// Its cleanup() ends in a segmentation fault now and then; the process ends without.
export const end = () => {};
