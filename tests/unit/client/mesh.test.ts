// SPDX-License-Identifier: Apache-2.0
// Direct links between devices: who offers to whom, how many there are, and what does not end them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DeviceKeys } from "../../../data/web/client/device-keys";
import { Emitter } from "../../../data/web/client/emitter";
import { Mesh } from "../../../data/web/client/mesh";
import type { Joined, PeerInfo } from "../../../data/web/client/messages";
import type { SignalingClient, SignalingEvents, SignalingState } from "../../../data/web/client/signaling-client";
import { signDescription } from "../../../data/web/client/description-auth";
import { FakeClock, settle } from "./fake-clock";
import { linesOf, makePeers } from "./fake-peer";
import { bytesOf, ModelHub, type Frame } from "./model-hub";

class FakeSignaling extends Emitter<SignalingEvents> {
  state: SignalingState = "idle";
  joined: Joined | null = null;
  readonly sent: Frame[] = [];

  send(message: Frame): boolean {
    if (this.state !== "joined") return false;
    this.sent.push(message);
    return true;
  }

  enter(peers: PeerInfo[], more: Partial<Joined> = {}): void {
    this.joined = {
      ...{ peerId: "me", tenantId: "t", role: "staff", peers, iceServers: [] },
      server: { id: "s", kind: "local", name: "", version: "" },
      ...{ signalingServers: [], resume: undefined, resumed: false },
      ...more,
    };
    this.state = "joined";
    this.emit("state", "joined");
    this.emit("joined", this.joined);
  }

  lose(): void {
    this.state = "waiting";
    this.emit("state", "waiting");
  }

  presence(joined: PeerInfo[], left: string[] = []): void {
    this.emit("message", { type: "presence", joined, left });
  }

  offersTo(): unknown[] {
    return this.sent.filter(({ type }) => type === "offer").map((one) => one["targetPeerId"]);
  }
}

const ours = linesOf("ours", "0A");
const peer = (peerId: string, role = "staff", deviceId = `d-${peerId}`): PeerInfo => ({
  peerId,
  role,
  deviceId,
});

function setUp(maxLinks?: number) {
  const clock = new FakeClock();
  const hub = new ModelHub();
  hub.nowMs = clock.dateMs;
  const keys = new DeviceKeys(hub.pair("mine"), clock);
  const signaling = new FakeSignaling();
  const peers = makePeers(ours);
  const mesh = new Mesh({
    signaling: signaling as unknown as SignalingClient,
    keys,
    RTCPeerConnection: peers.RTCPeerConnection,
    clock,
    random: () => 1,
    ...(maxLinks === undefined ? {} : { maxLinks }),
  });
  const events: string[] = [];
  mesh.on("open", ({ peerId }) => events.push(`open ${peerId}`));
  mesh.on("closed", ({ peerId }) => events.push(`closed ${peerId}`));
  mesh.on("forged", ({ peerId, reason }) => events.push(`${reason} ${peerId}`));
  /** A description of another paired device, signed as it should be. */
  const say = (from: PeerInfo, type: "offer" | "answer", byte = "0B", toPeerId = "me") => {
    const { peerId: fromPeerId, deviceId = "", role } = from;
    const identity = hub.devices.has(deviceId) ? identities.get(deviceId) : hub.pair(deviceId, role);
    assert.ok(identity !== undefined);
    identities.set(deviceId, identity);
    const sdp = `${type}${linesOf(`u${byte}`, byte)}`;
    const description = { type, tenantId: "t", fromPeerId, toPeerId, sdp };
    const sig = signDescription(bytesOf(identity.seed), description) ?? "";
    const auth = { sig, membership: identity.membership };
    signaling.emit("message", { type: "link", fromPeerId, signal: { type, sdp, auth } });
  };
  const identities = new Map<string, ReturnType<ModelHub["pair"]>>();
  return { clock, hub, keys, signaling, peers, mesh, events, say };
}

test("a newcomer offers to those present: kitchen, staff, tills, managers; never to guests or itself", async () => {
  const { signaling } = setUp();
  signaling.enter([
    { peerId: "hub", role: "hub" },
    peer("m", "manager"),
    peer("s2"),
    peer("p", "pos"),
    peer("s1"),
    peer("k", "kitchen"),
    peer("g", "guest"),
    peer("printer", "printer"),
    peer("other-tab", "staff", "mine"),
    { peerId: "bare", role: "staff" },
  ]);
  await settle();
  assert.deepEqual(signaling.offersTo(), ["k", "s1", "s2", "p", "m"]);
});

test("at most eight, whoever offers; a place that is free is filled", async () => {
  const { signaling, peers, mesh, say, clock } = setUp();
  const others = Array.from({ length: 10 }, (_, i) => peer(`s${i}`));
  signaling.enter(others);
  await settle();
  assert.equal(signaling.offersTo().length, 8);
  say(others[9] as PeerInfo, "offer");
  await settle();
  assert.equal(peers.made.length, 8);
  for (const one of peers.made) one.channel.open();
  assert.equal(mesh.open.length, 8);
  peers.made[0]?.channel.close();
  await settle();
  assert.deepEqual(signaling.offersTo().slice(8), ["s8"]);
  // Who closed is asked again once there is room, not before its time.
  clock.advance(600000);
  await settle();
  assert.equal(mesh.open.length, 7);
});

test("who was here first waits for the newcomer's offer, and offers only where none comes", async () => {
  const { signaling, say, clock, peers, events } = setUp();
  const other = peer("new");
  signaling.enter([]);
  signaling.presence([other]);
  clock.advance(14000);
  await settle();
  assert.deepEqual(signaling.offersTo(), []);
  say(other, "offer");
  await settle();
  assert.equal(signaling.sent.filter(({ type }) => type === "answer").length, 1);
  const { channel } = peers.last();
  peers.last().ondatachannel?.({ channel });
  channel.open();
  clock.advance(60000);
  await settle();
  assert.deepEqual(signaling.offersTo(), []);
  assert.deepEqual(events, ["open new"]);
  signaling.presence([peer("shy")]);
  clock.advance(16000);
  await settle();
  assert.deepEqual(signaling.offersTo(), ["shy"]);
});

test("an open channel outlives signaling and the other's leaving; it is not offered again", async () => {
  const { signaling, peers, mesh, events, clock } = setUp();
  signaling.enter([peer("k", "kitchen")]);
  await settle();
  peers.last().channel.open();
  signaling.presence([], ["k"]);
  signaling.lose();
  clock.advance(100000);
  assert.ok(mesh.send("d-k", { type: "x" }));
  assert.deepEqual(peers.last().channel.sent, [{ type: "x" }]);
  // Both come back under other names.
  signaling.enter([peer("k2", "kitchen", "d-k")], { peerId: "me2" });
  await settle();
  assert.equal(peers.made.length, 1);
  assert.deepEqual(events, ["open k"]);
  // When it ends it is.
  peers.last().channel.close();
  await settle();
  assert.deepEqual(signaling.offersTo(), ["k", "k2"]);
});

test("trouble waits for signaling, and is mended by a restart", async () => {
  const { signaling, peers, say, clock, events } = setUp();
  const other = peer("k", "kitchen");
  signaling.enter([other]);
  await settle();
  say(other, "answer");
  await settle();
  const link = peers.last();
  link.channel.open();
  link.ice("connected");
  signaling.lose();
  link.ice("disconnected");
  clock.advance(60000);
  assert.equal(link.closed, false);
  assert.equal(link.offers.length, 1);
  signaling.enter([other], { resumed: true });
  await settle();
  assert.deepEqual(link.offers.at(-1), { iceRestart: true });
  say(other, "answer");
  link.ice("connected");
  clock.advance(60000);
  assert.deepEqual(events, ["open k", "open k"]);
  assert.equal(peers.made.length, 1);
});

test("a dead link to a device that is not here holds its place for a minute, and not for ever", async () => {
  const { signaling, peers, clock, events, mesh } = setUp(1);
  signaling.enter([peer("k", "kitchen")]);
  await settle();
  peers.last().channel.open();
  signaling.presence([peer("s")], ["k"]);
  peers.last().ice("failed");
  clock.advance(59000);
  await settle();
  assert.equal(peers.last().closed, false);
  // What broke it may have put us out too: the other has as long to come once we are back.
  signaling.lose();
  clock.advance(100000);
  signaling.enter([peer("s")], { resumed: true });
  clock.advance(59000);
  await settle();
  assert.equal(peers.last().closed, false);
  clock.advance(1000);
  await settle();
  assert.equal(peers.made[0]?.closed, true);
  assert.deepEqual(events, ["open k", "closed k"]);
  assert.deepEqual(signaling.offersTo(), ["k", "s"]);
  // One that is in trouble and hears from the other is no dead one.
  peers.last().channel.open();
  signaling.presence([], ["s"]);
  peers.last().ice("disconnected");
  clock.advance(59000);
  peers.last().channel.say({ type: "x" });
  clock.advance(600000);
  assert.deepEqual(mesh.open.map(({ peerId }) => peerId), ["s"]);
});

test("a device that is revoked loses its channel at once", async () => {
  const { signaling, peers, say, hub, keys, events, mesh } = setUp();
  const other = peer("k", "kitchen");
  signaling.enter([other]);
  await settle();
  say(other, "answer");
  await settle();
  peers.last().channel.open();
  hub.remove("d-k");
  keys.learnRevocations(hub.revocations());
  assert.deepEqual(events, ["open k", "revoked k", "closed k"]);
  assert.equal(peers.last().closed, true);
  assert.deepEqual(mesh.open, []);
});

test("a description that is not its device's own is not taken", async () => {
  const { signaling, peers, say, events } = setUp();
  const other = peer("k", "kitchen");
  signaling.enter([other]);
  await settle();
  say({ ...other, deviceId: "thief" }, "answer");
  await settle();
  assert.equal(peers.last().remoteDescription, null);
  assert.deepEqual(events, ["membership k"]);
});

test("the other side lost the channel that we still hold: its new offer takes the place", async () => {
  const { signaling, peers, say, events } = setUp();
  const other = peer("k", "kitchen");
  signaling.enter([other]);
  await settle();
  say(other, "answer", "0B");
  await settle();
  peers.last().channel.open();
  // Nobody else can end it by an offer of its own making.
  say({ ...other, deviceId: "thief" }, "offer", "0D");
  await settle();
  assert.equal(peers.made.length, 1);
  say(other, "offer", "0C");
  await settle();
  assert.equal(peers.made.length, 2);
  assert.equal(peers.made[0]?.closed, true);
  assert.deepEqual(events, ["open k", "membership k", "closed k"]);
});

test("a device that does not answer is asked less and less often", async () => {
  const { signaling, clock } = setUp();
  signaling.enter([peer("k", "kitchen")]);
  for (let i = 0; i < 120; i++) {
    clock.advance(10000);
    await settle();
  }
  const offers = signaling.offersTo().length;
  assert.ok(offers >= 5 && offers <= 14, String(offers));
});

test("an offer that leads to nothing does not hold a place", async () => {
  const { signaling, peers, say, clock } = setUp(1);
  signaling.enter([]);
  signaling.presence([peer("a"), peer("b")]);
  say(peer("a"), "offer");
  await settle();
  say(peer("b"), "offer");
  await settle();
  assert.equal(peers.made.length, 1);
  clock.advance(10000);
  assert.equal(peers.made[0]?.closed, true);
  say(peer("b"), "offer");
  await settle();
  assert.equal(peers.made.length, 2);
});

test("out is out, and closed is closed", async () => {
  const { signaling, peers, mesh } = setUp();
  signaling.enter([peer("k", "kitchen")]);
  await settle();
  peers.last().channel.open();
  signaling.state = "removed";
  signaling.emit("state", "removed");
  assert.equal(peers.last().closed, true);
  assert.deepEqual(mesh.open, []);
  mesh.close();
  mesh.close();
  signaling.enter([peer("k", "kitchen")]);
  await settle();
  assert.equal(peers.made.length, 1);
});
