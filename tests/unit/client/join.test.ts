// SPDX-License-Identifier: Apache-2.0
// A paired device joins: who it believes, what it hides, and when it is out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { toBase64url } from "../../../data/web/client/base64url";
import { newExchangeKey } from "../../../data/web/client/crypto";
import { DeviceKeys } from "../../../data/web/client/device-keys";
import type { DeviceIdentity } from "../../../data/web/client/identity";
import { SignalingClient } from "../../../data/web/client/signaling-client";
import { FakeClock } from "./fake-clock";
import { joined, makeSockets, type FakeSocket } from "./fake-socket";
import { bytesOf, ModelHub, ModelSession, type Frame } from "./model-hub";

interface SetUp {
  urls?: string[];
  hub?: ModelHub;
  identity?: DeviceIdentity;
  /** By URL; the hub serves the others. */
  others?: Record<string, (socket: FakeSocket) => void>;
}

function setUp({ urls = ["ws://hub"], hub = new ModelHub(), identity, others = {} }: SetUp = {}) {
  const clock = new FakeClock();
  const sessions: ModelSession[] = [];
  const events: string[] = [];
  const known = identity ?? hub.pair("d1");
  const sockets = makeSockets((socket) => {
    const other = others[socket.url];
    if (other !== undefined) other(socket);
    else sessions.push(hub.serve(socket));
  });
  const keys = new DeviceKeys(known, clock);
  const client = new SignalingClient({
    urls,
    identity: { tenantId: "t", role: "pos", name: "Till", deviceId: "claimed" },
    keys,
    WebSocket: sockets.WebSocket,
    clock,
    random: () => 1,
  });
  const identities: DeviceIdentity[] = [];
  keys.on("identity", (one) => identities.push(one));
  client.on("impostor", ({ url }) => events.push(`impostor ${url}`));
  client.on("refused", ({ code }) => events.push(`refused ${code}`));
  client.on("removed", ({ code }) => events.push(`removed ${code}`));
  client.open();
  const session = () => sessions[sessions.length - 1] as ModelSession;
  return { clock, hub, client, keys, events, identities, session, known, ...sockets };
}

const types = (socket: FakeSocket) => socket.sent.map((frame) => frame["type"]);

test("over ws: proof against proof, then nothing that can be read", () => {
  const { client, last, session, events } = setUp();
  last().open();
  assert.equal(client.state, "joined");
  assert.deepEqual(types(last()), ["join", "proof"]);
  assert.deepEqual(Object.keys(last().sent[0] ?? {}), [
    "type",
    "tenantId",
    "deviceId",
    "nonce",
    "key",
  ]);
  client.send({ type: "relay", payload: { type: "secret" }, targetPeerId: "hub" });
  assert.deepEqual(types(last()), ["join", "proof", "sealed"]);
  assert.equal(session().heard[0]?.["type"], "relay");
  client.close();
  assert.deepEqual(types(last()), ["join", "proof", "sealed", "sealed"]);
  assert.equal(session().heard[1]?.["type"], "leave");
  assert.deepEqual(events, []);
});

test("over wss: proof against proof, and no sealing within", () => {
  const { client, last } = setUp({ urls: ["wss://hub"] });
  last().open();
  assert.equal(client.state, "joined");
  assert.equal("key" in (last().sent[0] ?? {}), false);
  client.send({ type: "x" });
  assert.deepEqual(types(last()), ["join", "proof", "x"]);
});

test("the hub renews what it signed: told once, and kept", () => {
  const { hub, last, identities, known, clock, client } = setUp();
  const device = hub.devices.get("d1");
  assert.ok(device !== undefined);
  device.role = "manager";
  hub.nowMs += 1000;
  last().open();
  assert.equal(identities.length, 1);
  const [renewed] = identities;
  assert.equal(renewed?.role, "manager");
  assert.notDeepEqual(renewed?.membership, known.membership);
  assert.deepEqual(renewed?.revocations, hub.revocations());
  assert.equal(renewed?.seed, known.seed);

  last().drop();
  clock.advance(250);
  last().open();
  assert.equal(client.state, "joined");
  assert.equal(identities.length, 1);
});

test("who is never lost comes in again, by its place, long before what the hub signed for it ends", () => {
  const { hub, clock, client, keys, made, last } = setUp();
  const DAY_MS = 86400000;
  const daysLeft = () => {
    const { data } = keys.membership ?? { data: "" };
    const { notAfter } = JSON.parse(new TextDecoder().decode(bytesOf(data))) as { notAfter: number };
    return (notAfter - hub.nowMs) / DAY_MS;
  };
  const pass = (days: number) => {
    for (let day = 0; day < days; day++) {
      hub.nowMs += DAY_MS;
      clock.advance(DAY_MS);
      if (client.state !== "joined") last().open();
      assert.equal(client.state, "joined");
      assert.ok(daysLeft() >= 59, `${daysLeft()} days`);
    }
  };
  hub.joinedMore = { resume: "secret" };
  last().open();
  pass(29);
  assert.equal(made.length, 1);
  pass(371);
  assert.ok(made.length >= 12 && made.length <= 14, String(made.length));
  assert.equal(last().sent[0]?.["resume"], "secret");
  client.close();
  assert.equal(clock.pending, 0);
});

test("a membership or a list of another's signature changes nothing", () => {
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  const other = new ModelHub();
  other.pair("d1");
  hub.joinedMore = {
    membership: other.membership("d1"),
    revocations: other.revocations(),
    server: { id: "s1", kind: "local", name: "", version: "1" },
  };
  const { client, last, identities } = setUp({ hub, identity });
  last().open();
  assert.equal(client.state, "joined");
  assert.deepEqual(identities, []);
});

test("a membership of our name and another's key is not ours", () => {
  const hub = new ModelHub();
  const identity = { ...hub.pair("d1"), hubName: "Front desk" };
  const publicKey = toBase64url(newExchangeKey().publicKey);
  hub.joinedMore = { membership: hub.membership("d1", { publicKey }) };
  const { last, keys } = setUp({ hub, identity });
  last().open();
  assert.deepEqual(keys.identity?.membership, identity.membership);
});

test("an older list of the revoked does not replace a newer one", () => {
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  hub.version = 5;
  const newer = hub.revocations();
  hub.version = 4;
  const { last, identities, session, keys } = setUp({
    hub,
    identity: { ...identity, revocations: newer, hubName: "Front desk" },
  });
  last().open();
  assert.deepEqual(identities, []);
  session().say({ type: "revocations", revocations: hub.revocations() });
  assert.deepEqual(keys.identity?.revocations, newer);
  hub.version = 6;
  session().say({ type: "revocations", revocations: hub.revocations() });
  assert.deepEqual(
    identities.map(({ revocations }) => revocations),
    [hub.revocations()],
  );
});

test("a server that lets everybody in is not our hub: absent, set aside, others are tried", () => {
  const welcome = (socket: FakeSocket) => {
    socket.onSent = (frame) => {
      if (frame["type"] === "join") socket.say(joined());
    };
  };
  const { client, last, clock, made, events } = setUp({
    urls: ["ws://rogue", "ws://hub"],
    others: { "ws://rogue": welcome },
  });
  last().open();
  assert.equal(client.state, "connecting");
  assert.deepEqual(events, ["impostor ws://rogue"]);
  clock.advance(50);
  assert.equal(last().url, "ws://hub");
  last().open();
  assert.equal(client.state, "joined");
  assert.equal(made.length, 2);

  const alone = setUp({ urls: ["ws://rogue"], others: { "ws://rogue": welcome } });
  alone.last().open();
  assert.equal(alone.client.state, "waiting");
  alone.clock.advance(59999);
  assert.equal(alone.made.length, 1);
  alone.clock.advance(1);
  assert.equal(alone.made.length, 2);
  alone.last().open();
  // On another network the same address may be our hub's.
  alone.client.wake();
  assert.equal(alone.made.length, 3);
});

test("a server with a key of its own is not our hub, whatever key it names", () => {
  for (const name of ["its own", "ours"]) {
    const real = new ModelHub();
    const identity = real.pair("d1");
    const rogue = new ModelHub();
    for (const [deviceId, device] of real.devices) rogue.devices.set(deviceId, device);
    const serve = (socket: FakeSocket) => {
      const session = new ModelSession(rogue, (text) => {
        const frame = JSON.parse(text) as Frame;
        if (name === "ours" && frame["type"] === "challenge")
          frame["serverKey"] = identity.hubKey;
        socket.say(frame);
      });
      socket.onSent = (frame) => session.receive(frame);
    };
    const { client, last, events } = setUp({ identity, others: { "ws://hub": serve } });
    last().open();
    assert.equal(client.state, "waiting");
    assert.deepEqual(events, ["impostor ws://hub"]);
    assert.deepEqual(types(last()), ["join"]);
  }
});

/** Passes on between page and real hub, and changes what it likes. */
function middle(hub: ModelHub, change: (frame: Frame, side: "page" | "hub") => Frame) {
  const seen: Frame[] = [];
  const sessions: ModelSession[] = [];
  return {
    seen,
    sessions,
    serve: (socket: FakeSocket) => {
      const session = new ModelSession(hub, (text) => {
        const frame = change(JSON.parse(text) as Frame, "hub");
        seen.push(frame);
        socket.say(frame);
      });
      sessions.push(session);
      socket.onSent = (frame) => {
        const changed = change({ ...frame }, "page");
        seen.push(changed);
        session.receive(changed);
      };
    },
  };
}

test("a rogue hub that forwards the nonces and swaps the keys of the exchange is caught", () => {
  const own = toBase64url(newExchangeKey().publicKey);
  for (const swapped of ["page", "hub"]) {
    const hub = new ModelHub();
    const identity = hub.pair("d1");
    const { serve } = middle(hub, (frame, side) =>
      side === swapped && frame["key"] !== undefined ? { ...frame, key: own } : frame,
    );
    const { client, last, events } = setUp({ hub, identity, others: { "ws://hub": serve } });
    last().open();
    assert.equal(client.state, "waiting", swapped);
    assert.deepEqual(events, ["impostor ws://hub"]);
  }
});

test("a server that names another key than the pinned one is not our hub, whatever it proves", () => {
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  const { serve } = middle(hub, (frame) =>
    frame["type"] === "challenge"
      ? { ...frame, serverKey: toBase64url(new ModelHub().publicKey) }
      : frame,
  );
  const { client, last, events } = setUp({ hub, identity, others: { "ws://hub": serve } });
  last().open();
  assert.equal(client.state, "waiting");
  assert.deepEqual(events, ["impostor ws://hub"]);
});

test("somebody who meddles with a joined connection: it is over, all servers are asked anew", () => {
  const { client, last, clock, events } = setUp({ urls: ["ws://hub", "ws://hub-2"] });
  last().open();
  assert.equal(client.state, "joined");
  last().say({ type: "peers", peers: [] });
  assert.deepEqual(events, ["impostor ws://hub"]);
  assert.notEqual(client.state, "joined");
  clock.advance(250);
  assert.equal(last().url, "ws://hub");
  clock.advance(50);
  assert.equal(last().url, "ws://hub-2");
});

test("a rogue hub that takes the keys away, to have it all in the open, is caught", () => {
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  const { serve } = middle(hub, (frame, side) => {
    if (side === "page") delete frame["key"];
    return frame;
  });
  const { client, last, events } = setUp({ hub, identity, others: { "ws://hub": serve } });
  last().open();
  assert.equal(client.state, "waiting");
  assert.deepEqual(events, ["impostor ws://hub"]);
});

test("our own hub is not spoken to in the open where nothing else hides it", () => {
  const hub = new ModelHub();
  hub.isKeyless = true;
  const { client, last, events } = setUp({ hub });
  last().open();
  assert.equal(client.state, "waiting");
  assert.deepEqual(events, ["impostor ws://hub"]);
});

test("one that only passes on is not noticed, and reads and changes nothing", () => {
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  let meddle = false;
  const { serve, seen, sessions } = middle(hub, (frame) =>
    meddle && frame["type"] === "sealed" ? { ...frame, data: `A${String(frame["data"])}` } : frame,
  );
  const { client, last, events } = setUp({ hub, identity, others: { "ws://hub": serve } });
  last().open();
  assert.equal(client.state, "joined");
  assert.deepEqual(
    seen.map((frame) => frame["type"]),
    ["join", "challenge", "proof", "sealed"],
  );
  assert.deepEqual(events, []);
  meddle = true;
  client.probe();
  assert.equal(sessions[0]?.offended, true);
  sessions[0]?.say({ type: "peers", peers: [] });
  assert.deepEqual(events, ["impostor ws://hub"]);
});

test("a challenge of yesterday proves nothing today", () => {
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  let recorded: Frame | null = null;
  const serve = (socket: FakeSocket) => {
    const session = new ModelSession(hub, (text) => {
      recorded ??= JSON.parse(text) as Frame;
      socket.say(recorded);
    });
    socket.onSent = (frame) => {
      if (frame["type"] === "join") session.receive(frame);
    };
  };
  const { client, last, clock, events } = setUp({ hub, identity, others: { "ws://hub": serve } });
  last().open();
  assert.deepEqual(types(last()), ["join", "proof"]);
  last().drop();
  clock.advance(250);
  last().open();
  assert.equal(client.state, "waiting");
  assert.deepEqual(events, ["impostor ws://hub"]);
});

test("a place other than the one under the proof is not taken", () => {
  const hub = new ModelHub();
  hub.joinedMore = { peerId: "another" };
  const { client, last, events } = setUp({ hub });
  last().open();
  assert.equal(client.state, "waiting");
  assert.deepEqual(events, ["impostor ws://hub"]);
});

test("what nobody has proven to be allowed to say is not believed", () => {
  for (const [code, pauseMs, expected] of [
    ["revoked", 60000, ["impostor ws://hub"]],
    ["seating-ended", 60000, ["impostor ws://hub"]],
    ["unauthorized", 250, []],
    ["wrong-tenant", 60000, ["refused wrong-tenant"]],
    ["tenant-full", 250, ["refused tenant-full"]],
  ] as const) {
    const { client, last, events, clock, made } = setUp({
      others: {
        "ws://hub": (socket) => {
          socket.onSent = () => socket.say({ type: "error", code, message: "" });
        },
      },
    });
    last().open();
    assert.deepEqual(events, expected, code);
    assert.equal(client.state, "waiting");
    clock.advance(pauseMs - 1);
    assert.equal(made.length, 1, code);
    clock.advance(1);
    assert.equal(made.length, 2, code);
  }
});

test("a hub that is busy is asked again in a second, without waiting for its silence", () => {
  const { client, last, events, clock, made } = setUp({
    others: {
      "ws://hub": (socket) => {
        socket.onSent = () => socket.say({ type: "error", code: "rate-limited", message: "" });
      },
    },
  });
  last().open();
  assert.equal(client.state, "waiting");
  clock.advance(999);
  assert.equal(made.length, 1);
  clock.advance(1);
  assert.equal(made.length, 2);
  assert.deepEqual(events, []);
});

test("nonsense in a challenge is not our hub either", () => {
  const { client, last, events } = setUp({
    others: {
      "ws://hub": (socket) => {
        socket.onSent = () =>
          socket.say({ type: "challenge", nonce: "?", peerId: "p", serverKey: "", serverProof: "" });
      },
    },
  });
  last().open();
  assert.equal(client.state, "waiting");
  assert.deepEqual(events, ["impostor ws://hub"]);
});

test("a device that is not paired is refused by the hub that it knows, and asks again later", () => {
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  hub.pair("d1");
  const { client, last, events, clock, made } = setUp({ hub, identity });
  last().open();
  assert.deepEqual(events, ["refused unauthorized"]);
  assert.equal(client.state, "waiting");
  clock.advance(14999);
  assert.equal(made.length, 1);
  clock.advance(1);
  assert.equal(made.length, 2);
});

test("removed while away: the hub says so, and that is the end", () => {
  const { hub, client, last, events, clock, made } = setUp();
  hub.remove("d1");
  last().open();
  assert.equal(client.state, "removed");
  assert.deepEqual(events, ["removed revoked"]);
  client.wake();
  clock.advance(120000);
  assert.equal(made.length, 1);
  assert.equal(clock.pending, 0);
});

test("removed while joined: at once, and for good", () => {
  const { client, last, session, events, clock, made } = setUp();
  last().open();
  session().say({ type: "error", code: "revoked", message: "by the manager" });
  last().drop();
  assert.equal(client.state, "removed");
  assert.deepEqual(events, ["removed revoked"]);
  clock.advance(120000);
  assert.equal(made.length, 1);
});

test("another role: in again, without the old place; not over and over", () => {
  const { client, last, session, events, clock, made, identities, hub } = setUp();
  last().open();
  const device = hub.devices.get("d1");
  assert.ok(device !== undefined);
  device.role = "kitchen";
  clock.advance(5000);
  session().say({ type: "error", code: "role-changed", message: "" });
  assert.equal(made.length, 2);
  last().open();
  assert.equal(client.state, "joined");
  assert.equal(session().join["resume"], undefined);
  assert.equal(identities[identities.length - 1]?.role, "kitchen");

  for (const waitMs of [250, 500, 1000]) {
    const before: number = made.length;
    session().say({ type: "error", code: "role-changed", message: "" });
    clock.advance(waitMs - 1);
    assert.equal(made.length, before);
    clock.advance(1);
    assert.equal(made.length, before + 1);
    last().open();
  }
  assert.deepEqual(events, []);
});

test("a sealed frame counts once and in its order; anything else ends it", () => {
  const speak: ((say: (text: string) => void, frames: string[]) => void)[] = [
    (say, [a = ""]) => (say(a), say(a)),
    (say, [, b = ""]) => say(b),
    (say) => say(JSON.stringify({ type: "error", code: "revoked", message: "" })),
    (say, [a = ""]) => say(a.replace('"data":"', '"data":"A')),
    (say) => say("nonsense"),
  ];
  for (const [index, one] of speak.entries()) {
    const hub = new ModelHub();
    const identity = hub.pair("d1");
    const kept: string[] = [];
    let keep = false;
    let session: ModelSession | null = null;
    const serve = (socket: FakeSocket) => {
      const mine = new ModelSession(hub, (text) => (keep ? kept.push(text) : socket.sayRaw(text)));
      session ??= mine;
      socket.onSent = (frame) => mine.receive(frame);
    };
    const { client, last, events, clock } = setUp({ hub, identity, others: { "ws://hub": serve } });
    const messages: unknown[] = [];
    client.on("message", (message) => messages.push(message.type));
    last().open();
    keep = true;
    (session as ModelSession | null)?.say({ type: "peers", peers: [] });
    (session as ModelSession | null)?.say({ type: "peers", peers: [] });
    one((text) => last().sayRaw(text), kept);
    assert.equal(client.state, "waiting", String(index));
    assert.deepEqual(events, ["impostor ws://hub"]);
    assert.deepEqual(messages, index === 0 ? ["presence"] : []);
    keep = false;
    clock.advance(250);
    last().open();
    assert.equal(client.state, "joined");
  }
});

test("a loss: the place is asked back, with new nonces and a new seal", () => {
  const { client, last, session, clock } = setUp();
  last().open();
  const first = session().join;
  last().drop();
  clock.advance(250);
  last().open();
  assert.equal(client.state, "joined");
  assert.equal(session().join["resume"], "secret");
  assert.equal(session().join["peerId"], "page");
  assert.notEqual(session().join["nonce"], first["nonce"]);
  assert.notEqual(session().join["key"], first["key"]);
});

test("the question for a sign of life goes sealed, and only what opens answers it", () => {
  const { client, last, session, clock } = setUp();
  last().open();
  client.probe();
  assert.deepEqual(types(last()), ["join", "proof", "sealed"]);
  assert.equal(session().heard[0]?.["targetPeerId"], "page");
  session().say({ type: "relay", payload: { type: "ping" }, fromPeerId: "page" });
  clock.advance(60000);
  assert.equal(client.state, "joined");
  client.probe();
  clock.advance(5000);
  assert.equal(client.state, "connecting");
});

test("a socket that is full costs no number of the seal", () => {
  const { client, last, session } = setUp();
  last().open();
  last().bufferedAmount = 1024 * 1024;
  assert.equal(client.send({ type: "x" }), false);
  last().bufferedAmount = 0;
  assert.equal(client.send({ type: "y" }), true);
  assert.deepEqual(session().heard, [{ type: "y" }]);
  assert.equal(session().offended, false);
});

test("a guest says its session and no more, and is out when the table is cleared", () => {
  const clock = new FakeClock();
  const { WebSocket, last, made } = makeSockets();
  const client = new SignalingClient({
    urls: ["ws://hub"],
    identity: { tenantId: "t", role: "guest", guest: "session" },
    WebSocket,
    clock,
  });
  const removed: string[] = [];
  client.on("removed", ({ code }) => removed.push(code));
  client.open();
  last().open();
  assert.deepEqual(last().sent, [{ type: "join", tenantId: "t", role: "guest", guest: "session" }]);
  // Somebody challenges who has nothing to prove to us.
  last().say({ type: "challenge", nonce: "", peerId: "p", serverKey: "", serverProof: "" });
  last().say(joined({ role: "guest" }));
  assert.equal(client.state, "joined");
  last().say({ type: "error", code: "seating-ended", message: "" });
  assert.deepEqual(removed, ["seating-ended"]);
  clock.advance(60000);
  assert.equal(made.length, 1);
});

test("keys that are none are refused where they are given", () => {
  const clock = new FakeClock();
  const hub = new ModelHub();
  const identity = hub.pair("d1");
  assert.throws(() => new DeviceKeys({ ...identity, seed: "short" }, clock), TypeError);
  assert.throws(() => new DeviceKeys({ ...identity, hubKey: "" }, clock), TypeError);
});
