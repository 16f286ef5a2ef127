// SPDX-License-Identifier: Apache-2.0
// The hub's address changes under it: certificate, links, printed codes and guests follow at once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import tls from 'node:tls';

import { Device } from '../lib/device.mjs';
import { makePlace } from '../lib/guest.mjs';
import { startHub } from '../lib/hub.mjs';
import { addAddress, ADDRESS, changeAddress, makeOutsideHost, skipOutsideLab } from '../lib/network.mjs';
import { until, within } from '../lib/wait.mjs';

const ELSEWHERE = '10.99.0.1';
const SECOND = '10.99.0.7';
// Less than the 3 s after which the hub looks in any case: it is told.
const SOON_MS = 2500;

/** Longer than the hub waits for the rest of a change: what comes after is another one. */
const settled = () => new Promise((resolve) => { setTimeout(resolve, 500); });

/** Whether a device that trusts the authority accepts what is shown at this address. */
const isTrusted = (hub, ca, host) => within(5000, `TLS at ${host}`, new Promise((resolve) => {
  const socket = tls.connect({ host, port: hub.httpsPort, ca }, () => {
    resolve(true);
    socket.destroy();
  });
  socket.on('error', () => resolve(false));
}));

const origins = async (hub) => JSON.parse(await hub.get('/api/v1/hello')).https.origins
  .map((origin) => new URL(origin).hostname);

describe('a new address', { skip: skipOutsideLab }, () => {
  test('all follow within seconds, whatever family the hub listens on', async (t) => {
    const hubs = await Promise.all(['0.0.0.0', '::'].map(async (listen) => {
      const hub = await startHub(t, { open: false, listen });
      return { hub, place: await makePlace(hub), device: await Device.pair(hub), ca: await hub.get('/ca.pem') };
    }));
    const outside = await makeOutsideHost(t);
    const postFromThere = ({ hub, place }, host) => JSON.parse(outside.run('curl', ['-sS', '-m', '10', '-H',
      'content-type: application/json', '-d', JSON.stringify({ code: place.code }),
      `http://${host}:${hub.port}/api/v1/guest/session`]));
    for (const { hub, ca, ...rest } of hubs) {
      assert.ok((await origins(hub)).includes(ADDRESS));
      assert.ok(await isTrusted(hub, ca, ADDRESS));
      assert.equal(postFromThere({ hub, ...rest }, ADDRESS).code, 'outside');
    }

    changeAddress(ADDRESS, ELSEWHERE, null);
    // Both at once: who is asked last has looked by itself meanwhile.
    await Promise.all(hubs.map(({ hub }) =>
      until('hello names it', async () => (await origins(hub)).includes(ELSEWHERE), SOON_MS)));
    for (const { hub, place, device, ca } of hubs) {
      assert.ok(!(await origins(hub)).includes(ADDRESS));
      await until('the certificate covers it', () => isTrusted(hub, ca, ELSEWHERE), SOON_MS);
      const { link } = await hub.control('POST', '/api/v1/pair/links', { role: 'staff', name: 'New' });
      assert.equal(new URL(link).host, `${ELSEWHERE}:${hub.port}`);
      const { codes } = await hub.control('GET', '/api/v1/places/codes');
      assert.equal(new URL(codes[0].link).host, `${ELSEWHERE}:${hub.port}`);
      assert.equal(postFromThere({ hub, place }, ELSEWHERE).state, 'waiting', 'who was outside is in the new network');
      await Device.pairWith(hub, link);
      const { status } = await hub.ask('GET', '/api/v1/status', undefined, { token: device.token });
      assert.equal(status, 200, 'a device that was paired before still is');
    }

    // One of the same network more: no route to another network changes by that.
    await settled();
    addAddress(SECOND);
    await Promise.all(hubs.map(({ hub }) =>
      until('hello names the second', async () => (await origins(hub)).includes(SECOND), SOON_MS)));
    for (const { hub, ca } of hubs) {
      await until('the certificate covers both', async () =>
        await isTrusted(hub, ca, SECOND) && await isTrusted(hub, ca, ELSEWHERE), SOON_MS);
    }
  });
});
