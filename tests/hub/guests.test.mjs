// SPDX-License-Identifier: Apache-2.0
// Guests: a printed code, a seating that staff open or confirm, and nothing beyond one's own table.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';

import { b64, Device } from '../lib/device.mjs';
import { codeOf, joinAsGuest, makePlace, scan, seatGuest } from '../lib/guest.mjs';
import { startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { ADDRESS, makeOutsideHost, skipOutsideLab } from '../lib/network.mjs';
import { implementations } from '../lib/peers.mjs';
import { Signal } from '../lib/signal.mjs';
import { within } from '../lib/wait.mjs';

const ws = createRequire(import.meta.url).resolve('ws');

const native = implementations.find((one) => one.name === 'node-datachannel');
after(native.tearDown);

const startHouse = async (t, options) => {
  const hub = await startHub(t, { open: false, ...options });
  return { hub, place: await makePlace(hub) };
};

const stateAt = async (hub, placeId) =>
  (await hub.control('GET', '/api/v1/places')).places.find((one) => one.placeId === placeId).seating?.state;

/** Asks for the seating, as the first order will. */
async function askToSit(signal) {
  const id = randomUUID();
  signal.tellHub({ type: 'seating-request', id });
  return (await signal.hear('answer', (one) => one.ref === id)).state;
}

describe('guests', () => {
  test('ask, are confirmed with one tap, and out when the table is cleared', async (t) => {
    const { hub, place } = await startHouse(t);
    const staff = await Signal.joinAs(t, hub, await Device.pair(hub, { role: 'staff' }));
    const { session, state } = await scan(hub, place.code);
    assert.equal(state, 'waiting');
    const guest = await joinAsGuest(t, hub, session);
    assert.equal(await askToSit(guest), 'requested');
    assert.equal((await staff.hear('news', (one) => one.type === 'changed' && one.what === 'seatings')).what, 'seatings');
    assert.equal(await stateAt(hub, place.placeId), 'requested');

    staff.tellHub({ type: 'api', id: '1', method: 'POST', path: '/api/v1/seatings/confirm',
      body: { placeId: place.placeId } });
    assert.equal((await staff.hear('confirmation', (one) => one.ref === '1')).status, 200);
    await guest.hear('seat', (one) => one.type === 'seating' && one.state === 'seated');
    assert.equal((await scan(hub, place.code, session)).state, 'seated', 'a reload keeps the seat');

    await hub.control('POST', '/api/v1/seatings/clear', { placeId: place.placeId });
    assert.equal((await guest.take('error')).code, 'seating-ended');
    await guest.closed;
    await assert.rejects(scan(hub, place.code, session), (error) => error.body?.code === 'seating-ended');
    await assert.rejects(joinAsGuest(t, hub, session), /seating-ended/);

    // The same paper waits for the next seating, and the last guest is not in it.
    const next = await scan(hub, place.code);
    assert.equal(next.state, 'waiting');
    assert.notEqual(next.session, session);
    await assert.rejects(scan(hub, place.code, session), (error) => error.body?.code === 'seating-ended');
  });

  test('a seating that staff opened takes who comes; a restart forgets nobody', async (t) => {
    const { hub: first, place } = await startHouse(t);
    await first.control('POST', '/api/v1/seatings/open', { placeId: place.placeId });
    const { session, state } = await scan(first, place.code);
    assert.equal(state, 'seated');
    await first.kill();
    const hub = await startHub(t, { open: false, state: first.state });
    assert.equal((await scan(hub, place.code, session)).state, 'seated');
    assert.equal(await stateAt(hub, place.placeId), 'open');
  });

  test('reach no other guest, no staff, no printer and no list', async (t) => {
    const { hub, place } = await startHouse(t);
    const staff = await Signal.joinAs(t, hub, await Device.pair(hub, { role: 'staff' }));
    const one = (await seatGuest(t, hub, place)).signal;
    const other = (await seatGuest(t, hub, await makePlace(hub, '13'))).signal;
    assert.deepEqual(one.joined.peers.map((peer) => peer.role), ['hub']);
    for (const target of [staff, other]) {
      one.send({ type: 'relay', targetPeerId: target.peerId, payload: { type: 'hello' } });
      assert.ok(['forbidden', 'unknown-peer'].includes((await one.take('error')).code));
    }
    for (const [method, path] of [['GET', '/api/v1/people'], ['GET', '/api/v1/devices'],
      ['GET', '/api/v1/places'], ['GET', '/api/v1/jobs'], ['GET', '/api/v1/printers']]) {
      one.tellHub({ type: 'api', id: path, method, path });
      assert.equal((await one.hear(path, (heard) => heard.ref === path)).status, 403, path);
    }
    one.tellHub({ type: 'print', id: 'p', printJob: { jobId: 'j', content: { text: 'x' } } });
    assert.equal((await one.hear('refusal', (heard) => heard.ref === 'p')).code, 'forbidden');
    // Neither a session of one's own making, nor the code itself, nor another's peerId with one's own.
    for (const session of [b64(randomBytes(16)), place.code, ''])
      await assert.rejects(joinAsGuest(t, hub, session), /unauthorized|seating-ended|bad-message/);
  });

  test('a code renewed by the manager voids the printed one; guessing is slowed down', async (t) => {
    const { hub, place } = await startHouse(t);
    await hub.control('POST', '/api/v1/places/renew', { placeId: place.placeId });
    await assert.rejects(scan(hub, place.code), (error) => error.body?.code === 'code-unknown');
    assert.equal((await scan(hub, await codeOf(hub, place.placeId))).state, 'waiting');
    let last;
    for (let i = 0; i < 60; i += 1)
      last = (await hub.post('/api/v1/guest/session', { code: b64(randomBytes(16)) })).status;
    assert.equal(last, 429);
  });

  test('through a tunnel or proxy that nobody has named: from nowhere', async (t) => {
    const { hub, place } = await startHouse(t);
    for (const header of ['x-forwarded-for', 'forwarded', 'x-forwarded-proto']) {
      const { status, body } = await hub.post('/api/v1/guest/session', { code: place.code },
        { headers: { [header]: header === 'x-forwarded-proto' ? 'https' : '10.77.0.9' } });
      assert.deepEqual([status, body.code], [403, 'outside'], header);
    }
    // Named, it is asked for the guest's address, and has to know one.
    const behind = await startHub(t, { open: false,
      args: ['--trusted-proxies', '127.0.0.1', '--guest-networks', '10.77.0.0/16'] });
    const { code } = await makePlace(behind);
    const ask = async (headers) => (await behind.post('/api/v1/guest/session', { code }, { headers })).status;
    assert.equal(await ask({ 'x-forwarded-for': '10.77.0.9' }), 201);
    assert.equal(await ask({ 'x-forwarded-for': '203.0.113.9' }), 403);
    assert.equal(await ask({ 'x-forwarded-for': 'unknown' }), 403);
  });

  test('from outside the property: refused, whatever a header says', { skip: skipOutsideLab }, async (t) => {
    const { hub, place } = await startHouse(t, { listen: '0.0.0.0' });
    const outside = await makeOutsideHost(t);
    const body = JSON.stringify({ code: place.code });
    const post = (...headers) => JSON.parse(outside.run('curl', ['-sS', '-m', '10', '-H', 'content-type: application/json',
      ...headers.flatMap((one) => ['-H', one]), '-d', body, `http://${ADDRESS}:${hub.port}/api/v1/guest/session`]));
    assert.equal(post().code, 'outside');
    assert.equal(post('x-forwarded-for: 10.77.0.5').code, 'outside');
    assert.equal(post('forwarded: for=10.77.0.5', 'x-real-ip: 10.77.0.5').code, 'outside');
    assert.equal((await scan(hub, place.code)).state, 'waiting', 'from here it works');

    // And a session that began inside is of no use there.
    const { session } = await scan(hub, place.code);
    const script = `
      const { default: WebSocket } = await import(${JSON.stringify(ws)});
      const socket = new WebSocket('ws://${ADDRESS}:${hub.port}/signal');
      socket.on('open', () => socket.send(JSON.stringify({ type: 'join', tenantId: 'lab', role: 'guest',
        guest: ${JSON.stringify(session)} })));
      socket.on('message', (data) => { console.log(String(data)); socket.terminate(); });`;
    const said = JSON.parse(outside.run(process.execPath, ['--input-type=module', '-e', script]));
    assert.equal(said.code, 'forbidden');
  });

  test('a flood on a channel: told, then let go; who is quiet afterwards comes in again', { timeout: 60000 }, async (t) => {
    const { hub, place } = await startHouse(t, { limits: { 'messages-per-second': 50, 'message-burst': 40 } });
    const { session, signal } = await seatGuest(t, hub, place);
    const { channel } = await Link.open(t, hub, native, 'bellhop', { signal });
    const flood = (count) => {
      for (let i = 0; i < count; i += 1) channel.say({ type: 'x' }).catch(() => {});
    };
    flood(75);
    await channel.hear('rate-limited', ({ code }) => code === 'rate-limited');
    flood(500);
    await within(10000, 'an end of the flood', channel.closed);
    assert.ok(channel.received < 300, `${channel.received} answers`);

    // The same guest once more: it has not said anything for long enough to be heard.
    const again = await Link.open(t, hub, native, 'bellhop', { signal: await joinAsGuest(t, hub, session) });
    await again.channel.say({ type: 'api', id: 'hello', method: 'GET', path: '/api/v1/hello' });
    await again.channel.hear('an answer', ({ ref }) => ref === 'hello');
    await hub.assertServing();
  });

  test('a page that is gone makes room for another of its guest', { timeout: 60000 }, async (t) => {
    const { hub, place } = await startHouse(t);
    const { session } = await seatGuest(t, hub, place);
    const open = async () => Link.open(t, hub, native, 'bellhop', { signal: await joinAsGuest(t, hub, session) });
    const pages = [];
    for (let i = 0; i < 8; i += 1) pages.push(await open());
    pages[2].link.signal.send({ type: 'leave' });
    await pages[2].link.signal.closed;
    const next = await open();
    await within(10000, 'an end of the page that left', pages[2].channel.closed);
    const { endpoint } = await hub.status();
    assert.equal(endpoint.connections, 8);
    for (const { channel } of [next, ...pages.filter((page) => page !== pages[2])]) {
      await channel.say({ type: 'api', id: 'hello', method: 'GET', path: '/api/v1/hello' });
      await channel.hear('an answer', ({ ref }) => ref === 'hello');
    }
  });
});
