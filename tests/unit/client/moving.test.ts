// SPDX-License-Identifier: Apache-2.0
// A device goes from the hub's signaling to the cloud's and back: what is open stays open, nothing that
// was said is lost, and who is believed where.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection, type ServerMemory, type SocketLike } from "../../../data/web/client";
import type { ConnectionOptions } from "../../../data/web/client/connection-options";
import { FakeClock, settle } from "./fake-clock";
import { linesOf, makePeers, type FakePeer } from "./fake-peer";
import { joined, makeSockets, type FakeSocket } from "./fake-socket";
import { ModelCloud } from "./model-cloud";
import { ModelHub, type Frame, type ModelSession } from "./model-hub";

const LOCAL = "wss://hub.local:8443/signal";
const CLOUD = "wss://cloud.example/signal";
const HUB_AT_CLOUD = { peerId: "hub-at-cloud", role: "hub" };

interface Places {
  local: boolean;
  cloud: boolean;
}

async function setUp(more: Partial<ConnectionOptions> = {}) {
  const clock = new FakeClock();
  const hub = new ModelHub();
  const identity = { ...hub.pair("d1"), hostName: "" };
  const cloud = new ModelCloud();
  cloud.peers = [HUB_AT_CLOUD];
  const peers = makePeers(linesOf("ufrag", "AB"));
  const up: Places = { local: true, cloud: true };
  const sessions: ModelSession[] = [];
  const sockets = makeSockets((socket) => {
    const isCloud = socket.url === CLOUD;
    if (isCloud) cloud.serve(socket);
    else sessions.push(hub.serve(socket));
    // As soon as whoever made it listens.
    void Promise.resolve().then(() => {
      if (up[isCloud ? "cloud" : "local"]) socket.open();
      else socket.drop();
    });
  });
  const connection = new Connection({
    signalingServers: [LOCAL, CLOUD],
    tenantId: "t",
    identity,
    WebSocket: sockets.WebSocket,
    webrtc: { RTCPeerConnection: peers.RTCPeerConnection },
    clock,
    random: () => 1,
    ...more,
  });
  const reaches: string[] = [];
  const paths: string[] = [];
  connection.on("reach", (reach) => reaches.push(reach));
  connection.on("path", (path) => paths.push(path));
  const advance = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      for (const peer of peers.made) answerPings(peer);
      await settle();
    }
  };
  const at = (url: string) => sockets.made.filter((socket) => socket.url === url);
  const last = (url: string): FakeSocket => {
    const socket = at(url).at(-1);
    assert.ok(socket !== undefined, url);
    return socket;
  };
  await settle();
  return { clock, hub, cloud, peers, up, sockets, sessions, connection, reaches, paths, advance, at, last };
}

function answerPings({ channel }: FakePeer): void {
  for (const { type, id } of channel.sent.filter((frame) => frame["type"] === "ping"))
    if (channel.readyState === "open" && type === "ping") channel.say({ type: "pong", ref: id });
  for (let i = channel.sent.length - 1; i >= 0; i--)
    if (channel.sent[i]?.["type"] === "ping") channel.sent.splice(i, 1);
}

/** The hub's signaling dies; its program and its channel live on. */
async function lose(setup: Awaited<ReturnType<typeof setUp>>): Promise<void> {
  setup.up.local = false;
  setup.last(LOCAL).drop();
  await setup.advance(400);
}

async function come(setup: Awaited<ReturnType<typeof setUp>>, ms = 8500): Promise<void> {
  setup.up.local = true;
  await setup.advance(ms);
}

test("a cloud's socket dies and does not say so, the hub away: it is missed within 35 s", async () => {
  const setup = await setUp({ signalingServers: [CLOUD] });
  const { cloud, connection, clock, reaches, advance, at, last } = setup;
  cloud.peers = [];
  last(CLOUD).drop();
  await advance(1000);
  assert.equal(connection.path, "none");
  // As long as it answers it is left alone.
  await advance(120000);
  assert.equal(at(CLOUD).length, 2);
  reaches.length = 0;
  last(CLOUD).onSent = null;
  await advance(36000);
  assert.deepEqual(reaches, ["offline", "cloud"]);
  assert.equal(at(CLOUD).length, 3);
  connection.close();
  assert.equal(clock.pending, 0);
});

test("local signaling dies: on the cloud within half a second, back when it is there again", async () => {
  const setup = await setUp();
  const { connection, reaches, cloud, last, clock } = setup;
  assert.equal(connection.reach, "local");
  clock.advance(6000);
  await lose(setup);
  assert.equal(connection.reach, "cloud");
  assert.equal(connection.joined?.server.id, "cloud");
  await come(setup);
  assert.equal(connection.reach, "local");
  assert.deepEqual(reaches, ["local", "offline", "cloud", "local"]);
  assert.deepEqual(cloud.heard.at(-1), { type: "leave" });
  assert.equal(last(CLOUD).readyState, 3);
  connection.close();
  assert.equal(clock.pending, 0);
});

test("the cloud is shown the membership, the hub is not; nothing is sealed or relayed there", async () => {
  const setup = await setUp();
  setup.clock.advance(6000);
  await lose(setup);
  const [local] = setup.last(LOCAL).sent;
  assert.equal(local, undefined);
  assert.equal(setup.at(LOCAL)[0]?.sent[0]?.["membership"], undefined);
  const [join] = setup.last(CLOUD).sent;
  assert.notEqual(join?.["membership"], undefined);
  assert.notEqual(join?.["hubKey"], undefined);
  assert.equal(join?.["key"], undefined);
  assert.equal(setup.connection.path, "none");
  setup.connection.send({ type: "x" });
  await setup.advance(3000);
  assert.equal(setup.cloud.heard.filter(({ type }) => type === "relay").length, 0);
});

test("an open channel is not touched by moving, there and back", async () => {
  const setup = await setUp();
  const { connection, peers, paths } = setup;
  peers.last().channel.open();
  await setup.advance(6000);
  const answer = connection.request({ type: "question" });
  await lose(setup);
  assert.equal(connection.reach, "cloud");
  setup.hub.joinedMore = { resumed: true };
  await come(setup, 1500);
  assert.equal(connection.reach, "local");
  assert.equal(setup.last(LOCAL).sent[0]?.["resume"], "secret");
  assert.equal(setup.last(CLOUD).sent[0]?.["resume"], undefined);
  assert.equal(peers.made.length, 1);
  assert.deepEqual(paths, ["local-p2p"]);
  // Its place was given back as well, and what waits was asked once.
  const { channel } = peers.last();
  const asked = channel.sent.filter(({ type }) => type === "question");
  assert.equal(asked.length, 1);
  channel.say({ type: "answer", ref: asked[0]?.["id"] });
  assert.equal((await answer).type, "answer");
});

test("at the cloud a channel in trouble is made anew, by the cloud", async () => {
  const setup = await setUp();
  const { peers, connection, cloud } = setup;
  peers.last().channel.open();
  await setup.advance(6000);
  await lose(setup);
  peers.last().ice("disconnected");
  await settle();
  assert.equal(peers.made.length, 2);
  const offer = cloud.heard.find(({ type }) => type === "offer");
  assert.equal(offer?.["targetPeerId"], "hub-at-cloud");
  peers.last().channel.open();
  assert.equal(peers.made[0]?.closed, true);
  assert.equal(connection.path, "local-p2p");
});

test("said while nobody is there, or on the way from one to the other: nothing is lost", async () => {
  const setup = await setUp();
  const { connection, peers, cloud } = setup;
  const answers: unknown[] = [];
  const ask = (name: string) =>
    void connection.request({ type: "question", name }).then(({ text }) => answers.push(text));
  const listen = ({ channel }: FakePeer) => {
    channel.onSent = ({ type, id, name }) => {
      if (type === "question") channel.say({ type: "answer", ref: id, text: name });
    };
  };
  ask("before");
  await setup.advance(6000);
  setup.up.local = false;
  setup.up.cloud = false;
  setup.last(LOCAL).drop();
  peers.last().close();
  peers.last().channel.close();
  ask("alone");
  await setup.advance(3000);
  assert.equal(connection.reach, "offline");
  setup.up.cloud = true;
  await setup.advance(5000);
  assert.equal(connection.reach, "cloud");
  ask("cloud");
  assert.notEqual(cloud.heard.find(({ type }) => type === "offer"), undefined);
  listen(peers.last());
  peers.last().channel.open();
  await settle();
  assert.deepEqual([...answers].sort(), ["alone", "before", "cloud"]);
});

test("the cloud's channel to the hub carries signaling: local again without a socket", async () => {
  const setup = await setUp({ signalingServers: [CLOUD] });
  const { connection, hub, peers, reaches } = setup;
  assert.equal(connection.reach, "cloud");
  const signal = peers.last().makeSignal(hub);
  peers.last().channel.open();
  await settle();
  signal.open();
  await settle();
  assert.equal(connection.reach, "local");
  assert.equal(connection.joined?.server.id, "s1");
  assert.deepEqual(reaches, ["cloud", "local"]);
  assert.equal(peers.made.length, 1);
  assert.equal(signal.label, "signal");
  assert.equal(signal.joins[0]?.["key"], undefined);
  assert.equal(signal.joins[0]?.["membership"], undefined);

  // Out of sight: signaling goes back to the cloud, which mends it. Nothing is answered by the channel.
  peers.last().channel.sent.splice(0);
  peers.last().ice("disconnected");
  await setup.advance(300);
  assert.equal(connection.reach, "cloud");
});

test("the hub moves and says so by its channel: what it names is tried, and the dead socket left", async () => {
  const moved = "wss://192.168.7.9:8443/signal";
  const kept: string[][] = [];
  const servers: ServerMemory = {
    load: () => Promise.resolve([]),
    store: (urls) => {
      kept.push(urls);
      return Promise.resolve();
    },
  };
  const setup = await setUp({ servers });
  const { connection, peers, at, sockets } = setup;
  const heard: string[] = [];
  connection.on("message", ({ type }) => heard.push(type));
  peers.last().channel.open();
  await setup.advance(6000);
  // Nothing that is said there arrives any more.
  setup.last(LOCAL).onSent = null;
  setup.up.local = false;
  const signalingServers = [{ url: moved, kind: "local" }, { url: "nonsense" }, 7];
  peers.last().channel.say({ type: "signaling-servers", signalingServers });
  assert.deepEqual(kept.at(-1), [moved]);
  assert.equal(at(moved).length, 0);
  await setup.advance(1700);
  assert.ok(at(moved).length > 0, sockets.made.map(({ url }) => url).join(" "));
  assert.equal(peers.made.length, 1);
  assert.deepEqual(heard, []);
});

test("addresses that the hub names are remembered, and tried the next time", async () => {
  const kept: string[][] = [];
  const servers: ServerMemory = {
    load: () => Promise.resolve(kept.at(-1) ?? []),
    store: (urls) => {
      kept.push(urls);
      return Promise.resolve();
    },
  };
  const named = ["ws://192.168.1.20:8080/signal", "wss://two.example/signal"];
  const setup = await setUp({ servers });
  setup.sessions.at(-1)?.say({ type: "signaling-servers", signalingServers: named });
  assert.deepEqual(kept.at(-1), named);
  // It goes: its own address is worth as much as before.
  const orderly = { type: "signaling-servers", signalingServers: [CLOUD] };
  setup.sessions.at(-1)?.say(orderly);
  assert.deepEqual(kept.at(-1), [named[0], CLOUD]);
  setup.connection.close();
  const again = await setUp({ servers, signalingServers: ["wss://gone.local/signal"] });
  again.up.local = false;
  again.last("wss://gone.local/signal").drop();
  // Lost as soon as it had let us in: the cloud first, which is named too.
  await again.advance(1200);
  assert.deepEqual(
    again.sockets.made.map(({ url }) => url).filter((url) => url === named[0]),
    [named[0]],
  );
  again.connection.close();
});

test("addresses remembered on a slow disk do not replace what the hub has said meanwhile", async () => {
  let give: (urls: string[]) => void = () => undefined;
  const kept: string[][] = [];
  const servers: ServerMemory = {
    load: () => new Promise((resolve) => (give = resolve)),
    store: (urls) => Promise.resolve(void kept.push(urls)),
  };
  const setup = await setUp({ servers });
  const fresh = "ws://192.168.1.30:8080/signal";
  setup.sessions.at(-1)?.say({ type: "signaling-servers", signalingServers: [fresh] });
  const old = "ws://192.168.1.20:8080/signal";
  give([old]);
  await setup.advance(50);
  assert.deepEqual(kept.at(-1), [fresh, old]);
  setup.connection.close();
});

test("a cloud that says we are removed is believed with the hub's signature only", async () => {
  for (const isSigned of [false, true]) {
    const setup = await setUp({ signalingServers: [CLOUD] });
    const removals: string[] = [];
    setup.connection.on("removed", ({ code }) => removals.push(code));
    if (isSigned) {
      setup.hub.remove("d1");
      setup.last(CLOUD).say({ type: "revocations", revocations: setup.hub.revocations() });
    }
    setup.last(CLOUD).say({ type: "error", code: "revoked", message: "" });
    assert.deepEqual(removals, isSigned ? ["revoked"] : []);
    assert.equal(setup.connection.reach, "offline");
    // Out is out: nothing keeps a program running.
    if (isSigned) assert.equal(setup.clock.pending, 0);
    setup.connection.close();
  }
});

test("who says to be a cloud at a local address, or a hub at the cloud's, is neither", async () => {
  for (const [url, kind] of [
    [LOCAL, "cloud"],
    [CLOUD, "local"],
  ] as const) {
    const setup = await setUp({ signalingServers: [] , signalingServer: url });
    const impostors: string[] = [];
    setup.connection.on("impostor", (one) => impostors.push(one.url));
    const server = { id: "x", kind, name: "", version: "" };
    setup.hub.joinedMore = { server };
    setup.cloud.joinedMore = { server };
    setup.clock.advance(6000);
    setup.last(url).drop();
    await setup.advance(100);
    assert.deepEqual(impostors, [url]);
    assert.equal(setup.connection.reach, "offline");
    setup.connection.close();
  }
});

test("a guest is the hub's alone", async () => {
  const clock = new FakeClock();
  const sockets = makeSockets((socket: FakeSocket & SocketLike) => {
    socket.onSent = ({ type }: Frame) => {
      if (type === "join")
        socket.say(
          joined({
            server: { id: "cloud", kind: "cloud", name: "", version: "" },
            signalingServers: ["wss://other.example/signal"],
          }),
        );
    };
  });
  const connection = new Connection({
    signalingServers: [CLOUD],
    tenantId: "t",
    guest: "session",
    WebSocket: sockets.WebSocket,
    webrtc: null,
    clock,
  });
  sockets.last().open();
  assert.equal(connection.reach, "offline");
  assert.equal(connection.joined, null);
  connection.close();
});
