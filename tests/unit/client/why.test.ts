// SPDX-License-Identifier: Apache-2.0
// Why a device does not see the hub: the table of causes, the probes with a browser of the test's own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { catalogues } from "../../../data/web/pages/messages/all";
import { causes, findCause, type Answer, type Cause, type CloudWord, type Facts, type Verdict } from "../../../data/web/pages/why/cause";
import { isInNetwork } from "../../../data/web/pages/why/networks";
import { addPlaces, findElsewhere, mergePlaces, noPlaces, parsePlaces, parseServers, toOrigin, toPlaces } from "../../../data/web/pages/why/places";
import { findFacts, type World } from "../../../data/web/pages/why/probes";

/** A page of the hub's name, kept, that reaches nobody. */
const lost: Facts = {
  isOnline: true,
  isMobileData: false,
  permission: null,
  isHubPage: true,
  isNamedPage: true,
  byOrigin: "nobody",
  byName: "nobody",
  byAddress: "nobody",
  hub: null,
  cloud: null,
  hasAddress: true,
  isElsewhere: null,
  isAbsenceHeard: true,
  isRelayed: false,
};
const seen: CloudWord = { isOnline: true, isSameAddress: true, hasVisitors: null };

const sure = (cause: Cause): Verdict => ({ cause, certainty: "sure", others: [] });
const likely = (cause: Cause): Verdict => ({ cause, certainty: "likely", others: [] });
const unsure = (cause: Cause, ...others: Cause[]): Verdict => ({ cause, certainty: "unsure", others });

const table: [string, Partial<Facts>, Verdict][] = [
  ["no network", { isOnline: false }, sure("no-network")],
  ["no network counts before all else", { isOnline: false, permission: "denied", isHubPage: false, isMobileData: true }, sure("no-network")],
  ["a browser that has not noticed that the cable is out", { hasAddress: false }, likely("no-network")],
  ["a browser that gathers nothing, and reaches the hub", { hasAddress: false, byOrigin: "answered" }, sure("fine")],
  ["all is well", { byOrigin: "answered", byName: "answered", byAddress: "answered", hub: { isInside: true } }, sure("fine")],
  ["all is well where only the page's own address is known", { byOrigin: "answered", byName: "untried", byAddress: "untried", hub: { isInside: true } }, sure("fine")],
  ["all is well, through the hub", { byOrigin: "answered", hub: { isInside: true }, isRelayed: true }, sure("relayed")],
  ["a router leads here from another network", { byOrigin: "answered", hub: { isInside: false } }, sure("other-network")],
  ["a router leads here, and names do not", { byAddress: "answered", hub: { isInside: false } }, sure("other-network")],
  ["the name leads nowhere, the number does", { byAddress: "answered", hub: { isInside: true } }, sure("names")],
  ["the page has a number and is there; names are not its business", { isNamedPage: false, byOrigin: "answered", byAddress: "answered", hub: { isInside: true } }, sure("fine")],
  ["the number has changed, the name leads there", { isNamedPage: false, byName: "answered", hub: { isInside: true } }, sure("moved")],
  ["the number has changed, something answers at another one", { isNamedPage: false, byAddress: "answered" }, likely("moved")],
  ["something answers at an address of the hub's, who knows what", { isHubPage: false, byOrigin: "untried", byAddress: "answered" }, likely("fine")],
  ["a page of the cloud may not look", { isHubPage: false, permission: "denied", byOrigin: "untried" }, sure("permission")],
  ["a page of the hub needs no permission", { permission: "denied", byAddress: "refused" }, likely("hub-off")],
  ["permission asked for is no denial", { isHubPage: false, permission: "prompt", byOrigin: "untried", byAddress: "refused" }, likely("hub-off")],
  ["mobile data", { isMobileData: true }, likely("mobile-data")],
  ["the computer is there, the hub is not", { byAddress: "refused" }, likely("hub-off")],
  ["the same on a page of a number", { isNamedPage: false, byOrigin: "refused", byAddress: "untried" }, likely("hub-off")],
  ["nobody is there", {}, unsure("hub-off", "isolation")],
  ["nothing comes back", { byAddress: "silent" }, unsure("firewall", "isolation")],
  ["nothing comes back, on a system that does not say where nobody is", { byAddress: "silent", isAbsenceHeard: false }, unsure("hub-off", "firewall", "isolation")],
  ["nothing comes back, on a phone that does not say by which network", { byAddress: "silent", isAbsenceHeard: false, isMobileData: null }, unsure("mobile-data", "hub-off", "firewall", "isolation")],
  ["the same phone, seen to be in the house", { byAddress: "silent", isMobileData: null, isElsewhere: false }, unsure("firewall", "isolation")],
  ["only names are known, and they lead nowhere", { byAddress: "untried" }, unsure("hub-off", "other-network")],
  ["the same on a phone", { byAddress: "untried", isMobileData: null }, unsure("hub-off", "mobile-data", "other-network")],
  ["the device's own number is of another network", { isElsewhere: true, byAddress: "silent" }, likely("other-network")],
  ["the cloud does not see the hub either", { cloud: { ...seen, isOnline: false } }, likely("hub-off")],
  ["the cloud does not see the hub, and this phone may have left a house without internet", { cloud: { ...seen, isOnline: false }, isMobileData: null }, unsure("hub-off", "mobile-data")],
  ["nor does the computer answer", { cloud: { ...seen, isOnline: false }, byAddress: "refused" }, likely("hub-off")],
  ["the cloud sees this device elsewhere", { cloud: { ...seen, isSameAddress: false }, byAddress: "silent" }, unsure("vpn", "other-network")],
  ["the cloud sees this phone elsewhere", { cloud: { ...seen, isSameAddress: false }, byAddress: "silent", isMobileData: null }, unsure("mobile-data", "vpn")],
  ["the cloud sees it elsewhere, and its number is of the house", { cloud: { ...seen, isSameAddress: false }, isElsewhere: false }, likely("vpn")],
  ["the cloud sees it elsewhere, and so does its number", { cloud: { ...seen, isSameAddress: false }, isElsewhere: true }, unsure("other-network", "vpn")],
  ["one by IPv4, the other by IPv6", { cloud: { ...seen, isSameAddress: null }, byAddress: "silent" }, unsure("firewall", "isolation")],
  ["one by IPv4, the phone by IPv6", { cloud: { ...seen, isSameAddress: null }, byAddress: "silent", isMobileData: null }, unsure("firewall", "isolation", "mobile-data")],
  ["others reach the hub", { cloud: { ...seen, hasVisitors: true } }, likely("isolation")],
  ["others reach the hub, nothing comes back here", { cloud: { ...seen, hasVisitors: true }, byAddress: "silent" }, likely("isolation")],
  ["nobody ever reached the hub", { cloud: { ...seen, hasVisitors: false }, byAddress: "silent" }, likely("firewall")],
  ["nobody ever reached the hub, and nobody is there: no firewall hides so well", { cloud: { ...seen, hasVisitors: false } }, likely("isolation")],
  ["the hub runs, somebody says no", { cloud: seen, byAddress: "refused" }, unsure("firewall", "other-network")],
  ["the hub runs, somebody says no, to others not", { cloud: { ...seen, hasVisitors: true }, byAddress: "refused" }, unsure("other-network", "firewall")],
  ["the hub runs, its computer says no to all", { cloud: { ...seen, hasVisitors: false }, byAddress: "refused" }, likely("firewall")],
  ["the hub runs, its computer says no to its own network", { cloud: seen, byAddress: "refused", isElsewhere: false }, likely("firewall")],
  ["the hub runs, nobody is there", { cloud: seen }, likely("isolation")],
  ["the hub runs, nothing comes back", { cloud: seen, byAddress: "silent" }, unsure("firewall", "isolation")],
  ["one house, two networks", { cloud: { ...seen, hasVisitors: true }, isElsewhere: true }, likely("other-network")],
];

for (const [title, facts, verdict] of table)
  test(`why: ${title}`, () => assert.deepEqual(findCause({ ...lost, ...facts }), verdict));

const answers: Answer[] = ["answered", "refused", "nobody", "silent", "untried"];
const booleans = [true, false];

function* everyCombination(): Generator<Facts> {
  const clouds: (CloudWord | null)[] = [null];
  for (const isOnline of booleans)
    for (const isSameAddress of [null, ...booleans])
      for (const hasVisitors of [null, ...booleans]) clouds.push({ isOnline, isSameAddress, hasVisitors });
  for (const isOnline of booleans)
    for (const permission of ["granted", "denied", "prompt", null] as const)
      for (const isHubPage of booleans)
        for (const isNamedPage of booleans)
          for (const byOrigin of answers)
            for (const byName of answers)
              for (const byAddress of answers)
                for (const cloud of clouds)
                  for (const isElsewhere of [null, ...booleans])
                    for (const hub of [null, { isInside: true }, { isInside: false }])
                      for (const isMobileData of [null, false])
                        yield { isOnline, isMobileData, permission, isHubPage, isNamedPage, byOrigin, byName, byAddress, cloud, hasAddress: null, isElsewhere, hub, isAbsenceHeard: isNamedPage, isRelayed: hub === null };
}

test("why: every combination of facts has a verdict that does not contradict them", () => {
  const met = new Set<Cause>();
  for (const facts of everyCombination()) {
    const { cause, certainty, others } = findCause(facts);
    for (const one of [cause, ...others]) met.add(one);
    const reached = [facts.byOrigin, facts.byName, facts.byAddress].includes("answered");
    const says = JSON.stringify(facts);
    assert.equal(others.length > 0, certainty === "unsure", says);
    assert.equal(new Set([cause, ...others]).size, others.length + 1, says);
    if (!facts.isOnline) assert.equal(cause, "no-network", says);
    else if (reached) assert.ok(["fine", "relayed", "other-network", "moved", "names"].includes(cause), says);
    else {
      assert.ok(!["fine", "relayed", "no-network", "moved", "names"].includes(cause), says);
      // Nobody is told that the hub does not run while the cloud sees it.
      if (facts.cloud?.isOnline === true) assert.ok(![cause, ...others].includes("hub-off"), says);
      // From here nothing is certain but what the browser itself forbids.
      if (cause !== "permission") assert.notEqual(certainty, "sure", says);
    }
  }
  assert.deepEqual([...causes].filter((cause) => !met.has(cause)), []);
});

test("why: each cause has words and one remedy in every language", () => {
  for (const [name, texts] of Object.entries(catalogues))
    for (const cause of causes) {
      assert.ok(texts[`why.${cause}`].length > 10, `${name} ${cause}`);
      assert.ok(texts[`why.${cause}.do`].length > 20, `${name} ${cause}`);
    }
});

test("why: networks", () => {
  const cases: [string, string, boolean][] = [
    ["192.168.1.20", "192.168.1.0/24", true],
    ["192.168.2.20", "192.168.1.0/24", false],
    ["192.168.2.20", "192.168.0.0/16", true],
    ["192.168.1.127", "192.168.1.0/25", true],
    ["192.168.1.128", "192.168.1.0/25", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.2", "10.0.0.1", false],
    ["fd12::5", "fd12::/48", true],
    ["fd13::5", "fd12::/48", false],
    ["fe80::1%wlan0", "fe80::/10", true],
    ["192.168.1.20", "fd12::/48", false],
    ["nonsense", "192.168.1.0/24", false],
    ["1:2:3", "fd12::/48", false],
    ["::1::2", "::/0", false],
  ];
  for (const [address, network, is] of cases) assert.equal(isInNetwork(address, network), is, `${address} ${network}`);
  assert.equal(findElsewhere([], ["10.0.0.0/8"]), null);
  assert.equal(findElsewhere(["192.168.1.2"], []), null);
  assert.equal(findElsewhere(["fd00::1"], ["10.0.0.0/8"]), null);
  assert.equal(findElsewhere(["192.168.1.2"], ["10.0.0.0/8"]), true);
  assert.equal(findElsewhere(["192.168.1.2", "10.1.2.3"], ["10.0.0.0/8"]), false);
});

test("why: places are taken as far as they are places", () => {
  assert.equal(toPlaces("x"), null);
  const places = toPlaces({ name: "Desk", hostName: "bellhop-1a2b.local", httpPort: 99999, addresses: ["10.0.0.1", "<b>", "fd00::1"], networks: [1, "10.0.0.0/8"], clouds: ["wss://c.example/signal", "ws://no.example", "javascript:1"] });
  assert.deepEqual(places, { name: "Desk", hostNames: ["bellhop-1a2b.local"], addresses: ["10.0.0.1", "fd00::1"], httpPort: 8080, httpsPort: 0, networks: ["10.0.0.0/8"], clouds: ["https://c.example"] });
  assert.equal(toOrigin("fd00::1", places!, false), "http://[fd00::1]:8080");
  assert.equal(toOrigin("10.0.0.1", places!, true), "https://10.0.0.1:8443");
  const brought = parsePlaces("#at=http://10.0.0.9:8081,https://bellhop-1a2b.local:8444,%%%");
  assert.deepEqual([brought.addresses, brought.hostNames, brought.httpPort, brought.httpsPort], [["10.0.0.9"], ["bellhop-1a2b.local"], 8081, 8444]);
  // What a stranger is told has no addresses in it.
  assert.deepEqual(mergePlaces(places!, { ...noPlaces, hostNames: ["bellhop-1a2b.local"] }).addresses, ["10.0.0.1", "fd00::1"]);
});

test("why: what the pages remember of servers is tried too", () => {
  const servers = parseServers(["ws://10.0.0.2:8081/signal", "wss://bellhop-1a2b.local:8444/signal", "ws://[fd00::2]:8081/signal", "wss://cloud.example/signal", "channel:", "%%%"]);
  assert.deepEqual([servers.addresses, servers.hostNames, servers.clouds], [["10.0.0.2", "fd00::2"], ["bellhop-1a2b.local"], ["https://cloud.example"]]);
  const kept = { ...noPlaces, name: "Desk", addresses: ["10.0.0.1"], networks: ["10.0.0.0/24"], httpsPort: 8443 };
  assert.deepEqual(addPlaces(kept, servers), { name: "Desk", hostNames: ["bellhop-1a2b.local"], addresses: ["10.0.0.2", "fd00::2", "10.0.0.1"], httpPort: 8081, httpsPort: 8444, networks: ["10.0.0.0/24"], clouds: ["https://cloud.example"] });
  assert.deepEqual(addPlaces(kept, parseServers([])), kept);
  assert.equal(addPlaces(kept, parseServers(["ws://10.0.0.2:8081/signal"])).httpsPort, 8443);
});

/** How a place behaves: what it answers with, or how long until it fails; null: it never does. */
type Behaviour = { body?: unknown } | number | null;

function makeWorld(origin: string, behaviours: Record<string, Behaviour>, own: string[] = []): World & { asked: string[] } {
  let nowMs = 0;
  const asked: string[] = [];
  return {
    asked,
    origin,
    nowMs: () => nowMs,
    isOnline: () => true,
    isMobileData: () => false,
    isAbsenceHeard: () => true,
    queryPermission: () => Promise.resolve(null),
    listOwnAddresses: () => Promise.resolve({ addresses: own, any: null }),
    fetch(address, { signal }) {
      asked.push(address);
      const behaviour = behaviours[new URL(address).origin];
      if (behaviour === null)
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
      if (typeof behaviour === "object") {
        const body = address.endsWith("/trust/probe") ? null : JSON.stringify(behaviour.body ?? {});
        return Promise.resolve(new Response(body));
      }
      nowMs += behaviour ?? 10;
      return Promise.reject(new TypeError("Failed to fetch"));
    },
  };
}

const places = { ...noPlaces, hostNames: ["bellhop-1a2b.local"], addresses: ["10.0.0.1"], networks: ["10.0.0.0/24"], clouds: ["https://cloud.example"] };
const hub = { tenantId: "lab", hubKey: "key" };
const says = (isInside: boolean) => ({ body: { kind: "hub", isInside, hub: { hostName: "bellhop-1a2b.local", httpPort: 8080 } } });

test("why: what fails at once is refused, what fails later is not there", async () => {
  const world = makeWorld("http://bellhop-1a2b.local:8080", { "http://10.0.0.1:8080": 3000 });
  const { facts } = await findFacts(world, { places: { ...places, clouds: [] }, hub: null, isRelayed: false });
  assert.deepEqual([facts.byAddress, facts.hub, facts.isHubPage], ["nobody", null, true]);
  const other = await findFacts(makeWorld("http://bellhop-1a2b.local:8080", {}), { places, hub: null, isRelayed: false });
  assert.deepEqual([other.facts.byOrigin, other.facts.byAddress, other.elsewhere], ["refused", "refused", null]);
});

test("why: who was being looked for before we asked is not taken for one who refuses", async () => {
  const world = makeWorld("http://10.0.0.9:8080", { "http://10.0.0.1:8080": 3000 });
  // The page itself came from the worker's store, two seconds after that had asked there.
  const { fetch, asked } = world;
  world.fetch = (address, init) => {
    const isFirst = !asked.includes(address);
    return isFirst && address.startsWith("http://10.0.0.1:") ? (asked.push(address), Promise.reject(new TypeError("Failed"))) : fetch(address, init);
  };
  const { facts } = await findFacts(world, { places: { ...places, clouds: [] }, hub: null, isRelayed: false });
  assert.equal(facts.byAddress, "nobody");
});

test("why: the hub is found by its number, and says where this device is", async () => {
  const world = makeWorld("http://bellhop-1a2b.local:8080", { "http://10.0.0.1:8080": says(true) });
  const found = await findFacts(world, { places, hub: null, isRelayed: false });
  assert.deepEqual([found.facts.byAddress, found.facts.hub, found.elsewhere], ["answered", { isInside: true }, "http://10.0.0.1:8080"]);
  assert.equal(findCause(found.facts).cause, "names");
});

test("why: the cloud is asked about this hub, once it is known which one", async () => {
  const cloud = { body: { kind: "cloud", hub: { isOnline: true, isSameAddress: true, hasVisitors: true } } };
  const world = makeWorld("https://bellhop-1a2b.local:8443", { "https://cloud.example": cloud, "https://10.0.0.1:8443": 3000 }, ["10.0.0.7"]);
  const { facts } = await findFacts(world, { places, hub, isRelayed: false });
  assert.deepEqual(facts.cloud, { isOnline: true, isSameAddress: true, hasVisitors: true });
  assert.equal(facts.isElsewhere, false);
  assert.ok(world.asked.includes("https://cloud.example/api/v1/reach?tenantId=lab&hubKey=key"));
  // A secure page asks secure addresses only.
  assert.ok(world.asked.every((address) => address.startsWith("https://")));
  assert.equal(findCause(facts).cause, "isolation");
});

test("why: a page of the cloud is no page of the hub", async () => {
  const world = makeWorld("https://cloud.example", { "https://cloud.example": { body: { kind: "cloud", hub: null } } });
  const { facts } = await findFacts(world, { places, hub: null, isRelayed: false });
  assert.deepEqual([facts.isHubPage, facts.byOrigin, facts.cloud], [false, "untried", null]);
});
