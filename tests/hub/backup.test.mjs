// SPDX-License-Identifier: Apache-2.0
// Backups of the real hub, and hubs made of them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';

import { Device } from '../lib/device.mjs';
import { atEnd } from '../lib/ends.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { skipOutsideLab } from '../lib/network.mjs';
import { byRelay, command, OperationLog, Replica } from '../lib/operation.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { Signal } from '../lib/signal.mjs';
import { runVerb } from '../lib/verb.mjs';
import { until } from '../lib/wait.mjs';

const LONG = { timeout: 120000 };
const OWN_DRIVE = { ...LONG, skip: skipOutsideLab };
const PASSPHRASE = 'correct horse battery';
const PLACE = '/api/v1/backup';

const start = (t, options = {}) => startHub(t, { open: false, ...options });
const ask = (hub, place, body) => hub.ask(body === undefined ? 'GET' : 'POST', place, body,
  { socketPath: path.join(hub.state, 'control.sock') });

/** Waits for one run: what the hub then says of its backups. */
async function waitFor(hub, run) {
  return until('end of the backup', async () => {
    const said = await hub.control('GET', PLACE);
    return (said.last?.run === run || said.error?.run === run) && !said.running && said;
  });
}

async function back(hub, body = {}) {
  const { run } = await hub.control('POST', `${PLACE}/now`, body);
  return waitFor(hub, run);
}

/** A backup that must succeed; returns its file. */
async function backUp(hub, body) {
  const { last, error } = await back(hub, body);
  assert.equal(error, null, JSON.stringify(error));
  return path.join(last.folder, last.file);
}

const restore = (file, state, passphrase = PASSPHRASE, words = []) =>
  runVerb(['restore', file, '--state', state, ...words], `${passphrase}\n`);

/** Restores into a new folder; returns it. */
async function mustRestore(t, file, passphrase) {
  const state = await makeStateFolder(t);
  const { status, err } = await restore(file, state, passphrase);
  assert.equal(status, 0, err);
  return state;
}

const backups = async (folder) => (await readdir(folder)).filter((name) => name.endsWith('.bellhop')).sort();
const readOrder = async (hub, orderId) => (await ask(hub, `/api/v1/orders?orderId=${orderId}`)).body?.order;

const plugIn = (folder, size) => execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder]);
const takeOut = (folder) => execFileSync('umount', ['-l', folder], { stdio: 'ignore' });

/** A small disk of its own, plugged in. */
async function makeDrive(t, size) {
  const folder = await mkdtemp(path.join(tmpdir(), 'drive-'));
  plugIn(folder, size);
  atEnd(t, async () => {
    try { takeOut(folder); } catch { /* taken out already */ }
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

async function connect(t, hub, device) {
  const signal = await Signal.joinAs(t, hub, device);
  return { signal, way: byRelay(signal) };
}

const soup = { name: 'Soup', price: 600 };

describe('a backup', () => {
  test('is made by itself, where nobody has set up anything', LONG, async (t) => {
    const hub = await start(t, { limits: { 'backup-seconds': 0 } });
    const said = await until('first backup', async () => {
      const now = await hub.control('GET', PLACE);
      return now.last && now;
    });
    assert.equal(said.enabled, true);
    assert.equal(said.hasPassphrase, false);
    assert.equal(said.folder, path.join(hub.state, 'backups'));
    assert.equal(said.sameDisk, true);
    assert.match(said.recoveryCode, /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    assert.ok(said.nextMs > said.last.timeMs);
    const night = new Date(said.nextMs);
    assert.deepEqual([night.getHours(), night.getMinutes()], [3, 30]);
    const [name] = await backups(said.folder);
    assert.equal(name, said.last.file);
    const { mode, size } = await stat(path.join(said.folder, name));
    assert.equal(mode & 0o777, 0o600);
    assert.equal(size, said.last.sizeBytes);
    // Nothing in it can be read.
    const bytes = await readFile(path.join(said.folder, name));
    for (const word of ['SQLite', 'PRIVATE KEY', said.recoveryCode.slice(0, 9), 'hub.key'])
      assert.equal(bytes.includes(word), false, word);
    assert.deepEqual((await readdir(hub.state)).filter((one) => one.startsWith('backup.p')), []);
  });

  test('of a night is made once, also where the hub is started anew', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const options = { state, limits: { 'backup-seconds': 0 } };
    const hub = await start(t, options);
    await until('first backup', async () => (await hub.control('GET', PLACE)).last);
    await hub.stop();
    const again = await start(t, options);
    const { last, run, running, nextMs } = await again.control('GET', PLACE);
    assert.deepEqual([run, running], [0, false]);
    assert.ok(last.timeMs < nextMs);
    await again.control('POST', PLACE, { enabled: false });
    assert.equal((await again.control('GET', PLACE)).nextMs, null);
    assert.equal((await backups(path.join(state, 'backups'))).length, 1);
  });

  test('that a wrong clock dated far ahead keeps none of the next nights away', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const options = { state, limits: { 'backup-seconds': 0 } };
    const hub = await start(t, options);
    const { last } = await until('first backup', async () => {
      const now = await hub.control('GET', PLACE);
      return now.last && now;
    });
    await hub.stop();
    execFileSync('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE hub_value SET value = replace(value, ?1, ?2) WHERE name = 'backup'", sys.argv[2:])
assert sys.argv[3] in db.execute("SELECT value FROM hub_value WHERE name = 'backup'").fetchone()[0]
db.commit()
`, path.join(state, 'bellhop.db'), `${last.timeMs}`, `${last.timeMs + 4000 * 86400000}`]);
    const again = await start(t, options);
    await until('backup of now', async () => (await again.control('GET', PLACE)).last.timeMs < last.timeMs + 86400000);
  });

  test('opens with the recovery code as a person types it from paper', LONG, async (t) => {
    const hub = await start(t);
    const { recoveryCode, codeNoted } = await hub.control('GET', PLACE);
    assert.equal(codeNoted, false);
    assert.equal((await hub.control('POST', PLACE, { codeNoted: true })).codeNoted, true);
    const file = await backUp(hub);
    const sloppy = ` ${recoveryCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    const state = await mustRestore(t, file, sloppy);
    await hub.stop();
    const heir = await start(t, { state });
    const said = await heir.control('GET', PLACE);
    assert.equal(said.recoveryCode, recoveryCode, 'and it is the code of the backups to come');
    assert.equal(said.last, null);
  });

  test('keeps the passphrase that is chosen while the first code is being made', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, { state });
    const [chosen] = await Promise.all([hub.control('POST', PLACE, { passphrase: PASSPHRASE }),
      hub.control('GET', PLACE), hub.control('GET', PLACE)]);
    assert.equal(chosen.hasPassphrase, true);
    assert.equal((await hub.control('GET', PLACE)).hasPassphrase, true);
    await hub.stop();
    const again = await start(t, { state });
    assert.equal((await again.control('GET', PLACE)).hasPassphrase, true);
  });

  test('keeps as many as were asked for, and lets other files be', LONG, async (t) => {
    const hub = await start(t);
    const folder = path.join(await makeStateFolder(t), 'new', 'deep');
    await hub.control('POST', PLACE, { folder, keep: 2, passphrase: PASSPHRASE });
    const mine = ['holiday.jpg', 'bellhop-00000000-2020-01-01T00-00-00Z.bellhop', 'bellhop.txt'];
    for (const name of mine) await writeFile(path.join(folder, name), 'mine');
    const made = [];
    // Several in one second, too.
    for (let i = 0; i < 6; i++) made.push(path.basename(await backUp(hub)));
    assert.deepEqual(made, [...made].sort(), 'names are in the order of their making');
    assert.equal((await hub.control('GET', PLACE)).last.kept, 2);
    const names = await readdir(folder);
    for (const name of mine) assert.ok(names.includes(name), name);
    assert.equal(names.length, mine.length + 2);
    for (const name of made.slice(-2)) assert.ok(names.includes(name), name);
  });

  test('asked for twice at once is one; to another folder it has to wait', LONG, async (t) => {
    const hub = await start(t);
    const other = await makeStateFolder(t);
    const answers = await Promise.all([ask(hub, `${PLACE}/now`, {}), ask(hub, `${PLACE}/now`, {}),
      ask(hub, `${PLACE}/now`, { folder: other })]);
    // Whichever came first is made, and once.
    const usual = answers[0].status === 202;
    assert.deepEqual(answers.map(({ status }) => status), usual ? [202, 202, 409] : [409, 409, 202]);
    const made = answers.filter(({ status }) => status === 202);
    assert.equal(new Set(made.map(({ body }) => body.run)).size, 1);
    for (const { status, body } of answers) assert.equal(body.code, status === 409 ? 'busy' : undefined);
    await waitFor(hub, made[0].body.run);
    const places = await Promise.all([backups(path.join(hub.state, 'backups')).catch(() => []), backups(other)]);
    assert.deepEqual(places.map(({ length }) => length), usual ? [1, 0] : [0, 1]);
    const file = await backUp(hub, { folder: other });
    assert.equal(path.dirname(file), other);
  });

  test('is refused settings that make no sense, in words', LONG, async (t) => {
    const hub = await start(t);
    for (const [body, code] of [
      [{ passphrase: 'short' }, 'bad-passphrase'], [{ passphrase: 'x'.repeat(300) }, 'bad-passphrase'],
      [{ passphrase: 5 }, 'bad-setting'], [{ keep: 0 }, 'bad-setting'], [{ keep: '3' }, 'bad-setting'],
      [{ time: '25:00' }, 'bad-setting'], [{ time: 330 }, 'bad-setting'], [{ folder: 'here' }, 'bad-setting'],
      [{ folder: '/proc/backups' }, 'bad-folder'], [{ folder: '/dev/null' }, 'bad-folder'],
      [{ codeNoted: false }, 'bad-setting'], [{ what: 1 }, 'bad-setting'], [{ enabled: 1 }, 'bad-setting'],
    ]) {
      const answer = await ask(hub, PLACE, body);
      assert.equal(answer.body.code, code, JSON.stringify(body));
      assert.ok(answer.body.detail.length > 10);
    }
    await assert.rejects(readFile(path.join(hub.state, 'settings.ini')), { code: 'ENOENT' });
    const said = await hub.control('POST', PLACE, { time: '4:05', enabled: true });
    assert.equal(said.time, '04:05');
  });

  test('to a full disk leaves nothing there and says so; with room it works again', OWN_DRIVE, async (t) => {
    const folder = await makeDrive(t, '64k');
    const hub = await start(t);
    await hub.control('POST', PLACE, { folder });
    const { error, last } = await back(hub);
    assert.equal(last, null);
    assert.match(error.message, /disk is full/);
    assert.deepEqual(await readdir(folder), []);
    await hub.assertServing();
    execFileSync('mount', ['-o', 'remount,size=4m', folder]);
    await backUp(hub);
    assert.equal((await backups(folder)).length, 1);
    assert.equal((await hub.control('GET', PLACE)).error, null);
  });

  test('to a drive that was taken out says so, and never lands beside it', OWN_DRIVE, async (t) => {
    const folder = await makeDrive(t, '4m');
    const hub = await start(t);
    await hub.control('POST', PLACE, { folder });
    await backUp(hub);
    assert.equal((await hub.control('GET', PLACE)).sameDisk, false);
    takeOut(folder);
    // The empty folder that it was mounted on is there.
    const out = await back(hub);
    assert.match(out.error.message, /plug it in/);
    assert.deepEqual(await readdir(folder), []);
    await rm(folder, { recursive: true });
    assert.match((await back(hub)).error.message, /plug it in/);
    assert.ok((await hub.control('GET', PLACE)).nextMs > out.error.timeMs, 'it is tried again');
    const audit = (await hub.control('GET', '/api/v1/audit?limit=20')).entries;
    assert.equal(audit.filter(({ kind }) => kind === 'backup-failed').length, 1, 'told once');
    await mkdir(folder);
    plugIn(folder, '4m');
    await backUp(hub);
  });

  test('of a damaged database is none, and puts no good one away', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, { state });
    await hub.control('POST', PLACE, { keep: 1 });
    const good = await backUp(hub);
    // While it serves, on a page that it does not read: nothing else would notice.
    execFileSync('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
page, = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'print_paper'").fetchone()
size, = db.execute("PRAGMA page_size").fetchone()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
with open(sys.argv[1], "r+b") as file:
    file.seek((page - 1) * size)
    file.write(b"\\xff" * size)
`, path.join(state, 'bellhop.db')]);
    assert.match((await back(hub)).error.message, /damaged.*kept/);
    assert.deepEqual(await backups(path.dirname(good)), [path.basename(good)]);
    assert.deepEqual((await readdir(state)).filter((name) => name.startsWith('backup.part')), []);
  });

  test('that a crash broke off is tidied by the next', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, { state });
    const file = await backUp(hub);
    await hub.stop();
    const left = path.join(path.dirname(file), `.${path.basename(file).replace(/\d\dZ/, '00Z')}.part`);
    await writeFile(left, 'half');
    await writeFile(path.join(state, 'backup.part'), 'half');
    const again = await start(t, { state });
    await backUp(again);
    assert.deepEqual((await readdir(path.dirname(file))).filter((name) => name.startsWith('.')), []);
    assert.ok(!(await readdir(state)).includes('backup.part'));
  });

  test('is broken off when the hub ends, and leaves nothing', LONG, async (t) => {
    const hub = await start(t);
    const folder = await makeStateFolder(t);
    await hub.control('GET', PLACE);
    await hub.control('POST', `${PLACE}/now`, { folder });
    await hub.stop();
    // It was quick enough, or it never was.
    assert.deepEqual(await readdir(folder), await backups(folder));
    assert.ok(!(await readdir(hub.state)).includes('backup.part'));
  });

  test('needs not the room that one which was broken off still takes', OWN_DRIVE, async (t) => {
    const folder = await makeDrive(t, '2m');
    const hub = await start(t);
    await hub.control('POST', PLACE, { folder });
    const name = path.basename(await backUp(hub));
    await assert.rejects(writeFile(path.join(folder, `.${name}.part`), Buffer.alloc(2 << 20)), { code: 'ENOSPC' });
    await backUp(hub);
    assert.deepEqual((await readdir(folder)).filter((one) => one.endsWith('.part')), []);
  });

  test('under load holds what was acknowledged before, and holds nobody up for good', LONG, async (t) => {
    const hub = await start(t);
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    const till = await connect(t, hub, await Device.pair(hub, { role: 'pos', name: 'Till' }));
    const acked = [];
    let busy = true;
    const load = (async () => {
      while (busy) {
        const ack = await command(till.way, { type: 'order', order: { currency: 'EUR', lines: [soup] } });
        assert.equal(ack.type, 'ack', JSON.stringify(ack));
        acked.push(ack.order.orderId);
      }
    })();
    await until('some orders', () => acked.length >= 20);
    const before = [...acked];
    const file = await backUp(hub);
    const during = acked.length;
    await until('orders afterwards', () => acked.length > during);
    busy = false;
    await load;
    const state = await mustRestore(t, file);
    await hub.stop();
    const heir = await start(t, { state });
    for (const orderId of before) assert.ok(await readOrder(heir, orderId), orderId);
  });
});

describe('a restored hub', () => {
  test('is the same hub: its devices are paired, and trust what it shows them', LONG, async (t) => {
    const hub = await start(t);
    await hub.control('POST', '/api/v1/settings', { name: 'Sea View' });
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    const device = await Device.pair(hub, { role: 'staff', name: 'Anna' });
    const hello = JSON.parse(await hub.get('/api/v1/hello'));
    const file = await backUp(hub);
    await hub.stop();

    const state = await makeStateFolder(t);
    const said = await restore(file, path.join(state, 'new'), PASSPHRASE, ['--json']);
    assert.equal(said.status, 0, said.err);
    assert.deepEqual(JSON.parse(said.out).leftOut, []);
    const heir = await start(t, { state: path.join(state, 'new') });
    const again = JSON.parse(await heir.get('/api/v1/hello'));
    for (const what of ['hubKey', 'authority', 'hostName']) assert.equal(again[what], hello[what], what);
    assert.equal(again.name, 'Sea View');
    const { way } = await connect(t, heir, device);
    const ack = await command(way, { type: 'order', order: { currency: 'EUR', lines: [soup] } });
    assert.equal(ack.level, 'hub');
    const { entries } = await heir.control('GET', '/api/v1/audit?limit=50');
    assert.equal(entries.filter(({ kind }) => kind === 'backup-restored').length, 1);
    assert.equal((await heir.control('GET', PLACE)).hasPassphrase, true);
  });

  test('of an old backup gets back what its devices have, and uses no identity twice', LONG, async (t) => {
    const hub = await start(t);
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    const device = await Device.pair(hub, { role: 'staff', name: 'Anna' });
    const first = await connect(t, hub, device);
    const log = new OperationLog(device);
    const replica = new Replica(device, first.way);
    await replica.begin();
    const old = log.writeOrder(['Soup']);
    await replica.push(old.operations);
    const file = await backUp(hub);

    // After it: the device's own, and what the hub wrote for a till.
    const late = log.writeOrder(['Tea']);
    assert.equal((await replica.push(late.operations)).have[log.logId], 4);
    const till = await connect(t, hub, await Device.pair(hub, { role: 'pos', name: 'Till' }));
    const { order } = await command(till.way, { type: 'order', order: { currency: 'EUR', lines: [soup] } });
    const written = await replica.pull('the till\'s order', (op) => op.entity === `order/${order.orderId}`
      && op.kind === 'order.lines');
    assert.equal(written.role, 'hub');
    await hub.stop();

    const heir = await start(t, { state: await mustRestore(t, file) });
    assert.ok(await readOrder(heir, old.orderId));
    assert.equal(await readOrder(heir, late.orderId), undefined);
    const second = await connect(t, heir, device);
    const have = await new Replica(device, second.way).begin(replica.have);
    assert.equal(have.have[log.logId], 2, 'it says what it lacks');
    const again = new Replica(device, second.way);
    const { have: now } = await again.push(log.operations.slice(2));
    assert.equal(now[log.logId], 4);
    const foreign = replica.operations.filter(({ text }) => JSON.parse(text).logId === written.logId);
    await again.push(foreign, replica.members);
    assert.ok(await readOrder(heir, late.orderId));
    assert.ok(await readOrder(heir, order.orderId));

    // What the hub writes now stands in a log of its own.
    const more = await command(second.way, { type: 'order', order: { currency: 'EUR', lines: [soup] } });
    const fresh = new Replica(device, (await connect(t, heir, device)).way);
    await fresh.begin();
    const op = await fresh.pull('the new order', (one) => one.entity === `order/${more.order.orderId}`);
    assert.notEqual(op.logId, written.logId);
    assert.deepEqual((await heir.control('GET', '/api/v1/operations/conflicts')).conflicts, []);
    assert.notEqual(more.order.number, order.number, 'nor a number on a ticket');
  });

  test('gives no receipt a number that its devices have seen on another', LONG, async (t) => {
    const hub = await start(t);
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    const device = await Device.pair(hub, { role: 'pos', name: 'Till' });
    const first = await connect(t, hub, device);
    const ask = ({ way }, orderId) => command(way, { type: 'receipt', receipt: { orderId } }, 60000);
    const { order } = await command(first.way, { type: 'order', order: { currency: 'EUR', lines: [soup] } });
    assert.equal((await ask(first, order.orderId)).receipt.number, 1);
    const file = await backUp(hub);
    assert.equal((await ask(first, order.orderId)).receipt.number, 2);
    const replica = new Replica(device, first.way);
    await replica.begin();
    await replica.pull('the second receipt', ({ kind, body }) => kind === 'receipt.issue' && body.number === 2);
    await hub.stop();

    // Asked before the hub can know of the second.
    const heir = await start(t, { state: await mustRestore(t, file) });
    const second = await connect(t, heir, device);
    const answer = ask(second, order.orderId);
    const back = new Replica(device, second.way);
    const { have } = await back.begin(replica.have);
    await back.push(replica.operations.filter(({ text }) => {
      const { logId, seq } = JSON.parse(text);
      return seq > (have[logId] ?? 0);
    }), replica.members);
    assert.equal((await answer).receipt.number, 3);
  });

  test('hears from its devices whom it had removed since, and keeps them out', LONG, async (t) => {
    const hub = await start(t);
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    const anna = await Device.pair(hub, { role: 'staff', name: 'Anna' });
    const lost = await Device.pair(hub, { role: 'staff', name: 'Lost' });
    const boss = await Device.pair(hub, { role: 'manager', name: 'Boss' });
    const file = await backUp(hub);

    const replica = new Replica(anna, (await connect(t, hub, anna)).way);
    await replica.begin();
    await hub.control('POST', '/api/v1/devices/revoke', { deviceId: lost.deviceId });
    await hub.control('POST', '/api/v1/devices/role', { deviceId: boss.deviceId, role: 'staff' });
    const isAbout = (device) => (op) => op.entity === `device/${device.deviceId}` && op.kind === 'device.set';
    await replica.pull('the removal', (op) => isAbout(lost)(op) && op.body.set.removed === true);
    await replica.pull('the role', (op) => isAbout(boss)(op) && op.body.set.role === 'staff');
    await hub.stop();

    const heir = await start(t, { state: await mustRestore(t, file) });
    const nameOf = async () => Object.fromEntries((await heir.control('GET', '/api/v1/devices')).devices
      .map(({ name, role }) => [name, role]));
    assert.deepEqual(await nameOf(), { Anna: 'staff', Boss: 'manager', Lost: 'staff' }, 'as of the backup');
    const again = new Replica(anna, (await connect(t, heir, anna)).way);
    const { have } = await again.begin(replica.have);
    const lacking = replica.operations.filter(({ text }) => {
      const { logId, seq } = JSON.parse(text);
      return seq > (have[logId] ?? 0);
    });
    await again.push(lacking, replica.members);
    await until('both known again', async () => {
      const now = await nameOf();
      return !('Lost' in now) && now.Boss === 'staff';
    });
    await assert.rejects(Signal.joinAs(t, heir, lost));
    await heir.stop();
    const third = await start(t, { state: heir.state });
    const { devices } = await third.control('GET', '/api/v1/devices');
    assert.deepEqual(devices.map(({ name, role }) => [name, role]).sort(), [['Anna', 'staff'], ['Boss', 'staff']]);
  });

  // By hand: nothing tells the hub of it but what it hears.
  test('from a copy of its folder gives documents that others believe', LONG, async (t) => {
    const hub = await start(t);
    const anna = await Device.pair(hub, { role: 'staff', name: 'Anna' });
    const boss = await Device.pair(hub, { role: 'manager', name: 'Boss' });
    await hub.stop();
    const copy = path.join(await makeStateFolder(t), 'copy');
    await cp(hub.state, copy, { recursive: true });

    const later = await start(t, { state: hub.state });
    const replica = new Replica(anna, (await connect(t, later, anna)).way);
    await replica.begin();
    const become = (role) => later.control('POST', '/api/v1/devices/role', { deviceId: boss.deviceId, role });
    const isOf = (role) => ({ entity, body }) => entity === `device/${boss.deviceId}` && body.set?.role === role;
    await become('staff');
    const { logId } = await replica.pull('the role', isOf('staff'));
    await become('manager'); // as it was
    await replica.pull('the former role', (op) => isOf('manager')(op) && op.logId === logId);
    const documentsOf = async (at) => (await Signal.joinAs(t, at, boss)).joined;
    const contentOf = ({ data }) => JSON.parse(Buffer.from(data, 'base64url').toString());
    const told = contentOf((await documentsOf(later)).revocations);
    const { before } = told.revoked.find(({ deviceId }) => deviceId === boss.deviceId);
    await later.stop();

    const heir = await start(t, { state: copy });
    assert.ok(contentOf((await documentsOf(heir)).membership).notBefore < before, 'void for whoever knows the list');
    const again = new Replica(anna, (await connect(t, heir, anna)).way);
    const { have } = await again.begin(replica.have);
    await again.push(replica.operations.filter(({ text }) => {
      const { logId, seq } = JSON.parse(text);
      return seq > (have[logId] ?? 0);
    }), replica.members);
    const now = await until('a membership above the list', async () => {
      const { membership, revocations } = await documentsOf(heir);
      return contentOf(membership).notBefore >= before && contentOf(revocations);
    });
    assert.ok(now.version > told.version);
  });

  test('prints nothing that waited at the backup, and pairs by no link of then', LONG, async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, { printers: { receipt: 'tcp://127.0.0.1:1' } });
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    await hub.control('POST', '/api/v1/jobs', { printJob: { jobId: 'waits', printer: 'receipt', content: { text: 'Once' } } });
    const { link } = await hub.control('POST', '/api/v1/pair/links', { role: 'staff', name: 'Late' });
    const file = await backUp(hub);
    await hub.stop();
    const heir = await start(t, { state: await mustRestore(t, file), printers: { receipt: printer.uri } });
    const [job] = await heir.jobs();
    assert.deepEqual([job.jobId, job.state], ['waits', 'uncertain']);
    await assert.rejects(Device.pairWith(heir, link.replace(String(hub.port), String(heir.port))));
    await heir.control('POST', '/api/v1/jobs', { printJob: { jobId: 'new', printer: 'receipt', content: { text: 'Twice' } } });
    await until('the new job', async () => (await heir.jobs()).some(({ jobId, state }) => jobId === 'new'
      && ['sent', 'done'].includes(state)));
    assert.match(printer.text, /Twice/);
    assert.doesNotMatch(printer.text, /Once/);
  });

  test('tells a kitchen of no change that it may have heard of since', LONG, async (t) => {
    const printer = await startPrinter(t);
    const options = { printers: { printer: printer.uri }, limits: { 'unseen-ms': 300 } };
    const hub = await start(t, options);
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    const device = await Device.pair(hub, { role: 'pos', name: 'Till' });
    const log = new OperationLog(device);
    const replica = new Replica(device, (await connect(t, hub, device)).way);
    await replica.begin();
    const onPaper = (at, prefix, n) => until(`${prefix} on paper`, async () => (await at.jobs())
      .filter(({ jobId, state }) => jobId.startsWith(prefix) && state === 'done').length === n, 20000);
    const order = (name) => {
      log.write('order.open', `order/${name}`, { number: name, currency: 'EUR', source: 'pos' });
      log.write('order.lines', `order/${name}`, { lines: [{ lineId: name, name, quantity: 1, price: 1 }] });
    };
    const cancel = (name) =>
      log.write('line.end', `order/${name}`, { lineIds: [name], state: 'cancelled', reason: 'Too late' });
    order('Kebab');
    await replica.push(log.operations);
    await onPaper(hub, 'ticket-', 1);
    const file = await backUp(hub);
    cancel('Kebab');
    await replica.push(log.operations);
    await onPaper(hub, 'change-', 1);
    await hub.stop();

    const heir = await start(t, { state: await mustRestore(t, file), ...options });
    const again = new Replica(device, (await connect(t, heir, device)).way);
    await again.begin(replica.have);
    order('Marker');
    await again.push(log.operations);
    await onPaper(heir, 'ticket-', 2);
    cancel('Marker');
    await again.push(log.operations);
    await onPaper(heir, 'change-', 1);
    assert.equal(printer.count('1 x Kebab'), 2);
    assert.equal(printer.count('1 x Marker'), 2);
  });

  test('leaves out settings that do not fit the computer, and starts', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, { state });
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE, folder: path.join(await makeStateFolder(t), 'x') });
    // A folder that is chosen gets one by itself, which a later call may join.
    await until('the first one there', async () => {
      const { last, running } = await hub.control('GET', PLACE);
      return last && !running;
    });
    await writeFile(path.join(state, 'settings.ini'), '# ours\n[hub]\nname=Sea View\ntls-certificate=/gone.pem\n'
      + 'tls-key=/gone.key\nbackup-folder=/gone/backups\nlisten=192.0.2.7\n');
    const { body } = await ask(hub, `${PLACE}/now`, {});
    const { last } = await waitFor(hub, body.run);
    await hub.stop();
    const target = await makeStateFolder(t);
    const { status, out, err } = await restore(path.join(last.folder, last.file), target, PASSPHRASE, ['--json']);
    assert.equal(status, 0, err);
    assert.equal(JSON.parse(out).leftOut.length, 3);
    const text = await readFile(path.join(target, 'settings.ini'), 'utf8');
    assert.match(text, /^# ours\n+\[hub\]\nname=Sea View\n$/);
    const heir = await start(t, { state: target });
    assert.equal((await heir.control('GET', PLACE)).folderChosen, false);
  });

  test('keeps settings that cannot be read beside its own', LONG, async (t) => {
    const state = await makeStateFolder(t);
    const hub = await start(t, { state });
    await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
    await writeFile(path.join(state, 'settings.ini'), 'no group=1\n');
    const file = await backUp(hub);
    const target = await makeStateFolder(t);
    const { status, out, err } = await restore(file, target, PASSPHRASE, ['--json']);
    assert.equal(status, 0, err);
    assert.equal(JSON.parse(out).leftOut.length, 1);
    assert.equal(await readFile(path.join(target, 'settings.ini.old'), 'utf8'), 'no group=1\n');
    assert.ok(!(await readdir(target)).includes('settings.ini'));
  });
});

describe('a restore', () => {
  let shared;

  /** One backup for all that do not change it. */
  async function makeBackup(t) {
    if (shared === undefined) {
      const hub = await start(t);
      await hub.control('POST', PLACE, { passphrase: PASSPHRASE });
      shared = await readFile(await backUp(hub));
    }
    const file = path.join(await makeStateFolder(t), 'some.bellhop');
    await writeFile(file, shared);
    return file;
  }

  after(() => { shared = undefined; });

  async function assertRefused(t, file, passphrase, words) {
    const state = path.join(await makeStateFolder(t), 'new');
    const { status, err } = await restore(file, state, passphrase);
    assert.equal(status, 1);
    assert.match(err, words);
    assert.deepEqual((await readdir(state)).filter((name) => name !== 'lock'), []);
  }

  test('with another passphrase does nothing and says so', LONG, async (t) => {
    const file = await makeBackup(t);
    await assertRefused(t, file, 'incorrect horse battery', /not the passphrase/);
    await assertRefused(t, file, '', /not the passphrase/);
    await assertRefused(t, file, PASSPHRASE.toUpperCase(), /not the passphrase/);
    // White space at its ends is nobody's intention.
    await mustRestore(t, file, `  ${PASSPHRASE} `);
  });

  test('of a file that was cut off or changed does nothing and says so', LONG, async (t) => {
    const file = await makeBackup(t);
    const whole = await readFile(file);
    const HEADER = 92;
    const PIECE = 65536 + 16;
    assert.ok(whole.length > HEADER + 2 * PIECE);
    const cut = [0, HEADER - 1, HEADER, HEADER + PIECE, whole.length - 1];
    for (const length of cut) {
      await writeFile(file, whole.subarray(0, length));
      await assertRefused(t, file, PASSPHRASE, length === 0 ? /no backup/ : /damaged/);
    }
    for (const at of [HEADER, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[at] ^= 1;
      await writeFile(file, changed);
      await assertRefused(t, file, PASSPHRASE, /damaged/);
    }
    // Whole pieces in another order, and something behind the end.
    await writeFile(file, Buffer.concat([whole.subarray(0, HEADER), whole.subarray(HEADER + PIECE, HEADER + 2 * PIECE),
      whole.subarray(HEADER, HEADER + PIECE), whole.subarray(HEADER + 2 * PIECE)]));
    await assertRefused(t, file, PASSPHRASE, /damaged/);
    await writeFile(file, Buffer.concat([whole, Buffer.from('x')]));
    await assertRefused(t, file, PASSPHRASE, /damaged/);
  });

  test('of what is no backup says so', LONG, async (t) => {
    const file = await makeBackup(t);
    const whole = await readFile(file);
    for (const [at, byte] of [[0, 66], [16, 2], [17, 63], [17, 0], [18, 1]]) {
      const changed = Buffer.from(whole);
      changed[at] = byte;
      await writeFile(file, changed);
      await assertRefused(t, file, PASSPHRASE, /no backup|later version/);
    }
    await assertRefused(t, path.join(path.dirname(file), 'nothing.bellhop'), PASSPHRASE, /cannot be opened/);
  });

  test('overwrites no hub, running or not', LONG, async (t) => {
    const file = await makeBackup(t);
    const hub = await start(t);
    const before = await readFile(path.join(hub.state, 'hub.key'));
    const running = await restore(file, hub.state);
    assert.equal(running.status, 1);
    assert.match(running.err, /in use by/);
    await hub.stop();
    const stopped = await restore(file, hub.state);
    assert.equal(stopped.status, 1);
    assert.match(stopped.err, /not overwritten/);
    assert.deepEqual(await readFile(path.join(hub.state, 'hub.key')), before);
  });

  test('to a full disk leaves the folder as it was', OWN_DRIVE, async (t) => {
    const file = await makeBackup(t);
    const folder = await makeDrive(t, '100k');
    const { status, err } = await restore(file, folder);
    assert.equal(status, 1);
    assert.match(err, /disk is full/);
    assert.deepEqual((await readdir(folder)).filter((name) => name !== 'lock'), []);
    execFileSync('mount', ['-o', 'remount,size=8m', folder]);
    assert.equal((await restore(file, folder)).status, 0);
  });

  test('that was broken off is finished, or put away, by the next start', LONG, async (t) => {
    const file = await makeBackup(t);
    const state = await mustRestore(t, file);
    const key = await readFile(path.join(state, 'hub.key'));
    // Half moved: everything was there, and one file is in its place already.
    const ready = path.join(state, 'restore.ready');
    await mkdir(ready);
    for (const name of ['hub.key', 'authority.key', 'bellhop.db'])
      await rename(path.join(state, name), path.join(ready, name));
    assert.match((await restore(file, state)).err, /not overwritten/);
    const names = await readdir(state);
    assert.ok(names.includes('bellhop.db') && !names.includes('restore.ready'), 'a second restore finishes the first');
    await mkdir(ready);
    for (const name of ['hub.key', 'bellhop.db']) await rename(path.join(state, name), path.join(ready, name));
    const hub = await start(t, { state });
    assert.deepEqual(await readFile(path.join(state, 'hub.key')), key);
    await hub.stop();

    // Half unpacked: none of it counts.
    const other = await makeStateFolder(t);
    await mkdir(path.join(other, 'restore.part'));
    await writeFile(path.join(other, 'restore.part', 'hub.key'), key.subarray(0, 20));
    await start(t, { state: other });
    assert.notDeepEqual(await readFile(path.join(other, 'hub.key')), key);
    assert.ok(!(await readdir(other)).includes('restore.part'));
  });
});

describe('a restored house that takes the place of another one', () => {
  test('has it after the next start, where the power went between two names', LONG, async (t) => {
    const hub = await start(t);
    await hub.control('POST', '/api/v1/settings', { name: 'Sea View' });
    await hub.stop();
    const key = await readFile(path.join(hub.state, 'hub.key'));
    const state = path.join(await makeStateFolder(t), 'house');
    // What was there has gone aside already.
    await rename(hub.state, `${state}.restoring`);
    await writeFile(path.join(`${state}.restoring`, 'restoring'), '');
    const heir = await start(t, { state });
    assert.deepEqual(await readFile(path.join(state, 'hub.key')), key);
    assert.equal((await heir.control('GET', '/api/v1/settings')).settings.name, 'Sea View', 'its settings were read');
    assert.deepEqual((await readdir(path.dirname(state))), ['house']);
    await heir.stop();

    // And where the house had not gone yet, it stays.
    await mkdir(`${state}.restoring`);
    for (const name of ['restoring', 'hub.key', 'bellhop.db']) await writeFile(path.join(`${state}.restoring`, name), '');
    await start(t, { state });
    assert.deepEqual(await readFile(path.join(state, 'hub.key')), key);
    assert.deepEqual((await readdir(path.dirname(state))), ['house']);
  });
});

describe('the verbs', () => {
  test('make a backup, show how they fare, and choose the passphrase', LONG, async (t) => {
    const hub = await start(t);
    const run = (words, input) => runVerb([...words, '--state', hub.state], input);
    assert.match((await run(['backup', 'show'])).out, /None has been made yet/);
    const { recoveryCode } = await hub.control('GET', PLACE);
    const made = await run(['backup']);
    assert.equal(made.status, 0, made.err);
    assert.ok(made.out.includes(recoveryCode));
    const [name] = await backups(path.join(hub.state, 'backups'));
    assert.ok(made.out.includes(name));
    assert.equal((await run(['backup', 'passphrase'], 'short\n')).status, 1);
    assert.equal((await run(['backup', 'passphrase'], `${PASSPHRASE}\n`)).status, 0);
    const to = await makeStateFolder(t);
    const answer = await run(['backup', '--to', to, '--json']);
    assert.equal(answer.status, 0, answer.err);
    const { last, recoveryCode: none } = JSON.parse(answer.out);
    assert.equal(none, null);
    assert.deepEqual(await readdir(to), [last.file]);
    const missing = await run(['backup', '--to', path.join(to, 'nowhere')]);
    assert.equal(missing.status, 1);
    assert.match(missing.err, /is not there/);
    assert.equal((await run(['backup', 'up'])).status, 2);
    assert.match((await run(['backup', 'show'])).out, /due at/);
    assert.equal((await runVerb(['restore'], '')).status, 2);
  });
});
