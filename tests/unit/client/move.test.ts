// SPDX-License-Identifier: Apache-2.0
// What moves with a device to the secure address, where links may lead, and what a page without its
// hub is made of.

import assert from "node:assert/strict";
import { test } from "node:test";

import { toHello } from "../../../data/web/pages/link/hello";
import { changedSince, merge, pack, sameEntries, unpack } from "../../../data/web/pages/link/luggage";
import { toPath } from "../../../data/web/pages/link/path";
import { findKept, isUsable } from "../../../data/web/pages/sw/cache-rules";
import { findDeviceKind } from "../../../data/web/pages/trust/device-kind";
import { deviceKinds } from "../../../data/web/pages/trust/device-kind";
import { stepsOf } from "../../../data/web/pages/trust/steps";
import { makeIdentity } from "./fake-identity";

const receipt = (jobId: string, madeAtMs: number, phase = "waiting") => ({
  number: "0001",
  total: 1,
  currency: "EUR",
  madeAtMs,
  job: { jobId },
  view: { jobId, phase },
});

test("an identity and what pages keep arrive as they left", () => {
  const luggage = { identity: makeIdentity("phone"), entries: { order: '{"table":"4"}', x: "1" } };
  assert.deepEqual(unpack(pack(luggage)), luggage);
});

test("what is no luggage is none", () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const { seed: _seed, ...seedless } = makeIdentity("phone");
  for (const bad of [null, 7, [], {}, { identity: {} }, { identity: seedless, entries: {} }])
    assert.equal(unpack(bytes(bad)), null, JSON.stringify(bad));
  assert.equal(unpack(new Uint8Array([0xff, 0x00])), null);
  const odd = unpack(bytes({ identity: makeIdentity("phone"), entries: { a: 1, b: "2" } }));
  assert.deepEqual(odd?.entries, { b: "2" });
});

test("a first move brings everything", () => {
  const incoming = { order: '{"table":"","lines":[]}', printer: '"bar"' };
  assert.deepEqual(merge({}, incoming), incoming);
});

test("a repeated move takes nothing away from what was done here since", () => {
  const here = {
    order: JSON.stringify({ table: "4", lines: [{ itemId: "tea", quantity: 1 }] }),
    receipts: JSON.stringify([receipt("b", 20, "done"), receipt("a", 10, "done")]),
    "receipt-number": "2",
    printer: '"kitchen"',
  };
  const incoming = {
    order: JSON.stringify({ table: "9", lines: [{ itemId: "beer", quantity: 1 }] }),
    receipts: JSON.stringify([receipt("c", 15), receipt("a", 10)]),
    "receipt-number": "7",
    printer: '"bar"',
    language: '"de"',
  };
  const merged = { ...here, ...merge(here, incoming) };
  assert.deepEqual(JSON.parse(merged.order), JSON.parse(here.order));
  assert.deepEqual(
    (JSON.parse(merged.receipts) as ReturnType<typeof receipt>[]).map(({ job, view }) => [
      job.jobId,
      view.phase,
    ]),
    [
      ["b", "done"],
      ["c", "waiting"],
      ["a", "done"],
    ],
  );
  assert.equal(merged["receipt-number"], "7");
  assert.equal(merged.printer, '"kitchen"');
  assert.equal((merged as Record<string, string>)["language"], '"de"');
});

test("an empty order here makes way for one that comes", () => {
  const order = JSON.stringify({ table: "9", lines: [{ itemId: "beer", quantity: 1 }] });
  assert.deepEqual(merge({ order: '{"table":"","lines":[]}' }, { order }), { order });
});

test("what came before does not come again: an order that was printed here stays printed", () => {
  const order = JSON.stringify({ table: "9", lines: [{ itemId: "beer", quantity: 1 }] });
  const here = { order: '{"table":"","lines":[]}' };
  assert.deepEqual(merge(here, changedSince({ order }, { order })), {});
  const other = order.replace("beer", "wine");
  assert.deepEqual(merge(here, changedSince({ order }, { order: other })), { order: other });
});

test("nonsense in storage breaks no move", () => {
  assert.deepEqual(merge({ receipts: "{" }, { receipts: "[]" }), { receipts: "[]" });
  assert.deepEqual(merge({ receipts: "[]" }, { receipts: "{" }), { receipts: "[]" });
  assert.deepEqual(merge({ toString: "1" }, { toString: "2" }), {});
});

test("whether anything was done since is seen by every entry", () => {
  assert.ok(sameEntries({ a: "1", b: "2" }, { b: "2", a: "1" }));
  assert.ok(!sameEntries({ a: "1" }, { a: "1", b: "2" }));
  assert.ok(!sameEntries({ a: "1", b: "2" }, { a: "1" }));
  assert.ok(!sameEntries({ a: "1" }, { a: "2" }));
});

test("a page to go on to is one of ours", () => {
  assert.equal(toPath("/pos?tenantId=x"), "/pos?tenantId=x");
  assert.equal(toPath("/"), "/");
  for (const bad of [
    null,
    "",
    "pos",
    "//elsewhere",
    "/\\elsewhere",
    "/\t/elsewhere",
    "/.//elsewhere",
    "https://elsewhere/",
    "javascript:alert(1)",
    "/pair",
    "/pair?to=/",
  ])
    assert.equal(toPath(bad), null, String(bad));
});

test("which device asks", () => {
  const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15";
  const cases: [Parameters<typeof findDeviceKind>[0], ReturnType<typeof findDeviceKind>][] = [
    [{ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Safari" }, "ios"],
    [{ userAgent: "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Safari" }, "ipados"],
    [{ userAgent: mac, maxTouchPoints: 5 }, "ipados"],
    [{ userAgent: mac, maxTouchPoints: 0 }, "macos"],
    [{ userAgent: mac }, "macos"],
    [{ userAgent: "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130" }, "android"],
    [{ userAgent: "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Firefox/130.0" }, "android"],
    [{ userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/130.0" }, "windows"],
    [{ userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/130" }, "linux"],
    [{ userAgent: "Mozilla/5.0 (X11; CrOS x86_64 14541) Chrome/130" }, "linux"],
    [{ userAgent: "x", userAgentData: { platform: "Windows" } }, "windows"],
    [{ userAgent: "x", userAgentData: { platform: "Chrome OS" } }, "linux"],
    [{ userAgent: "Mozilla/5.0 (X11; Linux) Android", userAgentData: { platform: "" } }, "android"],
    [{ userAgent: "x", userAgentData: { platform: "constructor" } }, null],
    [{ userAgent: "Tizen" }, null],
  ];
  for (const [facts, kind] of cases) assert.equal(findDeviceKind(facts), kind, facts.userAgent);
});

test("each device has steps and a file of its own kind", () => {
  for (const kind of deviceKinds) assert.ok(stepsOf[kind].steps.length > 1, kind);
  assert.equal(stepsOf.ios.file.href, "/trust/bellhop.mobileconfig");
  assert.equal(stepsOf.windows.file.href, "/ca.crt");
  assert.equal(stepsOf.linux.file.href, "/ca.pem");
});

test("the hub's greeting: only secure origins are led to", () => {
  const hello = {
    tenantId: "t",
    name: "Adler",
    open: false,
    hostName: "bellhop-ab12.local",
    https: {
      port: 8443,
      origins: ["https://bellhop-ab12.local:8443", "http://10.0.0.1:8443", 7, "javascript:x", "x"],
    },
    authority: "a",
    hubKey: "k",
  };
  assert.deepEqual(toHello(hello)?.origins, ["https://bellhop-ab12.local:8443"]);
  assert.deepEqual(toHello({ ...hello, https: null, authority: null })?.origins, []);
  for (const bad of [null, 7, {}, { tenantId: "t" }, { open: true }]) assert.equal(toHello(bad), null);
});

test("the worker answers for the pages and nothing else", () => {
  const kept = ["/", "/pos", "/pos.js", "/pair"];
  const origin = "https://hub";
  const find = (url: string, method = "GET") => findKept({ method, url }, origin, kept);
  assert.equal(find("https://hub/"), "/");
  assert.equal(find("https://hub/pos?tenantId=x"), "/pos");
  assert.equal(find("https://hub/pos.js"), "/pos.js");
  assert.equal(find("https://hub/pair"), "/pair");
  assert.equal(find("https://hub/api/v1/paper"), null);
  assert.equal(find("https://hub/ca.crt"), null);
  assert.equal(find("https://hub/sw.js"), null);
  assert.equal(find("https://elsewhere/pos"), null);
  assert.equal(find("https://hub/pos", "POST"), null);
  assert.ok(isUsable({ ok: true, type: "basic" }));
  assert.ok(isUsable({ ok: false, type: "opaqueredirect" }));
  assert.ok(!isUsable({ ok: false, type: "basic" }));
});
