// SPDX-License-Identifier: Apache-2.0
// A till: orders, says how safe that is, prints, and hears of others' orders. Once it was let in it starts
// also with the hub away; what nobody else has by then ends with the program, which keeps it in memory.
import { webcrypto } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createP2PConnection, detectNetworkTopology, provideRandomness, toIdentity } from "@bellhop/client";
import { RTCPeerConnection } from "node-datachannel/polyfill";
import WebSocket from "ws";

if (globalThis.crypto === undefined) provideRandomness(webcrypto); // Node 18
const { BELLHOP_SERVER, BELLHOP_TENANT = "default", BELLHOP_TOKEN } = process.env;
const file = "till.json"; // What the token became; to be kept as secret.
const known = existsSync(file) ? toIdentity(JSON.parse(readFileSync(file, "utf8"))) : null;

const connection = createP2PConnection({
  signalingServer: BELLHOP_SERVER ?? "ws://signaling.local:8080",
  ...(known === null ? { tenantId: BELLHOP_TENANT, token: BELLHOP_TOKEN } : { identity: known }),
  ...{ WebSocket, webrtc: { RTCPeerConnection } },
});
connection.on("identity", (identity) => {
  writeFileSync(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
  renameSync(`${file}.new`, file);
});
connection.on("removed", () => rmSync(file, { force: true }));

connection.onmessage = async ({ type, level, order, code }, from) => {
  if (from !== null) return; // What another device says is its own.
  if (type === "order") console.log(`${order.number}: ${order.lines.map(({ name }) => name).join(", ")}`);
  if (type === "error") console.log(`No: ${code}`);
  if (type !== "ack") return;
  const { topology, latency } = await detectNetworkTopology(connection);
  console.log(`${order?.number} is safe: ${level} (${topology}, ${latency ?? "?"} ms)`);
};

const lines = [{ name: "Soup", price: 750, quantity: 2 }, { name: "Bread", price: 200 }];
connection.send({ type: "order", order: { currency: "EUR", lines } });
const receipt = { currency: "EUR", lines: [{ name: "Soup", quantity: 2, amount: 1500 }], total: 1700 };
connection.print({ jobId: `till-${Date.now()}`, content: { receipt } })
  .on("change", ({ phase }) => console.log(`Receipt: ${phase}`));
