// SPDX-License-Identifier: Apache-2.0
// What goes by relay: never faster than a server takes it, whatever its size, and nothing stays behind.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ChunkJoiner } from "../../../data/web/client/chunks";
import { Connection } from "../../../data/web/client/connection";
import type { Message } from "../../../data/web/client/messages";
import type { PrintJob } from "../../../data/web/client/print-messages";
import { FakeClock } from "./fake-clock";
import { makePeers } from "./fake-peer";
import { joined, makeSockets, type FakeSocket } from "./fake-socket";

type Frame = Record<string, unknown>;

/** A server that counts as ours does, and a hub behind it that takes chunks. */
function setUp({ perSecond = 200, burst = 400, webrtc = false } = {}) {
  const clock = new FakeClock();
  const { RTCPeerConnection, last } = makePeers();
  const printed: string[] = [];
  const heard: string[] = [];
  const state = { limited: 0, tokens: burst, atMs: 0, joiner: new ChunkJoiner() };
  const pass = () => {
    const gained = ((clock.now() - state.atMs) / 1000) * perSecond;
    state.tokens = Math.min(burst, state.tokens + gained);
    state.atMs = clock.now();
    if (state.tokens < 1) return false;
    state.tokens -= 1;
    return true;
  };
  const onPayload = (socket: FakeSocket, payload: Message): void => {
    if (payload.type === "chunk") {
      const whole = state.joiner.add(payload);
      if (whole !== null) onPayload(socket, JSON.parse(whole) as Message);
      return;
    }
    heard.push(payload.type);
    if (payload.type === "ping")
      socket.say({ type: "relay", fromPeerId: "hub", payload: { type: "pong", ref: payload.id } });
    if (payload.type !== "print") return;
    const { jobId } = payload["printJob"] as PrintJob;
    if (!printed.includes(jobId)) printed.push(jobId);
    const answer = { type: "print-status", ref: payload.id, jobId, printer: "p", state: "done" };
    socket.say({ type: "relay", fromPeerId: "hub", payload: answer });
  };
  const sockets = makeSockets((socket) => {
    socket.onSent = (frame) => {
      if (frame["type"] === "join") {
        const peers = [{ peerId: "hub", role: "hub" }, { peerId: "other", role: "staff" }];
        socket.say(joined({ peers }));
        return;
      }
      assert.ok(JSON.stringify(frame).length <= 64 * 1024, "a server takes 64 KiB");
      if (!pass()) {
        state.limited += 1;
        socket.say({ type: "error", code: "rate-limited", message: "too many messages" });
      } else if (frame["type"] === "relay") onPayload(socket, frame["payload"] as Message);
    };
  });
  const connection = new Connection({
    signalingServer: "ws://127.0.0.1",
    tenantId: "t",
    WebSocket: sockets.WebSocket,
    webrtc: webrtc ? { RTCPeerConnection } : null,
    clock,
    random: () => 1,
  });
  sockets.last().open();
  const channel = () => last().channel;
  return { clock, connection, heard, printed, sockets, state, channel };
}

const jobOf = (n: number): PrintJob => ({ jobId: `j${n}`, content: { text: "x" } });

test("300 jobs at once: each once, and the server never says that it is too much", () => {
  const { clock, connection, printed, state } = setUp();
  const prints = Array.from({ length: 300 }, (_, n) => connection.print(jobOf(n)));
  clock.advance(4000);
  assert.equal(printed.length, 300);
  assert.deepEqual(printed, prints.map((print) => print.job.jobId), "in their order");
  assert.ok(prints.every((print) => print.view.phase === "done"));
  assert.equal(state.limited, 0);
});

test("a server set to less: the client waits, slows down, and nothing is lost", () => {
  const { clock, connection, printed, state } = setUp({ perSecond: 20, burst: 40 });
  const prints = Array.from({ length: 300 }, (_, n) => connection.print(jobOf(n)));
  clock.advance(90000);
  assert.ok(state.limited > 0);
  assert.equal(printed.length, 300);
  assert.ok(prints.every((print) => print.view.phase === "done"));
});

test("without a channel a large job goes in parts; the small one behind it too", () => {
  const { clock, connection, printed, state } = setUp();
  const png = "A".repeat(2 * 1024 * 1024);
  const large = connection.print({ jobId: "large", content: { png } });
  const small = connection.print(jobOf(1));
  clock.advance(5000);
  assert.deepEqual(printed, ["large", "j1"]);
  assert.equal(large.view.phase, "done");
  assert.equal(small.view.phase, "done");
  assert.equal(state.limited, 0);
});

test("a large call that must go once does, also where a message to a device waits behind it", () => {
  const { clock, connection, heard, sockets } = setUp();
  sockets.last().bufferedAmount = 1024 * 1024;
  const picture = "A".repeat(100 * 1024);
  connection.api("POST", "/api/v1/pictures", { picture }).catch(() => undefined);
  connection.send({ type: "chat" }, { to: "other" });
  clock.advance(200);
  assert.deepEqual(heard, ["ping"]);
  sockets.last().bufferedAmount = 0;
  clock.advance(1000);
  assert.deepEqual(heard.filter((type) => type !== "ping"), ["api", "chat"]);
});

test("the channel opens while a call is half said by relay: it goes by the channel alone", () => {
  const { clock, connection, heard, sockets, channel } = setUp({ webrtc: true });
  clock.advance(2000);
  sockets.last().bufferedAmount = 1024 * 1024;
  const picture = "A".repeat(100 * 1024);
  connection.api("POST", "/api/v1/pictures", { picture }).catch(() => undefined);
  connection.send({ type: "chat" }, { to: "other" });
  channel().open();
  sockets.last().bufferedAmount = 0;
  clock.advance(1000);
  assert.deepEqual(heard.filter((type) => type !== "ping"), ["chat"]);
  const joiner = new ChunkJoiner();
  const whole = channel().sent.map((frame) => joiner.join(frame as Message)?.type);
  assert.equal(whole.filter((type) => type === "api").length, 1);
});

test("the connection breaks within a large job: it is told anew", () => {
  const { clock, connection, printed, sockets, state } = setUp();
  const png = "A".repeat(3 * 1024 * 1024);
  connection.print({ jobId: "large", content: { png } });
  clock.advance(500);
  assert.deepEqual(printed, []);
  state.joiner = new ChunkJoiner();
  sockets.last().drop();
  clock.advance(250);
  sockets.last().open();
  clock.advance(5000);
  assert.deepEqual(printed, ["large"]);
});

test("a socket that was full takes the rest by itself once it has drained", () => {
  const { clock, connection, printed, sockets } = setUp();
  sockets.last().bufferedAmount = 1024 * 1024;
  connection.print(jobOf(1));
  clock.advance(200);
  assert.deepEqual(printed, []);
  sockets.last().bufferedAmount = 0;
  clock.advance(200);
  assert.deepEqual(printed, ["j1"]);
});

test("another hub in the same place is told what waits", () => {
  const { clock, connection, printed, sockets } = setUp();
  const answer = sockets.last().onSent;
  sockets.last().onSent = null;
  connection.print(jobOf(1));
  sockets.last().onSent = answer;
  const frame: Frame = { type: "peer-joined", peer: { peerId: "hub-2", role: "hub" } };
  sockets.last().say(frame);
  clock.advance(100);
  assert.deepEqual(printed, ["j1"]);
});

test("after a refusal it is slow for a while, not for ever", () => {
  const { clock, connection, printed, sockets } = setUp();
  const flood = (from: number) => {
    for (let n = from; n < from + 150; n++) connection.print(jobOf(n));
  };
  sockets.last().say({ type: "error", code: "rate-limited", message: "busy", inReplyTo: "relay" });
  flood(0);
  assert.equal(printed.length, 0);
  clock.advance(2500);
  assert.equal(printed.length, 100);
  clock.advance(40000);
  flood(150);
  assert.equal(printed.length, 300);
});
