// SPDX-License-Identifier: Apache-2.0
// Every endpoint, every method, by strangers and with rubbish: always an answer, never a 5xx, and
// nothing that tells who or what exists.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Device } from '../lib/device.mjs';
import { startHub } from '../lib/hub.mjs';
import { ROUTES } from '../lib/roles.mjs';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const PATHS = [...new Set(ROUTES.map(([, route]) => route))];

const RUBBISH = [
  '', '{', '[]', 'null', '"text"', '{"a":1,"a":2}', '\u0000', '{"deviceId":"\\ud800"}',
  '['.repeat(100), JSON.stringify({ deviceId: 5, placeId: [], code: {}, role: 'hub', name: 1 }),
  JSON.stringify({ deviceId: 'x'.repeat(5000), linkId: 'x', publicKey: '=', nonce: 7 }),
  JSON.stringify({ role: 'god', name: '\u0007', pin: 'abc', kind: 'chair', code: 'a b', ticket: '' }),
  JSON.stringify({ linkId: 'A'.repeat(22), publicKey: 'A'.repeat(43), nonce: 'A'.repeat(43), name: '',
    mac: 'A'.repeat(43), sig: 'A'.repeat(86) }),
  JSON.stringify({ publicKey: 'A'.repeat(43), commitment: 'A'.repeat(43), name: 'Nobody' }),
];

const startClosed = (t) => startHub(t, { open: false });

const LONG = { timeout: 120000 };

describe('endpoints', () => {
  test('the table of who may ask what has every route of the program', async () => {
    const folder = fileURLToPath(new URL('../../core/hub/', import.meta.url));
    const files = (await readdir(folder)).filter((name) => name.endsWith('.c'));
    const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    const added = texts.flatMap((text) => [...text.matchAll(/bh_api_add\w*\(\w+, "([A-Z]+)",\s+"([^"]+)"/g)])
      .map(([, method, route]) => `${method} ${route}`);
    assert.deepEqual(added.sort(), ROUTES.map(([method, route]) => `${method} ${route}`).sort());
  });

  test('every method, without a proof', LONG, async (t) => {
    const hub = await startClosed(t);
    for (const route of PATHS)
      for (const method of METHODS) {
        const { status } = await hub.ask(method, route, ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined);
        assert.ok(status >= 200 && status < 500, `${method} ${route}: ${status}`);
      }
    await hub.assertServing();
  });

  test('rubbish, by nobody, by the wrong role and by the right one', LONG, async (t) => {
    const hub = await startClosed(t);
    const printer = await Device.pair(hub, { role: 'printer', name: 'Printer' });
    const manager = await Device.pair(hub, { role: 'manager', name: 'Boss' });
    for (const [method, route] of ROUTES.filter(([one]) => one === 'POST'))
      for (const body of RUBBISH)
        for (const token of [undefined, printer.token, manager.token]) {
          const { status, headers } = await hub.ask(method, route, body, { token });
          assert.ok(status >= 200 && status < 500, `${route} ${body.slice(0, 60)}: ${status}`);
          assert.equal(headers['x-content-type-options'], 'nosniff');
        }
    await hub.assertServing();
  });

  test('strangers cannot tell what is there from what is not', LONG, async (t) => {
    const hub = await startClosed(t);
    const device = await Device.pair(hub, { role: 'staff', name: 'Anna' });
    const said = async (place, body, token) => {
      const { status, text } = await hub.ask(body ? 'POST' : 'GET', place, body, { token });
      return `${status} ${text}`;
    };
    const none = await said('/api/v1/no-such-thing');
    for (const place of ['/api/v1/devices', '/api/v1/people', '/api/v1/audit', '/api/v1/jobs', '/metrics'])
      assert.equal((await said(place)).slice(0, 3), '401', place);
    assert.match(none, /^40[14] /);
    const revoke = (deviceId, token) => said('/api/v1/devices/revoke', { deviceId }, token);
    assert.equal(await revoke(device.deviceId), await revoke(randomUUID()));
    assert.equal(await revoke(device.deviceId, device.token), await revoke(randomUUID(), device.token));
    // Tokens: of nobody, with another key, cut short.
    const [, id, seed, key] = device.token.split('.');
    for (const token of [`bht1.${randomUUID()}.${seed}.${key}`, `bht1.${id}.${'A'.repeat(43)}.${key}`,
      'bht1', 'bht1...', `${device.token}x`, 'x'.repeat(10000)])
      assert.match(await said('/api/v1/status', undefined, token), /^4(01|31|00) /);
    assert.match(await said('/api/v1/status', undefined, device.token), /^200 /);
  });

  test('other sites and other names get nothing', async (t) => {
    const hub = await startClosed(t);
    const { token } = await Device.pair(hub, { role: 'manager', name: 'Boss' });
    const rebound = await hub.ask('GET', '/api/v1/hello', undefined, { headers: { host: 'evil.example' } });
    assert.equal(rebound.status, 421);
    const foreign = await hub.ask('POST', '/api/v1/pair/links', { role: 'manager', name: 'x' },
      { token, headers: { origin: 'http://evil.example' } });
    assert.equal(foreign.status, 403);
    assert.equal(foreign.headers['access-control-allow-origin'], undefined);
  });

  test('what every answer says to the browser', async (t) => {
    const hub = await startClosed(t);
    for (const place of ['/', '/pair', '/trust', '/pos', '/healthz', '/api/v1/hello', '/nowhere', '/sw.js']) {
      const { headers } = await hub.ask('GET', place);
      const policy = headers['content-security-policy'];
      assert.match(policy, /script-src 'self'/, place);
      assert.doesNotMatch(policy, /unsafe/, place);
      assert.match(policy, /frame-ancestors 'none'/, place);
      assert.equal(headers['x-content-type-options'], 'nosniff', place);
      assert.equal(headers['referrer-policy'], 'no-referrer', place);
    }
  });

  test('a token is believed over TLS and loopback; never is it in the log', async (t) => {
    const hub = await startClosed(t);
    const { token } = await hub.control('POST', '/api/v1/tokens', { role: 'pos', name: 'TILL' });
    for (const tls of [false, true])
      assert.equal((await hub.ask('GET', '/api/v1/status', undefined, { token, tls })).status, 200);
    assert.ok(!hub.log.includes(token.split('.')[2]));
  });
});
