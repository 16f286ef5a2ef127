// SPDX-License-Identifier: Apache-2.0
// The lab of several computers: what is shown in it is worth no more than it is.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import { openPage, startBrowser } from '../lib/browser.mjs';
import { makeHouse } from '../lib/hosts.mjs';
import { startHub } from '../lib/hub.mjs';
import { skipOutsideLab } from '../lib/network.mjs';
import { until, within } from '../lib/wait.mjs';

const options = { skip: skipOutsideLab, timeout: 60000 };
async function listen(t, host, port) {
  const server = host.spawn(process.execPath, ['-e',
    `require('net').createServer((socket) => socket.on('error', () => {}).end('hello')).listen(${port}, '::', () => console.log('up'))`]);
  await within(10000, 'listener', once(server.stdout, 'data'));
}

const reaches = (host, address, port) =>
  host.run('timeout', ['1', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port} && head -c 5 <&3`])
    .then((text) => text === 'hello', () => false);

test('hosts see each other, each with an address, a name and a /run of its own', options, async (t) => {
  const house = await makeHouse(t);
  const one = await house.addHost('one', { address: '10.80.0.2' });
  const two = await house.addHost('two', { ipv6: true });
  const six = await house.addHost('six', { address: null, ipv6: true });
  assert.deepEqual([one.address, two.address, six.address], ['10.80.0.2', '10.80.0.3', 'fd80:0:0:0::4']);
  assert.equal(await two.run('hostname'), 'two\n');
  await listen(t, one, 9000);
  await listen(t, six, 9000);
  await until('it is reached', () => reaches(two, one.address, 9000), 10000);
  await until('it is reached', () => reaches(two, six.address, 9000), 10000);
  assert.ok(!await reaches(one, six.address, 9000));

  one.changeAddress('10.80.0.50');
  assert.ok(!await reaches(two, '10.80.0.2', 9000));
  await until('it is reached', () => reaches(two, one.address, 9000), 10000);
  one.setLink(false);
  assert.ok(!await reaches(two, one.address, 9000));
  one.setLink(true);
  await until('it is reached', () => reaches(two, one.address, 9000), 10000);
});

test('isolation, other networks and a firewall part them', options, async (t) => {
  const house = await makeHouse(t);
  const one = await house.addHost('one', { isolated: true });
  const two = await house.addHost('two', { isolated: true });
  const wired = await house.addHost('wired');
  const far = await house.addHost('far', { network: 'office' });
  for (const host of [one, wired, far]) await listen(t, host, 9000);
  assert.ok(!await reaches(two, one.address, 9000), 'isolated');
  await until('it is reached', () => reaches(two, wired.address, 9000), 10000);
  assert.equal(far.address, '10.81.0.5');
  await until('by the router', () => reaches(two, far.address, 9000), 10000);

  two.setIsolated(false);
  await until('it is reached', () => reaches(two, one.address, 9000), 10000);
  wired.firewall(`table inet t {
    chain in {
      type filter hook input priority 0;
      tcp dport 9000 drop
    }
  }`);
  assert.ok(!await reaches(two, wired.address, 9000), 'firewall');
  wired.firewall('');
  await until('it is reached', () => reaches(two, wired.address, 9000), 10000);

  two.moveTo('office');
  assert.equal(two.address, '10.81.0.3');
  await until('it is reached', () => reaches(two, far.address, 9000), 10000);
  const second = wired.addInterface({ network: 'office' });
  assert.equal(wired.addressOf(second), '10.81.0.4');
  await until('it is reached', () => reaches(far, wired.addressOf(second), 9000), 10000);
});

test('each avahi-daemon tells the others its name, until it is gone', options, async (t) => {
  const house = await makeHouse(t);
  const one = await house.addHost('one', { avahi: true });
  const two = await house.addHost('two', { avahi: true });
  assert.equal(await two.resolve('one.local'), one.address);
  assert.equal(await one.resolve('two.local'), two.address);
  await one.stopAvahi();
  await until('the name has gone', async () => await two.resolve('one.local') === null, 15000);
  await one.addAvahi();
  assert.equal(await two.resolve('one.local'), one.address);
});

test('a hub and a browser live on two of them', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk');
  const phone = await house.addHost('phone');
  const hub = await startHub(t, { host: desk, listen: '0.0.0.0', open: false, port: 8080 });
  assert.equal(hub.port, 8080);
  await hub.status();
  const browser = await startBrowser(t, { host: phone });
  const page = await openPage(browser, `http://${desk.address}:8080/healthz`);
  assert.equal(await page.evaluate(() => document.body.textContent.trim()), 'ok');
});
