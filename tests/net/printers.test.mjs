// SPDX-License-Identifier: Apache-2.0
// Printers of a house are found by themselves: by the names that they tell real avahi-daemons, on other
// computers than the hub's; added from there they print.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeHouse } from '../lib/hosts.mjs';
import { startHub } from '../lib/hub.mjs';
import { skipOutsideLab } from '../lib/network.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { plugIn } from '../lib/usb-printer.mjs';
import { slowness, until } from '../lib/wait.mjs';

const options = { skip: skipOutsideLab, timeout: 90000 * slowness };

const find = (hub) => hub.control('GET', '/api/v1/printers/found');

const publish = (host, label, type, port) =>
  host.spawn('avahi-publish', ['-s', label, type, String(port)], { stdio: 'ignore' });

/** A computer of the house that tells of a service; a printer of the test's stands behind its port. */
async function addPrinter(house, name, services, printer) {
  const host = await house.addHost(name, { avahi: true });
  const port = printer && Number(new URL(printer.uri).port);
  if (printer) await host.lend(port, host.address);
  for (const service of services) publish(host, service[0], service[1], service[2] ?? port);
  return { host, address: printer && `tcp://${host.address}:${port}` };
}

test('a receipt printer is found by its name, added, and prints', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const printer = await startPrinter(t);
  const { address } = await addPrinter(house, 'bar',
    [['EPSON TM-T20III “Bar”', '_pdl-datastream._tcp'], ['EPSON TM-T20III “Bar”', '_printer._tcp', 515]], printer);
  await addPrinter(house, 'office', [['Office colour', '_ipp._tcp', 631]]);
  const hub = await startHub(t, { host: desk, listen: '::', open: false, port: 8080 });
  let found;
  await until('both are found', async () => {
    found = await find(hub);
    return found.printers.length === 2;
  }, 30000);
  assert.equal(found.network, 'searched');
  assert.deepEqual(found.printers, [
    { label: 'EPSON TM-T20III “Bar”', kind: 'network', address, problem: null, added: null },
    { label: 'Office colour', kind: 'network', address: null, problem: 'no-raw-port', added: null },
  ]);

  const { label } = found.printers[0];
  const { name } = await hub.control('POST', '/api/v1/printers/add', { label, address });
  assert.equal(name, 'epson-tm-t20iii-bar');
  assert.equal((await find(hub)).printers[0].added, name);
  const { jobId } = await hub.control('POST', '/api/v1/printers/test', { name });
  await printer.untilPrinted('EPSON TM-T20III');
  await until('it is done', async () =>
    (await hub.jobs()).find((job) => job.jobId === jobId).state === 'done');
});

test('who names no raw port is asked for the usual one', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  const bar = await house.addHost('bar', { avahi: true });
  publish(bar, 'Star TSP', '_printer._tcp', 515);
  const listener = bar.spawn(process.execPath, ['-e',
    'require("net").createServer((one) => one.resume().on("error", () => {})).listen(9100, () => console.log("up"))']);
  await new Promise((resolve) => { listener.stdout.once('data', resolve); });
  const hub = await startHub(t, { host: desk, listen: '::', open: false, port: 8080 });
  await until('it is found with its port', async () => {
    const { printers } = await find(hub);
    return printers[0]?.address === `tcp://${bar.address}:9100` && printers[0].problem === null;
  }, 30000);
});

test('without an avahi-daemon: said at once, and the hub serves on', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk');
  const hub = await startHub(t, { host: desk, listen: '::', open: false, port: 8080 });
  const { printers, network } = await find(hub);
  assert.deepEqual([printers, network], [[], 'no-service']);
  await hub.assertServing();
});

test('the daemon goes away in mid-search: an answer comes all the same', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk', { avahi: true });
  await addPrinter(house, 'bar', [['Bar', '_pdl-datastream._tcp', 9100]]);
  const hub = await startHub(t, { host: desk, listen: '::', open: false, port: 8080 });
  await until('the printer is found', async () => (await find(hub)).printers.length === 1, 30000);
  const asked = Array.from({ length: 20 }, () => find(hub));
  await desk.stopAvahi();
  for (const { network } of await Promise.all(asked)) assert.match(network, /^(searched|no-service)$/);
  await until('no service is there any more', async () => (await find(hub)).network === 'no-service', 30000);
  await hub.assertServing();
});

test('a printer on USB is found, added, prints, and says that it is done', options, async (t) => {
  const house = await makeHouse(t);
  const desk = await house.addHost('desk');
  const printer = await startPrinter(t);
  await plugIn(t, desk, printer, house.folder);
  const hub = await startHub(t, { host: desk, listen: '::', open: false, port: 8080 });
  const address = 'usb:/dev/usb/lp0';
  const { printers } = await find(hub);
  assert.deepEqual(printers, [{ label: 'lp0', kind: 'usb', address, problem: null, added: null }]);
  const { name } = await hub.control('POST', '/api/v1/printers/add', { label: 'Bar', address });
  const stateOf = async (jobId) => (await hub.jobs()).find((job) => job.jobId === jobId)?.state;
  for (let round = 0; round < 3; round += 1) {
    const { jobId } = await hub.control('POST', '/api/v1/printers/test', { name });
    await until('it is done', async () => await stateOf(jobId) === 'done');
  }
  assert.equal(printer.cuts, 3);
  const [first] = await hub.control('GET', '/api/v1/printers');
  assert.deepEqual([first.name, first.state, first.paper], [name, 'idle', 'ok']);
});
