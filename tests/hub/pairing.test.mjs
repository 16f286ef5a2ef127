// SPDX-License-Identifier: Apache-2.0
// Pairing by link, by comparison and by token, as a program without a line of ours sees it.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';

import { b64, Device, isSignedBy, makePairing, raw, readLink, sha256, SignKey, transcript }
  from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { implementations } from '../lib/peers.mjs';
import { Signal } from '../lib/signal.mjs';
import { slowness, until } from '../lib/wait.mjs';

const makeLink = (hub, role = 'staff', name = "Anna's phone") =>
  hub.control('POST', '/api/v1/pair/links', { role, name });

/** Asks without a camera: {key, requestId, nonce, code, result()}. */
async function ask(hub, name = 'New tablet') {
  const key = new SignKey();
  const nonce = randomBytes(32);
  const begun = await hub.post('/api/v1/pair/requests', { publicKey: b64(key.public),
    commitment: b64(sha256(transcript('bellhop comparison commit v1', key.public, nonce))), name });
  assert.equal(begun.status, 201, begun.text);
  const { requestId, hubKey } = begun.body;
  const fields = [requestId, key.public, raw(hubKey), nonce, raw(begun.body.nonce)];
  const open = await hub.post('/api/v1/pair/requests/open', { requestId, nonce: b64(nonce),
    sig: b64(key.sign(transcript('bellhop comparison v1', ...fields))) });
  assert.equal(open.status, 200, open.text);
  const number = sha256(transcript('bellhop comparison code v1', ...fields)).readBigUInt64BE() % 1000000n;
  return { key, requestId, hubKey,
    cancel: () => hub.post('/api/v1/pair/requests/cancel', { requestId, nonce: b64(nonce) }),
    code: String(number).padStart(6, '0'),
    result: async () => (await hub.post('/api/v1/pair/requests/result', { requestId, nonce: b64(nonce) })).body };
}

describe('pairing by link', () => {
  test('the link says which hub, which authority and where; it pairs once', async (t) => {
    const hub = await startHub(t, { open: false });
    const made = await makeLink(hub);
    const { hubKey, authority, hostName } = readLink(made.link);
    const { body: hello } = await hub.ask('GET', '/api/v1/hello');
    assert.equal(hubKey, hello.hubKey);
    assert.equal(authority, hello.authority);
    assert.match(hostName, /^bellhop-[0-9a-z]{4}\.local$/);
    const { text: der } = await hub.ask('GET', '/ca.pem');
    const bytes = Buffer.from(der.replace(/-----[^-]+-----/g, ''), 'base64');
    assert.equal(b64(createHash('sha256').update(bytes).digest().subarray(0, 16)), authority);

    const device = await Device.pairWith(hub, made.link);
    assert.equal(device.role, 'staff');
    assert.equal(device.name, "Anna's phone");
    assert.ok(isSignedBy(device.hubKey, transcript('bellhop membership v1', raw(device.membership.data)),
      device.membership.sig));
    await assert.rejects(Device.pairWith(hub, made.link), /409.*link-used/);
    assert.ok(!hub.log.includes(b64(readLink(made.link).secret)), 'no secret in the log');
  });

  test('a lost answer is repeated, also after a restart; nobody else gets it', async (t) => {
    const first = await startHub(t, { open: false });
    const { link } = await makeLink(first);
    const key = new SignKey();
    const one = await Device.pairWith(first, link, key);
    const again = await Device.pairWith(first, link, key);
    assert.equal(again.deviceId, one.deviceId);
    await first.kill();
    const hub = await startHub(t, { open: false, state: first.state });
    assert.equal((await Device.pairWith(hub, link, key)).deviceId, one.deviceId);
    await assert.rejects(Device.pairWith(hub, link), /link-used/);
    assert.equal((await hub.control('GET', '/api/v1/devices')).devices.length, 1);
  });

  test('a link made before a power cut pairs after it; one that is over says so', async (t) => {
    const first = await startHub(t, { open: false });
    const { link } = await makeLink(first);
    await first.kill();
    const hub = await startHub(t, { open: false, state: first.state, limits: { 'pairing-seconds': 1 } });
    await Device.pairWith(hub, link);
    const short = await makeLink(hub);
    const pairing = makePairing(readLink(short.link).secret, new SignKey());
    const late = await until('the link is over', async () => {
      const wrong = { ...pairing.body, mac: b64(randomBytes(32)) };
      const { status, body } = await hub.post('/api/v1/pair', wrong);
      return status === 403 ? null : body;
    });
    assert.ok(['link-expired', 'rate-limited'].includes(late.code), late.code);
  });

  test('guessed, changed and replayed requests pair nobody', async (t) => {
    const hub = await startHub(t, { open: false });
    const { link } = await makeLink(hub);
    const { secret } = readLink(link);
    const code = async (body) => (await hub.post('/api/v1/pair', body)).body.code;
    assert.equal(await code(makePairing(randomBytes(16), new SignKey()).body), 'link-unknown');
    const right = makePairing(secret, new SignKey()).body;
    const other = new SignKey();
    assert.equal(await code({ ...right, publicKey: b64(other.public) }), 'bad-proof');
    assert.equal(await code({ ...right, name: 'Someone' }), 'bad-proof');
    assert.equal(await code({ ...right, sig: makePairing(secret, other).body.sig }), 'bad-proof');
    assert.deepEqual((await hub.control('GET', '/api/v1/devices')).devices, []);
    // Guessing on and on is answered slower and slower, and the person with the link still gets in.
    let last;
    for (let i = 0; i < 40; i += 1) last = await code(makePairing(randomBytes(16), new SignKey()).body);
    assert.equal(last, 'rate-limited');
  });
});

describe('pairing by comparison', () => {
  test('both sides show one code; the manager accepts it', async (t) => {
    const hub = await startHub(t, { open: false });
    const one = await ask(hub);
    const { requests } = await hub.control('GET', '/api/v1/pair/requests');
    assert.deepEqual(requests.map(({ requestId, code, name }) => ({ requestId, code, name })),
      [{ requestId: one.requestId, code: one.code, name: 'New tablet' }]);
    assert.equal((await one.result()).state, 'waiting');
    await hub.control('POST', '/api/v1/pair/requests/accept',
      { requestId: one.requestId, code: one.code, role: 'kitchen', name: 'Grill' });
    const { state, answer, sig } = await one.result();
    assert.equal(state, 'accepted');
    assert.ok(isSignedBy(one.hubKey, transcript('bellhop comparison answer v1', one.requestId, raw(answer)), sig));
    const device = new Device(one.key, JSON.parse(raw(answer)));
    const signal = await Signal.joinAs(t, hub, device);
    assert.equal(signal.joined.role, 'kitchen');
  });

  test('who no longer asks gives up the place, and nobody else can do it', async (t) => {
    const hub = await startHub(t, { open: false });
    for (let i = 0; i < 4; i += 1) {
      const one = await ask(hub);
      const other = await hub.post('/api/v1/pair/requests/cancel',
        { requestId: one.requestId, nonce: b64(randomBytes(32)) });
      assert.equal(other.body.code, 'bad-proof');
      assert.equal((await one.cancel()).status, 200);
      assert.deepEqual((await hub.control('GET', '/api/v1/pair/requests')).requests, []);
      await assert.rejects(hub.control('POST', '/api/v1/pair/requests/accept',
        { code: one.code, role: 'staff', name: 'x' }), /wrong-code/);
    }
  });

  test('a wrong code, a declined one, a changed opening and too many at once', async (t) => {
    const hub = await startHub(t, { open: false });
    const one = await ask(hub);
    const wrong = String((Number(one.code) + 1) % 1000000).padStart(6, '0');
    await assert.rejects(hub.control('POST', '/api/v1/pair/requests/accept',
      { requestId: one.requestId, code: wrong, role: 'staff', name: 'x' }), /wrong-code/);
    assert.equal((await one.result()).state, 'waiting');
    await hub.control('POST', '/api/v1/pair/requests/decline', { requestId: one.requestId });
    assert.equal((await one.result()).state, 'refused');

    // Who opens another nonce than the one committed to is not shown to anybody.
    const key = new SignKey();
    const begun = await hub.post('/api/v1/pair/requests', { publicKey: b64(key.public),
      commitment: b64(randomBytes(32)), name: 'Cheat' });
    const nonce = randomBytes(32);
    const { status } = await hub.post('/api/v1/pair/requests/open', { requestId: begun.body.requestId,
      nonce: b64(nonce), sig: b64(key.sign(transcript('bellhop comparison v1', begun.body.requestId,
        key.public, raw(begun.body.hubKey), nonce, raw(begun.body.nonce)))) });
    assert.equal(status, 403);
    assert.deepEqual((await hub.control('GET', '/api/v1/pair/requests')).requests, []);

    let refused;
    for (let i = 0; i < 10 && !refused; i += 1) {
      const { status: answer } = await hub.post('/api/v1/pair/requests', { publicKey: b64(new SignKey().public),
        commitment: b64(randomBytes(32)), name: `No ${i}` });
      refused = answer === 429;
    }
    assert.ok(refused, 'one address cannot fill the list');
  });
});

describe('a paired device', () => {
  test('joins sealed, opens a signed channel, works; unsigned it opens none', async (t) => {
    const hub = await startHub(t, { open: false });
    const device = await Device.pair(hub);
    const signal = await Signal.joinAs(t, hub, device);
    const { channel } = await Link.open(t, hub, implementations[0], 'work', { signal });
    await channel.say({ type: 'ping', id: '1' });
    assert.equal((await channel.hear('pong', (one) => one.type === 'pong')).ref, '1');
    const devices = async () => (await hub.control('GET', '/api/v1/devices')).devices;
    await until('the list says how it is connected', async () => (await devices())[0].path === 'local-p2p');

    const other = await Signal.joinAs(t, hub, await Device.pair(hub, { name: 'Second' }));
    other.send({ type: 'offer', sdp: 'v=0\r\n', targetPeerId: other.hubId });
    assert.equal((await other.hear('refusal', (one) => one.type === 'error')).code, 'unauthorized');
  });

  test('removed: out within a second on every way, told why, and stays out', async (t) => {
    const hub = await startHub(t, { open: false });
    const device = await Device.pair(hub);
    const witness = await Signal.joinAs(t, hub, await Device.pair(hub, { name: 'Witness' }));
    const signal = await Signal.joinAs(t, hub, device);
    const { channel } = await Link.open(t, hub, implementations[0], 'work', { signal });
    const from = performance.now();
    await hub.control('POST', '/api/v1/devices/revoke', { deviceId: device.deviceId });
    assert.equal((await signal.take('error', (one) => one.code === 'revoked')).code, 'revoked');
    await Promise.all([signal.closed, channel.closed]);
    assert.ok(performance.now() - from < 1000 * slowness, 'within a second');
    const { revocations } = await witness.hear('revocations', (one) => one.type === 'revocations');
    assert.ok(isSignedBy(device.hubKey, transcript('bellhop revocations v1', raw(revocations.data)), revocations.sig));
    assert.deepEqual(JSON.parse(raw(revocations.data)).revoked.map((one) => [one.deviceId, one.before]),
      [[device.deviceId, null]]);
    await assert.rejects(Signal.joinAs(t, hub, device), /revoked|closed|4001/);
    assert.equal((await hub.ask('GET', '/api/v1/status', undefined, { token: device.token })).status, 401);
  });

  test('a manager that is removed leaves no open link behind', async (t) => {
    const hub = await startHub(t, { open: false });
    const lost = await Device.pair(hub, { role: 'manager' });
    const signal = await Signal.joinAs(t, hub, lost);
    signal.tellHub({ type: 'api', id: '1', method: 'POST', path: '/api/v1/pair/links',
      body: { role: 'manager', name: 'For later' } });
    const { body } = await signal.hear('link', (one) => one.ref === '1');
    await hub.control('POST', '/api/v1/devices/revoke', { deviceId: lost.deviceId });
    await assert.rejects(Device.pairWith(hub, body.link), /link-expired/);
  });

  test('what is larger than a signaling message comes by relay in parts, or is said to be too large', async (t) => {
    const hub = await startHub(t, { open: false, limits: { 'channel-queued-bytes': 1024 * 1024 } });
    const signal = await Signal.joinAs(t, hub, await Device.pair(hub, { role: 'manager' }));
    const makeTables = (from, to) => Promise.all(Array.from({ length: to - from }, (_, i) =>
      hub.control('POST', '/api/v1/places', { kind: 'table', name: String(from + i) })));
    const ask = (id) => signal.tellHub({ type: 'api', id, method: 'GET', path: '/api/v1/places/codes' });
    const hearParts = async () => {
      let text = '';
      for (let index = 0, count = 1; index < count; index += 1) {
        const part = await signal.hear(`part ${index}`, (one) => one.type === 'chunk');
        assert.equal(part.index, index);
        text += part.data;
        count = part.count;
      }
      return JSON.parse(text);
    };
    await makeTables(0, 40);
    ask('some');
    const some = await hearParts();
    assert.deepEqual([some.ref, some.status, some.body.codes.length], ['some', 200, 40]);
    // More than may wait in the rooms at once, as much as a channel takes.
    await makeTables(40, 260);
    ask('many');
    const many = await hearParts();
    assert.ok(JSON.stringify(many).length > 512 * 1024);
    assert.deepEqual([many.ref, many.status, many.body.codes.length], ['many', 200, 260]);
    await makeTables(260, 500);
    ask('all');
    assert.equal((await signal.hear('refusal', (one) => one.ref === 'all')).code, 'too-large');
    signal.tellHub({ type: 'ping', id: 'p' });
    await signal.hear('pong', (one) => one.ref === 'p');
  });

  test('last seen is when it left, or asked for something, and not only when it came', async (t) => {
    const hub = await startHub(t, { open: false, limits: { 'resume-seconds': 0 } });
    const find = async (deviceId) => (await hub.control('GET', '/api/v1/devices')).devices
      .find((one) => one.deviceId === deviceId);
    const phone = await Device.pair(hub);
    const signal = await Signal.joinAs(t, hub, phone);
    const { lastSeenMs: came } = await find(phone.deviceId);
    await until('time has passed', () => Date.now() > came + 50);
    await signal.end();
    const away = await until('it is away', async () => {
      const device = await find(phone.deviceId);
      return device.online ? null : device;
    });
    assert.ok(away.lastSeenMs > came, 'it was there until it left');

    const { deviceId, token } = await hub.control('POST', '/api/v1/tokens', { role: 'pos', name: 'TILL' });
    assert.equal((await find(deviceId)).lastSeenMs, null);
    assert.equal((await hub.ask('GET', '/api/v1/jobs', undefined, { token })).status, 200);
    assert.ok((await find(deviceId)).lastSeenMs >= came, 'a till that only asks by HTTP');
  });

  test('another role: joins again with it, and the old membership is void', async (t) => {
    const hub = await startHub(t, { open: false });
    const device = await Device.pair(hub, { role: 'staff' });
    const signal = await Signal.joinAs(t, hub, device);
    await hub.control('POST', '/api/v1/devices/role', { deviceId: device.deviceId, role: 'kitchen' });
    await signal.take('error', (one) => one.code === 'role-changed');
    const again = await Signal.joinAs(t, hub, device);
    assert.equal(again.joined.role, 'kitchen');
    const membership = JSON.parse(raw(again.joined.membership.data));
    const [revoked] = JSON.parse(raw(again.joined.revocations.data)).revoked;
    assert.equal(membership.role, 'kitchen');
    assert.ok(revoked.before <= membership.notBefore);
    assert.ok(JSON.parse(raw(device.membership.data)).notBefore < revoked.before);
  });

  test('by token, over https: wss joins without sealing', async (t) => {
    const hub = await startHub(t, { open: false });
    const { token } = await hub.control('POST', '/api/v1/tokens', { role: 'pos', name: 'TILL' });
    const signal = await Signal.connect(t, hub, `wss://127.0.0.1:${hub.httpsPort}/signal`,
      { rejectUnauthorized: false });
    signal.send({ type: 'join', tenantId: 'lab', token });
    assert.equal((await signal.take('joined')).role, 'pos');
  });
});
