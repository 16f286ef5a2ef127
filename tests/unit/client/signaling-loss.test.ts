// SPDX-License-Identifier: Apache-2.0
// Signaling comes and goes; a channel that is open goes on. A place in the room that was lost meanwhile
// gets a channel of its own before the old one ends.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../../data/web/client/connection";
import { FakeClock, settle } from "./fake-clock";
import { makePeers } from "./fake-peer";
import { joined, makeSockets } from "./fake-socket";

type Frame = Record<string, unknown>;

/** Joined, and with an open channel. */
async function setUp() {
  const clock = new FakeClock();
  const peers = makePeers();
  let answer: Frame = joined();
  const sockets = makeSockets((socket) => {
    socket.onSent = (frame) => {
      if (frame["type"] === "join") socket.say(answer);
    };
  });
  const connection = new Connection({
    signalingServers: ["ws://127.0.0.1", "wss://cloud.example"],
    tenantId: "t",
    WebSocket: sockets.WebSocket,
    webrtc: { RTCPeerConnection: peers.RTCPeerConnection },
    clock,
    random: () => 1,
  });
  const paths: string[] = [];
  connection.on("path", (path) => paths.push(path));
  sockets.last().open();
  await settle();
  peers.last().channel.open();
  /** Signaling is away for so long, and then says this. */
  const away = async (ms: number, again: Frame) => {
    answer = again;
    sockets.last().drop();
    for (let left = ms; left > 0 || sockets.last().readyState !== 0; left -= 1000) {
      clock.advance(1000);
      // The channel answers pings meanwhile.
      for (const peer of peers.made)
        for (const { type, id } of peer.channel.sent.splice(0))
          if (type === "ping") peer.channel.say({ type: "pong", ref: id });
    }
    sockets.last().open();
    await settle();
  };
  const sayNext = (frame: Frame) => (answer = frame);
  return { clock, peers, sockets, connection, paths, away, sayNext };
}

test("our place was kept: nothing changes", async () => {
  const { peers, away, paths } = await setUp();
  await away(5000, joined({ resumed: true }));
  assert.equal(peers.made.length, 1);
  assert.deepEqual(paths, ["local-p2p"]);
});

test("our place was lost: the channel goes on until one under the new place is open", async () => {
  const { peers, away, paths, connection } = await setUp();
  await away(60000, joined({ peerId: "page2" }));
  assert.equal(peers.made.length, 2);
  assert.equal(peers.made[0]?.closed, false);
  connection.send({ type: "x", text: "by the old" });
  assert.ok(peers.made[0]?.channel.sent.some(({ text }) => text === "by the old"));
  peers.made[1]?.channel.open();
  assert.equal(peers.made[0]?.closed, true);
  connection.send({ type: "x", text: "by the new" });
  assert.ok(peers.made[1]?.channel.sent.some(({ text }) => text === "by the new"));
  assert.deepEqual(paths, ["local-p2p"]);
});

test("the old channel ends before the new one is open: the relay takes over meanwhile", async () => {
  const { peers, away, paths } = await setUp();
  await away(60000, joined({ peerId: "page2" }));
  peers.made[0]?.channel.close();
  assert.deepEqual(paths, ["local-p2p", "hub-relay"]);
  peers.made[1]?.channel.open();
  assert.deepEqual(paths, ["local-p2p", "hub-relay", "local-p2p"]);
});

test("the new one is tried again where it fails; the old one stays", async () => {
  const { peers, away, clock } = await setUp();
  await away(60000, joined({ peerId: "page2" }));
  peers.made[1]?.ice("failed");
  assert.equal(peers.made[1]?.closed, true);
  clock.advance(3000);
  assert.equal(peers.made.length, 3);
  assert.equal(peers.made[0]?.closed, false);
});

test("the hub leaves the room, not us", async () => {
  const { peers, sockets, paths, connection } = await setUp();
  sockets.last().say({ type: "peer-left", peer: { peerId: "hub", role: "hub" } });
  assert.equal(peers.made[0]?.closed, false);
  assert.deepEqual(paths, ["local-p2p"]);
  // It is back: nothing has to be made anew.
  sockets.last().say({ type: "peer-joined", peer: { peerId: "hub", role: "hub" } });
  assert.equal(peers.made.length, 1);
  sockets.last().say({ type: "peer-left", peer: { peerId: "hub", role: "hub" } });
  peers.made[0]?.channel.close();
  assert.equal(connection.path, "none");
  assert.equal(connection.hub, null);
});

test("signaling is lost and the channel is silent: it is no way after 1.5 s, until it is heard again", async () => {
  const { peers, sockets, clock, paths } = await setUp();
  clock.advance(60);
  const { channel } = peers.last();
  for (const { type, id } of channel.sent.splice(0)) if (type === "ping") channel.say({ type: "pong", ref: id });
  sockets.last().drop();
  clock.advance(1400);
  assert.deepEqual(paths, ["local-p2p"]);
  clock.advance(200);
  assert.deepEqual(paths, ["local-p2p", "none"]);
  channel.say({ type: "x" });
  assert.deepEqual(paths, ["local-p2p", "none", "local-p2p"]);
});

test("in trouble without signaling it waits, and is mended when signaling is back", async () => {
  const { peers, sockets, clock, sayNext } = await setUp();
  peers.last().signalingState = "stable";
  sayNext(joined({ resumed: true }));
  sockets.last().drop();
  peers.last().ice("disconnected");
  clock.advance(30000);
  assert.equal(peers.last().closed, false);
  assert.equal(peers.last().offers.length, 1);
  while (sockets.last().readyState !== 0) clock.advance(1000);
  sockets.last().open();
  await settle();
  assert.deepEqual(peers.last().offers.at(-1), { iceRestart: true });
});
