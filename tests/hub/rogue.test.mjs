// SPDX-License-Identifier: Apache-2.0
// Whoever stands between a device and its hub, or between two devices: a second hub of the same name,
// one that forwards nonces, one that swaps fingerprints. Both sides notice.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';

import WebSocket from 'ws';

import { client, connect, once, webrtc } from '../lib/client.mjs';
import { b64, Device, identityOf } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { startRogue, swapFingerprint } from '../lib/rogue.mjs';
import { Signal } from '../lib/signal.mjs';
import { until, within } from '../lib/wait.mjs';

/** Says wss to the library, which then does not seal, and is plain on the wire: the operator of a server
 * with a certificate of its own sees what it passes on. */
class Unsealed extends WebSocket {
  constructor(url) {
    super(url.replace(/^wss:/, 'ws:'));
  }
}

const startHouse = async (t, role = 'staff') => {
  const hub = await startHub(t, { open: false });
  return { hub, device: await Device.pair(hub, { role }) };
};

const open = (t, device, url, options = {}) => connect(t, { signalingServer: url, tenantId: device.tenantId,
  identity: identityOf(device), ...options });

const freshKey = () => b64(generateKeyPairSync('x25519').publicKey
  .export({ format: 'der', type: 'spki' }).subarray(-32));

describe('a rogue between a device and its hub', () => {
  test('that only forwards learns nothing and changes nothing', async (t) => {
    const { hub, device } = await startHouse(t);
    const rogue = await startRogue(t, hub);
    const connection = open(t, device, rogue.signaling);
    await within(10000, 'direct channel', once(connection, 'path'));
    const answer = await connection.apiJson('GET', '/api/v1/people');
    assert.deepEqual(answer, { people: [], signedIn: null });
    const plain = rogue.seen.map(({ message }) => message.type)
      .filter((type) => type !== 'sealed');
    assert.deepEqual(plain, ['join', 'challenge', 'proof'], 'the rest is sealed');
  });

  test('that puts its own key into either side of the agreement', async (t) => {
    const { hub, device } = await startHouse(t);
    for (const way of ['up', 'down']) {
      const rogue = await startRogue(t, hub, (message, at) =>
        (at === way && ['join', 'challenge'].includes(message.type) ? { ...message, key: freshKey() } : message));
      const connection = open(t, device, rogue.signaling, { webrtc: null });
      const caught = await within(10000, 'suspicion', once(connection, 'impostor'));
      assert.match(caught.url, new RegExp(String(rogue.port)));
      assert.equal(connection.joined, null);
      connection.close();
    }
  });

  test('that speaks up in a sealed connection is cut off by the hub, and not heard by the device', async (t) => {
    const { hub, device } = await startHouse(t);
    const rogue = await startRogue(t, hub);
    const signal = await Signal.joinAs(t, hub, device, { url: rogue.signaling });
    assert.equal(signal.joined.role, 'staff');
    rogue.links[0].above.send(JSON.stringify({ type: 'relay', payload: { type: 'print' } }));
    await until('the hub has closed', () => rogue.closedByHub === 1008);

    const connection = open(t, device, rogue.signaling, { webrtc: null });
    await within(10000, 'join', once(connection, 'joined'));
    const heard = [];
    connection.on('message', (message) => heard.push(message));
    const away = once(connection, 'path');
    rogue.links.at(-1).below.send(JSON.stringify({ type: 'relay', fromPeerId: 'hub',
      payload: { type: 'notification', notification: {} } }));
    assert.equal(await within(10000, 'end of the path', away), 'none');
    assert.deepEqual(heard, []);
  });

  test('a replayed proof opens nothing', async (t) => {
    const { hub, device } = await startHouse(t);
    const rogue = await startRogue(t, hub);
    await Signal.joinAs(t, hub, device, { url: rogue.signaling });
    const [join, proof] = ['join', 'proof'].map((type) =>
      rogue.seen.find((one) => one.message.type === type).message);
    const thief = await Signal.connect(t, hub);
    thief.send(join);
    await thief.take('challenge');
    thief.send(proof);
    const answer = await thief.inbox.take('answer');
    assert.ok(answer.type === 'sealed' || answer.code === 'unauthorized', JSON.stringify(answer));
    assert.notEqual(answer.type, 'joined');
  });

  test('another hub of the same name is no hub', async (t) => {
    const { hub, device } = await startHouse(t);
    const other = await startHub(t, { open: false });
    const connection = open(t, device, other.signaling, { webrtc: null });
    await within(10000, 'suspicion', once(connection, 'impostor'));
    assert.equal(connection.joined, null);
    connection.close();
    // One that lets in everybody without a proof is none either.
    const lax = await startHub(t, { open: true });
    const again = open(t, device, lax.signaling, { webrtc: null });
    await within(10000, 'suspicion', once(again, 'impostor'));
    assert.equal(again.joined, null);
    again.close();
    // The right one, named second, is found.
    const both = connect(t, { signalingServers: [other.signaling, hub.signaling], tenantId: 'lab',
      identity: identityOf(device), webrtc: null });
    await within(10000, 'join at the right hub', once(both, 'joined'));
  });

  for (const [way, type, who] of [['up', 'offer', 'hub'], ['down', 'answer', 'device']])
    test(`that swaps the fingerprint of the ${type} is caught by the ${who}`, async (t) => {
      const { hub, device } = await startHouse(t);
      const rogue = await startRogue(t, hub, (message, at) =>
        (at === way && message.type === type ? swapFingerprint(message) : message));
      const connection = open(t, device, rogue.signaling.replace('ws:', 'wss:'), { WebSocket: Unsealed });
      const { reason } = await within(15000, 'suspicion', once(connection, 'forged'));
      assert.equal(reason, who === 'hub' ? 'refused' : 'signature');
      assert.notEqual(connection.path, 'local-p2p');
      assert.ok(rogue.seen.some(({ message }) => message.type === type), 'it passed by');
      const { audit } = { audit: (await hub.control('GET', '/api/v1/status')).endpoint };
      assert.equal(audit.channels, 0);
    });
});

describe('a rogue between two devices', () => {
  /** Two devices' links through the rogue; the first offers. */
  async function meet(t, change) {
    const { hub, device } = await startHouse(t);
    const other = await Device.pair(hub, { name: 'Other' });
    const rogue = await startRogue(t, hub, change);
    const sides = [];
    for (const one of [device, other]) {
      const signal = await Signal.joinAs(t, hub, one, { url: rogue.signaling, sealed: false });
      sides.push({ device: one, signal, forged: [], messages: [] });
    }
    const [first, second] = sides;
    for (const [own, their] of [[first, second], [second, first]]) {
      const keys = new client.DeviceKeys(identityOf(own.device), client.systemClock);
      own.link = new client.PeerLink({ ...webrtc, iceServers: [], ownPeerId: own.signal.peerId,
        otherPeerId: their.signal.peerId, tenantId: own.device.tenantId, clock: client.systemClock,
        signer: (description) => keys.signDescription(description),
        verifier: keys.verifierOf({ peerId: their.signal.peerId, role: 'staff', name: their.device.name,
          deviceId: their.device.deviceId }),
        sendSignal: (message) => {
          if (own.signal.socket.readyState === WebSocket.OPEN)
            own.signal.send({ ...message, targetPeerId: their.signal.peerId });
        } });
      own.link.on('forged', (reason) => own.forged.push(reason));
      own.link.on('message', (message) => own.messages.push(message));
      own.signal.socket.on('message', (data) => {
        const message = JSON.parse(data);
        if (message.fromPeerId === their.signal.peerId) own.link.handle(message);
      });
      t.after(() => own.link.close());
    }
    first.link.start();
    return { first, second };
  }

  test('that only forwards: they talk', async (t) => {
    const { first, second } = await meet(t);
    await until('the channel is open', () => first.link.state === 'open' && second.link.state === 'open', 15000);
    assert.ok(first.link.send(JSON.stringify({ type: 'hello' })));
    await until('it arrives', () => second.messages.length === 1);
    assert.deepEqual([first.forged, second.forged], [[], []]);
  });

  test('that swaps the fingerprint of the offer: the receiver refuses it', async (t) => {
    const { first, second } = await meet(t, (message, way) =>
      (way === 'down' && message.type === 'offer' ? swapFingerprint(message) : message));
    await until('it is noticed', () => second.forged.length > 0, 15000);
    assert.deepEqual(second.forged, ['signature']);
    assert.notEqual(first.link.state, 'open');
  });

  test('that swaps the fingerprint of the answer: the offerer refuses it', async (t) => {
    const { first, second } = await meet(t, (message, way) =>
      (way === 'down' && message.type === 'answer' ? swapFingerprint(message) : message));
    await until('it is noticed', () => first.forged.length > 0, 15000);
    assert.deepEqual(first.forged, ['signature']);
    assert.notEqual(second.link.state, 'open');
  });

  test('that takes the signature away: the receiver refuses the offer', async (t) => {
    const stranger = await meet(t, (message, way) => {
      if (way !== 'down' || message.type !== 'offer') return message;
      const { auth: _, ...unsigned } = message;
      return unsigned;
    });
    await until('it is noticed', () => stranger.second.forged.length > 0, 15000);
    assert.deepEqual(stranger.second.forged, ['unsigned']);
  });
});
