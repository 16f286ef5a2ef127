// SPDX-License-Identifier: Apache-2.0
// The hub's API through the connection, and tokens: what is asked again and what never is.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiProblem } from "../../../data/web/client/api";
import { Connection } from "../../../data/web/client/connection";
import type { ConnectionOptions } from "../../../data/web/client/connection-options";
import type { DeviceIdentity } from "../../../data/web/client/identity";
import { FakeClock, settle } from "./fake-clock";
import { linesOf, makePeers } from "./fake-peer";
import { makeSockets } from "./fake-socket";
import { ModelHub, type Frame, type ModelSession } from "./model-hub";

function setUp(more: Partial<ConnectionOptions> = {}) {
  const clock = new FakeClock();
  const hub = new ModelHub();
  const asked: Frame[] = [];
  const state = { mute: false, status: 200, body: {} as unknown, wrong: false };
  const sessions: ModelSession[] = [];
  const answer = (message: Frame, say: (answer: Frame) => void) => {
    if (message["type"] !== "api") return;
    asked.push(message);
    if (state.mute) return;
    const { status, body } = state;
    if (state.wrong) say({ type: "ack", ref: message["id"] });
    else say({ type: "api-answer", ref: message["id"], status, body });
  };
  const sockets = makeSockets((socket) => {
    const session = hub.serve(socket);
    sessions.push(session);
    session.onHeard = (frame) => {
      if (frame["type"] === "relay")
        answer(frame["payload"] as Frame, (payload) =>
          session.say({ type: "relay", payload, fromPeerId: "hub" }),
        );
    };
  });
  const connection = new Connection({
    signalingServer: "ws://hub",
    identity: hub.pair("d1", "manager"),
    WebSocket: sockets.WebSocket,
    webrtc: null,
    clock,
    random: () => 1,
    ...more,
  });
  return { clock, hub, asked, state, sessions, sockets, connection, answer };
}

test("an answer that says yes, one that says no, one that makes no sense", async () => {
  const { connection, sockets, asked, state } = setUp();
  sockets.last().open();
  state.body = { devices: [] };
  assert.deepEqual(await connection.apiJson("GET", "/api/v1/devices"), { devices: [] });
  assert.deepEqual(asked[0], { type: "api", id: asked[0]?.["id"], method: "GET", path: "/api/v1/devices" });

  state.status = 201;
  await connection.apiJson("POST", "/api/v1/tokens", { role: "pos", name: "TILL" });
  assert.deepEqual(asked[1]?.["body"], { role: "pos", name: "TILL" });

  state.status = 429;
  state.body = { code: "too-many-tries", detail: "Wait a moment", retryMs: 5000 };
  assert.equal((await connection.api("POST", "/api/v1/sign-in", {})).status, 429);
  const problem = await connection.apiJson("POST", "/api/v1/sign-in", {}).catch((one: unknown) => one);
  assert.ok(problem instanceof ApiProblem);
  assert.equal(problem.status, 429);
  assert.equal(problem.code, "too-many-tries");
  assert.equal(problem.message, "Wait a moment");
  assert.deepEqual((problem.body as Frame)["retryMs"], 5000);

  state.body = "nothing";
  await assert.rejects(connection.apiJson("GET", "/x"), { code: "unknown", status: 429 });
  state.wrong = true;
  await assert.rejects(connection.apiJson("GET", "/x"), { code: "bad-answer" });
});

test("a POST whose answer is lost is not said twice; a GET is", async () => {
  const { connection, sockets, asked, state, clock } = setUp();
  sockets.last().open();
  state.mute = true;
  const post = connection.api("POST", "/api/v1/seatings/clear", { placeId: "p" });
  const get = connection.api("GET", "/api/v1/places");
  assert.equal(asked.length, 2);
  sockets.last().drop();
  state.mute = false;
  clock.advance(250);
  sockets.last().open();
  assert.equal((await get).status, 200);
  const lost = assert.rejects(post, { code: "lost" });
  clock.advance(5000);
  await lost;
  assert.deepEqual(
    asked.map(({ method }) => method),
    ["POST", "GET", "GET"],
  );
});

test("a POST waits for a way, and is silent 5 s before it counts as lost", async () => {
  const { connection, sockets, asked, state, clock } = setUp();
  const early = connection.api("POST", "/a");
  assert.equal(asked.length, 0);
  sockets.last().open();
  assert.equal((await early).status, 200);
  state.mute = true;
  const silent = assert.rejects(connection.api("POST", "/b"), { code: "lost" });
  clock.advance(5000);
  await silent;
  assert.equal(asked.length, 2);
});

test("a channel that opens meanwhile loses no POST: its answer comes by the old way", async () => {
  const peers = makePeers(linesOf("u", "0A"));
  const { connection, sockets, sessions, asked, state, clock } = setUp({
    webrtc: { RTCPeerConnection: peers.RTCPeerConnection },
  });
  sockets.last().open();
  await settle();
  clock.advance(2000);
  assert.equal(connection.path, "hub-relay");
  state.mute = true;
  const post = connection.api("POST", "/a");
  peers.last().channel.open();
  assert.equal(connection.path, "local-p2p");
  assert.equal(asked.length, 1);
  const payload = { type: "api-answer", ref: asked[0]?.["id"], status: 204 };
  sessions[0]?.say({ type: "relay", fromPeerId: "hub", payload });
  assert.deepEqual(await post, { status: 204, body: null });
});

test("time limits and close() end calls", async () => {
  const { connection, sockets, state, clock } = setUp();
  sockets.last().open();
  state.mute = true;
  const timed = assert.rejects(connection.api("POST", "/a", {}, { timeoutMs: 100 }), {
    code: "timeout",
  });
  clock.advance(100);
  await timed;
  const open = assert.rejects(connection.api("GET", "/b"), { code: "closed" });
  connection.close();
  await open;
  assert.equal(clock.pending, 0);
});

test("a token is turned into a proof, and becomes an identity that can be kept", () => {
  for (const signalingServer of ["ws://hub", "wss://hub"]) {
    const hub = new ModelHub();
    const { deviceId, seed, hubKey } = hub.pair("d1", "pos", "TILL");
    const token = `bht1.${deviceId}.${seed}.${hubKey}`;
    const sockets = makeSockets((socket) => hub.serve(socket));
    const connection = new Connection({
      signalingServer,
      token,
      tenantId: "t",
      WebSocket: sockets.WebSocket,
      webrtc: null,
      clock: new FakeClock(),
    });
    const identities: DeviceIdentity[] = [];
    connection.on("identity", (identity) => identities.push(identity));
    assert.equal(connection.identity, null);
    sockets.last().open();
    assert.equal(connection.path, "hub-relay");
    assert.equal(connection.secure, "signed");
    assert.equal(identities[0]?.role, "pos");
    assert.equal(identities[0]?.name, "TILL");
    assert.deepEqual(identities[0], connection.identity);
    assert.doesNotMatch(JSON.stringify(sockets.last().sent), new RegExp(`bht1|${seed}`));
  }
});

test("options that cannot work are refused where they are given", () => {
  const { WebSocket } = makeSockets();
  const options = { signalingServer: "ws://hub", WebSocket, webrtc: null };
  assert.throws(() => new Connection(options), TypeError);
  assert.throws(() => new Connection({ ...options, tenantId: "t", token: "bht1.x" }), TypeError);
  const { deviceId, seed, hubKey } = new ModelHub().pair("d1");
  const token = `bht1.${deviceId}.${seed}.${hubKey}`;
  assert.throws(() => new Connection({ ...options, token }), TypeError);
});
