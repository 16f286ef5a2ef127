// SPDX-License-Identifier: Apache-2.0
// The signaling server of PeerJS (npm `peer`), as its own command starts it.
import { PeerServer } from 'peer';

PeerServer({ port: 0, host: '127.0.0.1', path: '/', concurrent_limit: 100000 }, (server) =>
  console.log(`http://127.0.0.1:${server.address().port}/`),
);
