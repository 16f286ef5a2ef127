// SPDX-License-Identifier: Apache-2.0
// Who may do what, written down a second time: the tests walk this over every way in, and whoever
// changes the program's own table has to change it here too.

const HOUSE = ['manager', 'staff', 'pos', 'kitchen'];
const SEATERS = ['manager', 'staff', 'pos'];
const WAITERS = ['manager', 'staff', 'pos'];

export const ROLES = ['manager', 'staff', 'kitchen', 'pos', 'printer', 'guest'];

/** Routes of the API and the roles that may ask; 'anybody': also who is not paired. */
export const ROUTES = [
  ['GET', '/healthz', 'anybody'],
  ['GET', '/api/v1/hello', 'anybody'],
  ['GET', '/api/v1/status', HOUSE],
  ['GET', '/metrics', HOUSE],
  ['GET', '/api/v1/doctor', HOUSE],
  ['GET', '/api/v1/printers', HOUSE],
  ['GET', '/api/v1/printers/found', ['manager']],
  ['POST', '/api/v1/printers/add', ['manager']],
  ['POST', '/api/v1/printers/rename', ['manager']],
  ['POST', '/api/v1/printers/remove', ['manager']],
  ['POST', '/api/v1/printers/test', ['manager']],
  ['GET', '/api/v1/jobs', HOUSE],
  ['POST', '/api/v1/jobs', HOUSE],
  ['POST', '/api/v1/jobs/reprint', HOUSE],
  ['POST', '/api/v1/jobs/retry', HOUSE],
  ['POST', '/api/v1/jobs/cancel', HOUSE],
  ['GET', '/api/v1/paper', HOUSE],
  ['POST', '/api/v1/pair', 'anybody'],
  ['POST', '/api/v1/pair/requests', 'anybody'],
  ['POST', '/api/v1/pair/requests/open', 'anybody'],
  ['POST', '/api/v1/pair/requests/result', 'anybody'],
  ['POST', '/api/v1/pair/requests/cancel', 'anybody'],
  ['POST', '/api/v1/pair/links', ['manager']],
  ['GET', '/api/v1/pair/requests', ['manager']],
  ['POST', '/api/v1/pair/requests/accept', ['manager']],
  ['POST', '/api/v1/pair/requests/decline', ['manager']],
  ['POST', '/api/v1/tokens', ['manager']],
  ['GET', '/api/v1/devices', ['manager']],
  ['POST', '/api/v1/devices/rename', ['manager']],
  ['POST', '/api/v1/devices/role', ['manager']],
  ['POST', '/api/v1/devices/revoke', ['manager']],
  ['GET', '/api/v1/audit', ['manager']],
  ['GET', '/api/v1/people', HOUSE],
  ['POST', '/api/v1/people', ['manager']],
  ['POST', '/api/v1/people/pin', ['manager']],
  ['POST', '/api/v1/people/remove', ['manager']],
  ['POST', '/api/v1/sign-in', HOUSE],
  ['POST', '/api/v1/sign-out', HOUSE],
  ['GET', '/api/v1/places', SEATERS],
  ['POST', '/api/v1/places', ['manager']],
  ['POST', '/api/v1/places/remove', ['manager']],
  ['POST', '/api/v1/places/renew', ['manager']],
  ['GET', '/api/v1/places/codes', ['manager']],
  ['POST', '/api/v1/seatings/open', SEATERS],
  ['POST', '/api/v1/seatings/confirm', SEATERS],
  ['POST', '/api/v1/seatings/clear', SEATERS],
  ['POST', '/api/v1/guest/session', 'anybody'],
  // The hub's owner alone: by its socket, or in an open hub.
  ['GET', '/api/v1/settings', []],
  ['POST', '/api/v1/settings', []],
  ['GET', '/api/v1/backup', []],
  ['POST', '/api/v1/backup', []],
  ['POST', '/api/v1/backup/now', []],
  ['GET', '/api/v1/alerts', SEATERS],
  ['POST', '/api/v1/alerts/dismiss', SEATERS],
  ['GET', '/api/v1/orders', HOUSE],
  ['POST', '/api/v1/orders', WAITERS],
  ['GET', '/api/v1/menu', HOUSE],
  ['POST', '/api/v1/pictures', ['manager']],
  ['GET', '/api/v1/operations/aside', ['manager']],
  ['POST', '/api/v1/operations/admit', ['manager']],
  ['GET', '/api/v1/operations/conflicts', ['manager']],
  ['POST', '/api/v1/operations/erase', ['manager']],
  ['POST', '/api/v1/handoff', [...HOUSE, 'printer']],
  ['POST', '/api/v1/handoff/take', 'anybody'],
  ['POST', '/api/v1/handoff/done', [...HOUSE, 'printer']],
  ['POST', '/api/v1/handoff/state', 'anybody'],
];

/** Messages of protocol sections 3 and 5, and who may send them to the hub. */
export const MESSAGES = [
  [{ type: 'ping' }, ROLES],
  [{ type: 'print', printJob: {} }, HOUSE],
  [{ type: 'reprint', jobId: 'nobody-knows' }, HOUSE],
  [{ type: 'printers' }, HOUSE],
  [{ type: 'seating-request' }, ['guest']],
  [{ type: 'order', order: {} }, [...WAITERS, 'guest']],
  [{ type: 'notification', notification: {} }, [...HOUSE, 'guest']],
  [{ type: 'service', request: {} }, [...HOUSE, 'guest']],
  [{ type: 'line-cancel', orderId: 'nobodys', lineIds: ['1'] }, ['guest']],
  [{ type: 'receipt', receipt: {} }, WAITERS],
  [{ type: 'screen', screen: {} }, HOUSE],
];

/** The same of messages of section 4 that have no answer where all is well. */
export const LOG_MESSAGES = [
  [{ type: 'have', have: {}, level: 'device' }, HOUSE],
  [{ type: 'ops', ops: [] }, HOUSE],
  [{ type: 'check', ranges: [] }, HOUSE],
  [{ type: 'snapshot', entities: [] }, HOUSE],
  [{ type: 'ack', ref: 'nothing', have: {}, level: 'device' }, [...HOUSE, 'guest']],
  [{ type: 'view', of: 'private', cursor: null }, HOUSE],
  [{ type: 'view', of: 'guest', cursor: null }, ['guest']],
];

export const mayAsk = (who, role) => who === 'anybody' || (role !== null && who.includes(role));

/** Whether a peer of one role may signal to a peer of the other, where there is a hub. */
export const maySignal = (from, to) => from !== 'guest' && to !== 'guest';
