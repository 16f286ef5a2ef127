// SPDX-License-Identifier: Apache-2.0
// A signaling server between a device and its hub that passes everything on, but for what a test wants
// changed: the neighbour's second `signaling.local`, or the cloud's operator.

import { once } from 'node:events';

import WebSocket, { WebSocketServer } from 'ws';

/**
 * change(message, way)  way is 'up' (to the hub) or 'down'; returns what goes on instead, or an array,
 *                       or null for nothing
 */
export async function startRogue(t, hub, change = (message) => message) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const rogue = { seen: [], links: [] };
  server.on('connection', (below) => {
    const above = new WebSocket(hub.signaling);
    const waiting = [];
    const pass = (from, to, way) => from.on('message', (data) => {
      const message = JSON.parse(data);
      rogue.seen.push({ way, message });
      const on = () => {
        for (const one of [change(message, way)].flat())
          if (one && to.readyState === WebSocket.OPEN) to.send(JSON.stringify(one));
      };
      if (to.readyState === WebSocket.CONNECTING) waiting.push(on);
      else on();
    });
    pass(below, above, 'up');
    pass(above, below, 'down');
    above.on('open', () => waiting.splice(0).forEach((on) => on()));
    above.on('error', () => {});
    below.on('error', () => {});
    above.on('close', (code) => { rogue.closedByHub = code; below.terminate(); });
    below.on('close', () => above.terminate());
    rogue.links.push({ below, above });
  });
  await once(server, 'listening');
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  rogue.port = server.address().port;
  rogue.signaling = `ws://127.0.0.1:${rogue.port}/signal`;
  return rogue;
}

/** Another DTLS fingerprint in place of each of an SDP's: the one who sits between would have it. */
export const swapFingerprint = (message) => (message.sdp === undefined ? message
  : { ...message, sdp: message.sdp.replace(/(a=fingerprint:\S+ )[0-9A-Fa-f:]+/g,
    (_, start) => start + Array(32).fill('AB').join(':')) });
