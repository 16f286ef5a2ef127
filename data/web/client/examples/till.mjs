// SPDX-License-Identifier: Apache-2.0
// A till: orders, says how safe that is, prints, and hears of others' orders. Also with the hub away.
import { webcrypto } from "node:crypto";
import { createP2PConnection, detectNetworkTopology, provideRandomness } from "@bellhop/client";
import { RTCPeerConnection } from "node-datachannel/polyfill";
import WebSocket from "ws";

if (globalThis.crypto === undefined) provideRandomness(webcrypto); // Node 18

const connection = createP2PConnection({
  signalingServer: process.env.BELLHOP_SERVER ?? "ws://signaling.local:8080",
  tenantId: process.env.BELLHOP_TENANT ?? "default",
  token: process.env.BELLHOP_TOKEN,
  WebSocket,
  webrtc: { RTCPeerConnection },
});

connection.onmessage = async ({ type, level, order, code }) => {
  if (type === "order") console.log(`${order.number}: ${order.lines.map(({ name }) => name).join(", ")}`);
  if (type === "error") console.log(`No: ${code}`);
  if (type !== "ack" || level === "none") return; // `none`: in the memory of whom it was sent to
  const { topology, latency } = await detectNetworkTopology(connection);
  console.log(`${order?.number} is safe: ${level} (${topology}, ${latency ?? "?"} ms)`);
};

const lines = [{ name: "Soup", price: 750, quantity: 2 }, { name: "Bread", price: 200 }];
connection.send({ type: "order", order: { currency: "EUR", lines } });
const receipt = { currency: "EUR", lines: [{ name: "Soup", quantity: 2, amount: 1500 }], total: 1700 };
connection.print({ jobId: `till-${Date.now()}`, content: { receipt } })
  .on("change", ({ phase }) => console.log(`Receipt: ${phase}`));
