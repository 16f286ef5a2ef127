// SPDX-License-Identifier: Apache-2.0
// What bench-channel measures of Bellhop, measured of another implementation with itself: two
// processes, signaling over the pipe between them, the same numbers of everything.
//   node rivals/channel.mjs (node-datachannel | werift) [open] [ping] [stream] [held]
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const OPENS = 100;
const OPEN_WARM_UP = 5;
const PEERS_HELD = 100;
const IDLE_MS = 5000;
const PINGS = 10000;
const PING_WARM_UP = 2000;
const PING_BYTES = 100;
const STREAM_MS = 1500;
const STREAM_WARM_UP_MS = 500;
const STREAM_HIGH_BYTES = 1024 * 1024;
const STREAM_LOW_BYTES = 256 * 1024;
const BESIDE_INTERVAL_MS = 2;
const STEP_TIMEOUT_MS = 10000;
const PART_TIMEOUT_MS = 20000; // a slow implementation is told with the samples it managed

const isAnswerer = process.argv[2] === '--answer';
const [name, ...parts] = process.argv.slice(isAnswerer ? 3 : 2);
const { who, makePeer, end } = await import(`./${name}.mjs`);

const now = () => Number(process.hrtime.bigint()) / 1e6; // milliseconds

function usage() {
  const pages = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1]);
  const { user, system } = process.cpuUsage();
  return { kib: pages * 4, cpuMs: (user + system) / 1000 };
}

function makeWired(number, send, onChannel) {
  const startedMs = now();
  const peer = makePeer({
    onDescription: (description) => send({ type: 'description', number, ...description }),
    onCandidate: (candidate) => send({ type: 'candidate', number, ...candidate }),
    onChannel,
  });
  // As signaling: one after the other.
  let last = Promise.resolve();
  const take = (message) => {
    last = last
      .then(() => (message.type === 'description' ? peer.takeDescription(message) : peer.takeCandidate(message)))
      .catch((error) => process.env.BENCH_VERBOSE && console.error(message.type, error));
  };
  return { peer, take, elapsedMs: () => now() - startedMs };
}

function answer() {
  const peers = new Map();
  const send = (message) => process.connected && process.send(message);

  const serve = (number) => (channel) => {
    send({ type: 'open', number, ms: peers.get(number).elapsedMs() });
    channel.onMessage((data, isText) => {
      if (channel.label === 'echo') channel.send(data);
      else if (isText) channel.send('done');
    });
  };
  process.on('message', (message) => {
    const { type, number } = message;
    if (type === 'usage') {
      send({ type: 'usage', ...usage() });
    } else if (type === 'close') {
      peers.get(number)?.peer.close();
      peers.delete(number);
    } else {
      if (!peers.has(number) && message.is === 'offer') peers.set(number, makeWired(number, send, serve(number)));
      peers.get(number)?.take(message);
    }
  });
  process.on('disconnect', () => process.exit(0));
}

function percentiles(line, unit, values) {
  if (values.length === 0) return; // too slow to be measured at all
  const sorted = Float64Array.from(values).sort();
  const at = (percent) => sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))];
  print(line, { [`p50_${unit}`]: at(50), [`p99_${unit}`]: at(99) });
}

function print(line, figures) {
  const rounded = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toPrecision(4))]));
  console.log(JSON.stringify({ line, who, ...rounded }));
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${who}: nothing moved for ${STEP_TIMEOUT_MS} ms, waiting for ${what}`)), STEP_TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

class Bench {
  #child = fork(fileURLToPath(import.meta.url), ['--answer', name]);
  #peers = new Map();
  #last = 0;
  #waiting = new Map(); // 'open 3' or 'usage' -> resolve

  constructor() {
    this.#child.on('message', (message) => {
      const key = message.type === 'open' ? `open ${message.number}` : message.type;
      if (message.type === 'open' || message.type === 'usage') this.#waiting.get(key)?.(message);
      else this.#peers.get(message.number)?.take(message);
    });
  }

  #reply(key) {
    return within(new Promise((resolve) => this.#waiting.set(key, resolve)), key);
  }

  async usage() {
    const reply = this.#reply('usage');
    this.#child.send({ type: 'usage' });
    return reply;
  }

  async connect(label) {
    const number = ++this.#last;
    const answered = this.#reply(`open ${number}`);
    const wired = makeWired(number, (message) => this.#child.send(message), () => {});
    this.#peers.set(number, wired);
    const channel = await wired.peer.offer(label);
    const opened = new Promise((resolve) => channel.onOpen(() => resolve(wired.elapsedMs())));
    const [ms, { ms: answererMs }] = await Promise.all([within(opened, 'a channel to open'), answered]);
    this.#waiting.delete(`open ${number}`);
    return { number, channel, ms, answererMs };
  }

  disconnect({ number }) {
    this.#child.send({ type: 'close', number });
    this.#peers.get(number).peer.close();
    this.#peers.delete(number);
  }

  async end() {
    this.#child.disconnect();
    await new Promise((resolve) => this.#child.on('exit', resolve));
  }
}

async function measureOpens(bench) {
  const offerer = [];
  const answerer = [];
  const until = now() + PART_TIMEOUT_MS;
  for (let i = 0; i < OPEN_WARM_UP + OPENS && now() < until; i++) {
    const connection = await bench.connect('echo').catch((error) => console.error(error.message));
    if (!connection) continue; // one that never opens is told, and has no time
    bench.disconnect(connection);
    if (i < OPEN_WARM_UP) continue;
    offerer.push(connection.ms);
    answerer.push(connection.answererMs);
  }
  percentiles('open-offerer', 'ms', offerer);
  percentiles('open-answerer', 'ms', answerer);
}

async function measureRoundTrip(bench) {
  const connection = await bench.connect('echo');
  const { channel } = connection;
  const bytes = Buffer.alloc(PING_BYTES);
  const samples = [];
  let warmUp = PING_WARM_UP;
  let sentMs;
  await within(
    new Promise((resolve) => {
      const send = () => {
        sentMs = now();
        channel.send(bytes);
      };
      channel.onMessage(() => {
        if (warmUp > 0) warmUp--;
        else if (samples.push((now() - sentMs) * 1000) === PINGS) return resolve();
        send();
      });
      send();
    }),
    'the last echo',
  );
  percentiles('round-trip-100', 'us', samples);
  bench.disconnect(connection);
}

async function measureStream(bench, line, messageBytes) {
  const connection = await bench.connect('sink');
  const { channel } = connection;
  const message = Buffer.alloc(messageBytes);
  let fill = () => {};
  let done = () => {};
  channel.onLow(STREAM_LOW_BYTES, () => fill());
  channel.onMessage(() => done());

  const stream = async (ms) => {
    const startMs = now();
    let bytes = 0;
    const finished = within(new Promise((resolve) => (done = resolve)), 'the end of a stream');
    fill = () => {
      while (channel.bufferedAmount() < STREAM_HIGH_BYTES) {
        if (now() >= startMs + ms) {
          fill = () => {};
          channel.send('end');
          return;
        }
        channel.send(message);
        bytes += messageBytes;
      }
    };
    fill();
    await finished;
    return bytes / (now() - startMs) / 1000;
  };
  await stream(STREAM_WARM_UP_MS);
  print(line, { mb_s: await stream(STREAM_MS) });
  bench.disconnect(connection);
}

// The round trip on one connection while another of the same two processes streams.
async function measureBesideStream(bench) {
  const streamer = await bench.connect('sink');
  const other = await bench.connect('echo');
  const message = Buffer.alloc(16 * 1024);
  const bytes = Buffer.alloc(PING_BYTES);
  const samples = [];
  let fill = () => {};
  let done = () => {};
  let sentMs = 0;
  streamer.channel.onLow(STREAM_LOW_BYTES, () => fill());
  streamer.channel.onMessage(() => done());
  other.channel.onMessage(() => {
    samples.push((now() - sentMs) * 1000);
    sentMs = 0;
  });

  const startMs = now();
  const finished = within(new Promise((resolve) => (done = resolve)), 'the end of a stream');
  fill = () => {
    while (streamer.channel.bufferedAmount() < STREAM_HIGH_BYTES) {
      if (now() >= startMs + STREAM_WARM_UP_MS + STREAM_MS) {
        fill = () => {};
        streamer.channel.send('end');
        return;
      }
      streamer.channel.send(message);
    }
  };
  fill();
  await pause(STREAM_WARM_UP_MS);
  const timer = setInterval(() => {
    if (sentMs !== 0) return;
    sentMs = now();
    other.channel.send(bytes);
  }, BESIDE_INTERVAL_MS);
  await finished;
  clearInterval(timer);
  percentiles('round-trip-beside-stream', 'us', samples);
  bench.disconnect(streamer);
  bench.disconnect(other);
}

async function measureHeld(bench) {
  bench.disconnect(await bench.connect('echo'));
  await pause(500);
  let before = [await bench.usage(), usage()];
  const connections = [];
  // Several together: with some, one in three takes a second.
  for (let i = 0; i < PEERS_HELD; i += 10)
    connections.push(...(await Promise.all(Array.from({ length: 10 }, () => bench.connect('echo')))));
  await pause(1000);
  let after = [await bench.usage(), usage()];
  print('memory-peer', {
    kib: (after[0].kib - before[0].kib) / PEERS_HELD,
    offerer_kib: (after[1].kib - before[1].kib) / PEERS_HELD,
  });

  const startMs = now();
  before = [await bench.usage(), usage()];
  await pause(IDLE_MS);
  after = [await bench.usage(), usage()];
  const elapsedMs = now() - startMs;
  print('idle-100-peers', {
    cpu_percent: ((after[0].cpuMs - before[0].cpuMs) / elapsedMs) * 100,
    offerer_cpu_percent: ((after[1].cpuMs - before[1].cpuMs) / elapsedMs) * 100,
  });
  for (const connection of connections) bench.disconnect(connection);
}

if (isAnswerer) {
  answer();
} else {
  const wanted = (part) => parts.length === 0 || parts.includes(part);
  const bench = new Bench();
  if (wanted('open')) await measureOpens(bench);
  if (wanted('ping')) await measureRoundTrip(bench);
  if (wanted('stream')) {
    await measureStream(bench, 'stream-16k', 16 * 1024);
    await measureStream(bench, 'stream-64k', 64 * 1024);
    await measureBesideStream(bench);
  }
  if (wanted('held')) await measureHeld(bench);
  await bench.end();
  end();
  process.exit(0);
}
