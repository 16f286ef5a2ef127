// SPDX-License-Identifier: Apache-2.0
// The hub as a service: what it tells whoever started it, and how it ends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { atEnd } from '../lib/ends.mjs';
import { makeStateFolder, program } from '../lib/hub.mjs';
import { Inbox, within } from '../lib/wait.mjs';

const unit = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../data/systemd/bellhop.service.in');

// Node has no datagrams between processes.
const LISTENER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\\0", 1) if sys.argv[1][0] == "@" else sys.argv[1])
print(json.dumps("here"), flush=True)
while True:
    print(json.dumps(s.recv(4096).decode()), flush=True)
`;

// Takes from a program what the unit's SystemCallFilter= does, of what GLib and SQLite ask for: chown, fchown,
// lchown, fchownat, setpriority, sched_setscheduler, sched_setattr.
const CONFINED = `
import ctypes, os, platform, struct, sys
calls = {"x86_64": (92, 93, 94, 260, 141, 144, 314), "aarch64": (54, 55, 140, 119, 274)}[platform.machine()]
refusal = 0x00050001 if sys.argv[1] == "EPERM" else 0x80000000
code = [(0x20, 0, 0, 0)] + [(0x15, len(calls) - i, 0, call) for i, call in enumerate(calls)]
code += [(0x06, 0, 0, 0x7fff0000), (0x06, 0, 0, refusal)]
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]
libc = ctypes.CDLL(None)
filter = Filter(len(code), b"".join(struct.pack("HBBI", *one) for one in code))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(filter), 0, 0):
    sys.exit("no filter")
os.execv(sys.argv[2], sys.argv[2:])
`;

/** Who starts a service hears of it here. */
async function listen(t, address) {
  const child = spawn('python3', ['-c', LISTENER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => child.kill('SIGKILL'));
  const inbox = new Inbox();
  createInterface({ input: child.stdout }).on('line', (line) => inbox.put(JSON.parse(line)));
  await inbox.take('listener', (text) => text === 'here');
  return inbox;
}

async function run(t, env, args = [], [command, ...before] = [program]) {
  const state = await makeStateFolder(t);
  const child = spawn(command, [...before, '--daemon', '--state', state, '--listen', '127.0.0.1', '--port', '0', '--https-port', '0',
    ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env } });
  atEnd(t, () => child.kill('SIGKILL'));
  const ready = new Promise((resolve) => {
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => { if (/http:/.test(out += chunk)) resolve(out); });
  });
  child.stderr.resume();
  return { child, ready, end: once(child, 'exit') };
}

describe('a service', () => {
  for (const kind of ['file', 'abstract'])
    test(`says when it serves, that it lives, and when it ends (${kind})`, async (t) => {
      const address = kind === 'file' ? path.join(await makeStateFolder(t), 'notify') : `@bellhop-${randomUUID()}`;
      const heard = await listen(t, address);
      const { child, ready, end } = await run(t, { NOTIFY_SOCKET: address, WATCHDOG_USEC: '200000' });
      assert.match(await heard.take('ready', (text) => /^READY=1\n/.test(text)), /\nSTATUS=http:\/\/\S+:\d+\/$/);
      await ready;
      for (let i = 0; i < 3; i++) await heard.take('sign of life', (text) => text === 'WATCHDOG=1');
      child.kill('SIGTERM');
      await heard.take('end', (text) => text === 'STOPPING=1');
      assert.deepEqual(await within(10000, 'end', end), [0, null]);
    });

  test('feeds no watchdog that is another\'s, and says nothing before it serves', async (t) => {
    const address = path.join(await makeStateFolder(t), 'notify');
    const heard = await listen(t, address);
    const { child, end } = await run(t, { NOTIFY_SOCKET: address, WATCHDOG_USEC: '2000', WATCHDOG_PID: '1' });
    await heard.take('ready', (text) => /^READY=1/.test(text));
    child.kill('SIGTERM');
    await heard.take('end', (text) => text === 'STOPPING=1');
    await within(10000, 'end', end);
    assert.deepEqual(heard.waiting, []);

    // A hub that cannot serve was never ready.
    const refused = await run(t, { NOTIFY_SOCKET: address }, ['--tls-certificate', '/nowhere', '--tls-key', '/nowhere']);
    assert.deepEqual(await within(10000, 'end', refused.end), [1, null]);
    await heard.take('end', (text) => text === 'STOPPING=1');
    assert.deepEqual(heard.waiting, []);
  });

  test('serves where nobody listens, and ends cleanly by each signal', async (t) => {
    for (const [signal, address] of [['SIGTERM', '/nowhere/notify'], ['SIGINT', 'nonsense'], ['SIGHUP', '@'], ['SIGTERM', '']]) {
      const { child, ready, end } = await run(t, { NOTIFY_SOCKET: address, WATCHDOG_USEC: 'soon' });
      await within(10000, 'link', ready);
      child.kill(signal);
      assert.deepEqual(await within(10000, `end by ${signal}`, end), [0, null]);
    }
  });

  test('of the cloud says the same', async (t) => {
    const address = path.join(await makeStateFolder(t), 'notify');
    const heard = await listen(t, address);
    const child = spawn(program, ['--cloud', '--listen', '127.0.0.1', '--port', '0', '--https-port', '0'],
      { stdio: 'ignore', env: { ...process.env, NOTIFY_SOCKET: address } });
    atEnd(t, () => child.kill('SIGKILL'));
    const end = once(child, 'exit');
    await heard.take('ready', (text) => /^READY=1/.test(text));
    child.kill('SIGTERM');
    await heard.take('end', (text) => text === 'STOPPING=1');
    assert.deepEqual(await within(10000, 'end', end), [0, null]);
  });

  test('has a unit that starts it so', async () => {
    const text = await readFile(unit, 'utf8');
    for (const line of ['Type=notify', 'ExecStart=@bindir@/bellhop --daemon --state %S/bellhop', 'DynamicUser=yes',
      'StateDirectory=bellhop', 'ProtectSystem=strict', 'NoNewPrivileges=yes'])
      assert.ok(text.split('\n').includes(line), line);
    assert.match(text, /^WatchdogSec=\d+$/m);
  });

  test('serves with what the unit leaves it of the system', async (t) => {
    const text = await readFile(unit, 'utf8');
    assert.match(text, /^SystemCallFilter=~@privileged @resources$/m);
    const refusal = /^SystemCallErrorNumber=(\w+)$/m.exec(text)?.[1] ?? 'kill';
    const { child, ready, end } = await run(t, {}, ['--limit', 'backup-seconds=0'],
      ['python3', '-c', CONFINED, refusal, program]);
    await within(10000, 'link', Promise.race([ready, end.then(([, signal]) => assert.fail(`it ended by ${signal}`))]));
    child.kill('SIGTERM');
    assert.deepEqual(await within(10000, 'end', end), [0, null]);
  });
});
