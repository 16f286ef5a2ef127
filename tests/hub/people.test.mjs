// SPDX-License-Identifier: Apache-2.0
// Who did it: on a shared device a person signs in, and what is printed from then on bears the name.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';

import { Device } from '../lib/device.mjs';
import { makeStateFolder, startHub } from '../lib/hub.mjs';
import { Link } from '../lib/link.mjs';
import { implementations } from '../lib/peers.mjs';
import { Signal } from '../lib/signal.mjs';
import { until } from '../lib/wait.mjs';

const native = implementations.find((one) => one.name === 'node-datachannel');
after(native.tearDown);

const textJob = (jobId) => ({ jobId, content: { text: jobId } });

/** Asks the API by relay. */
async function api(signal, method, path, body) {
  const id = randomUUID();
  signal.tellHub({ type: 'api', id, method, path, body });
  const answer = await signal.hear(`answer of ${path}`, (one) => one.type === 'api-answer' && one.ref === id);
  assert.ok(answer.status < 300, JSON.stringify(answer));
  return answer.body;
}

const findJob = async (hub, jobId) => (await hub.jobs()).find((job) => job.jobId === jobId);

async function isPrinted(hub, jobId) {
  await until(`${jobId} is printed`, async () => (await findJob(hub, jobId))?.state === 'done');
  return (await findJob(hub, jobId)).person;
}

describe('a shared tablet', () => {
  test('a job says who was signed in, by every way, also after a restart', async (t) => {
    const state = await makeStateFolder(t);
    let hub = await startHub(t, { state, open: false });
    const [anna, ben] = await Promise.all([['Anna', '1234'], ['Ben', '5678']].map(async ([name, pin]) =>
      ({ name, pin, ...await hub.control('POST', '/api/v1/people', { name, pin }) })));
    const tablet = await Device.pair(hub, { name: 'Bar tablet' });
    const signal = await Signal.joinAs(t, hub, tablet);
    const signIn = ({ personId, pin }) => api(signal, 'POST', '/api/v1/sign-in', { personId, pin });
    const asAnna = { personId: anna.personId, name: 'Anna' };
    const asBen = { personId: ben.personId, name: 'Ben' };

    signal.tellHub({ type: 'print', id: '0', printJob: textJob('nobodys') });
    assert.equal(await isPrinted(hub, 'nobodys'), null);

    await signIn(anna);
    signal.tellHub({ type: 'print', id: '1', printJob: textJob('by-relay') });
    assert.deepEqual(await isPrinted(hub, 'by-relay'), asAnna);
    const { channel } = await Link.open(t, hub, native, 'work', { signal });
    await channel.say({ type: 'print', id: '2', printJob: textJob('by-channel') });
    assert.deepEqual(await isPrinted(hub, 'by-channel'), asAnna);
    await api(signal, 'POST', '/api/v1/jobs', { printJob: textJob('by-api') });
    assert.deepEqual(await isPrinted(hub, 'by-api'), asAnna);
    const taken = await hub.post('/api/v1/jobs', { printJob: textJob('by-http') }, { token: tablet.token });
    assert.equal(taken.status, 201, taken.text);
    assert.deepEqual(await isPrinted(hub, 'by-http'), asAnna);

    // Whoever is not at the device is not the person who is.
    const other = await Device.pair(hub, { name: 'Other' });
    await hub.post('/api/v1/jobs', { printJob: textJob('elsewhere') }, { token: other.token });
    assert.equal(await isPrinted(hub, 'elsewhere'), null);
    await hub.control('POST', '/api/v1/jobs', { deviceId: tablet.deviceId, printJob: textJob('for-it') });
    assert.equal(await isPrinted(hub, 'for-it'), null);

    // Sent again by another person: still the same job. Printed again: the history knows who.
    await signIn(ben);
    signal.tellHub({ type: 'print', id: '3', printJob: textJob('by-relay') });
    signal.tellHub({ type: 'reprint', id: '4', jobId: 'by-relay' });
    await until('it is a reprint', async () => (await findJob(hub, 'by-relay')).reprints === 1);
    assert.deepEqual(await isPrinted(hub, 'by-relay'), asAnna);
    const again = await hub.post('/api/v1/jobs/reprint', { jobId: 'by-http', printer: 'paper' },
      { token: tablet.token });
    assert.equal(again.status, 202, again.text);
    const history = async () => (await hub.control('GET', '/api/v1/audit')).entries
      .filter(({ kind }) => kind === 'reprinted').map(({ who, subject, detail }) => [who, subject, detail]);
    await until('both are in the history', async () => (await history()).length === 2);
    assert.deepEqual(await history(),
      [['Ben (Bar tablet)', 'by-http', 'paper'], ['Ben (Bar tablet)', 'by-relay', '']]);

    // Power cut: what was acknowledged has its name. And who has left since keeps it.
    signal.tellHub({ type: 'print', id: '5', printJob: textJob('last') });
    await signal.hear('status', (one) => one.type === 'print-status' && one.jobId === 'last');
    await hub.kill();
    hub = await startHub(t, { state, open: false });
    assert.deepEqual((await findJob(hub, 'last')).person, asBen);
    assert.deepEqual((await findJob(hub, 'by-channel')).person, asAnna);
    await hub.control('POST', '/api/v1/people/remove', { personId: anna.personId });
    assert.deepEqual((await findJob(hub, 'by-channel')).person, asAnna);
  });
});
