// SPDX-License-Identifier: Apache-2.0
// Printers that people add while the hub runs: kept, renamed and removed with jobs waiting, found on
// this computer, and what is done by hand with what waits for them.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { EscPosReader } from '../lib/escpos.mjs';
import { makeStateFolder, program, startHub } from '../lib/hub.mjs';
import { startPrintService } from '../lib/print-service.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { until } from '../lib/wait.mjs';

const API = '/api/v1/printers';

const post = (hub, place, body) => hub.control('POST', `/api/v1/${place}`, body);

/** The code of a refusal. */
async function refused(hub, place, body) {
  const error = await post(hub, place, body).then(() => assert.fail(`${place} was not refused`),
    (problem) => problem);
  return /"code":"([a-z-]+)"/.exec(error.message)?.[1];
}

const printers = (hub) => hub.control('GET', API);
const names = async (hub) => (await printers(hub)).map(({ name }) => name);
const printerOf = async (hub, name) => (await printers(hub)).find((one) => one.name === name);
const jobOf = async (hub, jobId) => (await hub.jobs()).find((job) => job.jobId === jobId);

const untilJob = (hub, jobId, state) => until(`${jobId} is ${state}`, async () =>
  (await jobOf(hub, jobId))?.state === state, 20000);

const submit = (hub, jobId, printer) => post(hub, 'jobs',
  { printJob: { jobId, printer, content: { text: jobId } } });

const job = (jobId) => ({ jobId, deviceId: 'http' });

/** A printer that is off, with jobs that wait for it. */
async function addDead(t, hub, label, ...jobs) {
  const printer = await startPrinter(t);
  await printer.close();
  const { name } = await post(hub, 'printers/add', { label, address: printer.uri });
  for (const jobId of jobs) await submit(hub, jobId, name);
  await until(`${label} is off`, async () => (await printerOf(hub, name)).detail === 'offline');
  return { printer, name };
}

describe('a printer that people add', () => {
  test('is the default, has a name of its own, prints a test, and is there after a restart',
    async (t) => {
      const printer = await startPrinter(t);
      const state = await makeStateFolder(t);
      const hub = await startHub(t, { state });
      assert.deepEqual(await names(hub), ['paper']);
      const added = await post(hub, 'printers/add', { label: ' Große Küche ', address: printer.uri });
      assert.match(added.name, /^gro[a-z?-]*-k[a-z]+che$/);
      const { name } = added;
      assert.deepEqual(await names(hub), [name, 'paper']);

      const { jobId, deviceId } = await post(hub, 'printers/test', { name });
      await untilJob(hub, jobId, 'done');
      assert.ok(printer.text.includes('Große Küche'), printer.text);
      assert.ok(printer.text.includes('€'), 'the euro sign is printed');
      assert.equal((await jobOf(hub, jobId)).deviceId, deviceId);
      const { label, source, kind, paper, columns, address, waiting } = await printerOf(hub, name);
      assert.deepEqual({ label, source, kind, paper, columns, address, waiting }, {
        label: 'Große Küche', source: 'stored', kind: 'receipt', paper: 'ok', columns: 42,
        address: printer.uri, waiting: 0 });

      await post(hub, 'printers/rename', { name, label: 'Bar' });
      await hub.stop();
      const again = await startHub(t, { state });
      assert.deepEqual(await names(again), [name, 'paper']);
      assert.equal((await printerOf(again, name)).label, 'Bar');
      await submit(again, 'goes there by itself');
      await untilJob(again, 'goes there by itself', 'done');
      assert.equal(printer.count('goes there by itself'), 1);
    });

  test('is refused with the cause: twice, without a name, without an address', async (t) => {
    const printer = await startPrinter(t);
    const hub = await startHub(t, { printers: { receipt: printer.uri } });
    const address = 'tcp://127.0.0.1:9';
    await post(hub, 'printers/add', { label: 'Bar', address });
    for (const [body, code] of [
      [{ label: 'Bar', address: 'tcp://127.0.0.1:10' }, 'printer-exists'],
      [{ label: 'Other', address: 'tcp://127.0.0.1:9?columns=32' }, 'printer-exists'],
      [{ label: 'Other', address: printer.uri }, 'printer-exists'],
      [{ label: 'Other', name: 'receipt', address: 'tcp://127.0.0.1:10' }, 'printer-exists'],
      [{ label: 'Other', name: 'Receipt', address: 'tcp://127.0.0.1:10' }, 'bad-name'],
      [{ label: '  ', address: 'tcp://127.0.0.1:10' }, 'bad-name'],
      [{ label: 'a\u0007b', address: 'tcp://127.0.0.1:10' }, 'bad-name'],
      [{ label: 'x'.repeat(65), address: 'tcp://127.0.0.1:10' }, 'bad-name'],
      [{ label: 'Other', address: 'http://127.0.0.1' }, 'bad-address'],
      [{ label: 'Other' }, 'bad-request'],
      [{ address }, 'bad-request'],
    ])
      assert.equal(await refused(hub, 'printers/add', body), code, JSON.stringify(body));
    assert.deepEqual(await names(hub), ['receipt', 'bar', 'paper']);
  });

  test('what the settings name and what is built in stays as it is', async (t) => {
    const printer = await startPrinter(t);
    const hub = await startHub(t, { printers: { receipt: printer.uri } });
    assert.equal((await printerOf(hub, 'receipt')).source, 'settings');
    assert.equal((await printerOf(hub, 'paper')).source, 'built-in');
    for (const name of ['receipt', 'paper']) {
      assert.equal(await refused(hub, 'printers/remove', { name }), 'printer-fixed');
      assert.equal(await refused(hub, 'printers/rename', { name, label: 'X' }), 'printer-fixed');
    }
    assert.equal(await refused(hub, 'printers/remove', { name: 'nobody' }), 'unknown-printer');
    assert.equal(await refused(hub, 'printers/test', { name: 'nobody' }), 'unknown-printer');
  });

  test('two with one label are told apart by name; addresses are for managers', async (t) => {
    const hub = await startHub(t, { open: false });
    const first = await post(hub, 'printers/add', { label: 'Bar!', address: 'tcp://127.0.0.1:9' });
    const second = await post(hub, 'printers/add', { label: 'bar?', address: 'tcp://127.0.0.1:10' });
    assert.deepEqual([first.name, second.name], ['bar', 'bar-2']);
    for (const [role, sees] of [['staff', false], ['manager', true]]) {
      const { token } = await post(hub, 'tokens', { role, name: role });
      const { body } = await hub.ask('GET', API, undefined, { token });
      assert.equal(body.length, 3);
      for (const one of body) assert.equal(one.address !== undefined, sees, role);
    }
  });
});

describe('a printer that is removed', () => {
  test('with jobs waiting: somebody has to say what becomes of them', async (t) => {
    const hub = await startHub(t);
    const { name } = await addDead(t, hub, 'Bar', 'a', 'b');
    assert.equal(await refused(hub, 'printers/remove', { name }), 'jobs-wait');
    assert.equal(await refused(hub, 'printers/remove', { name, jobs: 'burn' }), 'bad-request');
    assert.equal(await refused(hub, 'printers/remove', { name, jobs: 'move' }), 'bad-request');
    assert.equal(await refused(hub, 'printers/remove', { name, jobs: 'move', to: 'nobody' }),
      'unknown-printer');
    assert.equal(await refused(hub, 'printers/remove', { name, jobs: 'move', to: name }),
      'unknown-printer');
    assert.equal((await printerOf(hub, name)).waiting, 2);
  });

  test('its jobs go to another one, in their order, and no line says reprint', async (t) => {
    const alive = await startPrinter(t);
    const hub = await startHub(t, { printers: { receipt: alive.uri } });
    const { name } = await addDead(t, hub, 'Bar', 'one.', 'two.', 'three.');
    const { jobs } = await post(hub, 'printers/remove', { name, jobs: 'move', to: 'receipt' });
    assert.equal(jobs, 3);
    assert.deepEqual(await names(hub), ['receipt', 'paper']);
    await untilJob(hub, 'three.', 'done');
    assert.match(alive.text, /one\.[^]*two\.[^]*three\./);
    assert.doesNotMatch(alive.text, /reprint/i);
    for (const jobId of ['one.', 'two.', 'three.']) assert.equal(alive.count(jobId), 1);
  });

  test('its jobs are cancelled with a word, also after a restart, and may be had elsewhere',
    async (t) => {
      const alive = await startPrinter(t);
      const state = await makeStateFolder(t);
      const options = { state, printers: { receipt: alive.uri } };
      const hub = await startHub(t, options);
      const { name } = await addDead(t, hub, 'Bar', 'a.', 'b.');
      await post(hub, 'printers/remove', { name, jobs: 'cancel' });
      for (const jobId of ['a.', 'b.']) {
        const { state: how, detail } = await jobOf(hub, jobId);
        assert.deepEqual([how, detail], ['failed', 'printer-removed']);
      }
      await hub.kill();
      const again = await startHub(t, options);
      assert.deepEqual(await names(again), ['receipt', 'paper']);
      assert.equal((await jobOf(again, 'a.')).state, 'failed');
      await post(again, 'jobs/retry', { ...job('a.'), printer: 'receipt' });
      await untilJob(again, 'a.', 'done');
      assert.equal(alive.count('a.'), 1);
      assert.equal(alive.count('b.'), 0);
    });

  test('what it has begun ends there, once', async (t) => {
    const slow = await startPrinter(t, { holdsAnswer: true });
    const alive = await startPrinter(t);
    const hub = await startHub(t, { printers: { receipt: alive.uri } });
    const { name } = await post(hub, 'printers/add', { label: 'Bar', address: slow.uri });
    await submit(hub, 'begun.', name);
    await slow.untilPrinted('begun.');
    await submit(hub, 'waits.', name);
    const { jobs } = await post(hub, 'printers/remove', { name, jobs: 'move', to: 'receipt' });
    assert.equal(jobs, 1);
    await untilJob(hub, 'waits.', 'done');
    assert.equal(await refused(hub, 'jobs/retry', job('begun.')), 'wrong-state');
    await until('the printer is asked to confirm', () => slow.release() > 0);
    await untilJob(hub, 'begun.', 'done');
    assert.deepEqual([slow.count('begun.'), alive.count('begun.'), alive.count('waits.')], [1, 0, 1]);
    await submit(hub, 'late', name).then(() => assert.fail(), (error) => assert.match(error.message, /404/));
  });
});

describe('what waits', () => {
  test('is tried again at once, and is no reprint', async (t) => {
    const hub = await startHub(t);
    const { name, printer } = await addDead(t, hub, 'Bar', 'waits.');
    await printer.reopen();
    // The hub's own next try may be under way that very moment.
    const { reprint, message = '' } = await post(hub, 'jobs/retry', job('waits.')).catch((error) => error);
    if (reprint !== false) assert.match(message, /wrong-state/);
    await untilJob(hub, 'waits.', 'done');
    assert.equal(printer.count('waits.'), 1);
    assert.doesNotMatch(printer.text, /reprint/i);
    assert.equal((await printerOf(hub, name)).waiting, 0);
  });

  test('is cancelled: it is not printed, and not cancelled twice', async (t) => {
    const hub = await startHub(t);
    const { printer } = await addDead(t, hub, 'Bar', 'unwanted.', 'wanted.');
    await post(hub, 'jobs/cancel', job('unwanted.'));
    const { state, detail } = await jobOf(hub, 'unwanted.');
    assert.deepEqual([state, detail], ['failed', 'cancelled']);
    assert.equal(await refused(hub, 'jobs/cancel', job('unwanted.')), 'wrong-state');
    assert.equal(await refused(hub, 'jobs/cancel', job('nobody-knows')), 'wrong-state');
    await printer.reopen();
    await post(hub, 'jobs/retry', job('wanted.'));
    await untilJob(hub, 'wanted.', 'done');
    assert.deepEqual([printer.count('unwanted.'), printer.count('wanted.')], [0, 1]);
  });

  test('is in doubt: again only marked, or given up', async (t) => {
    const printer = await startPrinter(t, { hangUpAfter: 40 });
    const hub = await startHub(t);
    const { name } = await post(hub, 'printers/add', { label: 'Bar', address: printer.uri });
    for (const jobId of ['doubt', 'given up'])
      await post(hub, 'jobs', { printJob: { jobId, printer: name,
        content: { text: `${jobId} ${'x'.repeat(2000)}` } } });
    await untilJob(hub, 'doubt', 'uncertain');
    await untilJob(hub, 'given up', 'uncertain');
    printer.options.hangUpAfter = undefined;
    const { reprint } = await post(hub, 'jobs/retry', job('doubt'));
    assert.equal(reprint, true);
    await untilJob(hub, 'doubt', 'done');
    assert.match(printer.text, /reprint/i);
    await post(hub, 'jobs/cancel', job('given up'));
    const { state, detail } = await jobOf(hub, 'given up');
    assert.deepEqual([state, detail], ['failed', 'given-up']);
  });
});

describe('a queue of the print service', () => {
  const start = async (t, queues) => {
    const state = await makeStateFolder(t);
    const service = await startPrintService(t, state, queues);
    return startHub(t, { state, env: { CUPS_SERVER: service.socketPath } });
  };

  const add = async (hub, address) => (await post(hub, 'printers/add', { label: 'Bar', address })).name;

  const print = (text) => Buffer.from(text, 'latin1');

  test('is found where it takes receipts, and gets a job whole, once, with nothing else', async (t) => {
    const queues = { 'TM-T20': { info: 'Empfang Süd', device: 'usb://EPSON/TM-T20?serial=1' },
      Büro: { info: '', device: 'ipp://printer.local/ipp/print' },
      kasse: { info: '', device: 'socket://10.0.0.1:9100' } };
    const hub = await start(t, queues);
    const { printers: found } = await hub.control('GET', `${API}/found`);
    const cups = found.filter(({ kind }) => kind === 'cups');
    assert.deepEqual(cups.map(({ label, address, problem }) => [label, address, problem]), [
      ['Empfang Süd', 'cups:TM-T20', null], ['kasse', 'cups:kasse', null], ['Büro', null, 'no-raw-queue']]);
    const name = await add(hub, 'cups:TM-T20');
    const { jobId } = await post(hub, 'printers/test', { name });
    await untilJob(hub, jobId, 'sent');
    assert.equal((await jobOf(hub, jobId)).detail, 'no-feedback');
    const [document] = queues['TM-T20'].jobs;
    const things = [];
    new EscPosReader((thing) => things.push(thing)).push(document);
    assert.ok(things.some(({ text }) => text === 'Test print'), JSON.stringify(things));
    assert.ok(things.every(({ ask }) => ask === undefined), 'nobody hears an answer');
    await submit(hub, `long ${'x'.repeat(90)}`, name);
    await until('the second is there', () => queues['TM-T20'].jobs.length === 2);
    assert.equal(queues.kasse.jobs.length + queues.Büro.jobs.length, 0);
  });

  test('that is stopped, or takes no jobs, has them wait; each is printed once', async (t) => {
    const queues = { bar: { device: 'usb://x/y', isStopped: true } };
    const hub = await start(t, queues);
    const name = await add(hub, 'cups:bar');
    await submit(hub, 'waits', name);
    await until('it waits', async () => (await printerOf(hub, name)).detail === 'offline');
    Object.assign(queues.bar, { isStopped: false, refuses: true });
    // It may be trying by itself just now.
    await post(hub, 'jobs/retry', job('waits')).catch(({ message }) => assert.match(message, /printed at this moment/));
    await until('it waits again', async () => (await jobOf(hub, 'waits')).state === 'queued');
    queues.bar.refuses = false;
    await untilJob(hub, 'waits', 'sent');
    assert.equal(queues.bar.jobs.length, 1);
    assert.ok(!queues.bar.jobs[0].includes(print('REPRINT')));
  });

  test('that breaks off once it may have the job: in doubt', async (t) => {
    const queues = { bar: { device: 'usb://x/y', breaksOff: true } };
    const hub = await start(t, queues);
    const name = await add(hub, 'cups:bar');
    await submit(hub, 'doubt', name);
    await untilJob(hub, 'doubt', 'uncertain');
    assert.equal(queues.bar.jobs.length, 1);
    queues.bar.breaksOff = false;
    assert.equal((await post(hub, 'jobs/retry', job('doubt'))).reprint, true);
    await untilJob(hub, 'doubt', 'sent');
    assert.match(queues.bar.jobs[1].toString('latin1'), /reprint/i);
  });

  test('that is not there, or a service that is not there: the jobs wait', async (t) => {
    const hub = await startHub(t, { env: { CUPS_SERVER: '/nowhere/cups.sock' } });
    const { printers: found } = await hub.control('GET', `${API}/found`);
    assert.ok(found.every(({ kind }) => kind !== 'cups'));
    const name = await add(hub, 'cups:bar');
    await submit(hub, 'waits', name);
    await until('it waits', async () => (await jobOf(hub, 'waits')).detail === 'offline');
    assert.equal(await refused(hub, 'printers/add', { label: 'X', address: 'cups:a/b' }), 'bad-address');
    assert.equal(await refused(hub, 'printers/add', { label: 'X', address: 'cups:' }), 'bad-address');
    assert.equal(await refused(hub, 'printers/add', { label: 'X', address: 'usb:/dev/sda' }), 'bad-address');
  });
});

describe('on the command line', () => {
  const run = (hub, ...words) => new Promise((resolve) => {
    execFile(program, [...words, '--state', hub.state], { env: { ...process.env, LC_ALL: 'C.UTF-8' } },
      (error, out, err) => resolve({ status: error?.code ?? 0, out, err }));
  });

  test('printers are listed, added, renamed, tried and removed in sentences', async (t) => {
    const printer = await startPrinter(t);
    const dead = await startPrinter(t);
    await dead.close();
    const hub = await startHub(t);
    const say = async (...words) => {
      const { status, out, err } = await run(hub, 'printers', ...words);
      assert.equal(status, 0, `${words}: ${err}`);
      return out;
    };
    assert.match(await say('add', 'Große Bar', printer.uri), /Große Bar.* is there now/);
    assert.match(await say('add', 'Kitchen', dead.uri), /Kitchen/);
    assert.match(await say('rename', 'Große Bar', 'Bar'), /another name/);
    assert.match(await say('test', 'Bar'), /on its way/);
    await printer.untilPrinted('Test print');
    await submit(hub, 'waits.', 'kitchen');
    await until('the kitchen is off', async () => /Kitchen +off, or out of reach +1 /.test(await say()));
    const list = JSON.parse(await say('list', '--json'));
    assert.deepEqual(list.map(({ label }) => label), ['Bar', 'Kitchen', 'paper']);

    const asked = await run(hub, 'printers', 'remove', 'Kitchen');
    assert.equal(asked.status, 1);
    assert.match(asked.err, /^1 job waits for the printer “Kitchen”/);
    assert.equal((await run(hub, 'printers', 'remove', 'Kitchen', '--to', 'Bar', '--cancel')).status, 2);
    assert.match(await say('remove', 'Kitchen', '--to', 'Bar'), /removed/);
    await printer.untilPrinted('waits.');
    assert.match((await run(hub, 'printers', 'remove', 'nobody')).err, /No printer is called “nobody”/);
    assert.match((await run(hub, 'printers', 'remove', 'paper')).err, /stays as it is/);
    assert.match((await run(hub, 'printers', 'add', 'X', 'http://x')).err, /no printer address/);
    const { out } = await run(hub, 'printers', 'find');
    assert.match(out, /network was not searched/);
    assert.deepEqual(JSON.parse(await say('find', '--json')).network, 'off');
  });

  test('files are printed: text, a picture, what a printer understands; a PDF is not', async (t) => {
    const printer = await startPrinter(t);
    const hub = await startHub(t);
    await post(hub, 'printers/add', { label: 'Bar', address: printer.uri });
    const put = (name, bytes) => {
      const file = path.join(hub.state, name);
      writeFileSync(file, bytes);
      return file;
    };
    assert.match((await run(hub, 'print', put('menu.txt', 'Crème brûlée\n'), '--printer', 'Bar')).out,
      /menu.txt.* is kept/);
    await printer.untilPrinted('Crème brûlée');
    const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
      'base64');
    const { jobId } = JSON.parse((await run(hub, 'print', put('dot.png', dot), '--json')).out);
    await untilJob(hub, jobId, 'done');
    assert.ok(printer.things.some((thing) => thing.raster), 'the picture is drawn');
    await run(hub, 'print', put('raw.bin', Buffer.from('\x1b@own language\n', 'latin1')));
    await printer.untilPrinted('own language');

    for (const [name, bytes, words] of [['bill.pdf', '%PDF-1.7 …', /cannot print/],
      ['empty.txt', '', /nothing to print/], ['long.txt', 'x'.repeat(600000), /too large/]]) {
      const { status, err } = await run(hub, 'print', put(name, bytes));
      assert.equal(status, 1, name);
      assert.match(err, words);
    }
    assert.match((await run(hub, 'print', path.join(hub.state, 'none'))).err, /cannot be read/);
    assert.match((await run(hub, 'print', put('a.txt', 'a'), '--printer', 'nobody')).err, /No printer is called/);
  });
});
