// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { SignalingClient } from "../../../data/web/client/signaling-client";
import { FakeClock } from "./fake-clock";
import { joined, makeSockets } from "./fake-socket";

function setUp(urls = ["ws://one"]) {
  const clock = new FakeClock();
  const sockets = makeSockets();
  const client = new SignalingClient({
    urls,
    identity: { tenantId: "t", role: "pos", name: "Till", deviceId: "d" },
    WebSocket: sockets.WebSocket,
    clock,
    random: () => 1,
  });
  client.open();
  return { clock, client, ...sockets };
}

function join({ last }: Pick<ReturnType<typeof setUp>, "last">, more = {}) {
  last().open();
  last().say(joined(more));
}

test("joins once the socket is open", () => {
  const setup = setUp();
  assert.deepEqual(setup.last().sent, []);
  join(setup);
  assert.deepEqual(setup.last().sent, [
    { type: "join", tenantId: "t", role: "pos", name: "Till", deviceId: "d" },
  ]);
  assert.equal(setup.client.state, "joined");
  assert.equal(setup.client.joined?.server.name, "Front desk");
});

test("asks for its place back after a loss", () => {
  const setup = setUp();
  join(setup);
  setup.last().drop();
  assert.equal(setup.client.state, "waiting");
  setup.clock.advance(250);
  assert.equal(setup.made.length, 2);
  setup.last().open();
  assert.equal(setup.last().sent[0]?.["resume"], "secret");
  assert.equal(setup.last().sent[0]?.["peerId"], "page");
});

test("waits longer after each failure, and not at all after wake()", () => {
  const { clock, made, client, last } = setUp();
  for (const waitMs of [250, 500, 1000, 2000]) {
    const before = made.length;
    last().drop();
    clock.advance(waitMs - 1);
    assert.equal(made.length, before);
    clock.advance(1);
    assert.equal(made.length, before + 1);
  }
  last().drop();
  const before = made.length;
  client.wake();
  assert.equal(made.length, before + 1);
  client.wake();
  assert.equal(made.length, before + 1);
});

test("stays with the server that answered, and asks it first after a loss", () => {
  const setup = setUp(["ws://one", "ws://two"]);
  setup.last().drop();
  setup.clock.advance(50);
  assert.equal(setup.last().url, "ws://two");
  join(setup);
  setup.clock.advance(10000);
  setup.last().drop();
  assert.equal(setup.last().url, "ws://two");
  setup.clock.advance(50);
  assert.equal(setup.last().url, "ws://one");
});

test("a server that accepts and says nothing is given up", () => {
  const { clock, client, last, made } = setUp();
  last().open();
  clock.advance(5000);
  assert.equal(client.state, "waiting");
  clock.advance(250);
  assert.equal(made.length, 2);
});

test("a socket that stays silent after a question is dead; any word shows life", () => {
  const setup = setUp();
  join(setup);
  setup.client.probe();
  assert.equal(setup.last().sent[1]?.["targetPeerId"], "page");
  setup.clock.advance(4999);
  setup.last().sayRaw("whatever");
  setup.clock.advance(60000);
  assert.equal(setup.client.state, "joined");
  setup.client.probe();
  setup.clock.advance(5000);
  assert.equal(setup.client.state, "connecting");
});

test("a full socket takes no question: it is dead where nothing of it goes out, as soon as any other", () => {
  const setup = setUp();
  const probes = () => setup.last().sent.filter(({ type }) => type === "relay").length;
  join(setup);
  setup.last().bufferedAmount = 1024 * 1024;
  setup.client.probe();
  for (const amount of [900, 700]) {
    setup.clock.advance(4999);
    setup.last().bufferedAmount = amount * 1024;
    setup.clock.advance(1);
  }
  assert.equal(setup.client.state, "joined");
  assert.equal(probes(), 0);
  // As soon as there is room it is asked, and has to answer.
  setup.clock.advance(4999);
  setup.last().bufferedAmount = 1024;
  setup.clock.advance(1);
  assert.equal(probes(), 1);
  setup.clock.advance(4999);
  assert.equal(setup.client.state, "joined");
  setup.last().sayRaw("whatever");
  setup.last().bufferedAmount = 1024 * 1024;
  setup.client.probe();
  setup.clock.advance(4999);
  assert.equal(setup.client.state, "joined");
  setup.clock.advance(1);
  assert.equal(setup.client.state, "connecting");
});

test("in doubt, after wake() or where the hub says that it has moved, a second and a half is enough", () => {
  const setup = setUp();
  const probes = () => setup.last().sent.filter(({ type }) => type === "relay").length;
  join(setup);
  // One question; the shorter time counts, and is not put off by who asks later.
  setup.client.probe();
  setup.clock.advance(1000);
  setup.client.wake();
  setup.clock.advance(1000);
  setup.client.probe();
  setup.client.wake();
  assert.equal(probes(), 1);
  setup.clock.advance(499);
  assert.equal(setup.client.state, "joined");
  setup.clock.advance(1);
  assert.notEqual(setup.client.state, "joined");
  setup.clock.advance(250);
  join(setup, { resumed: true });
  setup.client.wake();
  setup.last().sayRaw("whatever");
  setup.clock.advance(60000);
  assert.equal(setup.client.state, "joined");
  setup.client.hear(["ws://moved.local"]);
  const { length } = setup.made;
  setup.clock.advance(1500);
  setup.clock.advance(250);
  assert.ok(setup.made.slice(length).some(({ url }) => url === "ws://moved.local"));
});

test("what a socket of before still says is not heard", () => {
  const setup = setUp();
  const [first] = setup.made;
  join(setup);
  first?.drop();
  setup.clock.advance(250);
  first?.say(joined({ peerId: "ghost" }));
  first?.drop();
  assert.equal(setup.client.state, "connecting");
  join(setup, { peerId: "page-2" });
  assert.equal(setup.client.joined?.peerId, "page-2");
});

test("a refusal is told, and asked again only after a long pause", () => {
  const { client, last, clock, made } = setUp();
  const refusals: string[] = [];
  client.on("refused", ({ code }) => refusals.push(code));
  last().open();
  last().say({ type: "error", code: "tenant-full", message: "no" });
  assert.deepEqual(refusals, ["tenant-full"]);
  clock.advance(14999);
  assert.equal(made.length, 1);
  clock.advance(1);
  assert.equal(made.length, 2);
});

test("hands nothing to a socket that is full, closed or not joined", () => {
  const setup = setUp();
  assert.equal(setup.client.send({ type: "x" }), false);
  join(setup);
  assert.equal(setup.client.send({ type: "x" }), true);
  setup.last().bufferedAmount = 1024 * 1024;
  assert.equal(setup.client.send({ type: "x" }), false);
  setup.last().bufferedAmount = 0;
  setup.last().readyState = 2;
  assert.equal(setup.client.send({ type: "x" }), false);
});

test("close() leaves, may be called twice, and starts nothing again", () => {
  const setup = setUp();
  join(setup);
  setup.client.close();
  setup.client.close();
  assert.deepEqual(setup.last().sent[1], { type: "leave" });
  setup.clock.advance(120000);
  assert.equal(setup.made.length, 1);
  assert.equal(setup.clock.pending, 0);
});

test("a constructor that throws is one failure among others", () => {
  const clock = new FakeClock();
  let tries = 0;
  class Refused {
    constructor() {
      tries += 1;
      throw new SyntaxError("mixed content");
    }
  }
  const client = new SignalingClient({
    urls: ["ws://one"],
    identity: { tenantId: "t" },
    WebSocket: Refused as never,
    clock,
    random: () => 1,
  });
  client.open();
  assert.equal(client.state, "waiting");
  clock.advance(250);
  assert.equal(tries, 2);
  client.close();
});
