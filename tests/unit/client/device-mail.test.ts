// SPDX-License-Identifier: Apache-2.0
// What waits for somebody goes to where they are now, not to where they were.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../../data/web/client/connection";
import { Emitter } from "../../../data/web/client/emitter";
import type { PeerInfo } from "../../../data/web/client/messages";
import type { ReplicaPart } from "../../../data/web/client/replica-part";
import { FakeClock } from "./fake-clock";
import { joined, makeSockets } from "./fake-socket";

type Frame = Record<string, unknown>;

/** A replica that answers every command, and keeps what that throws: of its own promises nobody hears. */
function makeReplica(thrown: unknown[]): ReplicaPart {
  const serve: ReplicaPart["serve"] = (_from, { id = "" }, answer) => {
    try {
      answer({ type: "ack", ref: id });
    } catch (error) {
      thrown.push(error);
    }
    return true;
  };
  const part = { direct: [], serve, sendDirect: () => false };
  return Object.assign(new Emitter(), part) as unknown as ReplicaPart;
}

/** A hub that hands out another place to all after each restart. */
function setUp(part?: ReplicaPart) {
  const clock = new FakeClock();
  const room = { start: 1, hasOther: true, more: [] as PeerInfo[] };
  const idOf = (who: string) => `${who}-${room.start}`;
  const relayed: Frame[] = [];
  const sockets = makeSockets((socket) => {
    socket.onSent = (frame) => {
      if (frame["type"] === "relay") relayed.push(frame);
      const { type, id: ref } = (frame["payload"] ?? {}) as Frame;
      if (type === "ping") socket.say({ type: "relay", fromPeerId: idOf("hub"), payload: { type: "pong", ref } });
      if (frame["type"] !== "join") return;
      const other: PeerInfo = { peerId: idOf("other"), role: "kitchen", deviceId: "d2" };
      const hub: PeerInfo = { peerId: idOf("hub"), role: "hub" };
      const peers = [hub, ...(room.hasOther ? [other] : []), ...room.more];
      socket.say(joined({ peerId: idOf("page"), peers }));
    };
  });
  const options = {
    ...{ signalingServer: "ws://127.0.0.1", tenantId: "t", WebSocket: sockets.WebSocket },
    ...{ webrtc: null, clock, random: () => 1 },
  };
  const connection =
    part === undefined
      ? new Connection(options)
      : new Connection({ ...options, guest: "g" }, () => part);
  sockets.last().open();
  return {
    connection,
    clock,
    room,
    sockets,
    presence: (type: "peer-joined" | "peer-left", peer: PeerInfo) => sockets.last().say({ type, peer }),
    restart: (whileAway: () => void) => {
      sockets.last().drop();
      whileAway();
      room.start += 1;
      clock.advance(250);
      sockets.last().open();
    },
    heard: (type: string) =>
      relayed
        .filter(({ payload }) => (payload as Frame)["type"] === type)
        .map(({ targetPeerId }) => targetPeerId),
  };
}

test("what waits for a device goes to the place that it has now, once", () => {
  const { connection, restart, heard } = setUp();
  restart(() => {
    connection.send({ type: "chat" }, { to: "d2" });
    assert.deepEqual(heard("chat"), []);
  });
  assert.deepEqual(heard("chat"), ["other-2"]);
});

test("what waits for the hub goes to the place that it has now, once", () => {
  const { connection, restart, heard } = setUp();
  restart(() => connection.send({ type: "chat" }));
  assert.deepEqual(heard("chat"), ["hub-2"]);
});

test("with no server there is nobody to be seen", () => {
  const { connection, room, restart } = setUp();
  const seen: string[][] = [];
  const look = (peers: PeerInfo[]) => seen.push(peers.map(({ peerId }) => peerId));
  look(connection.peers);
  connection.on("peers", look);
  restart(() => {
    assert.deepEqual(connection.peers, []);
    room.hasOther = false;
  });
  assert.deepEqual(seen, [["hub-1", "other-1"], [], ["hub-2"]]);
});

test("an answer goes now or not at all: whoever asked asks again, and nothing waits for who is gone", () => {
  const thrown: unknown[] = [];
  const { connection, sockets } = setUp(makeReplica(thrown));
  sockets.last().bufferedAmount = 1024 * 1024;
  const payload = { type: "order", id: "o1" };
  sockets.last().say({ type: "relay", fromPeerId: "other-1", payload });
  assert.deepEqual(thrown, []);
  assert.equal(connection.waiting, 0);
});

test("what is sent to the hub by name is settled as what names nobody, whichever of its names that was", () => {
  // A name that it had, and one that nobody has named to us yet.
  for (const [to, from] of [["hub-1", null], ["hub-2", "hub-2"]] as const) {
    const { connection, sockets, restart, heard } = setUp();
    const told: unknown[] = [];
    connection.onmessage = ({ type, ref }, peer) => told.push([type, ref, peer?.peerId ?? null]);
    const answer = (ref: string, fromPeerId: string) =>
      sockets.last().say({ type: "relay", fromPeerId, payload: { type: "ack", ref, level: "hub" } });
    connection.send({ type: "receipt", id: "r1" }, { to: "hub-1" });
    answer("r1", "hub-1");
    assert.equal(connection.waiting, 0);
    restart(() => connection.send({ type: "receipt", id: "r2" }, { to }));
    answer("r2", "hub-2");
    assert.equal(connection.waiting, 0);
    assert.deepEqual(heard("receipt"), ["hub-1", "hub-2"]);
    assert.deepEqual(told, [["ack", "r1", null], ["ack", "r2", from]]);
  }
});

test("a name that nobody has any more, and of whom we know no device, is waited for a minute, not for ever", () => {
  const { connection, clock, presence, restart, heard } = setUp();
  const bare: PeerInfo = { peerId: "bare", role: "staff" };
  const told: unknown[] = [];
  connection.onmessage = ({ type, ref, code }, from) => told.push([type, ref, code, from?.peerId]);
  presence("peer-joined", bare);
  presence("peer-left", bare);
  connection.send({ type: "receipt", id: "r1" }, { to: "bare" });
  connection.send({ type: "chat" }, { to: "bare" });
  // It takes its name again.
  clock.advance(59000);
  presence("peer-joined", bare);
  assert.deepEqual(heard("receipt"), ["bare"]);
  clock.advance(60000);
  assert.equal(connection.waiting, 1);
  assert.deepEqual(told, []);

  // So it may with a hub that starts anew; whoever is away meanwhile concludes nothing.
  presence("peer-left", bare);
  clock.advance(59000);
  restart(() => clock.advance(200));
  clock.advance(59000);
  assert.equal(connection.waiting, 1);
  connection.send({ type: "chat" }, { to: "bare" });
  connection.send({ type: "chat" }, { to: "nobody that was ever named" });
  clock.advance(1000);
  assert.deepEqual(told, [["error", "r1", "unknown-peer", "bare"]]);
  assert.equal(connection.waiting, 1);
  connection.close();
  assert.equal(clock.pending, 0);
});

test("what is sent to a page that has left goes to its device, wherever that is now", () => {
  const { connection, clock, presence, heard } = setUp();
  presence("peer-left", { peerId: "other-1", role: "kitchen", deviceId: "d2" });
  connection.send({ type: "chat" }, { to: "other-1" });
  clock.advance(120000);
  assert.equal(connection.waiting, 1);
  presence("peer-joined", { peerId: "other-9", role: "kitchen", deviceId: "d2" });
  assert.deepEqual(heard("chat"), ["other-9"]);
});

test("what waits for many is refused at once where that is too much", () => {
  const { connection } = setUp();
  for (let i = 0; i < 64; i++) connection.send({ type: "chat" }, { to: `d-${i}` });
  const send = (to: string) => connection.send({ type: "chat" }, { to });
  assert.throws(() => send("one more"), { name: "OutboxFullError" });
  send("d-0");
  assert.equal(connection.waiting, 65);
});
