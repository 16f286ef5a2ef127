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
  const room = { start: 1, hasOther: true };
  const idOf = (who: string) => `${who}-${room.start}`;
  const relayed: Frame[] = [];
  const sockets = makeSockets((socket) => {
    socket.onSent = (frame) => {
      if (frame["type"] === "relay") relayed.push(frame);
      if (frame["type"] !== "join") return;
      const other: PeerInfo = { peerId: idOf("other"), role: "kitchen", deviceId: "d2" };
      const hub: PeerInfo = { peerId: idOf("hub"), role: "hub" };
      socket.say(joined({ peerId: idOf("page"), peers: room.hasOther ? [hub, other] : [hub] }));
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
    room,
    sockets,
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
