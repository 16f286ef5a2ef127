// SPDX-License-Identifier: Apache-2.0
// Signed offers and answers: between a device and its hub, and between two devices whose descriptions a
// server passes on that may do with them what it likes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../../data/web/client/connection";
import { verifyDescription } from "../../../data/web/client/description-auth";
import { DeviceKeys } from "../../../data/web/client/device-keys";
import type { DeviceIdentity } from "../../../data/web/client/identity";
import type { LinkSignal, PeerInfo } from "../../../data/web/client/messages";
import { PeerLink } from "../../../data/web/client/peer-link";
import { FakeClock, settle } from "./fake-clock";
import { linesOf, makePeers } from "./fake-peer";
import { joined, makeSockets } from "./fake-socket";
import { bytesOf, ModelHub, type Frame, type ModelSession } from "./model-hub";

const ours = linesOf("ours", "0A");
const theirs = linesOf("theirs", "0B");
const evil = linesOf("theirs", "EE");

type Text = Record<string, unknown>;

function setUp() {
  const clock = new FakeClock();
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  const sessions: ModelSession[] = [];
  const sockets = makeSockets((socket) => sessions.push(hub.serve(socket)));
  const peers = makePeers(ours);
  const connection = new Connection({
    signalingServer: "ws://hub",
    identity,
    WebSocket: sockets.WebSocket,
    webrtc: { RTCPeerConnection: peers.RTCPeerConnection },
    clock,
    random: () => 1,
  });
  const forged: string[] = [];
  connection.on("forged", ({ peerId, reason }) => forged.push(`${peerId} ${reason}`));
  sockets.last().open();
  const [session] = sessions;
  assert.ok(session !== undefined);
  const say = (type: "offer" | "answer", sdp: string, auth?: unknown) =>
    session.say({ type, sdp, fromPeerId: "hub", ...(auth === undefined ? {} : { auth }) });
  const sign = (type: "offer" | "answer", sdp: string, toPeerId = "page") =>
    hub.signDescription({ type, tenantId: "t", fromPeerId: "hub", toPeerId, sdp });
  const heard = (type: string) => session.heard.filter((frame) => frame["type"] === type);
  return { clock, hub, identity, session, peers, connection, forged, say, sign, heard };
}

test("our offer is signed, for this hub and with what decides whom it reaches", async () => {
  const { hub, heard, identity } = setUp();
  await settle();
  const [offer] = heard("offer");
  const auth = offer?.["auth"] as { sig: string; membership: unknown };
  assert.deepEqual(auth.membership, hub.membership("d1"));
  const description = {
    type: "offer" as const,
    tenantId: "t",
    fromPeerId: "page",
    toPeerId: "hub",
    sdp: String(offer?.["sdp"]),
  };
  const key = bytesOf(identity.publicKey);
  assert.ok(verifyDescription(key, description, auth.sig));
  // What the hub sees where a server on the way swapped the fingerprint.
  const swapped = { ...description, sdp: description.sdp.replace(/0A/g, "EE") };
  assert.ok(!verifyDescription(key, swapped, auth.sig));
});

test("the hub's own answer is taken; another fingerprint, another sender, no signature are not", async () => {
  const { peers, forged, say, sign, hub, connection } = setUp();
  await settle();
  const answer = `answer${theirs}`;
  say("answer", `answer${evil}`, sign("answer", answer));
  say("answer", answer);
  say("answer", answer, sign("answer", answer, "someone else"));
  say("answer", answer, sign("offer", answer));
  say("answer", answer, { sig: "nonsense" });
  const membership = hub.membership("d1");
  const description = { type: "answer", tenantId: "t", fromPeerId: "hub", toPeerId: "page" } as const;
  say("answer", answer, {
    ...new ModelHub().signDescription({ ...description, sdp: answer }),
    membership,
  });
  await settle();
  assert.equal(peers.last().remoteDescription, null);
  assert.deepEqual(forged, [
    "hub signature",
    "hub unsigned",
    "hub signature",
    "hub signature",
    "hub signature",
    "hub signature",
  ]);

  say("answer", answer, sign("answer", answer));
  await settle();
  assert.equal(peers.last().remoteDescription?.sdp, answer);
  peers.last().channel.open();
  assert.equal(connection.path, "local-p2p");
  assert.equal(connection.secure, "signed");
});

test("an offer in the hub's name is answered only where the hub made it", async () => {
  const { peers, say, sign, heard, forged } = setUp();
  await settle();
  const offer = `restart${theirs}`;
  say("answer", `answer${theirs}`, sign("answer", `answer${theirs}`));
  await settle();
  say("offer", offer);
  say("offer", `restart${evil}`, sign("offer", offer));
  await settle();
  assert.equal(heard("answer").length, 0);
  assert.equal(forged.length, 2);
  say("offer", offer, sign("offer", offer));
  await settle();
  assert.equal(peers.last().remoteDescription?.sdp, offer);
  const [answer] = heard("answer");
  assert.equal(typeof (answer?.["auth"] as Text)["sig"], "string");
});

test("the hub did not get our offer as it was: told, and the relay takes over at once", async () => {
  const { session, forged, connection, peers, clock } = setUp();
  await settle();
  assert.equal(connection.path, "none");
  const payload = { type: "error", code: "unauthorized", message: "", inReplyTo: "offer" };
  session.say({ type: "relay", payload, fromPeerId: "hub" });
  assert.deepEqual(forged, ["hub refused"]);
  assert.equal(connection.path, "hub-relay");
  assert.equal(peers.made[0]?.closed, true);
  clock.advance(1000);
  assert.equal(peers.made.length, 2);
});

test("without an identity unsigned is taken, as from an open hub", async () => {
  const clock = new FakeClock();
  const peers = makePeers(ours);
  const sockets = makeSockets((socket) => {
    socket.onSent = (frame) => {
      if (frame["type"] === "join") socket.say(joined());
    };
  });
  const connection = new Connection({
    signalingServer: "ws://hub",
    tenantId: "t",
    WebSocket: sockets.WebSocket,
    webrtc: { RTCPeerConnection: peers.RTCPeerConnection },
    clock,
  });
  sockets.last().open();
  await settle();
  assert.equal("auth" in (sockets.last().sent[1] ?? {}), false);
  sockets.last().say({ type: "answer", sdp: "answer", fromPeerId: "hub" });
  await settle();
  assert.equal(peers.last().remoteDescription?.sdp, "answer");
  peers.last().channel.open();
  assert.equal(connection.secure, "plain");
  connection.close();
  assert.equal(connection.secure, null);
});

test("removed: the channel goes too, and what waited is told", async () => {
  const { session, peers, connection, say, sign } = setUp();
  await settle();
  say("answer", `answer${theirs}`, sign("answer", `answer${theirs}`));
  await settle();
  peers.last().channel.open();
  const waiting = connection.request({ type: "x" });
  const removed: string[] = [];
  connection.on("removed", ({ code }) => removed.push(code));
  session.say({ type: "error", code: "revoked", message: "by the manager" });
  assert.deepEqual(removed, ["revoked"]);
  assert.equal(peers.last().closed, true);
  assert.equal(connection.path, "none");
  await assert.rejects(waiting, { code: "removed" });
  await assert.rejects(connection.api("GET", "/api/v1/devices"), { code: "removed" });
});

test("revocations are learned by whatever way they come", async () => {
  const { session, hub, connection } = setUp();
  const versions: unknown[] = [];
  connection.on("identity", ({ revocations }) => versions.push(revocations));
  const messages: string[] = [];
  connection.on("message", ({ type }) => messages.push(type));
  hub.remove("d2");
  session.say({ type: "revocations", revocations: hub.revocations() });
  assert.deepEqual(versions, [hub.revocations()]);
  hub.remove("d3");
  const payload = { type: "revocations", revocations: hub.revocations() };
  session.say({ type: "relay", fromPeerId: "hub", payload });
  assert.deepEqual(versions[1], hub.revocations());
  session.say({ type: "relay", fromPeerId: "hub", payload: { type: "revocations" } });
  assert.equal(versions.length, 2);
  assert.deepEqual(messages, []);
});

// ---- Two devices ----------------------------------------------------------------------------------

interface Side {
  keys: DeviceKeys;
  link: PeerLink;
  peers: ReturnType<typeof makePeers>;
  forged: string[];
}

interface Pair {
  hub?: ModelHub;
  /** The card of the other side, as the server shows it to both. */
  cards?: [Partial<PeerInfo>, Partial<PeerInfo>];
  identities?: (hub: ModelHub) => [DeviceIdentity, DeviceIdentity];
  /** What the server does with what it passes on. */
  pass?: (signal: LinkSignal) => LinkSignal;
}

/** `a` offers to `b`; a server passes their signals on. */
function makePair({ hub = new ModelHub(), cards = [{}, {}], identities, pass = (one) => one }: Pair) {
  const clock = new FakeClock();
  const known = identities?.(hub) ?? [hub.pair("d1"), hub.pair("d2", "kitchen", "Kitchen")];
  const roles = ["staff", "kitchen"];
  const sides: Side[] = [0, 1].map((index) => {
    const other = 1 - index;
    const keys = new DeviceKeys(known[index] as DeviceIdentity, clock);
    const peers = makePeers(linesOf(`ufrag${index}`, `0${index}`));
    const card = { peerId: `p${other}`, role: roles[other] ?? "", deviceId: `d${other + 1}` };
    const link = new PeerLink({
      RTCPeerConnection: peers.RTCPeerConnection,
      iceServers: [],
      ownPeerId: `p${index}`,
      otherPeerId: `p${other}`,
      tenantId: "t",
      signer: (description) => keys.signDescription(description),
      verifier: keys.verifierOf({ ...card, ...cards[other] }),
      clock,
      // By way of JSON, as on the wire.
      sendSignal: (signal) =>
        sides[other]?.link.handle(pass(JSON.parse(JSON.stringify(signal)) as LinkSignal)),
    });
    const forged: string[] = [];
    link.on("forged", (reason) => forged.push(reason));
    return { keys, link, peers, forged };
  });
  const [a, b] = sides as [Side, Side];
  a.link.start();
  return { clock, hub, a, b };
}

const swap = (type: string, find: RegExp, by: string) => (signal: LinkSignal) =>
  signal.type === type && "sdp" in signal
    ? { ...signal, sdp: signal.sdp.replace(find, by) }
    : signal;

test("two devices of one hub connect, each by the other's membership", async () => {
  const { a, b } = makePair({});
  await settle();
  assert.ok(b.peers.last().remoteDescription !== null);
  assert.ok(a.peers.last().remoteDescription !== null);
  assert.deepEqual([...a.forged, ...b.forged], []);
});

test("a server that swaps the offer's fingerprint is caught by the one, the answer's by the other", async () => {
  const offer = makePair({ pass: swap("offer", /00/g, "EE") });
  await settle();
  assert.deepEqual(offer.b.forged, ["signature"]);
  assert.equal(offer.b.peers.last().remoteDescription, null);

  const answer = makePair({ pass: swap("answer", /01/g, "EE") });
  await settle();
  assert.deepEqual(answer.a.forged, ["signature"]);
  assert.equal(answer.a.peers.last().remoteDescription, null);

  const ufrag = makePair({ pass: swap("offer", /ufrag0/g, "other") });
  await settle();
  assert.deepEqual(ufrag.b.forged, ["signature"]);
});

test("a server that takes the signature away, or another's, or one of before, is caught", async () => {
  const hub = new ModelHub();
  const stranger = new DeviceKeys(hub.pair("d3"), new FakeClock());
  type Change = (description: { sdp: string; auth?: Text }) => Frame;
  const pass = (change: Change) => (signal: LinkSignal) => {
    if (!("sdp" in signal)) return signal;
    const { type, sdp, auth } = signal;
    return { type, sdp, ...change({ sdp, auth: { ...auth } }) } as LinkSignal;
  };
  const sign = (sdp: string, fromPeerId: string) =>
    stranger.signDescription({ type: "offer", tenantId: "t", fromPeerId, toPeerId: "p1", sdp });
  for (const [change, reason] of [
    [() => ({}), "unsigned"],
    [({ auth }) => ({ auth: { sig: auth?.["sig"] } }), "unsigned"],
    [({ auth }) => ({ auth: { ...auth, membership: hub.membership("d3") } }), "membership"],
    [({ sdp }) => ({ auth: sign(sdp, "p0") }), "membership"],
  ] as [Change, string][]) {
    const { b } = makePair({ hub, pass: pass(change) });
    await settle();
    assert.deepEqual(b.forged, [reason]);
    assert.equal(b.peers.last().remoteDescription, null);
  }
});

test("the membership has to be of this hub, this property, this device, this role and this day", async () => {
  const paired = (more: (hub: ModelHub) => Partial<DeviceIdentity>) => (hub: ModelHub) =>
    [{ ...hub.pair("d1"), ...more(hub) }, hub.pair("d2", "kitchen")] as [
      DeviceIdentity,
      DeviceIdentity,
    ];
  const cases: [string, Pair][] = [
    ["another device on the card", { cards: [{ deviceId: "d9" }, {}] }],
    ["no device on the card", { cards: [{ deviceId: "" }, {}] }],
    ["another role on the card", { cards: [{ role: "manager" }, {}] }],
    [
      "expired",
      {
        identities: paired((hub) => ({
          membership: hub.membership("d1", { notAfter: hub.nowMs - 1 }),
        })),
      },
    ],
    [
      "another property",
      { identities: paired((hub) => ({ membership: hub.membership("d1", { tenantId: "u" }) })) },
    ],
    [
      "another hub",
      {
        identities: paired(() => {
          const other = new ModelHub();
          other.pair("d1");
          return { membership: other.membership("d1") };
        }),
      },
    ],
  ];
  for (const [name, pair] of cases) {
    const { b } = makePair(pair);
    await settle();
    assert.deepEqual(b.forged, ["membership"], name);
    assert.equal(b.peers.last().remoteDescription, null, name);
  }
  // It was paired while the hub's clock was a year ahead.
  const { b } = makePair({
    identities: paired((hub) => ({
      membership: hub.membership("d1", {
        notBefore: hub.nowMs + 365 * 86400000,
        notAfter: hub.nowMs + 455 * 86400000,
      }),
    })),
  });
  await settle();
  assert.deepEqual(b.forged, []);
});

test("the hub's clock counts, not that of a till that is a year ahead", async () => {
  const hub = new ModelHub();
  const { a, b, clock } = makePair({ hub });
  await settle();
  clock.dateMs += 400 * 86400000;
  const description = {
    type: "offer" as const,
    tenantId: "t",
    fromPeerId: "p0",
    toPeerId: "p1",
    sdp: theirs,
  };
  const auth = a.keys.signDescription(description);
  const verifier = b.keys.verifierOf({ peerId: "p0", role: "staff", deviceId: "d1" });
  assert.equal(verifier.check(description, auth), "membership");
  b.keys.learn({
    peerId: "p1",
    tenantId: "t",
    role: "kitchen",
    peers: [],
    iceServers: [],
    server: { id: "s", kind: "local", name: "", version: "", timeMs: hub.nowMs },
    signalingServers: [],
    resume: undefined,
    resumed: false,
  });
  assert.equal(verifier.check(description, auth), null);
});

test("revoked: no new connection, and the open ones to it close at once", async () => {
  const hub = new ModelHub();
  const { a, b } = makePair({ hub });
  await settle();
  b.peers.last().ondatachannel?.({ channel: b.peers.last().channel });
  b.peers.last().channel.open();
  assert.equal(b.link.state, "open");
  hub.remove("d7");
  b.keys.learnRevocations(hub.revocations());
  assert.equal(b.link.state, "open");
  hub.remove("d1");
  b.keys.learnRevocations(hub.revocations());
  assert.equal(b.link.state, "closed");
  assert.equal(b.peers.last().closed, true);
  assert.deepEqual(b.forged, ["revoked"]);
  a.link.close();

  const again = makePair({
    hub,
    identities: () => [
      { ...hub.pair("d1"), revocations: hub.revocations() },
      { ...hub.pair("d2", "kitchen"), revocations: hub.revocations() },
    ],
  });
  await settle();
  assert.deepEqual(again.b.forged, ["revoked"]);
});

test("a membership of before a change of role is void, one of after is not", async () => {
  for (const [before, expected] of [
    [1, ["revoked"]],
    [0, []],
  ] as const) {
    const hub = new ModelHub();
    const { b } = makePair({
      hub,
      identities: () => {
        const identities: [DeviceIdentity, DeviceIdentity] = [
          hub.pair("d1"),
          hub.pair("d2", "kitchen"),
        ];
        hub.revoked.set("d1", hub.nowMs + before);
        identities[1].revocations = hub.revocations();
        return identities;
      },
    });
    await settle();
    assert.deepEqual(b.forged, [...expected]);
  }
});
