// SPDX-License-Identifier: Apache-2.0
// A device as a program of its own, for a host of its own: the client library with a replica in memory.
// One JSON command a line on its input, one JSON answer a line: {do: "join"|"order"|"read"|"state"|"close"}.

import { createInterface } from 'node:readline';

import { WebSocket } from 'ws';

import { client, webrtc } from './client.mjs';

let connection;
const heard = [];

/** As if memory were a disk: its acks count. */
const makeStore = () => Object.assign(new client.MemoryStore(), { durable: true });

const actions = {
  join({ server, identity }) {
    connection = client.createP2PConnection({ WebSocket, webrtc, signalingServer: server,
      tenantId: identity.tenantId, identity, property: { store: makeStore() } });
    connection.onmessage = (message) => heard.push(message);
    return {};
  },
  order({ order }) {
    return { ref: connection.send({ type: 'order', order }) };
  },
  read({ orderId }) {
    return { order: connection.property?.order(orderId) ?? null };
  },
  /** `to`: the device whose way is asked for too. */
  async state({ to }) {
    const found = to && await client.detectNetworkTopology(connection, { to });
    return { ready: connection.property !== null, path: connection.path, topology: found?.topology,
      direct: connection.direct.map(({ deviceId }) => deviceId), heard };
  },
  close() {
    connection?.close();
    setImmediate(() => process.exit(0));
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let answer;
  try {
    answer = await actions[command.do](command);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
