// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeKnocking } from "../../../data/web/client/knocking-socket";
import { FakeClock, settle } from "./fake-clock";
import { makeSockets } from "./fake-socket";

const URL = "ws://signaling.local:8080/signal";

function setUp() {
  const { WebSocket, made } = makeSockets();
  const clock = new FakeClock();
  const knocks: { url: string; signal: AbortSignal; end: (isAnswered: boolean) => Promise<void> }[] = [];
  const knock = (url: string, signal: AbortSignal) =>
    new Promise((resolve, reject) => {
      const end = (isAnswered: boolean) => {
        if (isAnswered) resolve(undefined);
        else reject(new TypeError("nobody is there"));
        return settle();
      };
      knocks.push({ url, signal, end });
    });
  const Socket = makeKnocking(WebSocket, knock, clock);
  /** One that has been asked for; what it says is in `heard`. */
  const attempt = (url = URL) => {
    const heard: string[] = [];
    const socket = new Socket(url);
    for (const type of ["open", "message", "close", "error"] as const)
      socket.addEventListener(type, (event) => heard.push(event.type));
    return { socket, heard };
  };
  const last = () => {
    const one = knocks[knocks.length - 1];
    assert.ok(one);
    return one;
  };
  return { made, clock, knocks, last, attempt };
}

test("a socket is opened once somebody answers at its address, and is that socket from then on", async () => {
  const { made, last, attempt } = setUp();
  const { socket, heard } = attempt();
  await settle();
  assert.deepEqual([made.length, socket.readyState, last().url], [0, 0, URL]);
  await last().end(true);
  const [real] = made;
  assert.ok(real);
  assert.equal(socket.readyState, 0);
  real.open();
  socket.send('{"type":"join"}');
  real.say({});
  real.bufferedAmount = 7;
  assert.deepEqual(real.sent, [{ type: "join" }]);
  assert.deepEqual([socket.readyState, socket.bufferedAmount], [1, 7]);
  real.drop();
  assert.deepEqual(heard, ["open", "message", "close"]);
  assert.equal(socket.readyState, 3);
});

test("where one has answered before and nobody does, no socket fails, however often it is tried", async () => {
  const { made, clock, last, attempt } = setUp();
  attempt();
  await last().end(true);
  for (let i = 0; i < 50; i += 1) {
    clock.advance(8000);
    const { socket, heard } = attempt();
    await last().end(false);
    assert.deepEqual([socket.readyState, heard], [3, ["close"]]);
  }
  assert.equal(made.length, 1);
  attempt();
  await last().end(true);
  assert.equal(made.length, 2);
});

test("an address that has never answered is tried all the same, once in as long as a failure is kept", async () => {
  const { made, clock, last, attempt } = setUp();
  const tries: number[] = [];
  for (let ms = 0; ms < 200000; ms += 5000) {
    const before = made.length;
    attempt();
    await last().end(false);
    if (made.length > before) tries.push(ms);
    clock.advance(5000);
  }
  assert.deepEqual(tries, [0, 65000, 130000, 195000]);
  attempt("wss://other.local:8443/signal");
  await last().end(false);
  assert.equal(made.at(-1)?.url, "wss://other.local:8443/signal");
});

test("one that is closed while it asks asks no more, and says nothing", async () => {
  const { made, last, attempt } = setUp();
  for (const isAnswered of [true, false]) {
    const { socket, heard } = attempt();
    socket.close();
    assert.equal(last().signal.aborted, true);
    await last().end(isAnswered);
    assert.deepEqual([socket.readyState, heard, made.length], [3, [], 0]);
  }
});
