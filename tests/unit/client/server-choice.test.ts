// SPDX-License-Identifier: Apache-2.0
// The choice of server by the vectors that the hub's own link is held to as well.

import assert from "node:assert/strict";
import { test } from "node:test";

import vectors from "../../../data/protocol/vectors/server-choice.json";
import { isAddressServer, isCloudServer, isLocalServer } from "../../../data/web/client/server-address";
import { ServerChoice, type ChoiceEvent } from "../../../data/web/client/server-choice";

interface Step {
  at: number;
  event: string;
  actions: string[];
  current: string | null;
  wake: number | null;
}

interface Case {
  name: string;
  options: { urls: string[]; isSecurePage: boolean; preferLocal: boolean; random: number };
  steps: Step[];
}

const { addresses } = vectors;
const all = [...vectors.cases, ...vectors.channelCases] as unknown as Case[];

test("which addresses are the property's own, and where a cloud is believed", () => {
  for (const url of addresses.local) assert.equal(isLocalServer(url), true, url);
  for (const url of addresses.elsewhere) assert.equal(isLocalServer(url), false, url);
  for (const url of addresses.addresses) assert.equal(isAddressServer(url), true, url);
  for (const url of addresses.names) assert.equal(isAddressServer(url), false, url);
  for (const url of addresses.clouds) assert.equal(isCloudServer(url), true, url);
  for (const url of addresses.noClouds) assert.equal(isCloudServer(url), false, url);
});

for (const { name, options, steps } of all) {
  test(`choice: ${name}`, () => {
    const choice = new ServerChoice({ ...options, random: () => options.random });
    for (const { at, event, actions, current, wake, ...more } of steps) {
      const done = choice.handle({ type: event, ...more } as unknown as ChoiceEvent, at);
      assert.deepEqual(
        {
          actions: done.map(({ type, url }) => `${type} ${url}`),
          current: choice.current,
          wake: choice.wakeAtMs,
        },
        { actions, current, wake },
        `${event} at ${at}`,
      );
    }
  });
}

/** Whatever happens, in whatever order: no server twice, no more attempts than allowed, one current. */
test("choice: thousands of random events keep its promises", () => {
  let seed = 7;
  const chance = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const urls = [1, 2, 3, 4, 5, 6].map((n) => `ws://10.0.0.${n}`);
  urls.push("wss://c1.example", "wss://c2.example", "wss://c3.example");
  const pick = () => urls[chance(urls.length)] as string;
  for (let round = 0; round < 60; round++) {
    const choice = new ServerChoice({ urls: urls.slice(chance(9)), random: () => chance(100) / 100 });
    const open = new Set<string>();
    let current: string | null = null;
    let nowMs = 0;
    const act = (event: ChoiceEvent) => {
      if ("url" in event) open.delete(event.url);
      if (event.type === "lost") current = null;
      const joins = event.type === "joined" ? event.url : null;
      for (const { type, url } of choice.handle(event, nowMs)) {
        if (type === "open") {
          assert.ok(!open.has(url) && url !== choice.current);
          open.add(url);
        }
        if (type === "close") open.delete(url);
        if (type === "leave") assert.notEqual(url, choice.current);
        if (type === "adopt") {
          assert.equal(url, joins);
          current = url;
        }
      }
      assert.ok(open.size <= 4);
      assert.equal(choice.current, current);
      const { wakeAtMs } = choice;
      if (wakeAtMs !== null) assert.ok(wakeAtMs > nowMs, `${event.type}: ${wakeAtMs} at ${nowMs}`);
      else assert.ok(current !== null || choice.urls.length === 0);
    };
    act({ type: "start" });
    for (let i = 0; i < 60; i++) {
      nowMs = chance(2) === 0 ? (choice.wakeAtMs ?? nowMs + 1) : nowMs + chance(2000);
      const [tried] = [...open].sort(() => chance(3) - 1);
      const event = chance(10);
      if (event < 4 && tried !== undefined) act({ type: "failed", url: tried });
      else if (event === 4 && tried !== undefined) act({ type: "impostor", url: tried });
      else if (event === 5 && tried !== undefined)
        act({ type: "joined", url: tried, kind: isLocalServer(tried) ? "local" : "cloud" });
      else if (event === 6) act({ type: "lost" });
      else if (event === 7) act({ type: "wake" });
      else if (event === 8) act({ type: "servers", urls: [pick(), pick()] });
      else act({ type: "tick" });
    }
  }
});
