// SPDX-License-Identifier: Apache-2.0
// How far the hub is: a steady figure, not the noise of a page that starts.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Reach } from "../../../data/web/client/connection";
import type { Message, PeerInfo } from "../../../data/web/client/messages";
import { detectNetworkTopology } from "../../../data/web/client/network-topology";
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

test("without a way the server is asked every 30 s whether it is there", () => {
  const { clock, meter, way } = setUp();
  way.path = "none";
  meter.measure();
  assert.equal(way.silences, 0);
  clock.advance(60000);
  assert.equal(way.silences, 2);
  assert.deepEqual(way.asked, []);
  meter.close();
  assert.equal(clock.pending, 0);
});

const stats = (candidateType: string, more: Record<string, unknown> = {}) =>
  new Map<string, unknown>(
    [
      { id: "t", type: "transport", selectedCandidatePairId: "p" },
      { id: "q", type: "candidate-pair", state: "succeeded", nominated: true },
      {
        ...{ id: "p", type: "candidate-pair", localCandidateId: "l", remoteCandidateId: "r" },
        ...{ currentRoundTripTime: 0.012, ...more },
      },
      { id: "l", type: "local-candidate", candidateType: "host" },
      { id: "r", type: "remote-candidate", candidateType },
    ].map((report) => [report.id, report]),
  );

test("how it runs is read from the pair of candidates in use", async () => {
  for (const type of ["host", "prflx", "srflx"])
    assert.deepEqual(await detectNetworkTopology(stats(type)), {
      topology: "local-p2p",
      latency: 12,
      estimatedCost: 0,
    });
  const relayed = await detectNetworkTopology({ getStats: () => Promise.resolve(stats("relay")) });
  assert.deepEqual(relayed, { topology: "cloud-relay", latency: 12, estimatedCost: 0.001 });
  assert.deepEqual(await detectNetworkTopology(new Map<string, unknown>()), {
    topology: null,
    latency: null,
    estimatedCost: null,
  });
});

test("a round trip is in milliseconds, whatever a library counts in", async () => {
  const latencyOf = async (more: Record<string, unknown>) =>
    (await detectNetworkTopology(stats("host", more))).latency;
  // As node-datachannel gives it: whole milliseconds, -1 before there are any.
  const words = { state: "succeeded", nominated: true, writable: true };
  for (const [counted, latency] of [
    [4, 4],
    [1, 1],
    [250, 250],
    [0, null],
    [-1, null],
  ] as const)
    assert.equal(
      await latencyOf({ ...words, totalRoundTripTime: counted, currentRoundTripTime: counted }),
      latency,
    );
  // As browsers give it, also by a way that is as slow as a whole second; as werift gives it.
  assert.equal(await latencyOf({ currentRoundTripTime: 2, responsesReceived: 7 }), 2000);
  assert.equal(await latencyOf({ currentRoundTripTime: 0.25, responsesReceived: 7 }), 250);
  assert.equal(await latencyOf({ currentRoundTripTime: 1.5 }), 1500);
});

function makeConnection(path: Path, latency: number | null, report: ReturnType<typeof stats> | null) {
  return {
    ...{ path, latency, reach: "local" as Reach },
    peers: [
      { peerId: "h", role: "hub" },
      { peerId: "p2", deviceId: "d2", role: "kitchen" },
    ] as PeerInfo[],
    getStats: (): Promise<typeof report> => Promise.resolve(report),
  };
}

test("a connection without a channel knows by what way it goes, and what that costs here", async () => {
  const prices = { "hub-relay": 0.0001 };
  assert.deepEqual(await detectNetworkTopology(makeConnection("hub-relay", 8, null), { prices }), {
    topology: "hub-relay",
    latency: 8,
    estimatedCost: 0.0001,
  });
  assert.equal((await detectNetworkTopology(makeConnection("none", null, null))).topology, null);
  // Our own figure counts, where there is one; a TURN server is no property's own.
  const direct = await detectNetworkTopology(makeConnection("local-p2p", 3, stats("relay")));
  assert.deepEqual([direct.topology, direct.latency], ["cloud-relay", 3]);
  // A channel that goes while it is asked was one.
  const going = { ...makeConnection("local-p2p", 3, null), getStats: () => Promise.reject(new Error()) };
  assert.equal((await detectNetworkTopology(going)).topology, "local-p2p");
});

test("another device is reached by a channel, or by the hub where that knows it; by a cloud it is not", async () => {
  const to = { to: "d2" };
  const none = { topology: null, latency: null, estimatedCost: null };
  const relayed = { topology: "hub-relay", latency: null, estimatedCost: 0 };
  assert.equal((await detectNetworkTopology(makeConnection("none", null, stats("host")), to)).latency, 12);
  for (const path of ["local-p2p", "hub-relay", "none"] as const) {
    const connection = makeConnection(path, 3, null);
    assert.deepEqual(await detectNetworkTopology(connection, to), relayed);
    assert.deepEqual(await detectNetworkTopology(connection, { to: "p2" }), relayed);
    // It is not there.
    assert.deepEqual(await detectNetworkTopology(connection, { to: "d3" }), none);
    // Whoever knows us both passes nothing on, or knows nobody.
    for (const reach of ["cloud", "peers only", "offline"] as const)
      assert.deepEqual(await detectNetworkTopology({ ...connection, reach }, to), none);
  }
});

test("the way to the hub is the same where the hub is named", async () => {
  for (const path of ["local-p2p", "hub-relay", "none"] as const) {
    const connection = makeConnection(path, 3, path === "local-p2p" ? stats("host") : null);
    const { getStats } = connection;
    // There is no direct link to a hub.
    const ask = (to?: { to?: string }) => (to?.to === undefined ? getStats() : Promise.resolve(null));
    const asked = { ...connection, getStats: ask };
    assert.deepEqual(
      await detectNetworkTopology(asked, { to: "h" }),
      await detectNetworkTopology(asked),
    );
  }
});
