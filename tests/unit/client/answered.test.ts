// SPDX-License-Identifier: Apache-2.0
// What a connection took is answered, refused with an error that says why, or still waits and is
// counted: never silent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../../data/web/client/connection";
import type { ConnectionOptions } from "../../../data/web/client/connection-options";
import type { Message } from "../../../data/web/client/messages";
import { OutboxFullError } from "../../../data/web/client/outbox";
import { Replica } from "../../../data/web/client/replica";
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

test("who is removed hears so for all that waits, and for all that comes later", async () => {
  const { hub, sockets, session, connection, told, answer } = setUp();
  connection.send({ type: "order", id: "o1" });
  connection.send({ type: "order", id: "o2" }, { to: "d2" });
  const asked = connection.request({ type: "question" });
  const prints = ["j1", "j2"].map((jobId) => connection.print({ jobId, content: { text: "hi" } }));
  sockets.last().open();
  const begun = session().heard.find(({ payload }) => (payload as Frame)["type"] === "print");
  const { id: ref } = begun?.["payload"] as Frame;
  answer({ type: "print-status", ref, jobId: "j1", state: "printing" });
  assert.equal(connection.waiting, 5);

  hub.remove("d1");
  session().say({ type: "error", code: "revoked", message: "Removed" });
  await assert.rejects(asked, { code: "removed", message: "Removed" });
  assert.deepEqual(told.map(({ type, ref, code }) => [type, ref, code]), [
    ["error", "o1", "removed"],
    ["error", "o2", "removed"],
  ]);
  // What lies on paper is no refusal, and what waits may be said by another connection.
  assert.deepEqual((await Promise.all(prints.map((print) => print.settled()))).map(({ phase }) => phase), ["printing", "waiting"]);
  for (const print of prints) assert.throws(() => print.reprint(), { code: "removed" });
  for (const type of ["order", "receipt", "chat"])
    for (const to of [{}, { to: "d2" }])
      assert.throws(() => connection.send({ type }, to), { name: "RequestError", code: "removed" });
  assert.throws(() => connection.print({ jobId: "j3", content: { text: "" } }), { code: "removed" });
  await assert.rejects(connection.request({ type: "question" }), { code: "removed" });
  assert.equal(connection.waiting, 0);
  connection.close();
  assert.throws(() => connection.send({ type: "order" }), { code: "closed" });
});

test("close() ends what waits: commands hear it, prints settle as they stand", async () => {
  const { clock, sockets, connection, told } = setUp();
  sockets.last().open();
  connection.send({ type: "order", id: "o1" });
  connection.send({ type: "order", id: "o2" }, { to: "d2" });
  const closed = connection.print({ jobId: "j1", content: { text: "hi" } });
  const open = connection.print({ jobId: "j2", content: { text: "hi" } });
  const changes: string[] = [];
  open.on("change", ({ phase }) => changes.push(phase));
  const settled = [closed.settled(), open.settled()];
  closed.close();
  connection.close();
  assert.deepEqual((await Promise.all(settled)).map(({ phase }) => phase), ["waiting", "waiting"]);
  assert.equal((await open.settled()).phase, "waiting");
  // Kept somewhere, they are still to be printed.
  assert.deepEqual(changes, []);
  assert.deepEqual(told.map(({ ref, code }) => [ref, code]), [["o1", "closed"], ["o2", "closed"]]);
  assert.throws(() => open.reprint(), { code: "closed" });
  assert.equal(clock.pending, 0);
});

/** A till that has a token, and was not let in yet. */
function setUpToken(role: string) {
  const clock = new FakeClock();
  const hub = new ModelHub();
  const { deviceId, seed, hubKey } = hub.pair("d1", role);
  const sockets = makeSockets((socket) => hub.serve(socket));
  const connection = new Connection(
    {
      ...{ signalingServer: "ws://hub", tenantId: "t", WebSocket: sockets.WebSocket },
      ...{ token: `bht1.${deviceId}.${seed}.${hubKey}`, webrtc: null, clock },
    },
    (context) => new Replica(context),
  );
  const told: Message[] = [];
  connection.onmessage = (message) => told.push(message);
  const order = (id: string) => connection.send({ type: "order", id, order: { lines: [] } });
  for (let i = 0; i < 1000; i++) order(`o${i}`);
  return { sockets, connection, told, order };
}

test("before a token was let in, commands wait and are counted, and too many are refused at once", () => {
  const { connection, told, order } = setUpToken("pos");
  assert.equal(connection.waiting, 1000);
  assert.throws(() => order("one more"), OutboxFullError);
  connection.send({ type: "chat" }, { to: "d2" });
  assert.equal(connection.waiting, 1001);
  assert.deepEqual(told, []);
  connection.close();
  assert.equal(told.length, 1000);
  assert.deepEqual(told.at(-1), { type: "error", ref: "o999", code: "closed", message: "" });
});

test("what waited for a replica that there is not goes to the hub, as far as there is room", () => {
  const { sockets, connection, told } = setUpToken("printer");
  connection.send({ type: "receipt", id: "r" });
  sockets.last().open();
  assert.equal(connection.path, "hub-relay");
  assert.equal(connection.waiting, 1000);
  assert.deepEqual(told.map(({ ref, code }) => [ref, code]), [["o999", "not-stored"]]);
  connection.close();
});
