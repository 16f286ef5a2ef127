// SPDX-License-Identifier: Apache-2.0
// How far the hub is: a steady figure, not the noise of a page that starts.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Message } from "../../../data/web/client/messages";
import { LatencyMeter } from "../../../data/web/client/topology";
import type { Path } from "../../../data/web/client/transport";
import { FakeClock, settle } from "./fake-clock";

function setUp() {
  const clock = new FakeClock();
  const way = {
    path: "local-p2p" as Path,
    asked: [] as Message[],
    silences: 0,
    countedSeconds: 0,
    send(message: Message) {
      way.asked.push(message);
      return true;
    },
    reportSilence() {
      way.silences += 1;
    },
    getStats: () =>
      Promise.resolve(
        way.countedSeconds === 0
          ? null
          : (new Map([
              [
                "p",
                {
                  type: "candidate-pair",
                  id: "p",
                  selected: true,
                  currentRoundTripTime: way.countedSeconds,
                },
              ],
            ]) as unknown as RTCStatsReport),
      ),
  };
  const meter = new LatencyMeter(way, clock);
  const shown: (number | null)[] = [];
  meter.on("latency", (latency) => shown.push(latency));
  const answer = async (tookMs: number) => {
    clock.advance(tookMs);
    const ref = way.asked[way.asked.length - 1]?.id;
    assert.ok(ref !== undefined && meter.receive({ type: "pong", ref }));
    await settle();
  };
  return { clock, meter, shown, way, answer };
}

test("the noise of the start is not shown", async () => {
  const { clock, meter, shown, answer } = setUp();
  meter.measure();
  await answer(21);
  assert.equal(meter.latency, null);
  clock.advance(400);
  await answer(2);
  clock.advance(400);
  await answer(3);
  assert.deepEqual(shown, [3]);
  clock.advance(10000);
  await answer(250);
  clock.advance(10000);
  await answer(2);
  assert.deepEqual(shown, [3]);
});

test("a channel's own count counts where it is the shorter one", async () => {
  const { clock, meter, way, answer } = setUp();
  way.countedSeconds = 0.004;
  meter.measure();
  for (const tookMs of [30, 3, 9]) {
    await answer(tookMs);
    clock.advance(400);
  }
  assert.equal(meter.latency, 4);
});

test("another way is measured anew; silence is reported and shows nothing", async () => {
  const { clock, meter, shown, way, answer } = setUp();
  meter.measure();
  for (const tookMs of [2, 2, 2]) {
    await answer(tookMs);
    clock.advance(400);
  }
  way.path = "hub-relay";
  meter.measure();
  assert.equal(meter.latency, null);
  for (const tookMs of [8, 8, 8]) {
    await answer(tookMs);
    clock.advance(400);
  }
  assert.deepEqual(shown, [2, null, 8]);
  meter.measure();
  clock.advance(5000);
  assert.equal(way.silences, 1);
  assert.equal(meter.latency, null);
  meter.close();
  assert.equal(clock.pending, 0);
});
