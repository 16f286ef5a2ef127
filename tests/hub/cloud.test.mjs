// SPDX-License-Identifier: Apache-2.0
// The program as a cloud, the program as a hub behind it, and devices of both: who sees whom, who is let
// in, and what becomes of a hub whose cloud goes, comes back, falls silent or talks rubbish.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import https from 'node:https';
import path from 'node:path';
import { describe, test } from 'node:test';
import tls from 'node:tls';

import { WebSocketServer } from 'ws';

import { Property, startCloud } from '../lib/cloud.mjs';
import { Device, Handshake, SignKey } from '../lib/device.mjs';
import { makeStateFolder, program, startHub } from '../lib/hub.mjs';
import { Issuer } from '../lib/issuer.mjs';
import { Link } from '../lib/link.mjs';
import { implementations } from '../lib/peers.mjs';
import { Signal } from '../lib/signal.mjs';
import { until } from '../lib/wait.mjs';

const [werift] = implementations;

const get = (cloud, place) => new Promise((resolve, reject) => {
  https.get(`https://127.0.0.1:${cloud.port}${place}`, { ca: cloud.issuer.root, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    response.on('end', () => resolve({ status: response.statusCode, text }));
  }).on('error', reject);
});

/** A hub behind a cloud, which has joined it. */
async function startHubBehind(t, cloud, options = {}) {
  const hub = await startHub(t, { open: false, args: cloud.hubArgs, ...options });
  await until('the hub joins the cloud', async () => (await hub.status()).cloud.state === 'joined');
  return hub;
}

/** Whether this join comes to nothing, with what code. */
async function refusal(t, cloud, device, change = () => {}) {
  const signal = await cloud.connect(t);
  const handshake = new Handshake(device, { cloud: true });
  change(handshake.join);
  signal.send(handshake.join);
  const first = await signal.inbox.take('an answer');
  if (first.type === 'error') return first.code;
  signal.send(handshake.proof(first));
  const second = await signal.inbox.take('an answer');
  return second.type === 'error' ? second.code : second.type;
}

/** A data channel to the hub, set up over the cloud. */
async function openByCloud(t, cloud, device, label = 'echo') {
  const signal = await cloud.joinAs(t, device);
  assert.ok(signal.hubId, 'the hub is there');
  return { signal, ...await Link.open(t, null, werift, label, { signal }) };
}

/** A server by TLS that says what the test lets it say. */
async function startFake(t) {
  const issuer = new Issuer(t);
  const { certificate, key } = issuer.make('Fake', 'Between');
  const server = https.createServer({ cert: certificate, key });
  const fake = new WebSocketServer({ server });
  t.after(() => {
    for (const socket of fake.clients) socket.terminate();
    fake.close();
    server.close();
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  fake.origin = `wss://127.0.0.1:${server.address().port}`;
  fake.ca = path.join(issuer.folder, 'Root.pem');
  return fake;
}

describe('the rooms of a cloud', () => {
  test('serves pages and says what it is', async (t) => {
    const cloud = await startCloud(t);
    assert.deepEqual(await get(cloud, '/healthz'), { status: 200, text: 'ok\n' });
    assert.equal(JSON.parse((await get(cloud, '/api/v1/hello')).text).kind, 'cloud');
    assert.equal((await get(cloud, '/')).status, 200);
    assert.equal((await get(cloud, '/api/v1/status')).status, 404);
  });

  test('is known by its certificate: none, no cloud for others; a renewed one is shown at once', async (t) => {
    const state = await makeStateFolder(t);
    const { status, stderr } = spawnSync(program, ['--cloud', '--listen', '0.0.0.0', '--port', '0', '--https-port', '0',
      '--state', state], { encoding: 'utf8', env: { ...process.env, LANGUAGE: 'en' } });
    assert.equal(status, 1);
    assert.match(stderr, /--tls-certificate/);

    const cloud = await startCloud(t);
    const serial = () => new Promise((resolve, reject) => {
      const socket = tls.connect({ host: '127.0.0.1', port: cloud.port, ca: cloud.issuer.root }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.end();
      });
      socket.on('error', reject);
    });
    const before = await serial();
    cloud.issuer.put(cloud.issuer.make('Renewed', 'Between'));
    await until('the new certificate is shown', async () => await serial() !== before, 10000);
  });

  test('devices of two properties do not see each other, whatever they call themselves', async (t) => {
    const cloud = await startCloud(t);
    const sol = new Property('hotel');
    const luna = new Property('hotel');
    const hub = await sol.joinAsHub(t, cloud);
    const anna = await cloud.joinAs(t, sol.device());
    const ben = await cloud.joinAs(t, sol.device());
    const stranger = await cloud.joinAs(t, luna.device(), { peerId: anna.peerId });
    assert.deepEqual(anna.joined.server.kind, 'cloud');
    assert.deepEqual(ben.joined.peers.map(({ peerId }) => peerId).sort(), [anna.peerId, hub.peerId].sort());
    assert.deepEqual(stranger.joined.peers, []);
    stranger.send({ type: 'offer', sdp: 'v=0', targetPeerId: hub.peerId });
    assert.equal((await stranger.take('error')).code, 'unknown-peer');
    anna.send({ type: 'offer', sdp: 'v=0', auth: { sig: 'x' }, targetPeerId: ben.peerId });
    assert.equal((await ben.take('offer')).fromPeerId, anna.peerId);
    anna.send({ type: 'relay', payload: { type: 'ping' }, targetPeerId: ben.peerId });
    assert.equal((await anna.take('error')).code, 'forbidden');
  });

  test('who is not let in', async (t) => {
    const cloud = await startCloud(t);
    const sol = new Property();
    const luna = new Property();
    const device = sol.device();
    const squatter = luna.device();
    // With the other hub's key, which is no secret, and a membership of its own hub.
    assert.equal(await refusal(t, cloud, squatter, (join) => { join.hubKey = device.hubKey; }), 'unauthorized');
    assert.equal(await refusal(t, cloud, device, (join) => { join.membership = squatter.membership; }), 'unauthorized');
    assert.equal(await refusal(t, cloud, { ...device, key: new SignKey() }), 'unauthorized');
    assert.equal(await refusal(t, cloud, sol.device({ notAfter: Date.now() - 1000 })), 'unauthorized');
    assert.equal(await refusal(t, cloud, sol.device({ role: 'guest' })), 'unauthorized');
    assert.equal(await refusal(t, cloud, device, (join) => { join.tenantId = 'other'; }), 'unauthorized');
    assert.equal(await refusal(t, cloud, device, (join) => { join.guest = 'x'; }), 'forbidden');
    assert.equal(await refusal(t, cloud, device), 'joined');
    await assert.rejects(sol.joinAsHub(t, cloud, { key: luna.key }));
  });

  test('a proof that was seen on the way is of no use', async (t) => {
    const cloud = await startCloud(t);
    const device = new Property().device();
    const handshake = new Handshake(device, { cloud: true });
    const first = await cloud.connect(t);
    first.send(handshake.join);
    const proof = handshake.proof(await first.take('challenge'));
    first.send(proof);
    await first.take('joined');
    const second = await cloud.connect(t);
    second.send(handshake.join);
    await second.take('challenge');
    second.send(proof);
    assert.equal((await second.take('error')).code, 'unauthorized');
    assert.equal((await second.closed).code, 1008);
  });

  test('a revoked device is expelled, and stays out when its hub is away', async (t) => {
    const cloud = await startCloud(t);
    const sol = new Property();
    const [anna, ben] = [sol.device(), sol.device()];
    const hub = await sol.joinAsHub(t, cloud);
    const there = await cloud.joinAs(t, ben);
    const other = await cloud.joinAs(t, anna);
    hub.send(sol.revocations(2, [{ deviceId: ben.deviceId, before: null }]));
    assert.equal((await there.take('error')).code, 'revoked');
    assert.equal((await there.closed).code, 4001);
    assert.ok((await other.take('revocations')).revocations.sig);
    hub.send(sol.revocations(1, []));
    assert.equal((await hub.take('error')).code, 'forbidden');
    other.send(sol.revocations(3, []));
    assert.equal((await other.take('error')).code, 'forbidden');
    await hub.end();
    await other.end();
    assert.equal(await refusal(t, cloud, ben), 'revoked');
  });
});

describe('a hub behind a cloud', () => {
  test('a device outside gets its channel, and goes local on it', { timeout: 60000 }, async (t) => {
    const cloud = await startCloud(t);
    const hub = await startHubBehind(t, cloud, { limits: { 'resume-seconds': 0 } });
    const device = await Device.pair(hub);
    const { signal, link, channel } = await openByCloud(t, cloud, device);
    await channel.send('hello');
    assert.equal(await channel.next(), 'hello');
    // In `joined`, or a moment later: the hub may tell its addresses after the device has come.
    const { signalingServers } = signal.joined.signalingServers.length > 1
      ? signal.joined
      : await signal.take('signaling-servers', (told) => told.signalingServers.length > 1);
    assert.equal(signalingServers[0].url, hub.signaling);
    assert.deepEqual(signalingServers.at(-1), { url: cloud.url, kind: 'cloud' });

    // The same frames on the channel: a place in the hub's own room.
    const carried = link.channel('signal');
    await carried.open();
    const handshake = new Handshake(device, { sealed: false });
    await carried.say(handshake.join);
    const challenge = await carried.hear('challenge', ({ type }) => type === 'challenge');
    assert.ok(handshake.isProved(challenge));
    await carried.say(handshake.proof(challenge));
    const joined = await carried.hear('joined', ({ type }) => type === 'joined');
    assert.equal(joined.server.kind, 'local');
    assert.equal(joined.sealed, false);
    const local = await Signal.joinAs(t, hub, await Device.pair(hub));
    assert.ok(local.joined.peers.some(({ peerId }) => peerId === joined.peerId));
    // And data too, where it has no other channel.
    await carried.say({ type: 'relay', targetPeerId: joined.peers[0].peerId, payload: { type: 'ping', id: '1' } });
    assert.equal((await carried.hear('pong', ({ type }) => type === 'relay')).payload.ref, '1');
    // The place is over with the channel, and the connection is not.
    carried.close();
    await local.take('peer-left', ({ peer }) => peer.peerId === joined.peerId, 10000);
    await channel.send('still here');
    assert.equal(await channel.next(), 'still here');
  });

  test('what is not signed by the device comes to nothing', { timeout: 60000 }, async (t) => {
    const cloud = await startCloud(t);
    // Also not at a hub that lets in everybody on its own computer.
    const hub = await startHubBehind(t, cloud, { open: true });
    const device = await Device.pair(hub);
    const signal = await cloud.joinAs(t, device);
    for (const auth of [undefined, { sig: 'A'.repeat(86), membership: device.membership }, 7])
      signal.send({ type: 'offer', sdp: 'v=0\r\na=ice-ufrag:x\r\n', targetPeerId: signal.hubId, ...(auth && { auth }) });
    // By the same way, so after these.
    await openByCloud(t, cloud, await Device.pair(hub));
    const { endpoint } = await hub.status();
    assert.equal(endpoint.connections, 1);
    assert.equal(endpoint.opened, 1);
  });

  test('a device that the hub removes is out of the cloud at once', { timeout: 60000 }, async (t) => {
    const cloud = await startCloud(t);
    const hub = await startHubBehind(t, cloud);
    await Device.pair(hub, { role: 'manager' });
    const device = await Device.pair(hub);
    const signal = await cloud.joinAs(t, device);
    await hub.control('POST', `/api/v1/devices/revoke`, { deviceId: device.deviceId });
    assert.equal((await signal.take('error')).code, 'revoked');
    assert.equal(await refusal(t, cloud, device), 'revoked');
  });

  test('the cloud is killed and comes back: channels stay, the hub too', { timeout: 60000 }, async (t) => {
    const cloud = await startCloud(t);
    const hub = await startHubBehind(t, cloud);
    const device = await Device.pair(hub);
    const { channel } = await openByCloud(t, cloud, device);
    await cloud.kill();
    await until('the hub notices', async () => (await hub.status()).cloud.state !== 'joined');
    await channel.send('without a cloud');
    assert.equal(await channel.next(), 'without a cloud');
    await cloud.start();
    await until('the hub is back', async () => (await hub.status()).cloud.state === 'joined', 20000);
    await channel.send('with it again');
    assert.equal(await channel.next(), 'with it again');
    await openByCloud(t, cloud, await Device.pair(hub));
  });

  test('a cloud that stops reading holds nothing up', { timeout: 60000 }, async (t) => {
    const cloud = await startCloud(t);
    const hub = await startHubBehind(t, cloud);
    const device = await Device.pair(hub);
    const { channel } = await openByCloud(t, cloud, device);
    cloud.freeze();
    const began = performance.now();
    for (let i = 0; i < 20; i += 1) {
      if (i < 3) await Device.pair(hub, { name: `Device ${i}` });
      await channel.send(`${i}`);
      assert.equal(await channel.next(), `${i}`);
    }
    assert.ok(performance.now() - began < 20000);
    cloud.thaw();
    await hub.assertServing();
  });

  test('rubbish from a cloud: the hub goes on', { timeout: 60000 }, async (t) => {
    const fake = await startFake(t);
    const early = {
      '/a': ['nothing', '[]', '{"type":1}', '{"type":"challenge","nonce":"x","peerId":"y"}'],
      '/b': ['{"type":"joined","peerId":"x","server":{"kind":"local"}}'],
      '/c': [`"${'x'.repeat(300000)}"`],
      '/d': [Buffer.from([1, 2, 3])],
    };
    const late = [{ type: 'offer', fromPeerId: 'x', sdp: 1 }, { type: 'offer', fromPeerId: 'g', sdp: 'v=0' },
      { type: 'peers', joined: [null, 7, { peerId: 'x', role: 'hub' }], left: [7, {}] }, { type: 'peer-joined' },
      { type: 'relay', fromPeerId: 'm', payload: { type: 'ping' } }, { type: 'ice-candidate', fromPeerId: 'm', candidate: 3 },
      7, null, []];
    const peers = [{ peerId: 'g', role: 'guest' }, { peerId: 'm', role: 'manager', deviceId: 'nobody' }, { peerId: 'h', role: 'hub' }];
    const seen = new Set();
    fake.on('connection', (socket, { url }) => {
      socket.on('error', () => {});
      socket.once('message', () => {
        if (!seen.has(url)) {
          seen.add(url);
          for (const text of early[url]) socket.send(text);
          return;
        }
        socket.send(JSON.stringify({ type: 'joined', peerId: 'h', tenantId: 'lab', role: 'hub', peers, server: { kind: 'cloud' } }));
        for (const one of late) socket.send(JSON.stringify(one));
      });
    });
    const urls = Object.keys(early).map((place) => fake.origin + place).join(',');
    const hub = await startHub(t, { open: false, args: ['--cloud', urls, '--cloud-ca', fake.ca] });
    await until('it has been told all of it', () => seen.size === 4, 20000);
    await until('it believes a cloud that says so', async () => (await hub.status()).cloud.state === 'joined', 30000);
    assert.equal((await hub.status()).endpoint.connections, 0);
    await Signal.joinAs(t, hub, await Device.pair(hub));
  });

  test('a clock that the cloud contradicts is found by the doctor', { timeout: 60000 }, async (t) => {
    const fake = await startFake(t);
    fake.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.once('message', () => {
        socket.send(JSON.stringify({ type: 'joined', peerId: 'h', tenantId: 'lab', role: 'hub', peers: [],
          server: { kind: 'cloud', time: Date.now() - 3600000 } }));
      });
    });
    const hub = await startHub(t, { open: false, args: ['--cloud', `${fake.origin}/signal`, '--cloud-ca', fake.ca] });
    await until('it has joined', async () => (await hub.status()).cloud.state === 'joined', 20000);
    const { findings } = await hub.control('GET', '/api/v1/doctor');
    const { state, what } = findings.find(({ id }) => id === 'clock');
    assert.equal(state, 'bad');
    assert.match(what, /\b(59|60) min/);
  });

  test('no certificate that anybody vouches for: it does not go in', { timeout: 60000 }, async (t) => {
    const cloud = await startCloud(t);
    const hub = await startHub(t, { open: false, args: ['--cloud', cloud.url] });
    await until('it has tried', async () => (await hub.status()).cloud.state === 'waiting');
    assert.match((await hub.status()).cloud.problem, /certificate/i);
    await hub.assertServing();
  });

  test('says where it is, and that it goes', { timeout: 60000 }, async (t) => {
    const cloud = await startCloud(t);
    const hub = await startHubBehind(t, cloud);
    const device = await Device.pair(hub);
    const signal = await Signal.joinAs(t, hub, device);
    assert.deepEqual(signal.joined.signalingServers.map(({ kind }) => kind), ['local', 'local', 'cloud']);
    const goodbye = signal.take('signaling-servers');
    await hub.stop();
    assert.deepEqual((await goodbye).signalingServers, [{ url: cloud.url, kind: 'cloud' }]);
  });
});
