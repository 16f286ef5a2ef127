// SPDX-License-Identifier: Apache-2.0
// A browser without a line of ours: WebSocket, RTCPeerConnection, and the few words of the protocol.

import { openPage, startBrowser } from './browser.mjs';
import { startHub, TENANT } from './hub.mjs';
import { within } from './wait.mjs';

/** Runs in the page: joins, offers without a target, answers what comes; leaves window.bare. */
async function installBareClient(tenantId) {
  const socket = new WebSocket(`ws://${location.host}/`);
  const pc = new RTCPeerConnection();
  const bare = { socket, pc, waiting: {} };
  window.bare = bare;
  const send = (message) => socket.send(JSON.stringify(message));
  bare.channel = pc.createDataChannel('echo');
  bare.opened = new Promise((resolve) => { bare.channel.onopen = resolve; });
  pc.onicecandidate = ({ candidate }) => send({ type: 'ice-candidate', candidate });
  bare.offer = async () => {
    await pc.setLocalDescription(await pc.createOffer());
    const answered = new Promise((resolve) => { bare.answered = resolve; });
    send({ type: 'offer', sdp: pc.localDescription.sdp });
    await answered;
  };
  socket.onmessage = async ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'joined') await bare.offer();
    if (message.type === 'answer') {
      await pc.setRemoteDescription({ type: 'answer', sdp: message.sdp });
      bare.answered();
    }
    if (message.type === 'ice-candidate' && message.candidate)
      await pc.addIceCandidate(message.candidate);
  };
  await new Promise((resolve) => { socket.onopen = resolve; });
  send({ type: 'join', tenantId });
}

/** A hub, and a page of its origin in which the bare client has its channel `echo`. */
export async function openBareClient(t, options) {
  const hub = await startHub(t, options);
  // Any page of the hub's origin will do; this one has no script.
  const page = await openPage(await startBrowser(t), `${hub.origin}/healthz`);
  await page.evaluate(installBareClient, TENANT);
  await within(15000, 'channel of the bare client', page.evaluate(async () => {
    await window.bare.opened;
  }));
  return { hub, page };
}

/** Runs in the page: sends 0 to count-1 and counts what returns in order. */
export async function countEchoes(count, pauseMs) {
  const { channel } = window.bare;
  let next = 0;
  const all = new Promise((resolve, reject) => {
    channel.onmessage = ({ data }) => {
      if (data !== `m${next}`) reject(new Error(`${data} instead of m${next}`));
      next += 1;
      if (next === count) resolve(next);
    };
    channel.onclose = () => reject(new Error(`closed after ${next}`));
  });
  for (let index = 0; index < count; index += 1) {
    channel.send(`m${index}`);
    if (pauseMs > 0) await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
  }
  return all;
}
