// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { countEchoes, openBareClient } from '../lib/bare-client.mjs';
import { browserName } from '../lib/browser.mjs';

describe(`bare client in ${browserName}`, () => {
  test('gets its channel', async (t) => {
    const { hub, page } = await openBareClient(t);
    assert.equal(await page.evaluate(countEchoes, 1000, 0), 1000);
    await hub.assertServing();
  });

  test('every size up to max-message-size', async (t) => {
    const { page } = await openBareClient(t);
    const results = await page.evaluate(async () => {
      const { channel, pc } = window.bare;
      channel.binaryType = 'arraybuffer';
      const largest = Math.min(pc.sctp.maxMessageSize, 262144);
      const done = [];
      for (const size of [1, 1200, 16384, 65535, 65536, largest]) {
        const sent = new Uint8Array(size).map((_, index) => index * 31 + size);
        const back = new Promise((resolve) => { channel.onmessage = ({ data }) => resolve(data); });
        channel.send(sent);
        const got = new Uint8Array(await back);
        done.push(got.length === size && got.every((byte, index) => byte === sent[index]));
      }
      return done;
    });
    assert.deepEqual(results, results.map(() => true));
    assert.equal(results.length, 6);
  });

  test('audio and data in one bundle: the audio is declined, the channel opens', async (t) => {
    const { hub, page } = await openBareClient(t);
    const sections = await page.evaluate(async () => {
      const pc = new RTCPeerConnection();
      const socket = new WebSocket(`ws://${location.host}/`);
      const send = (message) => socket.send(JSON.stringify(message));
      pc.addTransceiver('audio');
      const channel = pc.createDataChannel('echo');
      pc.onicecandidate = ({ candidate }) => send({ type: 'ice-candidate', candidate });
      socket.onmessage = async ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === 'joined') {
          await pc.setLocalDescription();
          send({ type: 'offer', sdp: pc.localDescription.sdp });
        }
        if (message.type === 'answer') await pc.setRemoteDescription(message);
      };
      await new Promise((resolve) => { socket.onopen = resolve; });
      send({ type: 'join', tenantId: 'lab' });
      await new Promise((resolve) => { channel.onopen = resolve; });
      const back = new Promise((resolve) => { channel.onmessage = ({ data }) => resolve(data); });
      channel.send('with audio');
      if (await back !== 'with audio') throw new Error('no echo');
      return pc.remoteDescription.sdp.match(/^m=(audio 0|application)/gm);
    });
    assert.deepEqual(sections, ['m=audio 0', 'm=application']);
    await hub.assertServing();
  });

  test('answers where the hub offers', async (t) => {
    const { hub, page } = await openBareClient(t);
    const largest = await page.evaluate(async () => {
      const pc = new RTCPeerConnection();
      const socket = new WebSocket(`ws://${location.host}/`);
      const send = (message) => socket.send(JSON.stringify(message));
      pc.onicecandidate = ({ candidate }) => send({ type: 'ice-candidate', candidate });
      const told = new Promise((resolve) => { pc.ondatachannel = ({ channel }) => resolve(channel); });
      socket.onmessage = async ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === 'joined') send({ type: 'relay', payload: { type: 'offer-me' } });
        if (message.type === 'offer') {
          await pc.setRemoteDescription(message);
          await pc.setLocalDescription();
          send({ type: 'answer', sdp: pc.localDescription.sdp, targetPeerId: message.fromPeerId });
        }
      };
      await new Promise((resolve) => { socket.onopen = resolve; });
      send({ type: 'join', tenantId: 'lab' });
      await told;
      const echo = pc.createDataChannel('echo');
      await new Promise((resolve) => { echo.onopen = resolve; });
      const back = new Promise((resolve) => { echo.onmessage = ({ data }) => resolve(data); });
      echo.send('x'.repeat(262144));
      return (await back).length;
    });
    assert.equal(largest, 262144);
    await hub.assertServing();
  });
});
