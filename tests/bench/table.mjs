// SPDX-License-Identifier: Apache-2.0
// Makes one Markdown table of the figures (JSON lines on standard input) that the programs of this
// folder print: of several rounds the median, ratios to the best rival. A ratio above 1 means that
// Bellhop is ahead.
import { readFileSync } from 'node:fs';
import os from 'node:os';

// keys: figures of a line, all in one unit; the first one stands in every ratio, too.
const lower = (line, title, unit, ...keys) => ({ line, title, unit, keys, ratio: (ours, theirs) => theirs / ours });
const higher = (line, title, unit, ...keys) => ({ line, title, unit, keys, ratio: (ours, theirs) => ours / theirs });

const rows = [
  lower('round-trip-100', 'Data channel, round trip of 100 bytes, p50 / p99', 'µs', 'p50_us', 'p99_us'),
  higher('stream-16k', 'Data channel, messages of 16 KiB one way', 'MB/s', 'mb_s'),
  higher('stream-64k', 'Data channel, messages of 64 KiB one way', 'MB/s', 'mb_s'),
  lower('round-trip-beside-stream', 'Round trip of 100 bytes while another peer is sent 16 KiB messages without end, p50 / p99', 'µs', 'p50_us', 'p99_us'),
  lower('open-offerer', 'Offer to open channel, as offerer, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('open-answerer', 'Offer to open channel, as answerer, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('open-offerer-loopback', 'Offer to open channel with loopback candidates, as offerer, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('open-answerer-loopback', 'Offer to open channel with loopback candidates, as answerer, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('memory-peer', 'Memory of a data-channel peer', 'KiB', 'kib'),
  lower('idle-100-peers', '100 idle data-channel peers, of one core', '%', 'cpu_percent'),
  lower('memory-hub-peer', 'Memory of a peer of the hub: WebSocket and data channel', 'KiB', 'kib'),
  lower('idle-hub-100-peers', 'Hub with 100 idle peers, of one core', '%', 'cpu_percent'),
  lower('start', 'Start to first answered request', 'ms', 'p50_ms'),
  lower('memory-idle', 'Memory of the idle server', 'MiB', 'mib'),
  lower('memory-socket', 'Memory of a joined WebSocket', 'KiB', 'kib'),
  higher('relays-100', 'Signaling relays, 100 peers', '/s', 'per_s'),
  higher('relays-1000', 'Signaling relays, 1,000 peers', '/s', 'per_s'),
  lower('relay-cpu-100', 'Server CPU of a relay, 100 peers', 'µs', 'us'),
  lower('relay-cpu-1000', 'Server CPU of a relay, 1,000 peers', 'µs', 'us'),
  lower('relay-latency-100', 'Relay, 100 peers, p50 / p99', 'µs', 'p50_us', 'p99_us'),
  lower('relay-latency-1000', 'Relay, 1,000 peers, p50 / p99', 'µs', 'p50_us', 'p99_us'),
  higher('sealed-relays-100', 'Sealed relays between paired devices, 100 peers', '/s', 'per_s'),
  higher('sealed-relays-1000', 'Sealed relays between paired devices, 1,000 peers', '/s', 'per_s'),
  lower('sealed-relay-cpu-100', 'Server CPU of a sealed relay, 100 peers', 'µs', 'us'),
  lower('sealed-relay-cpu-1000', 'Server CPU of a sealed relay, 1,000 peers', 'µs', 'us'),
  lower('join-word', 'Join that is believed (`--open`), p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('join-proof', 'Join by proof, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('join-word-cpu', 'Server CPU of a join that is believed', 'µs', 'us'),
  lower('join-proof-cpu', 'Server CPU of a join by proof', 'µs', 'us'),
  higher('tls-handshakes', 'TLS 1.3 handshakes, one worker', '/s', 'per_s'),
  lower('tls-handshake-cpu', 'Server CPU of a TLS 1.3 handshake', 'µs', 'us'),
  lower('memory-device', 'Memory of a paired device that is away', 'KiB', 'kib'),
  lower('memory-device-socket', 'Memory of a paired device, joined and sealed', 'KiB', 'kib'),
  higher('durable-1', 'Durable operations at the hub, one a commit', '/s', 'per_s'),
  higher('durable-10', 'Durable operations at the hub, 10 a commit', '/s', 'per_s'),
  higher('durable-100', 'Durable operations at the hub, 100 a commit', '/s', 'per_s'),
  higher('durable-stream', 'Durable operations at the hub, a stream with 256 on their way', '/s', 'per_s'),
  lower('durable-wait-1', 'Until an operation is durable, one a commit, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('durable-wait-10', 'Until an operation is durable, 10 a commit, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('durable-wait-100', 'Until an operation is durable, 100 a commit, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('durable-wait-stream', 'Until an operation is durable, a stream with 256 on their way, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('durable-cpu-100', 'CPU of a durable operation, 100 a commit', 'µs', 'us'),
  lower('order-hub-acknowledged', 'Order to the hub, durable and acknowledged, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('order-hub-seen', 'Order by the hub to the kitchen, durable at the hub, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('order-hub-accepted', 'The same, until the kitchen has accepted it and the waiter knows, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('order-direct-acknowledged', 'Order directly to the kitchen, durable there and acknowledged, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('order-direct-accepted', 'The same, until it is accepted and durable at the waiter, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('catch-up', '100,000 operations to a new replica in C', 's', 's'),
  lower('catch-up-cpu', 'CPU of an operation of it, hub and device together', 'µs', 'us'),
  lower('catch-up-node-operations', '100,000 operations from the hub to the client library in Node, one by one', 's', 's'),
  lower('catch-up-node-snapshot', 'The same by a snapshot', 's', 's'),
  lower('join-year-channel', 'Joining after a year (73,000 orders): to all open orders, by a channel', 'ms', 'ms'),
  lower('join-year-relay', 'The same by the hub\'s relay, with the whole library', 'ms', 'ms'),
  lower('start-empty-log', 'Start of the hub with an empty log, to the first answered request', 'ms', 'ms'),
  lower('start-year', 'Start of the hub with a year\'s log', 'ms', 'ms'),
  lower('memory-empty-log', 'Memory of the hub with an empty log', 'MiB', 'mib'),
  lower('memory-year', 'Memory of the hub with a year\'s log', 'MiB', 'mib'),
  lower('memory-1000-operations', 'Of it, for each 1,000 operations', 'KiB', 'kib'),
  lower('memory-live-order', 'Memory of an order that the hub works with', 'KiB', 'kib'),
  lower('memory-replica', 'Memory of a device that replicates: WebSocket, data channel and log', 'KiB', 'kib'),
  lower('hop-guest-staff', 'In browsers, a guest\'s order to the waiter\'s page, p50 / p99 (to beat: 50 ms)', 'ms', 'p50_ms', 'p99_ms'),
  lower('hop-guest-acknowledged', 'The same, until the guest has the hub\'s word that it is safe (to beat: 10 ms)', 'ms', 'p50_ms', 'p99_ms'),
  lower('hop-staff-kitchen', 'Accepted by the waiter, until the kitchen\'s page has it (to beat: 50 ms)', 'ms', 'p50_ms', 'p99_ms'),
  lower('hop-kitchen-staff', 'Seen by the kitchen, until the waiter\'s page has it (to beat: 10 ms)', 'ms', 'p50_ms', 'p99_ms'),
  lower('hop-kitchen-guest', 'Begun by the kitchen, until the guest\'s page has it (to beat: 50 ms)', 'ms', 'p50_ms', 'p99_ms'),
  lower('kitchen-frame', 'Kitchen\'s screen with 200 tickets, one changing each 100 ms: a frame, p50 / p99', 'ms', 'p50_ms', 'p99_ms'),
  lower('kitchen-heap', 'JavaScript heap of that page', 'MiB', 'mib'),
  lower('kitchen-week', 'The same a week later: 1,400 orders more, cooked and closed', 'MiB', 'mib'),
  lower('kitchen-nodes', 'DOM nodes of that page, before / after the week', '', 'before', 'after'),
  lower('kitchen-listeners', 'Event listeners of that page, before / after the week', '', 'before', 'after'),
  lower('window-start', 'Start to the window on the screen', 'ms', 'p50_ms'),
  lower('window-serving', 'The same, until its hub serves', 'ms', 'p50_ms'),
  lower('daemon-serving', '`--daemon`: start to serving', 'ms', 'p50_ms'),
  lower('window-cpu', 'Window open, nobody there, of one core', '%', 'cpu_percent'),
  lower('window-memory', 'Memory (PSS) of the program with its window', 'MiB', 'mib'),
  lower('icon-cpu', 'Icon in the panel alone, of one core', '%', 'cpu_percent'),
  lower('icon-memory', 'Memory (PSS) with the icon alone', 'MiB', 'mib'),
  lower('daemon-cpu', '`--daemon`, nobody there, of one core', '%', 'cpu_percent'),
  lower('daemon-memory', 'Memory (PSS) of `--daemon`', 'MiB', 'mib'),
];
// What lies below, not beside.
const floorNames = {
  'empty page': 'an empty page',
  'replica alone': 'a page with the replica alone',
  udp: 'bare UDP',
  libnice: 'bare libnice',
  'bare node': 'bare Node HTTP server',
  openssl: 'OpenSSL in memory',
  fdatasync: 'the same bytes with fdatasync',
  unchecked: 'Bellhop without checking signatures',
  'udp fdatasync': 'bare UDP and fdatasync',
  'sqlite read': 'SQLite reading the rows',
};

const figures = new Map(); // line -> who -> key -> [value of each round]
for (const text of readFileSync(0, 'utf8').split('\n')) {
  if (!text.startsWith('{')) continue;
  const { line, who, ...values } = JSON.parse(text);
  const ofLine = figures.get(line) ?? figures.set(line, new Map()).get(line);
  const ofWho = ofLine.get(who) ?? ofLine.set(who, {}).get(who);
  for (const [key, value] of Object.entries(values)) (ofWho[key] ??= []).push(value);
}

const median = (values) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
const shown = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en-GB') : Number(value.toPrecision(2)).toString();

function told(row, values) {
  return `${row.keys.map((key) => shown(median(values[key]))).join(' / ')} ${row.unit}`;
}

// "61 / 90 µs (58-66)": the medians, and between which values the first figure of the rounds lay.
function toldWithSpread(row, values) {
  const rounds = values[row.keys[0]];
  if (rounds.length < 2 || Math.min(...rounds) === Math.max(...rounds)) return told(row, values);
  return `${told(row, values)} (${shown(Math.min(...rounds))}–${shown(Math.max(...rounds))})`;
}

function ratioToBest(row, ours, rivals) {
  if (rivals.length === 0) return '';
  const ratios = row.keys.map((key) =>
    Math.min(...rivals.map(([, values]) => row.ratio(median(ours[key]), median(values[key])))),
  );
  return ratios.map((ratio) => `×${Number(ratio.toPrecision(2))}`).join(' / ');
}

console.log('| | Bellhop | rivals | ratio to the best | floor |');
console.log('| --- | --- | --- | --- | --- |');
for (const row of rows) {
  const ofLine = figures.get(row.line);
  const ours = ofLine?.get('bellhop');
  if (!ours) continue;
  const others = [...ofLine].filter(([who]) => who !== 'bellhop');
  const rivals = others.filter(([who]) => !(who in floorNames));
  const cell = (list, name) => list.map(([who, values]) => `${name(who)} ${toldWithSpread(row, values)}`).join(', ');
  const floor = cell(others.filter(([who]) => who in floorNames), (who) => floorNames[who]);
  console.log(`| ${row.title} | ${toldWithSpread(row, ours)} | ${cell(rivals, (who) => who)} | ${ratioToBest(row, ours, rivals)} | ${floor} |`);
}

const cpus = os.cpus();
console.log(
  `\nBoth sides of every line on one machine over loopback, Bellhop and its rivals in turn in the same run, ` +
    `medians (and the spread) of up to five rounds. ${cpus.length} cores (${cpus[0].model.trim()}), ` +
    `Linux ${os.release()}, Node ${process.versions.node}; load before the run ${process.env.BENCH_LOAD ?? os.loadavg()[0]}.`,
);
