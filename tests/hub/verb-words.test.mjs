// SPDX-License-Identifier: Apache-2.0
// The command-line verbs against a hub that answers as the test says: what they ask, what a person
// reads, and the exit status.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';

import { makeStateFolder, program } from '../lib/hub.mjs';
import { slowness, within } from '../lib/wait.mjs';

/** Serves `answers` on the socket: {"METHOD path": [status, body], or a function that gives it}. */
async function startFake(t, answers) {
  const state = await makeStateFolder(t);
  const asked = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const place = `${request.method} ${request.url}`;
    const body = text === '' ? undefined : JSON.parse(text);
    asked.push([place.replace('/api/v1/', ''), body]);
    const answer = answers[place.replace('/api/v1/', '')]
      ?? [404, { code: 'unknown', detail: 'Not here.' }];
    const [status, value] = typeof answer === 'function' ? answer(body) : answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }).listen(path.join(state, 'control.sock'));
  await once(server, 'listening');
  t.after(() => server.close());
  return { state, asked };
}

function finish(child, input) {
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk) => { out += chunk; });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => { err += chunk; });
  // One that says no at once has ended before it was spoken to; what it answers is judged all the same.
  child.stdin.on('error', () => {});
  if (input !== undefined) child.stdin.end(input);
  return within(10000, 'end of the verb', once(child, 'close')
    .then(([status]) => ({ status, out, err })))
    .finally(() => child.kill('SIGKILL'));
}

/** Runs a verb to its end, without a terminal. */
function say(fake, words, input = '') {
  return finish(spawn(program, ['--state', fake.state, ...words]), input);
}

/** The same at a terminal: util-linux's script is one; typed is sent when `prompt` is shown. */
function sayAtTerminal(fake, command, typed = []) {
  const child = spawn('script', ['-qec', `"${program}" --state "${fake.state}" ${command}`,
    '/dev/null'], { env: { ...process.env, TERM: 'xterm-256color' } });
  let seen = 0;
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    while (typed.length > 0 && text.indexOf(typed[0][0], seen) >= 0) {
      const [prompt, answer] = typed.shift();
      seen = text.indexOf(prompt, seen) + prompt.length;
      child.stdin.write(answer);
    }
  });
  return finish(child);
}

const LINK = {
  linkId: 'l', role: 'staff', name: 'Anna’s phone', expiresMs: 600000, svg: '<svg/>',
  link: `http://192.168.1.20:8080/pair#${'A'.repeat(22)}.${'B'.repeat(22)}.bellhop-1a2b.local`,
  nameLink: 'http://bellhop-1a2b.local:8080/pair#x',
  localLink: 'http://127.0.0.1:8080/pair#x',
};
const PHONE = { deviceId: '1', name: 'Anna’s phone', role: 'staff', kind: 'link', linkId: 'k', createdMs: 1,
  lastSeenMs: null, online: false, path: null, person: null };
const TILL = { ...PHONE, deviceId: '2', name: 'Till', role: 'pos', kind: 'token', linkId: undefined,
  online: true, path: 'hub-relay', person: 'Ben' };

test('pair shows the link three ways, and how long it is good', async (t) => {
  const fake = await startFake(t, { 'POST pair/links': [201, LINK] });
  const { status, out, err } = await say(fake,
    ['pair', '--role', 'staff', '--name', 'Anna’s phone']);
  assert.deepEqual({ status, err }, { status: 0, err: '' });
  assert.deepEqual(fake.asked, [['POST pair/links', { role: 'staff', name: 'Anna’s phone' }]]);
  for (const link of [LINK.link, LINK.nameLink, LINK.localLink])
    assert.ok(out.includes(`  ${link}\n`), out);
  assert.match(out, /10 min.*Anna’s phone.*staff/);
  assert.ok(/^[ ▀▄█]+$/m.test(out));
  assert.ok(!out.includes('\x1b'), 'no colours in a file');
});

test('at a terminal the code is black on white whatever the colours are', async (t) => {
  const fake = await startFake(t, { 'POST pair/links': [201, LINK] });
  const { status, out } = await sayAtTerminal(fake, 'pair --role staff');
  assert.equal(status, 0);
  assert.deepEqual(fake.asked[0][1], { role: 'staff', name: 'staff' });
  assert.ok(out.includes('\x1b[38;5;16;48;5;231m'));
});

test('--json is one line, as the hub said it', async (t) => {
  const fake = await startFake(t, { 'POST pair/links': [201, LINK],
    'GET devices': [200, { devices: [] }] });
  const pair = await say(fake, ['pair', '--role', 'staff', '--json']);
  assert.deepEqual(JSON.parse(pair.out), LINK);
  assert.equal(pair.out.split('\n').length, 2);
  const devices = await say(fake, ['--json', 'devices']);
  assert.deepEqual(JSON.parse(devices.out), { devices: [] });
});

test('pair --wait says who came', async (t) => {
  let calls = 0;
  const fake = await startFake(t, {
    'POST pair/links': [201, LINK],
    // Someone's token and someone else's link in between are not the device.
    'GET devices': () => [200, { devices: [
      [{ ...PHONE, deviceId: '0' }],
      [{ ...PHONE, deviceId: '0' }, TILL],
      [{ ...PHONE, deviceId: '0' }, TILL, { ...PHONE, deviceId: '3', linkId: 'm' }],
      [{ ...PHONE, deviceId: '0' }, TILL, { ...PHONE, linkId: 'l', name: 'Ann\u001b[31m' }],
    ][Math.min(calls++, 3)] }],
  });
  const { status, out } = await say(fake, ['pair', '--role', 'staff', '--wait']);
  assert.equal(status, 0);
  assert.match(out, /“Ann�\[31m” is paired/);
});

test('pair --wait ends with the link', async (t) => {
  const fake = await startFake(t, { 'POST pair/links': [201, { ...LINK, expiresMs: 600 }],
    'GET devices': [200, { devices: [PHONE] }] });
  const { status, err } = await say(fake, ['pair', '--role', 'staff', '--wait']);
  assert.equal(status, 1);
  assert.match(err, /^No device came in time.*\n$/);
});

test('requests, accept and decline go by the code that a person reads', async (t) => {
  const request = { requestId: 'r1', code: '482193', name: 'iPad\u0007', address: '10.0.0.9',
    ageMs: 61000 };
  const fake = await startFake(t, {
    'GET pair/requests': [200, { requests: [request] }],
    'POST pair/requests/accept': [200, { deviceId: 'd' }],
    'POST pair/requests/decline': [200, {}],
  });
  const listed = await say(fake, ['requests']);
  assert.match(listed.out, /^482 193 +iPad� +10\.0\.0\.9 +1 min ago$/m);
  const accepted = await say(fake, ['accept', '482', '193', '--role', 'kitchen']);
  assert.equal(accepted.status, 0);
  assert.deepEqual(fake.asked.at(-1), ['POST pair/requests/accept',
    { requestId: 'r1', code: '482193', role: 'kitchen', name: 'iPad\u0007' }]);
  assert.equal((await say(fake, ['decline', '482-193'])).status, 0);
  assert.deepEqual(fake.asked.at(-1), ['POST pair/requests/decline', { requestId: 'r1' }]);
  const wrong = await say(fake, ['accept', '482194', '--role', 'kitchen']);
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /482 194/);
  assert.equal((await say(fake, ['accept', '48219', '--role', 'kitchen'])).status, 2);
});

test('token prints the token alone', async (t) => {
  const fake = await startFake(t, { 'POST tokens': [201, { deviceId: 'd', token: 'bht1.d.s.h' }] });
  const { status, out } = await say(fake, ['token', '--role', 'pos', '--name', 'TILL']);
  assert.deepEqual({ status, out }, { status: 0, out: 'bht1.d.s.h\n' });
});

test('devices are listed, and named by id or by a name that is one', async (t) => {
  const fake = await startFake(t, {
    'GET devices': [200, { devices: [PHONE, TILL, { ...TILL, deviceId: '3', online: false,
      lastSeenMs: Date.now() - 7200500, name: 'Anna’s phone', path: null, person: null }] }],
    'POST devices/rename': [200, {}],
    'POST devices/role': [200, {}],
    'POST devices/revoke': [200, {}],
  });
  const { out } = await say(fake, ['devices']);
  const rows = out.trimEnd().split('\n').map((row) => row.split(/ {2,}/));
  assert.deepEqual(rows, [
    ['NAME', 'ROLE', 'SEEN', 'PATH', 'PERSON', 'ID'],
    ['Anna’s phone', 'staff', 'never', '1'],
    ['Till', 'pos', 'now', 'through the hub', 'Ben', '2'],
    ['Anna’s phone', 'pos', '2 h ago', '3'],
  ]);
  for (const [words, place, body] of [
    [['rename', '3', 'Bar'], 'devices/rename', { deviceId: '3', name: 'Bar' }],
    [['role', 'Till', 'kitchen'], 'devices/role', { deviceId: '2', role: 'kitchen' }],
    [['revoke', 'Till'], 'devices/revoke', { deviceId: '2' }],
  ]) {
    assert.equal((await say(fake, words)).status, 0);
    assert.deepEqual(fake.asked.at(-1), [`POST ${place}`, body]);
  }
  const count = fake.asked.filter(([place]) => place.startsWith('POST')).length;
  for (const [words, status, word] of [
    [['revoke', 'Anna’s phone'], 1, /Several/], [['revoke', 'Nobody'], 1, /Nobody/],
    [['role', 'Till', 'cook'], 2, /cook/],
  ]) {
    const said = await say(fake, words);
    assert.equal(said.status, status);
    assert.match(said.err, word);
  }
  assert.equal(fake.asked.filter(([place]) => place.startsWith('POST')).length, count);
});

test('a PIN comes from the input, or from a terminal that does not show it', async (t) => {
  const people = [{ personId: 'p1', name: 'Anna' }, { personId: 'p2', name: 'Ben' }];
  const fake = await startFake(t, { 'GET people': [200, { people, signedIn: null }],
    'POST people': [201, { personId: 'p3' }], 'POST people/pin': [200, {}],
    'POST people/remove': [200, {}] });
  assert.match((await say(fake, ['people'])).out, /^Ben +p2$/m);
  assert.equal((await say(fake, ['people', 'add', 'Cleo'], '4711\n')).status, 0);
  assert.deepEqual(fake.asked.at(-1), ['POST people', { name: 'Cleo', pin: '4711' }]);

  const typed = await sayAtTerminal(fake, 'people pin Ben',
    [['Ben: ', '9753\n'], ['again: ', '9753\n']]);
  assert.equal(typed.status, 0, typed.out);
  assert.ok(!typed.out.includes('9753'), typed.out);
  assert.deepEqual(fake.asked.at(-1), ['POST people/pin', { personId: 'p2', pin: '9753' }]);

  const differs = await sayAtTerminal(fake, 'people add Dora',
    [['Dora: ', '1111\n'], ['again: ', '2222\n']]);
  assert.equal(differs.status, 1);
  assert.equal(fake.asked.at(-1)[0], 'POST people/pin');

  assert.equal((await say(fake, ['people', 'remove', 'Anna'])).status, 0);
  assert.deepEqual(fake.asked.at(-1), ['POST people/remove', { personId: 'p1' }]);
});

test('who gives up at the PIN gets the echo back', async (t) => {
  const fake = await startFake(t, {});
  const state = `"${program}" --state "${fake.state}"`;
  const child = spawn('script',
    ['-qec', `sh -c 'trap : INT; ${state} people add X; stty -a'`, '/dev/null']);
  child.stdout.once('data', () => child.stdin.write('12\x03'));
  const { out } = await finish(child);
  assert.match(out, / echo /);
  assert.deepEqual(fake.asked, []);
});

test('places', async (t) => {
  const places = [
    { placeId: 'a', kind: 'table', name: '12',
      seating: { seatingId: 's', state: 'open', sinceMs: Date.now() - 300500, guests: 3 } },
    { placeId: 'b', kind: 'room', name: '12', seating: null },
    { placeId: 'c', kind: 'room', name: '101',
      seating: { seatingId: 's', state: 'requested', sinceMs: Date.now(), guests: 1 } },
  ];
  const fake = await startFake(t, { 'GET places': [200, { places }],
    'POST places': [201, { placeId: 'd' }],
    'POST places/remove': [200, {}],
    'POST places/renew': [200, {}],
    'GET places/codes': [200, { codes: [
      { placeId: 'a', kind: 'table', name: '12', link: 'http://h/guest#x', svg: '' }] }] });
  const { out } = await say(fake, ['places']);
  assert.match(out, /^table +12 +seated +5 min +3$/m);
  assert.match(out, /^room +12 +free$/m);
  assert.match(out, /^room +101 +asks/m);
  assert.match((await say(fake, ['places', 'codes'])).out, /^table +12 +http:\/\/h\/guest#x$/m);
  for (const [words, place, body] of [
    [['add', 'table', 'Terrace 1'], 'places', { kind: 'table', name: 'Terrace 1' }],
    [['remove', 'room', '12'], 'places/remove', { placeId: 'b' }],
    [['renew', '101'], 'places/renew', { placeId: 'c' }],
  ]) {
    assert.equal((await say(fake, ['places', ...words])).status, 0);
    assert.deepEqual(fake.asked.at(-1), [`POST ${place}`, body]);
  }
  assert.equal((await say(fake, ['places', 'remove', '12'])).status, 1);
  assert.equal((await say(fake, ['places', 'add', 'boat', '1'])).status, 2);
  assert.equal((await say(fake, ['places', 'paint'])).status, 2);
});

test('status', async (t) => {
  const fake = await startFake(t, { 'GET status': [200, { version: '1.2.3', uptimeMs: 93784000,
    endpoint: { connections: 3 }, log: { operations: { 'local-p2p': 7, 'hub-relay': 2, http: 1, 'cloud-relay': 0 },
      localShare: 0.975, stored: 12345, replicas: 4, missing: 5, followers: 6, aside: 1, conflicts: 0 } }] });
  const { status, out } = await say(fake, ['status']);
  assert.equal(status, 0);
  for (const line of [/Version +1\.2\.3$/m, /Running for +1 d 2 h 3 min$/m, /Direct connections +3$/m,
    /Operations in the log +12345$/m, /Received by data channel +7$/m, /Received through the hub +2$/m,
    /Operations they have not confirmed +5$/m, /Stayed on the property +97\.5 %$/m])
    assert.match(out, line);
});

test('status shows what needs somebody', async (t) => {
  const alert = (kind, subject) => ({ alertId: kind, kind, atMs: 1764000000000, subject });
  const fake = await startFake(t, { 'GET status': [200, { alerts: 5, log: {} }], 'GET alerts': [200, { alerts: [
    alert('ticket-unseen', { number: 'A-17', printed: true }),
    alert('ticket-unseen', { number: 'A-18\u001b[2J', printed: false }),
    alert('ticket-unseen', { number: 'A-19', printed: false, lost: true }),
    alert('screen-silent', { deviceName: 'Kitchen tablet' }), alert('tickets-after-outage', { count: 3 }),
    alert('a-later-kind', {})] }] });
  const { status, out } = await say(fake, ['status']);
  assert.equal(status, 0);
  assert.match(out, /Open alerts +5$/m);
  for (const words of ['Order A-17 was seen on no kitchen screen; it is on paper',
    'The kitchen screen Kitchen tablet says nothing any more', 'no kitchen screen has shown: 3', 'a-later-kind',
    'Order A-19 was seen on no kitchen screen and may not be on paper; tell the kitchen'])
    assert.ok(out.includes(words), `“${words}” in\n${out}`);
  assert.match(out, /^2025-11-2\d \d\d:\d\d +Order A-18.+it is not printed yet$/m);
  assert.ok(!out.includes('\u001b'), 'nothing of it moves the terminal');
});

test('audit', async (t) => {
  const fake = await startFake(t, { 'GET audit?limit=2': [200, { entries: [
    { timeMs: 1764000000000, kind: 'paired', who: 'Anna', subject: 'iPad', detail: 'staff',
      address: '10.0.0.9' }] }] });
  assert.match((await say(fake, ['audit', '--limit', '2'])).out,
    /^2025-11-2\d \d\d:\d\d:\d\d +paired +Anna +iPad +staff +10\.0\.0\.9$/m);
});

test('a hub that says no is quoted, one that is not there is named', async (t) => {
  const fake = await startFake(t, { 'POST pair/links':
    [429, { code: 'rate-limited', detail: 'Too many links. Wait a minute.' }] });
  const no = await say(fake, ['pair', '--role', 'staff']);
  assert.deepEqual(no, { status: 1, out: '', err: 'Too many links. Wait a minute.\n' });
  const state = await makeStateFolder(t);
  const none = await say({ state }, ['devices']);
  assert.equal(none.status, 1);
  assert.ok(none.err.includes(state));
});

test('what is no verb is one line', () => {
  for (const words of [['pare'], ['pair'], ['pair', '--role', 'guest'], ['devices', 'x'],
    ['rename', 'x'], ['pair', '--role', 'pos', '--nonsense']]) {
    const { status, stdout, stderr } = spawnSync(program, words,
      { encoding: 'utf8', timeout: 10000 * slowness });
    assert.deepEqual([status, stdout, stderr.trimEnd().split('\n').length], [2, '', 1], stderr);
  }
});

test('--help lists every verb, and each explains itself', () => {
  const help = spawnSync(program, ['--help'], { encoding: 'utf8' }).stdout;
  for (const verb of ['pair', 'requests', 'accept', 'decline', 'token', 'devices', 'rename', 'role',
    'revoke', 'people', 'places', 'audit']) {
    assert.match(help, new RegExp(`^ +${verb} +\\S`, 'm'));
    const { status, stdout } = spawnSync(program, [verb, '--help'], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /--state/);
    assert.match(stdout, /--json/);
  }
});
