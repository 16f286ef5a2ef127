// SPDX-License-Identifier: Apache-2.0
// What a device of a newer, broken or rebellious program writes: canonical and well signed, for everybody
// to keep and pass on, and for nobody to apply.

const WEIRD = [{}, { deep: [[[[1]]]] }, { a: 'ünïcödé 🎈', z: [-1, 0, 9007199254740991], n: null, b: true },
  { text: 'x'.repeat(3000) }, { to: [] }, { to: {}, text: 'words', extra: { a: {} } }];

/** @param book of drafts.mjs */
export function someMisfit(book, random, role) {
  const order = () => `order/${book.orders.length > 0 ? random.pick(book.orders).id : 'none'}`;
  const victim = random.pick(book.deviceIds);
  const written = book.written.length > 0 ? random.pick(book.written) : { logId: 'A'.repeat(22), seq: 1 };
  const makers = [
    () => ({ kind: 'robot.dance', entity: order(), body: random.pick(WEIRD) }),
    () => ({ kind: 'order.rename', entity: 'robot/r2', body: { name: 'new' } }),
    () => ({ kind: 'order.open', entity: 'place/t1', body: { number: 'A-1', currency: 'EUR', source: 'pos' } }),
    () => ({ kind: 'line.state', entity: `request/${random.id(4)}`, body: { lineIds: ['a'], state: 'ready' } }),
    // Forbidden to all devices.
    () => ({ kind: 'device.cutoff', entity: `device/${victim}`, body: { version: 999, role: null, cutoffs: [] } }),
    () => ({ kind: 'redact', entity: order(), body: { op: `${written.logId}:${written.seq}` } }),
    () => ({ kind: 'receipt.issue', entity: order(), body: { receiptId: 'r', number: 1, total: 1, currency: 'EUR', taxes: [] } }),
    () => ({ kind: 'seating.set', entity: 'seating/seat-1', body: { version: 9, set: { state: 'open' } } }),
    // Bodies that do not fit.
    () => ({ kind: 'order.lines', entity: order(), body: { lines: [] } }),
    () => ({ kind: 'order.lines', entity: order(), body: { lines: [{ lineId: 'l', name: 'Free', quantity: 0, price: 0 }] } }),
    () => ({ kind: 'order.lines', entity: order(), body: { lines: [{ lineId: 'l/../m', name: 'Path', quantity: 1, price: 1 }] } }),
    () => ({ kind: 'payment.add', entity: order(), body: { paymentId: 'p', method: 'bitcoin', amount: 5 } }),
    () => ({ kind: 'payment.add', entity: order(), body: { paymentId: 'p', method: 'cash', amount: -5 } }),
    () => ({ kind: 'order.set', entity: order(), body: { version: 0, set: { note: 'early' } } }),
    () => ({ kind: 'order.set', entity: order(), body: { version: 1, set: { note: 'more' }, more: true } }),
    () => ({ kind: 'undo', entity: order(), body: { op: 'nothing' } }),
    () => ({ kind: 'message.send', entity: `message/${random.id(5)}`, body: random.pick(WEIRD) }),
  ];
  if (role !== 'manager')
    makers.push(() => ({ kind: 'item.set', entity: 'item/i1', body: { version: 99, set: { price: 1 } } }));
  return random.pick(makers)();
}
