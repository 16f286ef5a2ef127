// SPDX-License-Identifier: Apache-2.0
// What a print job goes through: on paper once, whatever breaks, and said honestly.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, describe, test } from 'node:test';

import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { shrinkTcpBuffers, skipOutsideLab } from '../lib/network.mjs';
import { implementations } from '../lib/peers.mjs';
import { startPrinter } from '../lib/printer.mjs';
import { Signal } from '../lib/signal.mjs';
import { until } from '../lib/wait.mjs';

const DEVICE = 'till-1';
const native = implementations.find((one) => one.name === 'node-datachannel');
after(native.tearDown);

const textJob = (jobId, text = jobId) => ({ jobId, content: { text } });

/** A till without WebRTC: prints by `relay`. */
class Till {
  static async join(t, hub) {
    const till = new Till();
    till.signal = await Signal.join(t, hub, { peerId: DEVICE });
    return till;
  }

  print(printJob, id = printJob.jobId) {
    this.signal.tellHub({ type: 'print', id, printJob });
  }

  /** The first status of that job that is one of these. */
  status(jobId, ...states) {
    return this.signal.hear(`${jobId} ${states}`, (payload) => payload.type === 'print-status'
      && payload.jobId === jobId && states.includes(payload.state), 20000);
  }

  error(ref) {
    return this.signal.hear(`error for ${ref}`,
      (payload) => payload.type === 'error' && payload.ref === ref);
  }
}

const stateOf = async (hub, jobId) =>
  (await hub.jobs()).find((job) => job.jobId === jobId)?.state;

const untilState = (hub, jobId, state) =>
  until(`job ${jobId} is ${state}`, async () => await stateOf(hub, jobId) === state, 20000);

/** Keeps both places of one till in one state folder from run to run. */
async function start(t, printer, options = {}) {
  return startHub(t, { printers: { receipt: printer.uri }, ...options });
}

describe('a job', () => {
  test('a receipt arrives as it was stated', async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, printer);
    const till = await Till.join(t, hub);
    till.print({ jobId: 'r1', copies: 2, content: { receipt: {
      currency: 'EUR', business: { name: 'Café Größenwahn', address: ['Hauptstraße 1'] },
      number: '2026-17',
      lines: [{ name: 'Crème brûlée', quantity: 2, amount: 1390 },
        { name: 'Žižkov pivo', quantity: 1, amount: 450, notes: ['ohne Schaum'] },
        { name: '寿司', quantity: 1, amount: 0 }],
      taxes: [{ name: 'MwSt', rate: '19 %', amount: 294, included: true }],
      total: 1840, payments: [{ method: 'Cash', amount: 2000 }], change: 160,
      qr: 'https://example.org/r/1', drawer: true, footer: ['Danke!'] } } });
    await till.status('r1', 'done');

    const paper = printer.text.replaceAll(',', '.');
    for (const text of ['Café Größenwahn', 'Hauptstraße 1', 'Crème brûlée', 'Žižkov', '13.90', 'ohne Schaum',
      '18.40', 'Danke!'])
      assert.equal(paper.split(text).length - 1, 2, `“${text}” once a copy:\n${paper}`);
    assert.ok(printer.things.some((thing) => thing.raster), 'what no code page has is drawn');
    const name = printer.lines.find((line) => line.text.includes('Größenwahn'));
    assert.equal(name.align, 'center');
    const total = printer.lines.find((line) => /18[.,]40/.test(line.text));
    assert.ok(total.runs.some((run) => run.bold || run.height > 1), 'the total stands out');
    const codes = printer.things.filter((thing) => thing.qr);
    assert.deepEqual(codes.map((one) => one.qr.data),
      ['https://example.org/r/1', 'https://example.org/r/1']);
    assert.equal(printer.cuts, 2);
    assert.equal(printer.things.filter((thing) => thing.drawer).length, 1, 'the drawer opens once');
  });

  test('three times over two links: printed once', async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, printer);
    const { link, channel } = await Link.open(t, hub, native, 'bellhop',
      { join: { peerId: DEVICE } });
    const printJob = textJob('once');
    await channel.say({ type: 'print', id: 'a', printJob });
    link.signal.tellHub({ type: 'print', id: 'b', printJob });
    await channel.say({ type: 'print', id: 'c', printJob });
    await untilState(hub, 'once', 'done');
    link.signal.tellHub({ type: 'print', id: 'd', printJob });
    const isEnd = (message) => message.type === 'print-status' && message.ref === 'd';
    const late = await Promise.any([channel.hear('status', isEnd),
      link.signal.hear('status', isEnd)]);
    assert.equal(late.state, 'done');
    assert.equal(printer.count('once'), 1);
    assert.equal(printer.connections <= 2, true);
  });

  test('the same number with other content is a conflict', async (t) => {
    const hub = await start(t, await startPrinter(t));
    const till = await Till.join(t, hub);
    till.print(textJob('j', 'one'));
    await till.status('j', 'done');
    till.print(textJob('j', 'two'), 'second');
    assert.equal((await till.error('second')).code, 'conflict');
  });

  test('nonsense is refused by name', async (t) => {
    const hub = await start(t, await startPrinter(t));
    const till = await Till.join(t, hub);
    const cases = [
      [{ jobId: 'n1', content: {} }, 'bad-job'],
      [{ jobId: 'n2', content: { receipt: { currency: 'euro' } } }, 'bad-job'],
      [{ jobId: 'n3', content: { text: 1 } }, 'bad-job'],
      [{ jobId: 'n4', printer: 'nowhere', content: { text: 'x' } }, 'unknown-printer'],
      [{ jobId: '', content: { text: 'x' } }, 'bad-job'],
      ['not even an object', 'bad-job'],
    ];
    for (const [index, [printJob, code]] of cases.entries()) {
      till.print(printJob, `n-${index}`);
      assert.equal((await till.error(`n-${index}`)).code, code, JSON.stringify(printJob));
    }
    till.print(textJob('good'));
    await till.status('good', 'done');
  });

  test('a printer without feedback: sent', async (t) => {
    const printer = await startPrinter(t, { confirms: false });
    const hub = await start(t, printer);
    const till = await Till.join(t, hub);
    till.print(textJob('quiet'));
    await till.status('quiet', 'sent');
    assert.equal(printer.count('quiet'), 1);
    assert.equal(await stateOf(hub, 'quiet'), 'sent');
  });

  test('jobs reach a slow printer whole and in order', async (t) => {
    const printer = await startPrinter(t, { bytesPerRead: 7 });
    const hub = await start(t, printer);
    const till = await Till.join(t, hub);
    for (let index = 0; index < 5; index += 1) till.print(textJob(`slow-${index}`));
    await till.status('slow-4', 'done');
    assert.deepEqual(printer.text.match(/slow-\d/g),
      ['slow-0', 'slow-1', 'slow-2', 'slow-3', 'slow-4']);
  });
});

describe('a broken printer', () => {
  test('hangs up in mid-job: uncertain, again only when asked, marked', async (t) => {
    const printer = await startPrinter(t, { hangUpAfter: 40 });
    const hub = await start(t, printer);
    const till = await Till.join(t, hub);
    till.print(textJob('broken', `broken ${'x'.repeat(2000)}`));
    await till.status('broken', 'uncertain');
    printer.options.hangUpAfter = undefined;
    till.print(textJob('next'));
    await till.status('next', 'done');
    assert.equal(printer.cuts >= 1, true);
    assert.equal(await stateOf(hub, 'broken'), 'uncertain');
    assert.equal((await hub.status()).print.uncertain, 1, 'a person is told');

    till.signal.tellHub({ type: 'reprint', id: 'again', jobId: 'broken' });
    await till.status('broken', 'done');
    assert.match(printer.text, /reprint/i);
  });

  test('that is off does not hold up another, and prints when it is on again', async (t) => {
    const dead = await startPrinter(t);
    const alive = await startPrinter(t);
    await dead.close();
    const hub = await startHub(t, { printers: { kitchen: dead.uri, receipt: alive.uri } });
    const till = await Till.join(t, hub);
    till.print({ ...textJob('waits'), printer: 'kitchen' });
    await till.status('waits', 'queued', 'accepted');
    till.print({ ...textJob('goes'), printer: 'receipt' });
    await till.status('goes', 'done');
    assert.notEqual(await stateOf(hub, 'waits'), 'done');
    await dead.reopen();
    await till.status('waits', 'done');
    assert.equal(dead.count('waits'), 1);
  });

  test('that never reads holds up neither another printer nor the end', async (t) => {
    const deaf = await startPrinter(t, { reads: false });
    const alive = await startPrinter(t);
    const hub = await startHub(t, { printers: { kitchen: deaf.uri, receipt: alive.uri } });
    const till = await Till.join(t, hub);
    for (let index = 0; index < 50; index += 1)
      till.print({ ...textJob(`deaf-${index}`, 'x'.repeat(20000)), printer: 'kitchen' });
    till.print({ ...textJob('goes'), printer: 'receipt' });
    await till.status('goes', 'done');
    await hub.assertServing();
    await hub.stop();
  });
});

describe('a power cut', () => {
  test('before the first byte left: printed once after it', async (t) => {
    const printer = await startPrinter(t);
    const state = await makeStateFolder(t);
    await printer.close();
    const first = await start(t, printer, { state });
    const till = await Till.join(t, first);
    till.print(textJob('patient'));
    await till.status('patient', 'accepted', 'queued');
    await first.kill();

    await printer.reopen();
    const second = await start(t, printer, { state });
    await untilState(second, 'patient', 'done');
    await second.stop();
    const third = await start(t, printer, { state });
    await third.assertServing();
    assert.equal(await stateOf(third, 'patient'), 'done');
    assert.equal(printer.count('patient'), 1);
  });

  test('after the first byte: uncertain, printed only when asked for, marked',
    { skip: skipOutsideLab }, async (t) => {
      shrinkTcpBuffers(t);
      const printer = await startPrinter(t, { reads: false });
      const state = await makeStateFolder(t);
      const first = await start(t, printer, { state });
      const till = await Till.join(t, first);
      till.print(textJob('halfway', `halfway\n${'x'.repeat(50000)}`));
      await till.status('halfway', 'printing');
      await until('the printer has the beginning', () => printer.connections > 0);
      await first.kill();

      printer.options.reads = true;
      const second = await start(t, printer, { state });
      await untilState(second, 'halfway', 'uncertain');
      const back = await Till.join(t, second);
      back.print(textJob('later'));
      await back.status('later', 'done');
      assert.equal(printer.count('halfway'), 0, 'it was not printed by itself');

      back.signal.tellHub({ type: 'reprint', id: 'again', jobId: 'halfway' });
      await untilState(second, 'halfway', 'done');
      assert.equal(printer.count('halfway'), 1);
      assert.match(printer.text.slice(printer.text.indexOf('later')), /reprint/i);
    });

  test('restored from an older backup, it asks about what its device had heard of', async (t) => {
    const printer = await startPrinter(t);
    const hub = await start(t, printer);
    const till = await Till.join(t, hub);
    // As a till says a job again that the hub had taken after the backup.
    till.signal.tellHub({ type: 'print', id: 'lost', printJob: textJob('lost'), lastState: 'printing' });
    assert.equal((await till.status('lost', 'accepted', 'uncertain')).state, 'uncertain');
    till.signal.tellHub({ type: 'print', id: 'new', printJob: textJob('new'), lastState: 'refused' });
    await till.status('new', 'done');
    assert.deepEqual([printer.count('lost'), printer.count('new')], [0, 1]);
    till.signal.tellHub({ type: 'reprint', id: 'again', jobId: 'lost' });
    await untilState(hub, 'lost', 'done');
    assert.match(printer.text.slice(printer.text.indexOf('new')), /reprint/i);
  });

  test('while the printer has all and has not confirmed: not printed again by itself', async (t) => {
    const printer = await startPrinter(t, { holdsAnswer: true });
    const state = await makeStateFolder(t);
    const first = await start(t, printer, { state });
    const till = await Till.join(t, first);
    till.print(textJob('unsure'));
    await printer.untilPrinted('unsure');
    await first.kill();

    printer.options.holdsAnswer = false;
    const second = await start(t, printer, { state });
    assert.match(await stateOf(second, 'unsure'), /^(sent|uncertain)$/);
    const back = await Till.join(t, second);
    back.print(textJob('later'));
    await back.status('later', 'done');
    assert.equal(printer.count('unsure'), 1);
  });

  test('right after `accepted`, ten times: no job is lost, none printed twice', async (t) => {
    const printer = await startPrinter(t);
    const state = await makeStateFolder(t);
    for (let round = 0; round < 10; round += 1) {
      const hub = await start(t, printer, { state });
      const till = await Till.join(t, hub);
      till.print(textJob(`cut-${round}.`));
      await till.status(`cut-${round}.`, 'accepted', 'queued', 'printing', 'sent', 'done');
      await hub.kill();
    }
    const hub = await start(t, printer, { state });
    await until('every job has come to an end', async () => {
      const jobs = await hub.jobs();
      return jobs.length === 10
        && jobs.every((job) => ['done', 'sent', 'uncertain'].includes(job.state));
    }, 20000);
    for (const job of await hub.jobs()) {
      const times = printer.count(job.jobId);
      assert.ok(job.state === 'uncertain' ? times <= 1 : times === 1,
        `${job.jobId} is ${job.state} and stands on paper ${times} times`);
    }
  });
});

test('jobs and paper that cannot be read: the hub says so and serves on', async (t) => {
  const hub = await startHub(t);
  execFileSync('python3', ['-c', `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30)
db.execute("DROP TABLE print_paper")
db.execute("DROP TABLE print_job")
db.commit()`, path.join(hub.state, 'bellhop.db')]);
  for (const place of ['/api/v1/paper', '/api/v1/jobs']) {
    const { status, body } = await hub.ask('GET', place);
    assert.equal(status, 503, place);
    assert.equal(body.code, 'not-stored');
  }
  await hub.assertServing();
});
