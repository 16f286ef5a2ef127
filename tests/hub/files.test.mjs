// SPDX-License-Identifier: Apache-2.0
// What the hub keeps in its folder is its user's alone, from the first moment on.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';

import { Device } from '../lib/device.mjs';
import { makeStateFolder, program, startHub } from '../lib/hub.mjs';

const modeOf = async (file) => ((await stat(file)).mode & 0o777).toString(8);

describe('the state folder', () => {
  test('keys, database and control socket are for this user only', async (t) => {
    const hub = await startHub(t, { open: false });
    await Device.pair(hub);
    const names = await readdir(hub.state);
    for (const name of ['hub.key', 'authority.key', 'leaf.key', 'bellhop.db', 'control.sock']) {
      assert.ok(names.includes(name), name);
      assert.equal(await modeOf(path.join(hub.state, name)), '600', name);
    }
    assert.ok(!hub.log.includes('#'), 'no link in the log of a daemon');
  });

  test('the same hub and authority after a restart; the socket of a dead hub is no obstacle', async (t) => {
    const first = await startHub(t, { open: false });
    const before = (await first.ask('GET', '/api/v1/hello')).body;
    await first.kill();
    const hub = await startHub(t, { open: false, state: first.state });
    const after = (await hub.ask('GET', '/api/v1/hello')).body;
    assert.equal(after.hubKey, before.hubKey);
    assert.equal(after.authority, before.authority);
    assert.equal(after.hostName, before.hostName);
    assert.equal((await hub.control('GET', '/api/v1/devices')).devices.length, 0);
  });

  test('a damaged key is said, and not replaced', async (t) => {
    for (const name of ['hub.key', 'authority.key']) {
      const state = await makeStateFolder(t);
      const first = await startHub(t, { open: false, state });
      await first.stop();
      await writeFile(path.join(state, name), 'rubbish');
      const { status, stderr } = spawnSync(program, ['--daemon', '--state', state, '--listen', '127.0.0.1',
        '--port', '0', '--https-port', '0'], { encoding: 'utf8', timeout: 20000 });
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(name.split('.')[0]));
      assert.equal((await stat(path.join(state, name))).size, 7);
    }
  });
});
