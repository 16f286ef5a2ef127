// SPDX-License-Identifier: Apache-2.0
// Pairing against a hub of the test's own, with every way in which it must not come about; and what is
// handed from one origin to another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { toBase64url } from "../../../data/web/client/base64url";
import { openBlob, sealBlob } from "../../../data/web/client/blob-seal";
import { codeText, Comparison, comparisonCode } from "../../../data/web/client/comparison";
import {
  fingerprintOf,
  hkdf,
  hmac,
  provideRandomness,
  publicKeyOf,
  randomBytes,
  sha256,
  sign,
  verify,
  type RandomSource,
} from "../../../data/web/client/crypto";
import { newSeed, toIdentity } from "../../../data/web/client/identity";
import {
  PairingError,
  pairWithLink,
  parsePairingLink,
  type PairingLink,
} from "../../../data/web/client/pairing";
import { transcript, utf8 } from "../../../data/web/client/transcript";
import { FakeClock, settle } from "./fake-clock";
import { bytesOf, ModelHub, type Frame } from "./model-hub";
import { drawing } from "./randomness";

const origin = "http://192.168.1.20:8080";

const rejects = (promise: Promise<unknown>, code: string) =>
  assert.rejects(promise, (error) => error instanceof PairingError && error.code === code);

type Route = (body: Frame) => { status: number; body: Frame };

function serve(routes: Record<string, Route>): typeof fetch {
  return (async (input: unknown, init?: { body?: unknown }) => {
    const path = new URL(String(input)).pathname;
    const answer = routes[path]?.(JSON.parse(String(init?.body)) as Frame);
    if (answer === undefined) throw new TypeError("network");
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  }) as typeof fetch;
}

/** What the hub answers to a device that it has just taken in. */
function answerFor(hub: ModelHub, publicKey: unknown, more: Frame = {}): Uint8Array {
  const device = { publicKey: bytesOf(publicKey), role: "staff", name: "Anna", removed: false };
  hub.devices.set("d1", device);
  return utf8(
    JSON.stringify({
      hubKey: toBase64url(hub.publicKey),
      tenantId: "t",
      hubName: "Front desk",
      hostName: "bellhop-7f3a.local",
      deviceId: "d1",
      role: "staff",
      name: "Anna",
      membership: hub.membership("d1"),
      authority: toBase64url(new Uint8Array(16)),
      ...more,
    }),
  );
}

function linkOf(hub: ModelHub, secret = randomBytes(16)): PairingLink {
  return {
    secret: toBase64url(secret),
    hubKey: toBase64url(fingerprintOf(hub.publicKey)),
    authority: "",
    hostName: "bellhop-7f3a.local",
  };
}

/** The hub's side of a link, which checks all that it is sent. */
function linkHub(hub: ModelHub, link: PairingLink, more: Frame = {}): Route {
  const derive = (use: string, length = 32) =>
    hkdf(bytesOf(link.secret), undefined, utf8(`bellhop pairing ${use} v1`), length);
  return ({ linkId, publicKey, nonce, name, mac, sig }) => {
    assert.equal(linkId, toBase64url(derive("id", 16)));
    const terms = transcript(
      "bellhop pairing v1",
      String(linkId),
      bytesOf(publicKey),
      bytesOf(nonce),
      String(name),
    );
    assert.equal(mac, toBase64url(hmac(derive("device"), terms)));
    assert.ok(verify(bytesOf(publicKey), terms, bytesOf(sig)));
    const answer = answerFor(hub, publicKey, more);
    const answerMac = hmac(derive("hub"), transcript("bellhop pairing answer v1", terms, answer));
    return {
      status: 201,
      body: { answer: toBase64url(answer), mac: toBase64url(answerMac) },
    };
  };
}

test("by a link: an identity that is whole, and comes back whole from a storage", async () => {
  const hub = new ModelHub();
  const link = linkOf(hub);
  const { seed, publicKey } = newSeed();
  const fetcher = serve({ "/api/v1/pair": linkHub(hub, link) });
  const identity = await pairWithLink({ origin, link, seed, name: " Anna ", fetch: fetcher });
  assert.deepEqual(identity, {
    tenantId: "t",
    deviceId: "d1",
    seed,
    publicKey,
    hubKey: toBase64url(hub.publicKey),
    role: "staff",
    name: "Anna",
    membership: hub.membership("d1"),
    authority: toBase64url(new Uint8Array(16)),
    hostName: "bellhop-7f3a.local",
    hubName: "Front desk",
  });
  assert.deepEqual(toIdentity(JSON.parse(JSON.stringify(identity))), identity);
  const { seed: _, ...rest } = identity;
  for (const value of [null, [], "x", {}, rest, { ...identity, membership: {} }, { ...identity, hubKey: "" }])
    assert.equal(toIdentity(value), null);
});

test("by a link: who answers without the secret, or is another hub, is not believed", async () => {
  const hub = new ModelHub();
  const { seed } = newSeed();
  const link = linkOf(hub);
  const pair = (route: Route, by = link) =>
    pairWithLink({ origin, link: by, seed, name: "", fetch: serve({ "/api/v1/pair": route }) });
  const right = linkHub(hub, link);

  await rejects(
    pair((body) => {
      const { status, body: answer } = right(body);
      return { status, body: { ...answer, mac: toBase64url(randomBytes(32)) } };
    }),
    "wrong-hub",
  );
  await rejects(
    pair((body) => ({ ...right(body), body: { answer: "", mac: "" } })),
    "wrong-hub",
  );
  // It has the secret, and another key than the link names.
  await rejects(pair(linkHub(new ModelHub(), link)), "wrong-hub");
  // It names our hub's key, which did not sign the membership.
  await rejects(
    pair(linkHub(new ModelHub(), link, { hubKey: toBase64url(hub.publicKey) })),
    "wrong-hub",
  );
  for (const more of [{ deviceId: "d2" }, { tenantId: "u" }, { membership: null }, { hubKey: 7 }])
    await rejects(pair(linkHub(hub, link, more)), "wrong-hub");
  const other = new ModelHub();
  other.pair("d1");
  await rejects(pair(linkHub(hub, link, { membership: other.membership("d1") })), "wrong-hub");
  const someone = hub.sign("bellhop membership v1", {
    tenantId: "t",
    deviceId: "d1",
    publicKey: toBase64url(publicKeyOf(randomBytes(32))),
    role: "staff",
    name: "Anna",
    notBefore: 0,
    notAfter: 1,
  });
  await rejects(pair(linkHub(hub, link, { membership: someone })), "wrong-hub");
});

test("by a link: the hub's reasons come through, and so does its silence", async () => {
  const hub = new ModelHub();
  const { seed } = newSeed();
  const link = linkOf(hub);
  for (const [status, code] of [
    [404, "link-unknown"],
    [409, "link-used"],
    [410, "link-expired"],
    [403, "bad-proof"],
    [429, "rate-limited"],
  ] as const) {
    const fetcher = serve({ "/api/v1/pair": () => ({ status, body: { code } }) });
    await rejects(pairWithLink({ origin, link, seed, name: "", fetch: fetcher }), code);
  }
  await rejects(pairWithLink({ origin, link, seed, name: "", fetch: serve({}) }), "unreachable");
  const page = (async () => new Response("<html>", { status: 200 })) as typeof fetch;
  await rejects(pairWithLink({ origin, link, seed, name: "", fetch: page }), "unknown");
  await assert.rejects(pairWithLink({ origin, link, seed: "?", name: "" }), TypeError);
});

test("links: what is not whole is none; a hub without an authority has an empty place for it", () => {
  const hub = new ModelHub();
  const { secret, hubKey, hostName } = linkOf(hub);
  assert.deepEqual(parsePairingLink(`#${secret}.${hubKey}..${hostName}`), linkOf(hub, bytesOf(secret)));
  for (const text of [
    `#${secret}.${hubKey}.x.${hostName}`,
    `#${secret}.${hubKey}..`,
    `#${secret}.${hubKey}..evil.example/path`,
    `#${secret.slice(1)}.${hubKey}..${hostName}`,
  ])
    assert.equal(parsePairingLink(text), null, text);
});

// ---- Comparison -----------------------------------------------------------------------------------

interface Request {
  publicKey: string;
  commitment: string;
  nonce: Uint8Array;
  state: Frame;
  code: string;
}

/** The hub's side of a comparison, which checks all that it is sent. */
function comparisonHub(hub: ModelHub) {
  const request: Request = {
    publicKey: "",
    commitment: "",
    nonce: randomBytes(32),
    state: { state: "waiting" },
    code: "",
  };
  const fieldsOf = (deviceNonce: unknown) =>
    ["r1", bytesOf(request.publicKey), hub.publicKey, bytesOf(deviceNonce), request.nonce] as const;
  const routes: Record<string, Route> = {
    "/api/v1/pair/requests": ({ publicKey, commitment }) => {
      request.publicKey = String(publicKey);
      request.commitment = String(commitment);
      const nonce = toBase64url(request.nonce);
      const body = { requestId: "r1", hubKey: toBase64url(hub.publicKey), nonce, expiresMs: 180000 };
      return { status: 201, body };
    },
    "/api/v1/pair/requests/open": ({ nonce, sig }) => {
      const key = bytesOf(request.publicKey);
      const opened = sha256(transcript("bellhop comparison commit v1", key, bytesOf(nonce)));
      assert.equal(toBase64url(opened), request.commitment);
      assert.ok(verify(key, transcript("bellhop comparison v1", ...fieldsOf(nonce)), bytesOf(sig)));
      request.code = comparisonCode(
        transcript("bellhop comparison code v1", ...fieldsOf(nonce)),
      );
      return { status: 200, body: {} };
    },
    "/api/v1/pair/requests/result": () => ({ status: 200, body: request.state }),
  };
  const accept = (more: Frame = {}, signer = hub) => {
    const answer = answerFor(hub, request.publicKey, more);
    const signed = transcript("bellhop comparison answer v1", "r1", answer);
    request.state = {
      state: "accepted",
      answer: toBase64url(answer),
      sig: toBase64url(sign(signer.seed, signed)),
    };
  };
  return { request, routes, accept };
}

async function beginComparison(hub = new ModelHub()) {
  const clock = new FakeClock();
  const { seed } = newSeed();
  const side = comparisonHub(hub);
  const fetcher: typeof fetch = (input, init) => serve(side.routes)(input, init);
  const comparison = await Comparison.begin({ origin, seed, name: "Till", fetch: fetcher, clock });
  return { clock, seed, hub, comparison, ...side };
}

/** Promises of a Response take a few turns of the loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("by comparison: both sides show the same, and the answer is the hub's", async () => {
  const { clock, comparison, request, accept, seed, hub } = await beginComparison();
  assert.equal(comparison.code, request.code);
  assert.equal(codeText("482193"), "482 193");
  const waiting = comparison.wait();
  await turn();
  accept();
  clock.advance(1000);
  const identity = await waiting;
  assert.equal(identity.seed, seed);
  assert.equal(identity.hubKey, toBase64url(hub.publicKey));
});

test("by comparison: refused, expired, cancelled, and never answered", async () => {
  const refused = await beginComparison();
  refused.request.state = { state: "refused" };
  await rejects(refused.comparison.wait(), "refused");

  const expired = await beginComparison();
  expired.request.state = { state: "expired" };
  await rejects(expired.comparison.wait(), "expired");

  const cancelled = await beginComparison();
  const abort = new AbortController();
  const waiting = rejects(cancelled.comparison.wait(abort.signal), "cancelled");
  await turn();
  abort.abort();
  await waiting;
  assert.equal(cancelled.clock.pending, 0);

  const forgotten = await beginComparison();
  const silent = rejects(forgotten.comparison.wait(), "expired");
  for (let second = 0; second < 190; second++) {
    await turn();
    forgotten.clock.advance(1000);
  }
  await silent;
});

test("by comparison: a hub that is away for a moment is asked again", async () => {
  const { clock, comparison, routes, accept } = await beginComparison();
  const result = routes["/api/v1/pair/requests/result"];
  assert.ok(result !== undefined);
  delete routes["/api/v1/pair/requests/result"];
  const waiting = comparison.wait();
  await turn();
  clock.advance(1000);
  await turn();
  accept();
  routes["/api/v1/pair/requests/result"] = result;
  clock.advance(1000);
  assert.equal((await waiting).deviceId, "d1");
});

test("by comparison: an answer of another's signature, or about another device, is none", async () => {
  const unsigned = await beginComparison();
  unsigned.accept({}, new ModelHub());
  await rejects(unsigned.comparison.wait(), "wrong-hub");

  const other = await beginComparison();
  other.accept({ hubKey: toBase64url(new ModelHub().publicKey) });
  await rejects(other.comparison.wait(), "wrong-hub");

  const device = await beginComparison();
  device.accept({ deviceId: "d2" });
  await rejects(device.comparison.wait(), "wrong-hub");
});

test("somebody in between makes the two sides show different digits", async () => {
  const hub = new ModelHub();
  const rogue = new ModelHub();
  const towardsDevice = comparisonHub(rogue);
  const { seed } = newSeed();
  const device = await Comparison.begin({
    origin,
    seed,
    name: "Till",
    fetch: serve(towardsDevice.routes),
    clock: new FakeClock(),
  });
  const towardsHub = await beginComparison(hub);
  assert.equal(towardsDevice.request.code, device.code);
  assert.notEqual(towardsHub.request.code, device.code);
});

test("a hub that speaks nonsense is no hub", async () => {
  const { seed } = newSeed();
  for (const body of [{}, { requestId: "r", hubKey: "x", nonce: "y", expiresMs: 1 }])
    await rejects(
      Comparison.begin({
        origin,
        seed,
        name: "",
        fetch: serve({ "/api/v1/pair/requests": () => ({ status: 201, body }) }),
      }),
      "wrong-hub",
    );
});

// ---- Hand-off and randomness ----------------------------------------------------------------------

test("what is handed over opens with its key only, and not where it was changed", () => {
  const bytes = utf8(JSON.stringify({ outbox: ["é", "x".repeat(100000)] }));
  const { key, data } = sealBlob(bytes);
  assert.deepEqual(openBlob(key, data), bytes);
  assert.notEqual(sealBlob(bytes).data, data);
  assert.equal(openBlob(sealBlob(bytes).key, data), null);
  assert.equal(openBlob(key, `${data.slice(0, -4)}AAAA`), null);
  assert.equal(openBlob(key, "é"), null);
  assert.equal(openBlob("short", data), null);
});

test("without randomness there are no keys, and it is said why", async () => {
  await assert.rejects(
    drawing([], () => {
      provideRandomness({} as RandomSource);
      return newSeed();
    }),
    /randomness/,
  );
  await settle();
  assert.equal(bytesOf(newSeed().seed).length, 32);
});
