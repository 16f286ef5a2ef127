// SPDX-License-Identifier: Apache-2.0
// A house of several computers inside the test's lab (tests/lib/lab): each has a network, mounts, a name,
// and where it is asked for a D-Bus and an avahi-daemon of its own. Cables lead to a switch that is a
// place of its own, and a router between the switch's networks.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { atEnd } from './ends.mjs';
import { until, within } from './wait.mjs';

const forwarder = fileURLToPath(new URL('forward.mjs', import.meta.url));
const inLab = process.env.BELLHOP_LAB === 'inside';

/** Networks by name: "house" is 10.80.0.0/24 and fd80:0:0:0::/64, the next one 10.81.0.0/24... */
const FIRST_NETWORK = 80;
const ROUTER = 254;

// A bus that lets everybody do everything: there is nobody else on this computer.
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
  </policy>
</busconfig>
`;

const avahiConf = (name, ipv6) => `[server]
host-name=${name}
use-ipv4=yes
use-ipv6=${ipv6 ? 'yes' : 'no'}
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
`;

/**
 * Makes the house; it ends with the test.
 *
 * house.addHost(name, options)
 *   address    IPv4, "10.80.0.2"; otherwise the next free one; null: none
 *   ipv6       true: fd80::N beside it, with what the kernel adds by itself; otherwise IPv4 alone
 *   network    the name of its network; otherwise "house". The router knows the way to the others.
 *   isolated   true: its port of the switch sees no other port that is isolated, as on a guest Wi-Fi
 *   gateway    false: no default route
 *   avahi      true: with a D-Bus and an avahi-daemon
 */
export async function makeHouse(t) {
  if (!inLab) throw new Error('only inside a lab');
  const house = new House(t);
  await house.open();
  return house;
}

/** A place of its own, kept by a process that ends with the test; returns nsenter's arguments. */
async function makePlace(t, kinds, script) {
  const keeper = spawn('unshare', [...kinds, 'sh', '-ec', `${script}\necho up; exec cat`],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd(t, () => keeper.kill('SIGKILL'));
  await within(5000, 'place', Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit').then(
    () => { throw new Error('a place could not be made'); })]));
  return keeper.pid;
}

class House {
  #hosts = 0;
  #networks = [];

  constructor(t) {
    this.t = t;
  }

  async open() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'house-'));
    atEnd(this.t, () => rmSync(this.folder, { recursive: true, force: true }));
    this.pid = await makePlace(this.t, ['--net'],
      'ip link set lo up; for way in 4/ip_forward 6/conf/all/forwarding; do '
      + 'echo 1 >/proc/sys/net/ipv$way; done');
  }

  /** In the switch's own place. */
  ip(...args) {
    return execFileSync('nsenter', ['-t', String(this.pid), '-n', 'ip', ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  }

  /** Rules of the router between the networks, as nft reads them. */
  nft(rules) {
    execFileSync('nsenter', ['-t', String(this.pid), '-n', 'nft', '-f', '-'], { input: rules, stdio: 'pipe' });
  }

  /** The network of that name: {bridge, prefix, prefix6}; made where it is new. */
  network(name = 'house') {
    const known = this.#networks.find((one) => one.name === name);
    if (known) return known;
    const index = this.#networks.length;
    const made = { name, bridge: `br${index}`, prefix: `10.${FIRST_NETWORK + index}.0`,
      prefix6: `fd80:0:0:${index}:` };
    this.#networks.push(made);
    this.ip('link', 'add', made.bridge, 'type', 'bridge', 'mcast_snooping', '0', 'forward_delay', '0');
    this.ip('address', 'add', `${made.prefix}.${ROUTER}/24`, 'dev', made.bridge);
    this.ip('address', 'add', `${made.prefix6}:${ROUTER}/64`, 'dev', made.bridge, 'nodad');
    this.ip('link', 'set', made.bridge, 'up');
    return made;
  }

  async addHost(name, options = {}) {
    this.#hosts += 1;
    const host = new Host(this, name, this.#hosts);
    await host.open(options);
    return host;
  }
}

class Host {
  #interfaces = [];
  #settings;
  #bridges = 0;

  constructor(house, name, number) {
    this.house = house;
    this.t = house.t;
    this.name = name;
    this.number = number;
  }

  async open(options) {
    this.#settings = options;
    this.folder = mkdtempSync(path.join(this.house.folder, `${this.name}-`));
    chmodSync(this.folder, 0o755);
    this.pid = await makePlace(this.t, ['--net', '--mount', '--uts', '--propagation', 'private'],
      this.#furnish());
    this.addInterface(options);
    if (options.avahi) await this.addAvahi();
  }

  /* Its own /run, and names that are asked of its own avahi-daemon, or of nobody, at once. */
  #furnish() {
    const put = (name, text) => {
      const file = path.join(this.folder, name);
      writeFileSync(file, text);
      return file;
    };
    // What the lab has laid there may lie on a file that is gone, and nothing can be laid on that.
    const bind = (file, over) => `over=$(readlink -m ${over}); umount "$over" 2>/dev/null || :; mkdir -p "$(dirname "$over")"; `
      + `[ -e "$over" ] || : >"$over"; mount --bind '${file}' "$over"`;
    // avahi-daemon gives its folder to the user avahi, who may not exist where root is not root.
    const asRoot = (file, line) =>
      [...readFileSync(file, 'utf8').split('\n').filter((one) => !/^(avahi:|$)/.test(one)), line, ''].join('\n');
    const minimal = this.#settings.address === null ? 'mdns_minimal' : 'mdns4_minimal';
    return ['ip link set lo up', `hostname '${this.name}'`,
      'mount -t tmpfs none /run', 'mkdir -p /run/dbus /run/avahi-daemon /run/lock',
      bind(put('resolv.conf', 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n'), '/etc/resolv.conf'),
      bind(put('nsswitch.conf', `passwd: files\ngroup: files\nhosts: files ${minimal} [NOTFOUND=return] dns\n`),
        '/etc/nsswitch.conf'),
      bind(put('hosts', `127.0.0.1 localhost\n127.0.1.1 ${this.name}\n`), '/etc/hosts'),
      bind(put('passwd', asRoot('/etc/passwd', 'avahi:x:0:0::/run/avahi-daemon:/bin/false')), '/etc/passwd'),
      bind(put('group', asRoot('/etc/group', 'avahi:x:0:')), '/etc/group')].join('\n');
  }

  /* --- programs --- */

  #into(program, args) {
    return ['-t', String(this.pid), '-n', '-m', '-u', `--wd=${process.cwd()}`, program, ...args];
  }

  /** What to spawn so that the program runs here: [program, args]. Its pid is the program's own. */
  command(program, args = []) {
    return ['nsenter', this.#into(program, args)];
  }

  /** A process that ends with the test at the latest. */
  spawn(program, args = [], options = {}) {
    const child = spawn('nsenter', this.#into(program, args),
      { stdio: ['pipe', 'pipe', 'inherit'], ...options });
    atEnd(this.t, () => child.kill('SIGKILL'));
    return child;
  }

  /** Resolves with what it printed once it has ended well. */
  async run(program, args = [], { input = '', seconds = 20 } = {}) {
    const child = this.spawn(program, args, { stdio: 'pipe' });
    let text = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    child.stderr.setEncoding('utf8').on('data', (chunk) => { complaint += chunk; });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const [code, signal] = await within(seconds * 1000, `end of ${program}`, once(child, 'close'));
    if (code !== 0) throw new Error(`${this.name}: ${program} ${args.join(' ')}: ${code ?? signal}\n${complaint}`);
    return text;
  }

  /** A program of that text that enters the host first, for whoever wants a file to execute. */
  wrap(program) {
    const file = path.join(this.folder, `enter-${path.basename(program)}`);
    const words = this.command(program).flat().map((word) => `'${word}'`);
    writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /* --- network --- */

  ip(...args) {
    return execFileSync('nsenter', this.#into('ip', args),
      { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  }

  /** One more cable to the switch; options as for addHost. Returns its name: "eth0", "eth1"... */
  addInterface(options = {}) {
    const network = this.house.network(options.network);
    const device = `eth${this.#interfaces.length}`;
    const port = `port${this.number}-${this.#interfaces.length}`;
    // The router of the network is nobody's.
    const address = options.address === undefined ? `${network.prefix}.${this.number + 1}` : options.address;
    const one = { device, port, network, address, ipv6: options.ipv6 === true,
      address6: options.ipv6 ? `${network.prefix6}:${this.number + 1}` : null,
      gateway: options.gateway !== false && this.#interfaces.length === 0 };
    this.#interfaces.push(one);

    this.house.ip('link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', String(this.pid));
    this.house.ip('link', 'set', port, 'master', network.bridge, 'up');
    if (options.isolated) this.setIsolated(true, device);
    if (!one.ipv6) this.#write(`ipv6/conf/${device}/disable_ipv6`, 1);
    else this.#write(`ipv6/conf/${device}/accept_dad`, 0);
    this.ip('link', 'set', device, 'up');
    this.#address(one);
    return device;
  }

  /** The cable is gone for good, as a USB adapter that is pulled out. */
  removeInterface(device) {
    this.ip('link', 'del', device);
    this.#interfaces = this.#interfaces.map((one) => (one.device === device ? { ...one, isGone: true } : one));
  }

  #write(name, value) {
    execFileSync('nsenter', this.#into('sh', ['-c', `echo ${value} >/proc/sys/net/${name}`]), { stdio: 'pipe' });
  }

  #find(device) {
    const one = this.#interfaces.find((each) => each.device === device && !each.isGone);
    if (!one) throw new Error(`${this.name} has no ${device}`);
    return one;
  }

  #address(one) {
    if (one.address) this.ip('address', 'replace', `${one.address}/24`, 'dev', one.device);
    if (one.address6) this.ip('address', 'replace', `${one.address6}/64`, 'dev', one.device, 'nodad');
    this.#route(one);
  }

  /* Routes go with an address and with the cable. */
  #route(one) {
    if (!one.gateway || one.isDown) return;
    if (one.address) {
      this.ip('route', 'replace', 'default', 'via', `${one.network.prefix}.${ROUTER}`, 'dev', one.device);
    }
    if (one.address6) {
      this.ip('-6', 'route', 'replace', 'default', 'via', `${one.network.prefix6}:${ROUTER}`, 'dev', one.device);
    }
  }

  /** Its address on the first cable: IPv4, or without one IPv6. */
  get address() {
    const one = this.#interfaces[0];
    return one.address ?? one.address6;
  }

  get address6() {
    return this.#interfaces[0].address6;
  }

  addressOf(device) {
    const one = this.#find(device);
    return one.address ?? one.address6;
  }

  /** The cable is pulled out of the switch or put in again: the interface goes down and up. */
  setLink(up, device = 'eth0') {
    const one = this.#find(device);
    this.ip('link', 'set', device, up ? 'up' : 'down');
    one.isDown = !up;
    if (up) this.#address(one); // IPv6 addresses went with it, and routes
  }

  /** Another IPv4 address, as a DHCP server gives: the old one is gone at once. */
  changeAddress(address, device = 'eth0') {
    const one = this.#find(device);
    if (one.address) this.ip('address', 'del', `${one.address}/24`, 'dev', device);
    one.address = address;
    this.#address(one);
  }

  /** Into another network: the cable goes to another part of the switch, the address with it. */
  moveTo(name, device = 'eth0') {
    const one = this.#find(device);
    const network = this.house.network(name);
    const index = this.number + 1;
    if (one.address) this.ip('address', 'del', `${one.address}/24`, 'dev', device);
    if (one.address6) this.ip('address', 'del', `${one.address6}/64`, 'dev', device);
    this.house.ip('link', 'set', one.port, 'master', network.bridge);
    one.network = network;
    if (one.address) one.address = `${network.prefix}.${index}`;
    if (one.address6) one.address6 = `${network.prefix6}:${index}`;
    this.#address(one);
  }

  /** Whether its port of the switch sees the other isolated ones; the router it always sees. */
  setIsolated(isolated, device = 'eth0') {
    execFileSync('nsenter', ['-t', String(this.house.pid), '-n', 'bridge', 'link', 'set', 'dev',
      this.#find(device).port, 'isolated', isolated ? 'on' : 'off'], { stdio: 'pipe' });
  }

  /** Rules as nft reads them from a file, in place of those before; '' for none. */
  firewall(rules) {
    execFileSync('nsenter', this.#into('nft', ['-f', '-']), { input: `flush ruleset\n${rules}\n`, stdio: 'pipe' });
  }

  /**
   * Makes a port of its 127.0.0.1 one of ours too, by a way that is not the cable. Resolves with our
   * port: the same one where it is free.
   */
  async bridge(port) {
    const socketPath = this.#socketPath();
    const near = await listen(this.t, socketPath, port).catch(() => listen(this.t, socketPath, 0));
    const ours = near.address().port;
    await this.#forward(socketPath, String(port || ours));
    return ours;
  }

  /** The other way: a port of our 127.0.0.1, a printer's say, is one of its own too, at that address. */
  async lend(port, address = '127.0.0.1') {
    const socketPath = this.#socketPath();
    await listen(this.t, { port, host: '127.0.0.1' }, socketPath);
    await this.#forward(`${address}:${port}`, socketPath);
  }

  #socketPath() {
    this.#bridges += 1;
    return path.join(this.folder, `bridge-${this.#bridges}.sock`);
  }

  async #forward(from, to) {
    const far = this.spawn(process.execPath, [forwarder, from, to], { stdio: ['ignore', 'pipe', 'inherit'] });
    await within(10000, 'bridge', once(far.stdout, 'data'));
  }

  /* --- D-Bus and avahi --- */

  async startBus() {
    const conf = path.join(this.folder, 'bus.conf');
    writeFileSync(conf, BUS);
    await this.run('rm', ['-f', '/run/dbus/system_bus_socket']);
    this.bus = this.spawn('dbus-daemon', [`--config-file=${conf}`, '--nofork', '--nopidfile', '--print-address'],
      { stdio: ['ignore', 'pipe', 'ignore'] });
    await within(5000, 'D-Bus', once(this.bus.stdout, 'data'));
  }

  async stopBus(signal = 'SIGTERM') {
    await end(this.bus, signal);
    this.bus = undefined;
  }

  /** Starts its avahi-daemon, and its D-Bus where it has none; resolves once its own name stands. */
  async addAvahi() {
    if (!this.bus) await this.startBus();
    const conf = path.join(this.folder, 'avahi.conf');
    writeFileSync(conf, avahiConf(this.name, this.#settings.ipv6 === true));
    const avahi = this.spawn('avahi-daemon', ['-f', conf, '--no-drop-root', '--no-chroot', '--no-rlimits'],
      { stdio: ['ignore', 'ignore', 'pipe'] });
    this.avahi = avahi;
    this.avahiLog = '';
    avahi.stderr.setEncoding('utf8').on('data', (chunk) => { this.avahiLog += chunk; });
    await until(`avahi-daemon of ${this.name}`, () => {
      if (avahi.exitCode !== null) throw new Error(`avahi-daemon ended\n${this.avahiLog}`);
      return /Server startup complete/.test(this.avahiLog);
    }, 10000);
  }

  async stopAvahi(signal = 'SIGTERM') {
    await end(this.avahi, signal);
    this.avahi = undefined;
  }

  async restartAvahi(signal) {
    await this.stopAvahi(signal);
    await this.addAvahi();
  }

  /** From now on the name leads there, as a name server would have it. */
  knowName(name, address) {
    appendFileSync(path.join(this.folder, 'hosts'), `${address} ${name}\n`);
  }

  /** What the name leads to from here, by the system's own resolver; null: nowhere. */
  async resolve(name) {
    const text = await this.run('getent', ['ahosts', name]).catch(() => '');
    return /^\S+/.exec(text)?.[0] ?? null;
  }
}

/** Takes connections here, port or path, and passes them on to the other. */
async function listen(t, onward, here) {
  const server = net.createServer((client) => {
    const other = net.connect(onward);
    client.on('error', () => other.destroy()).on('close', () => other.destroy());
    other.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(other).pipe(client);
  });
  server.listen(typeof here === 'number' ? { port: here, host: '127.0.0.1' } : { path: here });
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return server;
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await within(5000, `end of ${child.spawnargs.join(' ')}`, ended);
}
