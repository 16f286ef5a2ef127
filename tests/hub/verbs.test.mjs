// SPDX-License-Identifier: Apache-2.0
// The command-line verbs and the hub itself: what a person types is what the hub does.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

import { askForCode } from '../lib/comparison.mjs';
import { Device, raw } from '../lib/device.mjs';
import { makeStateFolder, program, startHub } from '../lib/hub.mjs';
import { until, within } from '../lib/wait.mjs';

function start(hub, words) {
  return spawn(program, ['--state', hub.state, ...words]);
}

async function finish(child, input = '') {
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk) => { out += chunk; });
  child.stderr.setEncoding('utf8').on('data', (chunk) => { err += chunk; });
  // One that says no at once has ended before it was spoken to; what it answers is judged all the same.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [status] = await within(15000, 'end of the verb', once(child, 'close'));
  return { status, out, err };
}

/** Runs a verb that must succeed; returns what it printed. */
async function say(hub, words, input) {
  const { status, out, err } = await finish(start(hub, words), input);
  assert.equal(status, 0, `${words}: ${err}`);
  return out;
}

const ask = async (hub, words) => JSON.parse(await say(hub, [...words, '--json']));

test('who starts it at a terminal gets a link that pairs one manager', async (t) => {
  const state = await makeStateFolder(t);
  // script gives it a terminal to write to.
  const child = spawn('script', ['-qefc', `'${program}' --daemon --state '${state}' --listen 127.0.0.1 --port 0 --https-port 0`,
    '/dev/null'], { env: { ...process.env, TERM: 'dumb' } });
  t.after(async () => {
    child.kill();
    await once(child, 'close');
  });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => { log += chunk; });
  await until('how to get another', () => log.includes('bellhop pair --role manager'));
  assert.match(log, /^Bellhop is ready: http:/);
  assert.match(log, /^[ ▀▄█]+$/m);
  // The first by the address, for the camera; the last for a browser on this computer.
  const links = log.match(/http:\/\/\S+\/pair#\S+/g);
  assert.equal(links.length, 3);
  const { origin } = new URL(links[2]);
  const hub = { post: async (place, body) => {
    const answer = await fetch(origin + place, { method: 'POST', body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' } });
    return { status: answer.status, body: await answer.json() };
  } };
  assert.equal((await Device.pairWith(hub, links[0])).role, 'manager');
  await assert.rejects(Device.pairWith(hub, links[1]), /link-used/);
});

test('with --daemon no secret is printed, but how to go on', async (t) => {
  const hub = await startHub(t, { open: false });
  await until('the next step', () => hub.log.includes('bellhop pair --role manager'));
  assert.ok(hub.log.includes(hub.state), 'the command is whole');
  await say(hub, ['pair', '--role', 'manager']);
  await say(hub, ['token', '--role', 'pos', '--name', 'TILL']);
  assert.doesNotMatch(hub.log, /pair#|bht1/);
});

test('a loopback hub that nobody opened is closed', async (t) => {
  const hub = await startHub(t, { open: false });
  const { status } = await hub.ask('GET', '/api/v1/jobs');
  assert.ok([401, 403].includes(status), `${status}`);
});

test('a link pairs a device, which is then renamed, changed and revoked', async (t) => {
  const hub = await startHub(t, { open: false });
  const link = await ask(hub, ['pair', '--role', 'staff', '--name', 'Anna’s phone']);
  assert.match(link.svg, /^<svg /);
  const device = await Device.pairWith(hub, link.link);
  assert.deepEqual([device.role, device.name], ['staff', 'Anna’s phone']);
  const only = async () => (await ask(hub, ['devices'])).devices[0];
  assert.deepEqual([(await only()).deviceId, (await only()).kind], [device.deviceId, 'link']);
  assert.match(await say(hub, ['devices']), /^Anna’s phone +staff/m);
  await say(hub, ['rename', 'Anna’s phone', 'Bar']);
  await say(hub, ['role', 'Bar', 'kitchen']);
  assert.deepEqual([(await only()).name, (await only()).role], ['Bar', 'kitchen']);
  await say(hub, ['revoke', 'Bar']);
  assert.equal(await only(), undefined);
  assert.match(await say(hub, ['audit']), /Bar/);
});

test('every role that the verbs know, the hub knows', async (t) => {
  const hub = await startHub(t, { open: false });
  for (const role of ['manager', 'staff', 'kitchen', 'pos', 'printer'])
    assert.equal((await ask(hub, ['pair', '--role', role])).role, role);
});

test('pair --wait ends when the device is there', async (t) => {
  const hub = await startHub(t, { open: false });
  const child = start(hub, ['pair', '--role', 'printer', '--name', 'Bar', '--json', '--wait']);
  t.after(() => child.kill());
  const link = await new Promise((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]));
    });
  });
  const ended = finish(child);
  const { deviceId } = await Device.pairWith(hub, link.link);
  const { status, out } = await ended;
  assert.equal(status, 0);
  assert.equal(JSON.parse(out.trimEnd().split('\n').at(-1)).deviceId, deviceId);
});

test('a code is compared, accepted or declined', async (t) => {
  const hub = await startHub(t, { open: false });
  const phone = await askForCode(hub, 'Ben’s phone');
  const shown = `${phone.code.slice(0, 3)} ${phone.code.slice(3)}`;
  assert.ok((await say(hub, ['requests'])).includes(shown));
  assert.equal((await phone.result()).state, 'waiting');
  await say(hub, ['accept', shown, '--role', 'staff']);
  const accepted = await phone.result();
  const { role, name } = JSON.parse(raw(accepted.answer));
  assert.deepEqual([accepted.state, role, name], ['accepted', 'staff', 'Ben’s phone']);

  const other = await askForCode(hub, 'Somebody');
  await say(hub, ['decline', other.code]);
  assert.equal((await other.result()).state, 'refused');
  assert.equal((await ask(hub, ['devices'])).devices.length, 1);
});

test('a token is a device', async (t) => {
  const hub = await startHub(t, { open: false });
  const token = (await say(hub, ['token', '--role', 'pos', '--name', 'TILL'])).trimEnd();
  const [device] = (await ask(hub, ['devices'])).devices;
  assert.match(token, new RegExp(`^bht1\\.${device.deviceId}\\.[\\w-]{43}\\.[\\w-]{43}$`));
  assert.deepEqual([device.role, device.name, device.kind], ['pos', 'TILL', 'token']);
});

test('people and places', async (t) => {
  const hub = await startHub(t, { open: false });
  await say(hub, ['people', 'add', 'Anna'], '4711\n');
  await say(hub, ['people', 'pin', 'Anna'], '815815\n');
  assert.equal((await ask(hub, ['people'])).people[0].name, 'Anna');
  await say(hub, ['people', 'remove', 'Anna']);
  assert.deepEqual((await ask(hub, ['people'])).people, []);

  await say(hub, ['places', 'add', 'table', '12']);
  await say(hub, ['places', 'add', 'room', '12']);
  assert.match(await say(hub, ['places']), /^table +12 +free$/m);
  const linkOf = async () => (await ask(hub, ['places', 'codes'])).codes
    .find(({ kind }) => kind === 'table').link;
  const before = await linkOf();
  assert.match(before, /\/guest#[\w-]{22}\./);
  await say(hub, ['places', 'renew', 'table', '12']);
  assert.notEqual(await linkOf(), before);
  await say(hub, ['places', 'remove', 'room', '12']);
  assert.equal((await ask(hub, ['places'])).places.length, 1);
});

test('the hub’s no is quoted; where none runs, that is said', async (t) => {
  const hub = await startHub(t, { open: false });
  const no = await finish(start(hub, ['pair', '--role', 'staff', '--name', 'x'.repeat(65)]));
  assert.equal(no.status, 1);
  assert.match(no.err, /^\S.*\n$/);
  await hub.stop();
  const none = await finish(start(hub, ['devices']));
  assert.equal(none.status, 1);
  assert.ok(none.err.includes(hub.state), none.err);
});
