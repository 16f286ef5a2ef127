// SPDX-License-Identifier: Apache-2.0
// The schemas and their examples agree: what is bad by its name is refused, everything else is not.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { judge, judgePayload, listExamples, readJson } from '../lib/schema.mjs';

function check(name, verdict) {
  if (name.startsWith('bad-')) assert.notEqual(verdict, null, 'it is refused');
  else assert.equal(verdict, null);
}

describe('protocol examples', () => {
  for (const name of listExamples()) {
    const [schema] = /receipt|ticket/.exec(name);
    test(name, () => check(name, judge(schema, undefined, readJson('examples', name))));
  }
  for (const name of listExamples('signaling')) {
    const [side] = /client|server/.exec(name);
    test(`signaling ${name}`,
      () => check(name, judge('signaling', side, readJson('examples', 'signaling', name))));
  }
  for (const name of listExamples('log')) {
    const [, definition] = /^(?:bad-)?([A-Za-z]+)/.exec(name);
    test(`log ${name}`, () => {
      const example = readJson('examples', 'log', name);
      check(name, judge('log', definition, example));
      // The whole schema too, which takes each message for one thing only.
      check(name, judge('log', undefined, example));
    });
  }

  test('operations, records and readings of the vectors are what the schema says', () => {
    const { texts, lifts, merges, orders } = readJson('vectors', 'operations.json');
    for (const { why, text } of [...texts.good, ...texts.foreign])
      assert.equal(judge('log', 'operation', JSON.parse(text)), null, why);
    for (const { why, record } of lifts) assert.equal(judge('log', 'record', record), null, why);
    for (const { why, records, merged } of merges)
      for (const one of [...records, merged]) assert.equal(judge('log', 'record', one), null, why);
    for (const { why, orders: read } of orders)
      for (const order of Object.values(read).filter((one) => one !== null))
        assert.equal(judge('log', 'reading', order), null, why);
  });

  test('what the schemas are for is refused when it is broken', () => {
    const job = { jobId: 'j', content: { text: 'x' } };
    assert.equal(judge('print', undefined, { type: 'print', id: 'i', printJob: job }), null);
    for (const broken of [{ ...job, jobId: '' }, { ...job, copies: 0 }, { jobId: 'j' },
      { ...job, content: {} }, { ...job, content: { text: 'x', png: 'AAAA' } }])
      assert.notEqual(judge('print', undefined, { type: 'print', printJob: broken }), null,
        JSON.stringify(broken));
    assert.notEqual(judge('print', undefined, { type: 'print-status', jobId: 'j', state: 'gone' }),
      null);
  });

  test('messages of no single use', () => {
    const printer = { name: 'bar', kind: 'receipt', state: 'idle', waiting: 0 };
    for (const good of [{ type: 'ping', id: 'p' }, { type: 'pong', ref: 'p' },
      { type: 'printers', id: 7 }, { type: 'printers', ref: 7, printers: [printer] },
      { type: 'chunk', id: 'c', index: 0, count: 2, data: '{' }, { type: 'offer-me' },
      { type: 'error', code: 'unknown-type', message: 'x', ref: 'p' },
      { type: 'api', id: 1, method: 'GET', path: '/api/v1/devices' },
      { type: 'api', id: 1, method: 'POST', path: '/api/v1/sign-in', body: { pin: '1' } },
      { type: 'api-answer', ref: 1, status: 403, body: { code: 'wrong-pin' } },
      { type: 'changed', what: 'pair-requests' }, { type: 'seating-request', id: 's' },
      { type: 'revocations', revocations: readJson('vectors', 'bellhop.json').revocations.document },
      { type: 'changed', what: 'alerts' }, { type: 'screen-ack', ref: 1 },
      { type: 'screen', screen: { screenId: 'tab-1', stations: null, isVisible: true } },
      { type: 'screen', id: 's', screen: { screenId: 'tab-1', stations: ['grill'], isVisible: false } },
      { type: 'screen', screen: { screenId: 'tab-1', isClosed: true } },
      { type: 'seating', ref: 's', state: 'requested' }, { type: 'seating', state: 'seated' }])
      assert.equal(judgePayload(good), null, JSON.stringify(good));
    for (const broken of [{ type: 'ping' }, { type: 'pong' }, { type: 'dance', id: 'd' },
      { type: 'printers', ref: 7, printers: [{ ...printer, state: 'well' }] },
      { type: 'chunk', id: 'c', index: -1, count: 2, data: '' }, { type: 'error', code: 'X Y' },
      { type: 'api', id: 1, method: 'PUT', path: '/api/v1/devices' },
      { type: 'api', id: 1, method: 'GET', path: '/etc/passwd' },
      { type: 'api-answer', ref: 1, status: 'ok', body: {} }, { type: 'changed', what: 'weather' },
      { type: 'screen', screen: {} },
      { type: 'screen', screen: { screenId: 'a b', stations: null, isVisible: true } },
      { type: 'screen', screen: { screenId: 'a', stations: 'all', isVisible: true } },
      { type: 'screen', screen: { screenId: 'a', stations: null } },
      { type: 'revocations', revocations: { data: 'e30' } }, { type: 'seating', state: 'gone' }])
      assert.notEqual(judgePayload(broken), null, JSON.stringify(broken));
  });
});
