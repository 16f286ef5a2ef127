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
let named = false;
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
export const FAR_ADDRESS = '10.77.0.2';
const OUTSIDE_ADDRESS = '10.99.0.2';

/** From now on, and for this lab alone, the name leads to this address, as mDNS would have it. */
export function setName(t, name, address) {
  if (!inLab) throw new Error('only inside a lab');
  const file = path.join(tmpdir(), 'hosts');
  if (!named) {
    writeFileSync(file, '');
    execFileSync('mount', ['--bind', file, '/etc/hosts']);
    named = true;
    t.after(() => {
      execFileSync('umount', ['/etc/hosts']);
      named = false;
    });
  }
  // In place: what is mounted is the file, not its name.
  writeFileSync(file, `127.0.0.1 localhost\n${address} ${name}\n`);
}

/**
 * This end has another IPv4 address from now on; what was sent from the old one goes nowhere.
 * `gateway`: of the address's network; null: it leads nowhere else.
 */
export function changeAddress(from, to, gateway = '10.77.0.254') {
  ip('address', 'del', `${from}/24`, 'dev', 'lab0');
  ip('address', 'add', `${to}/24`, 'dev', 'lab0');
  // The default route went with its source address.
  if (gateway) ip('route', 'replace', 'default', 'via', gateway, 'dev', 'lab0');
}

/** This end has one more IPv4 address. */
export function addAddress(address) {
  ip('address', 'add', `${address}/24`, 'dev', 'lab0');
}

/** The cable is pulled out, or put in again. */
export function setLink(isUp) {
  ip('link', 'set', 'lab0', isUp ? 'up' : 'down');
  // The default route went with it.
  if (isUp) ip('route', 'replace', 'default', 'via', '10.77.0.254', 'dev', 'lab0');
}

/**
 * A second host at the other end of the cable, IPv4 only.
 *
 * host.command(program, args)  what to spawn so that the program runs there
 * host.spawn(program, args)
 * host.bridge(port)            makes its 127.0.0.1:port ours too, by a way that is not the cable;
 *                              resolves with our port, the same one
 * host.lend(port)              the other way: our 127.0.0.1:port, a printer's say, is its own too
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
    spawn: (program, args) => spawn('nsenter', there(program, ...args), { stdio: ['pipe', 'pipe', 'inherit'] }),
    bridge: (port) => bridge(t, there, port),
    lend: (port) => lend(t, there, port),
  };
}

/**
 * A host of another network, reached by a router's leave: its address is in none of ours, and packets
 * go both ways all the same. Takes the place of the far host: one of the two in a lab at a time.
 *
 * host.run(program, args)  what it printed
 * host.spawn(program, args)
 */
export async function makeOutsideHost(t, outside = OUTSIDE_ADDRESS) {
  if (!inLab) throw new Error('only inside a lab');
  const keeper = spawn('unshare', ['--net', 'sh', '-c', 'echo up; exec cat'],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => keeper.kill('SIGKILL'));
  await once(keeper.stdout, 'data');
  const there = (...args) => ['-t', String(keeper.pid), '-n', ...args];
  const farIp = (...args) => execFileSync('nsenter', there('ip', ...args), { stdio: 'pipe' });

  ip('link', 'set', 'lab1', 'netns', String(keeper.pid));
  farIp('link', 'set', 'lo', 'up');
  farIp('address', 'add', `${outside}/24`, 'dev', 'lab1');
  farIp('link', 'set', 'lab1', 'up');
  farIp('route', 'add', `${ADDRESS}/32`, 'dev', 'lab1');
  ip('route', 'add', `${outside}/32`, 'dev', 'lab0');
  return {
    run: (program, args) => execFileSync('nsenter', there(program, ...args), { encoding: 'utf8' }),
    spawn: (program, args) => spawn('nsenter', there(program, ...args), { stdio: ['pipe', 'pipe', 'inherit'] }),
  };
}

/**
 * Hosts that reach this end and nobody else, as on a Wi-Fi that isolates its clients: each has a cable of
 * its own to us, and we do not forward.
 *
 * host.address  ours, on its cable
 * host.spawn(program, args)
 */
export async function makeIsolatedHosts(t, count) {
  if (!inLab) throw new Error('only inside a lab');
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '0');
  const hosts = [];
  for (let i = 0; i < count; i += 1) {
    const keeper = spawn('unshare', ['--net', 'sh', '-c', 'echo up; exec cat'],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => keeper.kill('SIGKILL'));
    await once(keeper.stdout, 'data');
    const there = (...args) => ['-t', String(keeper.pid), '-n', ...args];
    const farIp = (...args) => execFileSync('nsenter', there('ip', ...args), { stdio: 'pipe' });
    const address = `10.78.${i}.1`;
    ip('link', 'add', `iso${i}`, 'type', 'veth', 'peer', 'name', `far${i}`);
    ip('link', 'set', `far${i}`, 'netns', String(keeper.pid));
    ip('address', 'add', `${address}/24`, 'dev', `iso${i}`);
    ip('link', 'set', `iso${i}`, 'up');
    ip('-6', 'address', 'flush', 'dev', `iso${i}`);
    farIp('link', 'set', 'lo', 'up');
    farIp('address', 'add', `10.78.${i}.2/24`, 'dev', `far${i}`);
    farIp('link', 'set', `far${i}`, 'up');
    farIp('route', 'add', 'default', 'via', address, 'dev', `far${i}`);
    farIp('-6', 'address', 'flush', 'dev', `far${i}`);
    hosts.push({ address, spawn: (program, args) => spawn('nsenter', there(program, ...args),
      { stdio: ['pipe', 'pipe', 'inherit'] }) });
  }
  return hosts;
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
  return port;
}

/** The other way around. */
async function lend(t, there, port) {
  const socketPath = path.join(tmpdir(), `lend-${port}.sock`);
  const forward = async (program, args) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
  };
  await forward(process.execPath, [forwarder, socketPath, String(port)]);
  await forward('nsenter', there(process.execPath, forwarder, String(port), socketPath));
}
