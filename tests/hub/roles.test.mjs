// SPDX-License-Identifier: Apache-2.0
// Every role, every action, every way in: WebSocket, data channel, HTTP.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';

import { Device } from '../lib/device.mjs';
import { makePlace, seatGuest } from '../lib/guest.mjs';
import { startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { implementations } from '../lib/peers.mjs';
import { LOG_MESSAGES, MESSAGES, mayAsk, maySignal, ROLES, ROUTES } from '../lib/roles.mjs';
import { Signal } from '../lib/signal.mjs';

/* Refused for who asks: nothing else may look like it. */
const REFUSED = [401, 403];
/* Codes of bodies that are right and yet refused, of routes that anybody may ask. */
const OTHERS = new Set(['bad-proof', 'outside', 'wrong-code', 'wrong-pin']);

async function startHouse(t) {
  const hub = await startHub(t, { open: false });
  const place = await makePlace(hub);
  const devices = {};
  for (const role of ROLES.filter((one) => one !== 'guest'))
    devices[role] = await Device.pair(hub, { role, name: `Lab ${role}` });
  // A second manager: the walk must not lock the first one out.
  await Device.pair(hub, { role: 'manager', name: 'Second' });
  return { hub, place, devices };
}

/** {role: a connection} */
async function joinAll(t, { hub, place, devices }) {
  const signals = {};
  for (const [role, device] of Object.entries(devices)) signals[role] = await Signal.joinAs(t, hub, device);
  signals.guest = (await seatGuest(t, hub, place)).signal;
  return signals;
}

function isRefused(status, body) {
  return REFUSED.includes(status) && !OTHERS.has(body?.code);
}

/** Walks all routes with `ask`, which returns {status, body}. */
async function walk(role, ask) {
  for (const [method, path, who] of ROUTES) {
    const { status, body } = await ask(method, path, method === 'POST' ? {} : undefined);
    assert.equal(isRefused(status, body), !mayAsk(who, role),
      `${role ?? 'nobody'}: ${method} ${path} gave ${status} ${JSON.stringify(body)}`);
    assert.ok(status < 500, `${role ?? 'nobody'}: ${method} ${path} gave ${status}`);
  }
}

async function walkMessages(role, say) {
  for (const [message, who] of MESSAGES) {
    const answer = await say({ ...message, id: randomUUID() });
    assert.equal(answer.code === 'forbidden', !who.includes(role),
      `${role}: ${message.type} gave ${JSON.stringify(answer)}`);
  }
}

/** What has no answer is followed by what has one, on the same way. */
async function walkLogMessages(role, say, hear) {
  for (const [message, who] of LOG_MESSAGES) {
    const [id, ping] = [randomUUID(), randomUUID()];
    await say({ ...message, id });
    await say({ type: 'ping', id: ping });
    const refused = [];
    await hear((one) => {
      if (one.ref === id && one.code) refused.push(one.code);
      return one.ref === ping;
    });
    assert.deepEqual(refused.slice(0, 1), who.includes(role) ? [] : ['forbidden'],
      `${role}: ${message.type} ${message.of ?? ''}`);
  }
}

describe('roles', () => {
  test('HTTP: every route for every role', { timeout: 60000 }, async (t) => {
    const { hub, devices } = await startHouse(t);
    await walk(null, (method, path, body) => hub.ask(method, path, body));
    for (const [role, device] of Object.entries(devices)) {
      const { token } = device;
      await walk(role, (method, path, body) => hub.ask(method, path, body, { token }));
    }
  });

  test('WebSocket: every route and every message for every role', { timeout: 60000 }, async (t) => {
    const signals = await joinAll(t, await startHouse(t));
    for (const [role, signal] of Object.entries(signals)) {
      const say = async (payload) => {
        signal.tellHub(payload);
        return signal.hear(`answer to ${payload.type}`, (one) => one.ref === payload.id);
      };
      await walkMessages(role, say);
      await walkLogMessages(role, async (one) => signal.tellHub(one), (fits) => signal.hear('pong', fits));
      await walk(role, (method, path, body) =>
        say({ type: 'api', id: randomUUID(), method, path, ...(body && { body }) }));
    }
  });

  test('data channel: every route and every message for every role', { timeout: 120000 }, async (t) => {
    const house = await startHouse(t);
    const guest = (await seatGuest(t, house.hub, house.place)).signal;
    for (const role of ROLES) {
      const signal = role === 'guest' ? guest : await Signal.joinAs(t, house.hub, house.devices[role]);
      const { channel } = await Link.open(t, house.hub, implementations[0], 'work', { signal });
      const say = (payload) => {
        channel.say(payload);
        return channel.hear(`answer to ${payload.type}`, (one) => one.ref === payload.id);
      };
      await walkMessages(role, say);
      await walkLogMessages(role, (one) => channel.say(one), (fits) => channel.hear('pong', fits));
      await walk(role, (method, path, body) =>
        say({ type: 'api', id: randomUUID(), method, path, ...(body && { body }) }));
    }
  });

  test('signaling: who may send to whom, and who learns of whom', { timeout: 60000 }, async (t) => {
    const signals = await joinAll(t, await startHouse(t));
    for (const from of ROLES)
      for (const to of ROLES) {
        if (from === to) continue;
        const allowed = maySignal(from, to);
        for (const message of [{ type: 'offer', sdp: 'v=0\r\n' }, { type: 'answer', sdp: 'v=0\r\n' },
          { type: 'ice-candidate', candidate: null }, { type: 'relay', payload: { type: 'hello' } }]) {
          signals[from].send({ ...message, targetPeerId: signals[to].peerId });
          if (allowed) {
            const heard = await signals[to].take(message.type,
              (one) => one.fromPeerId === signals[from].peerId);
            assert.equal(heard.type, message.type);
          } else {
            const { code } = await signals[from].take('error');
            // A peer that one may not see is as one that is not there.
            assert.ok(['forbidden', 'unknown-peer'].includes(code), `${from} to ${to}: ${code}`);
          }
        }
      }
    const { peers } = signals.guest.joined;
    assert.deepEqual(peers.map((one) => one.role), ['hub'], 'a guest sees the hub only');
  });
});
