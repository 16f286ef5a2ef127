// SPDX-License-Identifier: Apache-2.0
// The same inputs as the C side, and the same bytes.

import assert from "node:assert/strict";
import { test } from "node:test";

import bellhop from "../../../data/protocol/vectors/bellhop.json";
import published from "../../../data/protocol/vectors/published.json";
import { fromBase64url, toBase64url } from "../../../data/web/client/base64url";
import { Comparison, comparisonCode } from "../../../data/web/client/comparison";
import {
  exchange,
  fingerprintOf,
  hkdf,
  hmac,
  publicKeyOf,
  seal,
  sign,
  unseal,
  verify,
} from "../../../data/web/client/crypto";
import { signDescription, verifyDescription } from "../../../data/web/client/description-auth";
import { DeviceKeys } from "../../../data/web/client/device-keys";
import { authorityText, tokenToIdentityParts } from "../../../data/web/client/identity";
import { JoinHandshake } from "../../../data/web/client/join-handshake";
import { PairingError, pairWithLink, parsePairingLink } from "../../../data/web/client/pairing";
import { readMembership, readRevocations } from "../../../data/web/client/signed-document";
import { transcript } from "../../../data/web/client/transcript";
import { FakeClock } from "./fake-clock";
import { bytesOf } from "./model-hub";
import { drawing } from "./randomness";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const same = (actual: Uint8Array | null, expected: Uint8Array) =>
  assert.deepEqual(actual === null ? null : [...actual], [...expected]);

const hubKey = bytesOf(bellhop.hub.publicKey);
const hubSeed = bytesOf(bellhop.hub.seed);
const deviceSeed = bytesOf(bellhop.device.seed);

test("published vectors: Ed25519, X25519, HKDF, HMAC, ChaCha20-Poly1305", () => {
  for (const one of published.ed25519) {
    same(publicKeyOf(hex(one.seed)), hex(one.publicKey));
    same(sign(hex(one.seed), hex(one.message)), hex(one.signature));
    assert.ok(verify(hex(one.publicKey), hex(one.message), hex(one.signature)), one.source);
    const changed = hex(one.signature);
    changed[0] = (changed[0] ?? 0) ^ 1;
    assert.ok(!verify(hex(one.publicKey), hex(one.message), changed));
  }
  for (const one of published.x25519) {
    same(exchange(hex(one.privateKeyA), hex(one.publicKeyB)), hex(one.shared));
    same(exchange(hex(one.privateKeyB), hex(one.publicKeyA)), hex(one.shared));
  }
  for (const one of published.hkdf) {
    const salt = one.salt === "" ? undefined : hex(one.salt);
    same(hkdf(hex(one.secret), salt, hex(one.info), one.length), hex(one.out));
  }
  for (const one of published.hmac) same(hmac(hex(one.key), hex(one.message)), hex(one.mac));
  for (const one of published.aead) {
    const [key, nonce, extra] = [hex(one.key), hex(one.nonce), hex(one.extra)];
    same(seal(key, nonce, hex(one.text), extra), hex(one.sealed));
    same(unseal(key, nonce, hex(one.sealed), extra), hex(one.text));
    assert.equal(unseal(key, nonce, hex(one.sealed)), null);
  }
});

test("keys and signatures that are none are refused, and throw nothing", () => {
  assert.equal(exchange(deviceSeed, new Uint8Array(32)), null);
  assert.equal(verify(new Uint8Array(32), new Uint8Array(1), new Uint8Array(64)), false);
  assert.equal(verify(new Uint8Array(5), new Uint8Array(1), new Uint8Array(64)), false);
  assert.equal(verify(hubKey, new Uint8Array(1), new Uint8Array(3)), false);
});

test("base64url: every length, one spelling", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + length) & 0xff);
    assert.equal(toBase64url(bytes), Buffer.from(bytes).toString("base64url"));
    same(fromBase64url(toBase64url(bytes)), bytes);
  }
  for (const text of ["A", "AB=", "AA==", "A+/A", "AB", "AAB", "AA A", "AAAé", "AAAAA"])
    assert.equal(fromBase64url(text), null, text);
});

test("transcripts and fingerprints", () => {
  const { label, fields } = bellhop.transcript;
  const values = fields.map((field) => ("bytes" in field ? bytesOf(field.bytes) : field.text));
  assert.equal(toBase64url(transcript(label, ...values)), bellhop.transcript.transcript);
  assert.equal(toBase64url(publicKeyOf(hubSeed)), bellhop.hub.publicKey);
  assert.equal(toBase64url(fingerprintOf(hubKey)), bellhop.hub.fingerprint);
  assert.equal(authorityText(bellhop.pairing.authority), bellhop.pairing.authorityText);
  assert.equal(authorityText("too short"), "");
});

test("membership and revocations are read, and only of the hub's signature", () => {
  const { document, ...content } = bellhop.membership;
  const membership = readMembership(document, hubKey);
  assert.deepEqual(
    { ...membership, publicKey: toBase64url(membership?.publicKey ?? new Uint8Array(0)) },
    content,
  );
  assert.equal(readMembership(document, bytesOf(bellhop.device.publicKey)), null);
  assert.equal(readMembership(bellhop.revocations.document, hubKey), null);
  const revocations = readRevocations(bellhop.revocations.document, hubKey);
  assert.equal(revocations?.version, bellhop.revocations.version);
  assert.deepEqual(
    [...(revocations?.revoked ?? [])].map(([deviceId, before]) => ({ deviceId, before })),
    bellhop.revocations.revoked,
  );
});

test("join: our nonce and key, the proof, and the sealed frames both ways", async () => {
  for (const join of [bellhop.join, bellhop.joinWithoutKeys]) {
    const keys = new DeviceKeys(
      {
        tenantId: join.tenantId,
        deviceId: join.deviceId,
        seed: bellhop.device.seed,
        hubKey: bellhop.hub.publicKey,
      },
      new FakeClock(),
    );
    const withKeys = join === bellhop.join ? bellhop.join : null;
    const draws = [bytesOf(join.clientNonce)];
    if (withKeys !== null) draws.push(bytesOf(withKeys.clientPrivateKey));
    const handshake = await drawing(draws, () => new JoinHandshake(keys, { isPlain: withKeys !== null }));
    assert.equal(handshake.fields["nonce"], join.clientNonce);
    assert.equal(handshake.fields["key"], withKeys?.clientKey);
    const answer = handshake.answer({ key: undefined, ...join.challenge });
    assert.deepEqual(answer?.proof, { type: "proof", proof: join.deviceProof });
    assert.equal(answer.peerId, join.peerId);
    const { seal: frames } = answer;
    assert.equal(frames === null, withKeys === null);
    for (const { text, frame } of withKeys?.clientFrames ?? [])
      assert.equal(frames?.seal(text), frame);
    for (const { text, frame } of withKeys?.serverFrames ?? [])
      assert.equal(frames?.open(frame), text);
  }
});

/** Lines that this side refuses though the hub's own parser sees nothing in them: browsers' might. */
const hidden = /^(b=a| a)=fingerprint[^\n]*\n/gm;

test("descriptions: what is signed of an SDP", () => {
  for (const { by, auth, sig, ...description } of bellhop.descriptions) {
    const type = description.type as "offer" | "answer";
    const [seed, key] = by === "hub" ? [hubSeed, hubKey] : [deviceSeed, publicKeyOf(deviceSeed)];
    const clean = { ...description, type, sdp: description.sdp.replace(hidden, "") };
    assert.equal(signDescription(seed, clean), sig);
    assert.equal(auth.sig, sig);
    assert.ok(verifyDescription(key, clean, sig));
    for (const other of [
      { ...clean, type: type === "offer" ? ("answer" as const) : ("offer" as const) },
      { ...clean, tenantId: "other" },
      { ...clean, fromPeerId: "other" },
      { ...clean, toPeerId: "other" },
      { ...clean, sdp: clean.sdp.replace("1b:2C", "1b:2D") },
      { ...clean, sdp: `${clean.sdp}\na=ice-ufrag:more\n` },
    ])
      assert.ok(!verifyDescription(key, other, sig));
  }
});

test("descriptions: what was swapped, or is hidden from us and not from a browser, is refused", () => {
  for (const { why, auth, ...description } of bellhop.refusedDescriptions) {
    const type = description.type as "offer" | "answer";
    const key = publicKeyOf(deviceSeed);
    assert.ok(!verifyDescription(key, { ...description, type }, auth.sig), why);
  }
  const plain = {
    type: "offer" as const,
    tenantId: "t",
    fromPeerId: "a",
    toPeerId: "b",
    sdp: "v=0\r\na=ice-ufrag:u\r\na=fingerprint:sha-256 AA:BB\r\n",
  };
  const sig = signDescription(deviceSeed, plain) ?? "";
  const key = publicKeyOf(deviceSeed);
  assert.ok(verifyDescription(key, plain, sig));
  assert.ok(verifyDescription(key, { ...plain, sdp: `${plain.sdp}a=ice-ufrag-old:x\r\n` }, sig));
  for (const line of [
    " a=fingerprint:sha-256 CC:DD",
    "a =fingerprint:sha-256 CC:DD",
    "a= fingerprint:sha-256 CC:DD",
    "A=fingerprint:sha-256 CC:DD",
    "a=FingerPrint:sha-256 CC:DD",
    "a=fingerprint\t:sha-256 CC:DD",
    "\u00a0a=fingerprint:sha-256 CC:DD",
    "a=fingerprint-x:\ra=fingerprint:sha-256 CC:DD",
    "a=x:1\r",
    "a = ice-ufrag:other",
    "a=fingerprint:sha-256  AA:BB",
    "a=fingerprint:sha-256 ﬀ",
    "a=ice-ufrag:",
    "a=ice-ufrag:u,v",
  ])
    assert.ok(!verifyDescription(key, { ...plain, sdp: `${plain.sdp}${line}\r\n` }, sig), line);
  for (const sdp of ["", "v=0", "a=ice-ufrag:u", "a=fingerprint:sha-256 AA"])
    assert.equal(signDescription(deviceSeed, { ...plain, sdp }), null);
});

const { pairing, comparison } = bellhop;

function answering(status: number, bodies: Record<string, unknown>) {
  const asked: Record<string, unknown>[] = [];
  const fetcher = (async (input: unknown, init?: { body?: unknown }) => {
    const path = new URL(String(input)).pathname.replace("/api/v1/pair", "");
    asked.push({ path, ...(JSON.parse(String(init?.body)) as object) });
    return new Response(JSON.stringify(bodies[path] ?? {}), { status });
  }) as typeof fetch;
  return { fetcher, asked };
}

test("pairing by link: what is said to the hub", async () => {
  const link = parsePairingLink(pairing.fragment);
  assert.deepEqual(link, {
    secret: pairing.secret,
    hubKey: bellhop.hub.fingerprint,
    authority: pairing.authority,
    hostName: pairing.hostName,
  });
  assert.deepEqual(parsePairingLink(`http://10.0.0.1:8080/pair${pairing.fragment}`), link);
  for (const text of ["", "#", "#a.b.c.d", pairing.fragment.slice(2), `${pairing.fragment}/`])
    assert.equal(parsePairingLink(text), null, text);
  assert.ok(link !== null);

  const { answer } = pairing;
  const { fetcher, asked } = answering(201, { "": { answer, mac: pairing.answerMac } });
  const paired = drawing([bytesOf(pairing.nonce)], () =>
    pairWithLink({
      origin: "http://10.0.0.1:8080",
      link,
      seed: bellhop.device.seed,
      name: pairing.name,
      fetch: fetcher,
    }),
  );
  // The vector's answer bears the right MAC and is not a whole one.
  await assert.rejects(paired, (error) => error instanceof PairingError && error.code === "wrong-hub");
  const { linkId, publicKey, nonce, name, mac, sig } = pairing;
  assert.deepEqual(asked, [{ path: "", linkId, publicKey, nonce, name, mac, sig }]);
  const terms = transcript("bellhop pairing v1", linkId, bytesOf(publicKey), bytesOf(nonce), name);
  assert.equal(toBase64url(terms), pairing.sigTranscript);
  const expected = hmac(
    bytesOf(pairing.hubMacKey),
    transcript("bellhop pairing answer v1", terms, bytesOf(answer)),
  );
  assert.equal(toBase64url(expected), pairing.answerMac);
});

test("pairing by comparison: the commitment, the opening, the digits", async () => {
  const { requestId, hubNonce: nonce, deviceNonce, commitment, publicKey } = comparison;
  const { fetcher, asked } = answering(200, {
    "/requests": { requestId, hubKey: comparison.hubKey, nonce, expiresMs: 180000 },
  });
  const begun = await drawing([bytesOf(deviceNonce)], () =>
    Comparison.begin({
      origin: "http://10.0.0.1:8080",
      seed: bellhop.device.seed,
      name: "Till",
      fetch: fetcher,
      clock: new FakeClock(),
    }),
  );
  assert.equal(begun.code, comparison.code);
  assert.deepEqual(asked, [
    { path: "/requests", publicKey, commitment, name: "Till" },
    { path: "/requests/open", requestId, nonce: deviceNonce, sig: comparison.sig },
  ]);
  const signed = transcript("bellhop comparison answer v1", requestId, bytesOf(comparison.answer));
  assert.equal(toBase64url(signed), comparison.answerSigTranscript);
  assert.ok(verify(hubKey, signed, bytesOf(comparison.answerSig)));
  assert.match(comparisonCode(new Uint8Array(0)), /^\d{6}$/);
});

test("tokens", () => {
  const { deviceId, token } = bellhop.token;
  assert.deepEqual(tokenToIdentityParts(token), {
    deviceId,
    seed: bellhop.device.seed,
    publicKey: bellhop.device.publicKey,
    hubKey: bellhop.hub.publicKey,
  });
  for (const text of ["", "bht1", token.slice(0, -1), `x${token}`, `${token}.`, token.replace("1.", "2.")])
    assert.equal(tokenToIdentityParts(text), null, text);
});
