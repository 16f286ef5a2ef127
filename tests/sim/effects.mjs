// SPDX-License-Identifier: Apache-2.0
// What each kind of operation does, and who may write it: written down a second time, by hand, beside
// data/protocol/kinds.json. A kind that has no effect here makes the model fail.

const self = (op) => `${op.logId}:${op.seq}`;

/** The members of `body` that are there, in this order. */
function members(body, ...names) {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(body, name)).map((name) => [name, body[name]]));
}

const item = (path, value) => ({ path, value });
const register = (op, path, value) => ({ path, value, version: op.body.version });
const registers = (op, prefix = '') => Object.entries(op.body.set)
  .map(([name, value]) => register(op, prefix + name, value));
const lineItems = (op, path, value) => op.body.lineIds.map((lineId) => item(path(lineId), value));

/** By kind: the additions to its entity's record. */
export const EFFECTS = {
  'category.set': (op) => registers(op),
  'item.set': (op) => registers(op),
  'item.availability': (op) => registers(op),
  'modifier.set': (op) => registers(op),
  'tax.set': (op) => registers(op),
  'station.set': (op) => registers(op),
  'place.set': (op) => registers(op),
  'room.set': (op) => registers(op),
  'assignment.set': (op) => registers(op),
  'person.set': (op) => registers(op),
  'device.set': (op) => registers(op),
  'seating.set': (op) => registers(op),
  'order.set': (op) => registers(op),
  'device.cutoff': (op) => [register(op, `cutoff/${op.body.role ?? 'all'}`, members(op.body, 'cutoffs'))],
  'order.open': (op) => [item('header', op.body)],
  'request.open': (op) => [item('header', op.body)],
  'message.send': (op) => [item('header', op.body)],
  'order.lines': (op) => op.body.lines.map((line) => item(`line/${line.lineId}`, line)),
  'order.discount': (op) => [item(`discount/${op.body.discountId}`, op.body)],
  'line.set': (op) => registers(op, `line/${op.body.lineId}/`),
  'line.move': (op) => op.body.lineIds.map((lineId) => register(op, `line/${lineId}/orderId`, op.body.orderId)),
  'line.split': (op) => [item(`split/${op.body.lineId}/${op.body.newLineId}`, members(op.body, 'quantity'))],
  'line.state': (op) => lineItems(op, (lineId) => `state/${lineId}/${self(op)}`, members(op.body, 'state', 'personId')),
  'line.end': (op) => lineItems(op, (lineId) => `state/${lineId}/${self(op)}`,
    members(op.body, 'state', 'reason', 'personId')),
  undo: (op) => [item(`undo/${op.body.op}`, members(op.body, 'personId'))],
  'ticket.seen': (op) => lineItems(op, (lineId) => `seen/${lineId}/${op.deviceId}`, {}),
  'ticket.printed': (op) => lineItems(op, (lineId) => `printed/${lineId}/${op.body.jobId}`, {}),
  'payment.add': (op) => [item(`payment/${op.body.paymentId}`, op.body)],
  'payment.refund': (op) => [item(`refund/${op.body.refundId}`, op.body)],
  'charge.settle': (op) => [item(`settle/${op.body.settleId}`, op.body)],
  'receipt.issue': (op) => [item(`receipt/${op.body.receiptId}`, op.body)],
  'request.state': (op) => [item(`state/${self(op)}`, members(op.body, 'state', 'reason', 'personId'))],
  'message.mark': (op) => [item(`${op.body.mark}/${op.deviceId}/${op.body.personId ?? 'all'}`, members(op.body, 'personId'))],
  redact: (op) => [item(`redacted/${op.body.op}`, {})],
};

const TAKE_ORDERS = ['manager', 'staff', 'pos', 'hub'];
const COOK = ['manager', 'staff', 'kitchen', 'pos', 'hub'];

/** The role table's part that concerns operations. */
export const MAY = {
  'take-orders': TAKE_ORDERS,
  'settle-charges': ['manager', 'pos', 'hub'],
  cook: COOK,
  arrange: ['manager', 'hub'],
  'mark-rooms': TAKE_ORDERS,
  'send-messages': COOK,
  'keep-books': ['hub'],
};
