// SPDX-License-Identifier: Apache-2.0
// The hub is found by itself: its names in a house of several computers with real avahi-daemons, kept
// while daemons, hubs and addresses come and go.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { makeHouse } from '../lib/hosts.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { skipOutsideLab } from '../lib/network.mjs';
import { slowness, until } from '../lib/wait.mjs';

const options = { skip: skipOutsideLab, timeout: 90000 * slowness };
const SHARED = 'signaling.local';

const startIn = (t, host, more = {}) =>
  startHub(t, { host, listen: more.listen ?? '::', open: false, port: 8080, ...more });

/** The state of each name: {'signaling.local': 'ours'…}, and of the system's service. */
async function discoveryOf(hub) {
  const { discovery } = await hub.status();
  return { ...discovery,
    states: Object.fromEntries(discovery.names.map(({ name, state }) => [name, state])) };
}

const ownName = async (hub) => JSON.parse(await hub.get('/api/v1/hello')).hostName;

const has = (hub, name, state, ms = 15000) =>
  until(`${name} is ${state}`, async () => (await discoveryOf(hub)).states[name] === state, ms);

const leads = (host, name, address, ms = 15000) => until(`${name} leads to ${address} from ${host.name}`,
  async () => await host.resolve(name) === address, ms);

/** Tells the log how long it took. */
async function measured(t, what, promise, start = performance.now()) {
  await promise;
  const ms = performance.now() - start;
  t.diagnostic(`${what}: ${Math.round(ms)} ms`);
  return ms;
}

test('the hub bears its names, and lists itself as a service', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const phone = await house.addHost('phone', { avahi: true });
  const hub = await startIn(t, desk, { args: ['--greengrass', 'true', '--name', 'Front desk'] });
  const own = await ownName(hub);
  await measured(t, 'start to names', Promise.all([own, SHARED, 'greengrass.local'].map((name) => has(hub, name, 'ours'))));
  for (const name of [own, SHARED, 'greengrass.local']) assert.equal(await phone.resolve(name), desk.address);
  const found = await until('the service is listed', async () => {
    const lines = (await phone.run('avahi-browse', ['-rpt', '_bellhop._tcp'])).split('\n');
    return lines.find((line) => line.startsWith('='));
  });
  const [, , , name, , , host, address, port, txt] = found.split(';');
  assert.equal(name.replace('\\032', ' '), 'Front desk');
  assert.deepEqual([host, address, port], [own, desk.address, '8080']);
  const { id, version } = await hub.status();
  for (const pair of ['tenant=lab', 'http=8080', `https=${hub.httpsPort}`, `version=${version}`, `id=${id}`])
    assert.ok(txt.includes(`"${pair}"`), txt);
  assert.equal(await phone.run('curl', ['-s', `http://${SHARED}:8080/healthz`]), 'ok\n');

  await hub.stop();
  await until('the names have gone with it', async () => await phone.resolve(SHARED) === null, 15000);
});

test('where there is IPv6 alone', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { address: null, ipv6: true, avahi: true });
  const phone = await house.addHost('phone', { address: null, ipv6: true, avahi: true });
  const hub = await startIn(t, desk);
  await has(hub, SHARED, 'ours');
  await leads(phone, SHARED, 'fd80::2');
  assert.equal(await phone.run('curl', ['-s', `http://${SHARED}:8080/healthz`]), 'ok\n');
});

test('another computer has the hub\'s own name: it takes its next, and everything follows', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const phone = await house.addHost('phone', { avahi: true });
  const before = await startIn(t, desk, { state: await makeStateFolder(t) });
  const name = await ownName(before);
  await before.stop();
  const rival = phone.spawn('avahi-publish', ['-a', '-R', name, phone.address]);
  await leads(desk, name, phone.address);

  const hub = await startIn(t, desk, { state: before.state });
  const other = await until('it has another name', async () => {
    const [own] = (await discoveryOf(hub)).names;
    return own.name !== name && own.state === 'ours' && own.name;
  }, 15000);
  assert.match(other, /^bellhop-[0-9a-f]{4}\.local$/);
  assert.equal(await ownName(hub), other);
  assert.equal(await phone.resolve(other), desk.address);
  const { link, nameLink } = await hub.control('POST', '/api/v1/pair/links', { role: 'staff', name: 'Phone' });
  assert.ok(link.endsWith(`.${other}`), link);
  assert.equal(new URL(nameLink).hostname, other);
  const ca = path.join(phone.folder, 'ca.pem');
  await phone.run('curl', ['-s', '-o', ca, `http://${other}:8080/ca.pem`]);
  assert.equal(await phone.run('curl', ['-s', '--cacert', ca, `https://${other}:${hub.httpsPort}/healthz`]), 'ok\n');
  rival.kill();
});

test('two hubs: one has signaling.local, and when it is killed the other takes it over', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const office = await house.addHost('office', { avahi: true });
  const phone = await house.addHost('phone', { avahi: true });
  const first = await startIn(t, desk);
  await has(first, SHARED, 'ours');
  const second = await startIn(t, office);
  await has(second, SHARED, 'taken');
  await has(second, await ownName(second), 'ours');
  assert.equal((await discoveryOf(first)).states[SHARED], 'ours');
  assert.equal(await phone.resolve(SHARED), desk.address);

  const killed = performance.now();
  await first.kill();
  const ms = await measured(t, 'kill -9 to the other hub', leads(phone, SHARED, office.address), killed);
  assert.ok(ms < 10000 * slowness);
  await has(second, SHARED, 'ours');

  // A computer that loses its power says no goodbye.
  const third = await startIn(t, desk);
  await has(third, SHARED, 'taken');
  office.setLink(false);
  const gone = await measured(t, 'cable cut to the other hub', has(third, SHARED, 'ours', 20000));
  assert.ok(gone < 10000 * slowness);
});

test('two hubs of one computer do not share signaling.local', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const first = await startIn(t, desk);
  await has(first, SHARED, 'ours');
  const second = await startIn(t, desk, { port: 8081 });
  await has(second, await ownName(second), 'ours');
  await has(second, SHARED, 'taken');
  await first.kill();
  await measured(t, 'kill -9 to the other hub of the same computer', has(second, SHARED, 'ours', 12000));
});

test('avahi restarted, stopped, absent, and D-Bus too: the names come back', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk');
  const phone = await house.addHost('phone', { avahi: true });
  const hub = await startIn(t, desk);
  const own = await ownName(hub);
  await hub.assertServing();
  const { state, states } = await discoveryOf(hub);
  assert.equal(state, 'no-service');
  assert.deepEqual(states, { [own]: 'publishing', [SHARED]: 'publishing' });

  const begin = performance.now();
  await desk.addAvahi();
  await measured(t, 'avahi begins to names', leads(phone, own, desk.address), begin);
  const again = performance.now();
  await desk.restartAvahi();
  await measured(t, 'avahi restarted to names', leads(phone, SHARED, desk.address), again);
  await desk.stopAvahi('SIGKILL');
  await until('it is noticed', async () => (await discoveryOf(hub)).state === 'no-service');
  await desk.addAvahi();
  await measured(t, 'avahi killed and begun to names', has(hub, own, 'ours'));
  await desk.stopAvahi();
  await desk.stopBus('SIGKILL');
  await until('it is noticed', async () => (await discoveryOf(hub)).state === 'no-service');
  await desk.addAvahi();
  await measured(t, 'D-Bus begun anew to names', has(hub, SHARED, 'ours'));
  await leads(phone, SHARED, desk.address);
});

test('a daemon that hangs holds nothing up', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const hub = await startIn(t, desk);
  await has(hub, SHARED, 'ours');
  desk.avahi.kill('SIGSTOP');
  desk.changeAddress('10.80.0.77'); // the hub has something to tell it now
  for (let i = 0; i < 20; i += 1) {
    const start = performance.now();
    await hub.assertServing();
    assert.ok(performance.now() - start < 1000 * slowness);
  }
  desk.avahi.kill('SIGCONT');
  const phone = await house.addHost('phone', { avahi: true });
  await leads(phone, SHARED, '10.80.0.77', 30000);
});

test('the interface goes down and comes up with another address: the names follow', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const phone = await house.addHost('phone', { avahi: true });
  const hub = await startIn(t, desk);
  const own = await ownName(hub);
  await has(hub, SHARED, 'ours');
  assert.equal(await phone.resolve(own), desk.address);
  desk.setLink(false);
  desk.changeAddress('10.80.0.99');
  desk.setLink(true);
  const ms = await measured(t, 'up again to the new address', Promise.all([leads(phone, own, '10.80.0.99'),
    leads(phone, SHARED, '10.80.0.99')]));
  assert.ok(ms < 5000 * slowness);
  assert.equal((await discoveryOf(hub)).states[SHARED], 'ours');
});

test('cable and Wi-Fi of one network at once: no conflict with oneself, and one is enough', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const phone = await house.addHost('phone', { avahi: true });
  const hub = await startIn(t, desk);
  const own = await ownName(hub);
  await has(hub, SHARED, 'ours');
  desk.addInterface({ address: '10.80.0.60' });
  // Told on the new interface too; whichever answers, it leads here.
  await until('the second address is known', async () =>
    (await phone.run('avahi-browse', ['-rpt', '_bellhop._tcp'])).includes('10.80.0.60')
    || await phone.resolve(own) === '10.80.0.60');
  const { names } = await discoveryOf(hub);
  assert.deepEqual(names.map(({ name, state }) => [name, state]), [[own, 'ours'], [SHARED, 'ours']]);

  desk.setLink(false);
  const ms = await measured(t, 'cable out to Wi-Fi', leads(phone, SHARED, '10.80.0.60'));
  assert.ok(ms < 5000 * slowness);
  assert.equal((await discoveryOf(hub)).states[SHARED], 'ours');
  assert.equal(await phone.run('curl', ['-s', `http://${SHARED}:8080/healthz`]), 'ok\n');
});
