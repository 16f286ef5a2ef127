// SPDX-License-Identifier: Apache-2.0
// What a connection took is answered, refused with an error that says why, or still waits and is
// counted: never silent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../../data/web/client/connection";
import type { ConnectionOptions } from "../../../data/web/client/connection-options";
import type { Message } from "../../../data/web/client/messages";
import { FakeClock } from "./fake-clock";
import { makeSockets } from "./fake-socket";
import { ModelHub, type Frame, type ModelSession } from "./model-hub";

/** A paired device without a replica, unless one is made; its hub says nothing of what it hears. */
function setUp(more: Partial<ConnectionOptions> = {}) {
  const clock = new FakeClock();
  const hub = new ModelHub();
  const sessions: ModelSession[] = [];
  const sockets = makeSockets((socket) => sessions.push(hub.serve(socket)));
  const connection = new Connection({
    ...{ signalingServer: "ws://hub", identity: hub.pair("d1"), WebSocket: sockets.WebSocket },
    ...{ webrtc: null, clock, random: () => 1 },
    ...more,
  });
  const told: Message[] = [];
  connection.onmessage = (message) => told.push(message);
  const session = () => sessions.at(-1) as ModelSession;
  const answer = (payload: Frame) => session().say({ type: "relay", payload, fromPeerId: "hub" });
  return { clock, hub, sockets, session, connection, told, answer };
}

test("of two messages with one id the later one is answered; the former request says that it was replaced", async () => {
  const { clock, sockets, connection, told, answer } = setUp();
  sockets.last().open();
  const first = connection.request({ type: "x", id: "r1" }, { timeoutMs: 100 });
  const second = connection.request({ type: "x", id: "r1" });
  await assert.rejects(first, { name: "RequestError", code: "replaced" });
  // Its time was the first one's alone.
  clock.advance(100);
  assert.equal(connection.waiting, 1);
  answer({ type: "yes", ref: "r1" });
  assert.equal((await second).type, "yes");

  const asked = connection.request({ type: "order", id: "r2" });
  connection.send({ type: "order", id: "r2" });
  await assert.rejects(asked, { code: "replaced" });
  answer({ type: "ack", ref: "r2", level: "hub" });
  assert.deepEqual(told.map(({ ref }) => ref), ["r2"]);
  assert.equal(connection.waiting, 0);
  connection.close();
});
