// SPDX-License-Identifier: Apache-2.0
// https: what is shown there, to whom it is enough, and that it is the same hub as by http.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';

import { Device } from '../lib/device.mjs';
import { makeStateFolder, program, startHub } from '../lib/hub.mjs';
import { Issuer } from '../lib/issuer.mjs';
import { Signal } from '../lib/signal.mjs';
import { slowness, until, within } from '../lib/wait.mjs';

const UNUSABLE = /certificate for https cannot be used/g;

/** {names: common names from the leaf up, serial}; throws where the client would turn away. */
const shake = (hub, options = {}) => within(5000, 'handshake', new Promise((resolve, reject) => {
  const socket = tls.connect({ host: '127.0.0.1', port: hub.httpsPort, ...options }, () => {
    const names = [];
    let one = socket.getPeerCertificate(true);
    const serial = one.serialNumber;
    for (; one && !names.includes(one.subject.CN); one = one.issuerCertificate) names.push(one.subject.CN);
    resolve({ names, serial, protocol: socket.getProtocol() });
    socket.destroy();
  });
  socket.on('error', reject);
}));

/** How many certificates the hub sends, whether anybody needs them or not. */
const countSent = (hub) => execFileSync('openssl', ['s_client', '-connect', `127.0.0.1:${hub.httpsPort}`, '-showcerts'],
  { input: '', encoding: 'utf8', stdio: 'pipe' }).match(/^ *\d+ s:/gm).length;

describe('the hub\'s own authority', () => {
  test('its leaf is right for every name and address of the hub, and for no other', async (t) => {
    const hub = await startHub(t, { open: false });
    const { hostName, authority } = JSON.parse(await hub.get('/api/v1/hello'));
    const ca = await hub.get('/ca.pem');
    assert.match(authority, /^[\w-]{22}$/);
    assert.equal((await shake(hub, { ca })).protocol, 'TLSv1.3', 'by address');
    for (const servername of [hostName, 'signaling.local', 'localhost']) await shake(hub, { ca, servername });
    await assert.rejects(shake(hub, { ca, servername: 'example.org' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await assert.rejects(shake(hub), /self.signed|unable to/i, 'nobody else vouches for it');
  });

  test('TLS 1.2 is spoken, older ones are not', async (t) => {
    const hub = await startHub(t);
    const ca = await hub.get('/ca.pem');
    assert.equal((await shake(hub, { ca, maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2');
    for (const version of ['TLSv1.1', 'TLSv1'])
      await assert.rejects(shake(hub, { ca, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }),
        { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  });

  test('http and https serve the same', async (t) => {
    const hub = await startHub(t);
    for (const place of ['/', '/pair', '/trust', '/devices', '/healthz', '/api/v1/hello', '/api/v1/printers', '/ca.pem',
      '/manifest.webmanifest', '/no-such-place']) {
      const [plain, secure] = await Promise.all([false, true].map((secured) =>
        hub.ask('GET', place, undefined, { tls: secured })));
      assert.equal(secure.status, plain.status, place);
      assert.equal(secure.text, plain.text, place);
      for (const name of ['content-type', 'content-security-policy', 'x-content-type-options', 'referrer-policy'])
        assert.equal(secure.headers[name], plain.headers[name], `${name} of ${place}`);
    }
  });

  test('a device joins by wss, sealed as well or not', async (t) => {
    const hub = await startHub(t, { open: false });
    const device = await Device.pair(hub);
    const socket = { ca: await hub.get('/ca.pem') };
    for (const sealed of [true, false]) {
      const signal = await Signal.joinAs(t, hub, device,
        { sealed, socket, url: `wss://127.0.0.1:${hub.httpsPort}/signal` });
      assert.equal(signal.joined.sealed, sealed);
      signal.tellHub({ type: 'ping', id: 'p' });
      await signal.hear('pong', (one) => one.type === 'pong' && one.ref === 'p');
    }
  });
});

describe('certificate files of one\'s own', () => {
  test('are shown with those in between; replaced without a restart; broken ones change nothing', async (t) => {
    const issuer = new Issuer(t);
    const ca = issuer.root;
    const first = issuer.make('First', 'Between');
    const second = issuer.make('Second', 'Other');
    issuer.put(first);
    const hub = await startHub(t, { args: issuer.args });
    assert.deepEqual((await shake(hub, { ca })).names, ['First', 'Between', 'Root']);
    const shows = (name) => async () => (await shake(hub, { ca })).names[0] === name;
    const warnings = () => hub.log.match(UNUSABLE)?.length ?? 0;

    const { authority } = JSON.parse(await hub.get('/api/v1/hello'));
    assert.equal(authority, null);
    assert.equal((await hub.ask('GET', '/ca.pem')).status, 404);

    issuer.put(second);
    await until('the second is shown', shows('Second'), 10000);
    assert.deepEqual((await shake(hub, { ca })).names, ['Second', 'Other', 'Root']);
    assert.equal(countSent(hub), 2);

    // The same leaf through another authority: only what is behind it differs.
    issuer.put({ ...second, certificate: second.certificate + issuer.read('Between.pem') });
    await until('three are sent', () => countSent(hub) === 3, 10000);
    assert.equal(warnings(), 0, hub.log);

    const broken = { ...first, certificate: first.certificate.slice(0, -100) };
    issuer.put(broken);
    await until('it is warned of', () => warnings() === 1, 10000);
    assert.ok(await shows('Second')(), 'what was shown stays');
    issuer.put(broken);
    await pause(1000);
    assert.equal(warnings(), 1, 'the same is not said again');

    issuer.put({ ...first, key: second.key });
    await until('another fault is', () => warnings() === 2, 10000);
    assert.ok(await shows('Second')());
    issuer.put(first);
    await until('the first is shown', shows('First'), 10000);
    assert.equal(warnings(), 2, hub.log);
  });

  test('that cannot be used: the hub says why and does not start', async (t) => {
    const issuer = new Issuer(t);
    const files = issuer.make('Leaf', 'Between');
    issuer.put({ certificate: files.certificate, key: issuer.read('Between.key') });
    const { status, stderr } = spawnSync(program, ['--daemon', '--state', await makeStateFolder(t), '--port', '0',
      '--https-port', '0', ...issuer.args], { encoding: 'utf8', timeout: 10000 * slowness });
    assert.equal(status, 1);
    assert.match(stderr, /cannot be used .*not of this key/);
  });
});
