// SPDX-License-Identifier: Apache-2.0
// How the hub is set up, asked and changed as the window does it.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';

import { atEnd } from '../lib/ends.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';

const PLACE = '/api/v1/settings';

const ask = (hub, body) => hub.ask('POST', PLACE, body, { socketPath: path.join(hub.state, 'control.sock') });
const fileOf = (state) => path.join(state, 'settings.ini');

describe('settings', () => {
  test('say what runs, what stands written, and what the command line decides', async (t) => {
    const hub = await startHub(t, { open: false });
    const { settings, running, fixed, restart } = await hub.control('GET', PLACE);
    assert.equal(running.port, hub.port);
    assert.equal(running.httpsPort, hub.httpsPort);
    assert.equal(settings.port, 0);
    assert.deepEqual(settings.cloud, []);
    assert.equal(settings.tlsCertificate, null);
    assert.deepEqual([...fixed].sort(), ['httpsPort', 'listen', 'port']);
    assert.deepEqual(restart, []);
  });

  test('are changed in the file, beside what a person wrote there, and count from the next start on', async (t) => {
    const state = await makeStateFolder(t);
    await writeFile(fileOf(state), '# mine\n[hub]\n# the old one\nname=Sea View\n\n[printers]\nbar=tcp://127.0.0.1:9\n');
    const hub = await startHub(t, { state, open: false });
    assert.equal((await hub.control('GET', PLACE)).settings.name, 'Sea View');
    const answer = await hub.control('POST', PLACE,
      { name: 'Zum Löwen', cloud: ['wss://cloud.example/signal', 'wss://b.example/'], discovery: false });
    assert.equal(answer.settings.name, 'Zum Löwen');
    assert.equal(answer.running.name, 'Sea View');
    assert.deepEqual([...answer.restart].sort(), ['cloud', 'discovery', 'name']);
    const text = await readFile(fileOf(state), 'utf8');
    assert.match(text, /# mine\n/);
    assert.match(text, /# the old one\n/);
    assert.match(text, /\[printers\]\nbar=tcp:\/\/127\.0\.0\.1:9\n/);
    await hub.stop();

    const again = await startHub(t, { state, open: false });
    const after = await again.control('GET', PLACE);
    assert.equal(after.running.name, 'Zum Löwen');
    assert.deepEqual(after.running.cloud, ['wss://cloud.example/signal', 'wss://b.example/']);
    assert.deepEqual(after.restart, []);
    assert.equal(JSON.parse(await again.get('/api/v1/hello')).name, 'Zum Löwen');
    const { settings } = await again.control('POST', PLACE, { cloud: null, discovery: null });
    assert.deepEqual(settings.cloud, []);
    assert.equal(settings.discovery, true);
  });

  test('are all taken or none, and the answer says in words why not', async (t) => {
    const hub = await startHub(t, { open: false });
    const bad = [
      [{ name: '' }, 'bad-setting'], [{ name: 'x'.repeat(65) }, 'bad-setting'], [{ name: 5 }, 'bad-setting'],
      [{ name: 'Good', cloud: ['http://cloud.example'] }, 'bad-setting'], [{ cloud: 'wss://c.example' }, 'bad-setting'],
      [{ discovery: 'yes' }, 'bad-setting'], [{ open: true }, 'bad-setting'], [{ name: 'a\nopen=true' }, 'bad-setting'],
      [{ tlsCertificate: '/nowhere.pem' }, 'bad-setting'],
      [{ tlsCertificate: '/nowhere.pem', tlsKey: '/nowhere.key' }, 'bad-setting'],
      [{ port: 9000 }, 'fixed'],
    ];
    for (const [body, code] of bad) {
      const answer = await ask(hub, body);
      assert.equal(answer.body.code, code, JSON.stringify(body));
      assert.ok(answer.body.detail.length > 10, answer.text);
    }
    await assert.rejects(readFile(fileOf(hub.state)), { code: 'ENOENT' });
  });

  test('of ports are tried first', async (t) => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => { taken.once('listening', resolve); });
    atEnd(t, () => taken.close());
    const state = await makeStateFolder(t);
    await writeFile(fileOf(state), '[hub]\nport=0\n');
    // Only the file says which port, so that it can be changed.
    const hub = await startHub(t, { state, open: false, port: null });
    const { port } = taken.address();
    const refused = await ask(hub, { port });
    assert.equal(refused.body.code, 'bad-setting');
    assert.match(refused.body.detail, new RegExp(`${port}`));
    assert.equal((await ask(hub, { port: 70000 })).body.code, 'bad-setting');
    const { settings, running, restart } = await hub.control('POST', PLACE, { port: hub.port });
    assert.equal(settings.port, hub.port);
    assert.equal(running.port, hub.port);
    assert.deepEqual(restart, ['port']);
  });

  test('of an address that is not this computer\'s are not taken: no hub would start with it', async (t) => {
    const state = await makeStateFolder(t);
    await writeFile(fileOf(state), '[hub]\nlisten=127.0.0.1\n');
    const hub = await startHub(t, { state, open: false, listen: null });
    const refused = await ask(hub, { listen: '203.0.113.9' });
    assert.equal(refused.body.code, 'bad-setting');
    assert.match(refused.body.detail, /203\.0\.113\.9/);
    const { settings, restart } = await hub.control('POST', PLACE, { listen: '127.0.0.2' });
    assert.equal(settings.listen, '127.0.0.2');
    assert.deepEqual(restart, ['listen']);
    assert.match(await readFile(fileOf(state), 'utf8'), /^listen=127\.0\.0\.2$/m);
  });

  test('of a file that cannot be understood are left alone', async (t) => {
    const state = await makeStateFolder(t);
    const hub = await startHub(t, { state, open: false });
    await writeFile(fileOf(state), 'no settings\n');
    const answer = await ask(hub, { name: 'New' });
    assert.equal(answer.status, 409);
    assert.equal(answer.body.code, 'unreadable');
    assert.equal(await readFile(fileOf(state), 'utf8'), 'no settings\n');
  });

  test('that many change at once are all there', async (t) => {
    const hub = await startHub(t, { open: false });
    await Promise.all([{ name: 'Many' }, { greengrass: true }, { discovery: false }, { cloud: ['wss://c.example/'] }]
      .map((body) => hub.control('POST', PLACE, body)));
    const { settings } = await hub.control('GET', PLACE);
    assert.deepEqual([settings.name, settings.greengrass, settings.discovery, settings.cloud],
      ['Many', true, false, ['wss://c.example/']]);
  });

  test('are no matter for a manager\'s phone', async (t) => {
    const hub = await startHub(t, { open: false });
    const { token } = await hub.control('POST', '/api/v1/tokens', { role: 'manager', name: 'Script' });
    const answer = await hub.ask('GET', PLACE, undefined, { token });
    assert.equal(answer.status, 403);
    assert.equal((await hub.post(PLACE, { name: 'Taken over' }, { token })).status, 403);
    assert.notEqual((await hub.control('GET', PLACE)).settings.name, 'Taken over');
  });
});
