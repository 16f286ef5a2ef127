// SPDX-License-Identifier: Apache-2.0
// What a test may do to the network of its lab (tests/lib/lab). Nothing here touches the machine's.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const forwarder = fileURLToPath(new URL('forward.mjs', import.meta.url));
const inLab = process.env.BELLHOP_LAB === 'inside';

/** For a test's `skip`: false inside a lab, otherwise why not. */
export const skipOutsideLab = inLab ? false : 'needs a network namespace of its own';

function ip(...args) {
  if (!inLab) throw new Error('only inside a lab');
  execFileSync('ip', args, { stdio: 'pipe' });
}

/** From now on no UDP datagram leaves or arrives, not even to this machine itself. */
export function blockUdp(t) {
  for (const family of ['-4', '-6']) {
    ip(family, 'rule', 'add', 'pref', '2', 'lookup', 'local');
    ip(family, 'rule', 'add', 'pref', '1', 'ipproto', 'udp', 'blackhole');
    ip(family, 'rule', 'del', 'pref', '0');
  }
  t.after(() => {
    for (const family of ['-4', '-6']) {
      ip(family, 'rule', 'add', 'pref', '0', 'lookup', 'local');
      ip(family, 'rule', 'del', 'pref', '1');
      ip(family, 'rule', 'del', 'pref', '2');
    }
  });
}

/** TCP holds a few KiB on its way instead of megabytes: who does not read is felt at once. */
export function shrinkTcpBuffers(t) {
  if (!inLab) throw new Error('only inside a lab');
  for (const name of ['tcp_rmem', 'tcp_wmem']) {
    const file = `/proc/sys/net/ipv4/${name}`;
    const before = readFileSync(file);
    writeFileSync(file, '4096 4096 4096');
    t.after(() => writeFileSync(file, before));
  }
}

/** The addresses of the lab's two ends, once the hub lives apart. */
export const ADDRESS = '10.77.0.1';
const FAR_ADDRESS = '10.77.0.2';

/** This end has another IPv4 address from now on; what was sent from the old one goes nowhere. */
export function changeAddress(from, to) {
  ip('address', 'del', `${from}/24`, 'dev', 'lab0');
  ip('address', 'add', `${to}/24`, 'dev', 'lab0');
  // The default route went with its source address.
  ip('route', 'replace', 'default', 'via', '10.77.0.254', 'dev', 'lab0');
}

/**
 * A second host at the other end of the cable, IPv4 only.
 *
 * host.command(program, args)  what to spawn so that the program runs there
 * host.bridge(port)            makes its 127.0.0.1:port ours too, by a way that is not the cable
 */
export async function makeFarHost(t) {
  if (!inLab) throw new Error('only inside a lab');
  const keeper = spawn('unshare', ['--net', 'sh', '-c', 'echo up; exec cat'],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => keeper.kill('SIGKILL'));
  await once(keeper.stdout, 'data');
  const there = (...args) => ['-t', String(keeper.pid), '-n', ...args];
  const farIp = (...args) => execFileSync('nsenter', there('ip', ...args), { stdio: 'pipe' });

  ip('link', 'set', 'lab1', 'netns', String(keeper.pid));
  ip('-6', 'address', 'flush', 'dev', 'lab0');
  farIp('link', 'set', 'lo', 'up');
  farIp('address', 'add', `${FAR_ADDRESS}/24`, 'dev', 'lab1');
  farIp('link', 'set', 'lab1', 'up');
  farIp('route', 'add', 'default', 'via', '10.77.0.254', 'dev', 'lab1');
  farIp('-6', 'address', 'flush', 'dev', 'lab1');

  return {
    command: (program, args) => ['nsenter', there(program, ...args)],
    bridge: (port) => bridge(t, there, port),
  };
}

/** Two forwarders with a Unix-domain socket between them: what passes here outlives addresses. */
async function bridge(t, there, port) {
  const socketPath = path.join(tmpdir(), `bridge-${port}.sock`);
  const far = spawn('nsenter', there(process.execPath, forwarder, socketPath, String(port)),
    { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => far.kill('SIGKILL'));
  await once(far.stdout, 'data');

  const near = net.createServer((client) => {
    const onward = net.connect(socketPath);
    client.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    onward.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(onward).pipe(client);
  });
  near.listen(port, '127.0.0.1');
  await once(near, 'listening');
  t.after(() => near.close());
}
