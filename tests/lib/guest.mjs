// SPDX-License-Identifier: Apache-2.0
// A guest: a printed code, a session, a connection.

import { Signal } from './signal.mjs';

/** A table with its printed code, as a manager makes it. */
export async function makePlace(hub, name = '12', kind = 'table') {
  const { placeId } = await hub.control('POST', '/api/v1/places', { kind, name });
  return { placeId, code: await codeOf(hub, placeId) };
}

export async function codeOf(hub, placeId) {
  const { codes } = await hub.control('GET', '/api/v1/places/codes');
  const { link } = codes.find((one) => one.placeId === placeId);
  return new URL(link).hash.slice(1).split('.')[0];
}

/** A session of the printed code: the answer's body; throws where there is none. */
export async function scan(hub, code, session) {
  const { status, body } = await hub.post('/api/v1/guest/session', { code, ...(session && { session }) });
  if (status !== 201) throw Object.assign(new Error(`no session: ${status}`), { status, body });
  return body;
}

export async function joinAsGuest(t, hub, session) {
  return Signal.join(t, hub, { role: 'guest', guest: session });
}

/** A seated guest's connection, and its session. */
export async function seatGuest(t, hub, { placeId, code }) {
  await hub.control('POST', '/api/v1/seatings/open', { placeId });
  const { session } = await scan(hub, code);
  return { session, signal: await joinAsGuest(t, hub, session) };
}
