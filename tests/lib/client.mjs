// SPDX-License-Identifier: Apache-2.0
// The client library as a program in Node uses it: bundled, with npm's ws and a WebRTC library.

import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import WebSocket from 'ws';

import { implementations } from './peers.mjs';

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'web');

async function load() {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'client-')), 'client.mjs');
  execFileSync(path.join(web, 'node_modules', '.bin', 'esbuild'), ['--bundle', '--platform=node',
    '--format=esm', '--target=node18', '--log-level=warning', '--loader=ts', `--outfile=${file}`],
  { cwd: web, input: `export * from './client/index';
    export { systemClock } from './client/clock';
    export { DeviceKeys } from './client/device-keys';
    export { PeerLink } from './client/peer-link';` });
  return import(pathToFileURL(file));
}

export const client = await load();

const [{ make }] = implementations; // werift

/** A function is enough of a constructor for what the library does with it. */
function PeerConnection() {
  return make();
}

export const webrtc = { RTCPeerConnection: PeerConnection };

/** A connection of the library's; options as its own. */
export function connect(t, options) {
  const connection = client.createP2PConnection({ WebSocket, webrtc, ...options });
  t.after(() => connection.close());
  return connection;
}

/** The next event of this name. */
export const once = (emitter, name) => new Promise((resolve) => {
  const stop = emitter.on(name, (value) => {
    stop?.();
    resolve(value);
  });
});
