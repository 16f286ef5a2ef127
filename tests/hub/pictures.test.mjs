// SPDX-License-Identifier: Apache-2.0
// Pictures of the menu: a manager's page brings them, every guest's page shows them.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';

import { connect, webrtc } from '../lib/client.mjs';
import { b64, Device, identityOf, sha256 } from '../lib/device.mjs';
import { makePlace, seatGuest } from '../lib/guest.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { byRelay, command, OperationLog, Replica } from '../lib/operation.mjs';
import { implementations } from '../lib/peers.mjs';
import { Signal } from '../lib/signal.mjs';
import { until } from '../lib/wait.mjs';

after(implementations[0].tearDown);

const MAX_BYTES = 256 * 1024;
const starts = {
  'image/png': Buffer.from('89504e470d0a1a0a', 'hex'),
  'image/jpeg': Buffer.from('ffd8ffe0', 'hex'),
  'image/webp': Buffer.from('RIFF\x24\x00\x00\x00WEBPVP8 ', 'latin1'),
};

/** Bytes that begin as that type does, and are nobody else's. */
function makePicture(type = 'image/webp', bytes = 1000) {
  const start = starts[type];
  return Buffer.concat([start, randomBytes(bytes - start.length)]);
}

const bodyOf = (content, type = 'image/webp') => ({ type, data: content.toString('base64') });
const pathOf = (content) => `/pictures/${b64(sha256(content))}`;

const start = (t, options = {}) => startHub(t, { open: false, ...options });
const pair = (hub, role = 'manager') => Device.pair(hub, { role, name: `The ${role}` });

const post = (hub, device, body) => hub.post('/api/v1/pictures', body, { token: device?.token });

/** As a page asks for it: with no token. */
async function get(hub, path, options = {}) {
  const response = await fetch(hub.origin + path, options);
  return { status: response.status, headers: Object.fromEntries(response.headers),
    bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('pictures', () => {
  test('a manager brings one, everybody may see it, and it is there after a power cut', async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, { state });
    const boss = await pair(hub);
    const shown = [];
    for (const type of Object.keys(starts)) {
      const content = makePicture(type);
      const { status, body } = await post(hub, boss, bodyOf(content, type));
      assert.equal(status, 201, JSON.stringify(body));
      assert.deepEqual(body, { picture: pathOf(content) });
      shown.push({ type, content });
    }
    const [{ content, type }] = shown;
    assert.deepEqual((await post(hub, boss, bodyOf(content, type))).body, { picture: pathOf(content) },
      'the same again is the same');
    await hub.kill();

    const again = await start(t, { state });
    for (const one of shown) {
      const { status, headers, bytes } = await get(again, pathOf(one.content));
      assert.equal(status, 200);
      assert.deepEqual(bytes, one.content);
      assert.equal(headers['content-type'], one.type);
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
  });

  test('who has it is not sent it again, and HEAD has no body', async (t) => {
    const hub = await start(t);
    const content = makePicture();
    const { picture } = (await post(hub, await pair(hub), bodyOf(content))).body;
    const { etag } = (await get(hub, picture)).headers;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const { status, bytes, headers } = await get(hub, picture, { headers: { 'if-none-match': known } });
      assert.equal(status, 304, known);
      assert.equal(bytes.length, 0);
      assert.equal(headers.etag, etag);
    }
    assert.equal((await get(hub, picture, { headers: { 'if-none-match': '"other"' } })).status, 200);
    const head = await get(hub, picture, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    assert.equal(head.headers['content-length'], String(content.length));
    for (const path of ['/pictures/', `${picture}x`, '/pictures/nobodys', `/pictures/${'a'.repeat(5000)}`])
      assert.equal((await get(hub, path)).status, 404, path);
    assert.equal((await get(hub, `${picture}/more`)).status, 404, 'a page that is not there');
    assert.equal((await get(hub, picture, { method: 'POST' })).status, 405);
  });

  test('what is none, is too large, or is nobody\'s to bring, is refused', async (t) => {
    const hub = await start(t);
    const boss = await pair(hub);
    const png = makePicture('image/png');
    const refuse = async (status, code, body, device = boss) => {
      const answer = await post(hub, device, body);
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(body).slice(0, 100));
    };
    await refuse(415, 'bad-picture', bodyOf(png, 'image/jpeg'));
    await refuse(415, 'bad-picture', bodyOf(png, 'image/svg+xml'));
    await refuse(415, 'bad-picture', bodyOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png'));
    await refuse(415, 'bad-picture', bodyOf(png.subarray(0, 7), 'image/png'));
    await refuse(413, 'too-large', bodyOf(makePicture('image/png', MAX_BYTES + 1), 'image/png'));
    await refuse(413, 'too-large', bodyOf(makePicture('image/png', 2 * MAX_BYTES), 'image/png'));
    for (const body of [{}, { type: 'image/png' }, { type: 'image/png', data: 7 }, { type: 'image/png', data: '' },
      { type: 'image/png', data: 'iVBORw0_' },
      { type: 'image/png', data: `${png.toString('base64')}\n` }, { type: 7, data: png.toString('base64') }])
      await refuse(400, 'bad-request', body);
    for (const role of ['staff', 'kitchen', 'pos', 'printer'])
      await refuse(403, 'forbidden', bodyOf(png, 'image/png'), await pair(hub, role));
    await refuse(401, 'unauthorized', bodyOf(png, 'image/png'), null);
    const { signal } = await seatGuest(t, hub, await makePlace(hub));
    const answer = await command(byRelay(signal),
      { type: 'api', method: 'POST', path: '/api/v1/pictures', body: bodyOf(png, 'image/png') });
    assert.equal(answer.status, 403);
    assert.equal((await get(hub, pathOf(png))).status, 404);
  });

  test('the largest there may be comes by HTTP, by the relay and by a channel', async (t) => {
    const hub = await start(t);
    const boss = await pair(hub);
    const content = () => makePicture('image/jpeg', MAX_BYTES);
    const byHttp = content();
    assert.equal((await post(hub, boss, bodyOf(byHttp, 'image/jpeg'))).status, 201);
    const ways = { 'hub-relay': { webrtc: null }, 'local-p2p': { webrtc } };
    for (const [path, options] of Object.entries(ways)) {
      const connection = connect(t, { signalingServer: hub.signaling, tenantId: boss.tenantId,
        identity: identityOf(boss), ...options });
      await until(path, () => connection.path === path, 20000);
      const picture = content();
      const answer = await connection.api('POST', '/api/v1/pictures', bodyOf(picture, 'image/jpeg'));
      assert.deepEqual(answer.body, { picture: pathOf(picture) }, path);
      assert.deepEqual((await get(hub, pathOf(picture))).bytes, picture);
      connection.close();
    }
  });

  test('many guests at once get what they ask for', async (t) => {
    const hub = await start(t);
    const boss = await pair(hub);
    const contents = Array.from({ length: 12 }, () => makePicture('image/webp', 50000));
    for (const content of contents) assert.equal((await post(hub, boss, bodyOf(content))).status, 201);
    await Promise.all(Array.from({ length: 120 }, async (_, i) => {
      const content = contents[i % contents.length];
      assert.deepEqual((await get(hub, pathOf(content))).bytes, content);
    }));
  });

  test('there is room for so many, also at once; what the menu shows stays', async (t) => {
    const hub = await start(t, { limits: { pictures: 5 } });
    const boss = await pair(hub);
    const shown = makePicture();
    const { picture } = (await post(hub, boss, bodyOf(shown))).body;
    const log = new OperationLog(boss);
    log.write('item.set', 'item/soup', { version: 1, set: { name: 'Soup', price: 600, picture } });
    const replica = new Replica(boss, byRelay(await Signal.joinAs(t, hub, boss)));
    await replica.begin();
    await replica.push(log.operations);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(hub, boss, bodyOf(makePicture()))));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(4).fill(201), ...Array(6).fill(409)]);
    assert.equal(answers.find(({ status }) => status === 409).body.code, 'no-room');
    assert.equal((await post(hub, boss, bodyOf(shown))).status, 201, 'what is there needs no room');
    assert.equal((await get(hub, picture)).status, 200);
    assert.equal((await hub.control('GET', '/api/v1/menu')).items[0].picture, picture);
  });

  test('all together have so many bytes', async (t) => {
    const hub = await start(t, { limits: { 'pictures-bytes': 512 * 1024 } });
    const boss = await pair(hub);
    const bring = async () => (await post(hub, boss, bodyOf(makePicture('image/png', 200000), 'image/png'))).status;
    assert.deepEqual([await bring(), await bring(), await bring()], [201, 201, 409]);
  });
});
