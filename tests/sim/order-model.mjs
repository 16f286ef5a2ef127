// SPDX-License-Identifier: Apache-2.0
// What an order's records say of it: lines, states, money, after the contract's text, in plain steps.
// Plain numbers: what a simulation adds up stays far below 2^53.

import { compareText } from './model.mjs';

const STATES = ['placed', 'accepted', 'preparing', 'ready', 'declined', 'cancelled', 'served'];
const GOING = ['placed', 'accepted', 'preparing', 'ready', 'served'];

const isOver = (state) => state === 'declined' || state === 'cancelled';
const sum = (list, read) => list.reduce((total, one) => total + (read(one) ?? 0), 0);

function compareStamps([ams, acounter, alog, aseq], [bms, bcounter, blog, bseq]) {
  return ams - bms || acounter - bcounter || compareText(alog, blog) || aseq - bseq;
}

const compareIds = (a, b) => a.length - b.length || compareText(a, b);

const found = new WeakMap();

/** Items whose path is `word/...`, with a value: [{ids, value, stamp, op}], oldest first. */
function entriesOf(record, word) {
  if (!found.has(record)) found.set(record, new Map());
  const lists = found.get(record);
  if (!lists.has(word)) lists.set(word, listEntries(record, word));
  return lists.get(word);
}

function listEntries(record, word) {
  return Object.entries(record.items)
    .filter(([path, [value]]) => path.startsWith(`${word}/`) && value !== null)
    .map(([path, [value, ...stamp]]) => ({ ids: path.split('/').slice(1), value, stamp, op: `${stamp[2]}:${stamp[3]}` }))
    .sort((a, b) => compareStamps(a.stamp, b.stamp) || compareIds(a.ids.at(-1), b.ids.at(-1))
      || compareIds(a.ids[0], b.ids[0]));
}

/** undefined: nobody has set it. */
const setting = (record, path) => record.registers[path]?.[0];
const isUndone = (record, op) => Object.hasOwn(record.items, `undo/${op}`);
const half = (a, b, whole) => Math.floor((2 * a * b + whole) / (2 * whole));

/** Which splits count: of those that make the same line the oldest, none that makes a line there is. */
function splitsOf(record) {
  const splits = [];
  for (const { ids: [from, to], value, stamp } of entriesOf(record, 'split')) {
    if (Object.hasOwn(record.items, `line/${to}`) || splits.some((split) => split.to === to)) continue;
    splits.push({ from, to, quantity: value.quantity, stamp });
  }
  return splits;
}

/** A line and, behind it, what was split off it, and off that. */
function unfold(recordId, record, splits, line) {
  let left = setting(record, `line/${line.lineId}/quantity`) ?? line.quantity;
  const parts = [];
  for (const split of splits) {
    if (split.from !== line.lineId || line.roots.length > 16) continue;
    const quantity = Math.min(split.quantity, left);
    if (quantity <= 0) continue;
    left -= quantity;
    // What its originals were told before they were split counts for it too.
    const before = ({ limit }) => (limit === null || compareStamps(split.stamp, limit) < 0 ? split.stamp : limit);
    parts.push({ ...line, lineId: split.to, quantity,
      roots: [{ lineId: split.to, limit: null }, ...line.roots.map((root) => ({ lineId: root.lineId, limit: before(root) }))] });
  }
  const own = left > 0 ? [{ ...line, quantity: left }] : [];
  return [...own, ...parts.flatMap((part) => unfold(recordId, record, splits, part))];
}

function linesOf(recordId, record) {
  const splits = splitsOf(record);
  return entriesOf(record, 'line').flatMap(({ ids: [lineId], value, stamp }) => unfold(recordId, record, splits,
    { lineId, recordId, record, content: value, quantity: value.quantity, roots: [{ lineId, limit: null }],
      stamp, rootId: lineId }));
}

/** Of entries that name a line in `nameOf`, those that count for it. */
function toldOf(line, entries, nameOf) {
  return entries.filter((entry) => line.roots.some(({ lineId, limit }) => nameOf(entry) === lineId
    && (limit === null || compareStamps(entry.stamp, limit) < 0)));
}

function readState(line) {
  const told = toldOf(line, entriesOf(line.record, 'state'), ({ ids }) => ids[0])
    .filter(({ op }) => !isUndone(line.record, op));
  const rank = Math.max(0, ...told.map(({ value }) => STATES.indexOf(value.state)));
  const first = told.find(({ value }) => value.state === STATES[rank]);
  return { state: STATES[rank], reason: first?.value.reason ?? null, op: first?.op ?? null };
}

function discountsIn(record) {
  return entriesOf(record, 'discount').filter(({ op }) => !isUndone(record, op));
}

const percentOf = (discounts) => Math.min(10000, sum(discounts, ({ value }) => value.percentBp));
const amountOf = (discounts) => sum(discounts, ({ value }) => value.amount);
const lineIdOf = ({ value }) => value.lineId ?? null;

function readMoney(line, orderPercent) {
  const { content, quantity } = line;
  const unit = content.price + sum(content.modifiers ?? [], (one) => one.price * (one.quantity ?? 1));
  const gross = Math.max(0, unit * quantity);
  const told = toldOf(line, discountsIn(line.record), lineIdOf);
  const percent = Math.min(10000, orderPercent + percentOf(told));
  const amount = amountOf(told.filter((entry) => lineIdOf(entry) === line.lineId));
  const discount = Math.min(gross, amount + half(gross, percent, 10000));
  const net = gross - discount;
  if (content.tax == null) return { gross, discount, net, tax: 0, rateBp: null, included: null };
  const { rateBp, included } = content.tax;
  return { gross, discount, net, tax: half(net, rateBp, included ? 10000 + rateBp : 10000), rateBp, included };
}

/** As last set of the line itself, else of what it was split off from, else as ordered. */
function readMember(line, name) {
  for (const { lineId } of line.roots) {
    const value = setting(line.record, `line/${lineId}/${name}`);
    if (value !== undefined) return value;
  }
  return line.content[name] ?? null;
}

function readLine(line, orderPercent) {
  const { content } = line;
  const { state, reason, op } = readState(line);
  const money = readMoney(line, orderPercent);
  const seen = toldOf(line, entriesOf(line.record, 'seen'), ({ ids }) => ids[0]).map(({ ids }) => ids[1]);
  return {
    lineId: line.lineId, recordId: line.recordId, itemId: content.itemId ?? null, name: content.name,
    quantity: line.quantity, price: content.price, modifiers: content.modifiers ?? [],
    stationId: readMember(line, 'stationId'), course: readMember(line, 'course'), note: readMember(line, 'note'),
    allergens: content.allergens ?? [], state, reason, op, seenBy: [...new Set(seen)].sort(compareText),
    ...money, ...isOver(state) ? { gross: 0, discount: 0, net: 0, tax: 0 } : {},
  };
}

function readPhase(lines) {
  const has = (state) => lines.some((line) => line.state === state);
  return GOING.find(has) ?? ['cancelled', 'declined'].find(has) ?? 'open';
}

function readPayments(record) {
  const refunds = entriesOf(record, 'refund');
  const settlements = entriesOf(record, 'settle').filter(({ op }) => !isUndone(record, op));
  return entriesOf(record, 'payment').map(({ ids: [paymentId], value: { method, amount, tip } }) => {
    const asked = sum(refunds.filter(({ value }) => value.paymentId === paymentId), ({ value }) => value.amount);
    const refunded = Math.min(asked, amount);
    const paid = sum(settlements.filter(({ value }) => value.paymentId === paymentId), ({ value }) => value.amount);
    const owed = method === 'room' ? amount + (tip ?? 0) - refunded : 0;
    return { paymentId, method, amount, tip: tip ?? 0, refunded, settled: Math.min(paid, owed) };
  });
}

function readTaxes(lines) {
  const sums = [];
  for (const { rateBp, included, net, tax, state } of lines) {
    if (rateBp === null || isOver(state)) continue;
    let found = sums.find((one) => one.rateBp === rateBp && one.included === included);
    if (found === undefined) sums.push(found = { rateBp, included, net: 0, tax: 0 });
    found.net += net;
    found.tax += tax;
  }
  return sums.sort((a, b) => a.rateBp - b.rateBp || Number(a.included) - Number(b.included));
}

function readDiscounts(own, lines) {
  const ofLines = [...new Set(lines.map(({ record }) => record))].flatMap((record) => discountsIn(record)
    .filter((entry) => lines.some((line) => line.record === record && line.lineId === lineIdOf(entry))));
  return [...discountsIn(own).filter((entry) => lineIdOf(entry) === null), ...ofLines]
    .sort((a, b) => compareStamps(a.stamp, b.stamp) || compareIds(a.ids[0], b.ids[0]))
    .map(({ ids: [discountId], value, op }) => ({ discountId, reason: value.reason, lineId: value.lineId ?? null,
      percentBp: value.percentBp ?? null, amount: value.amount ?? null, op }));
}

/** Where it was moved, else where what it was split off from is. */
function homeOf(line) {
  const moves = line.roots.map(({ lineId }) => setting(line.record, `line/${lineId}/orderId`));
  return moves.find((orderId) => orderId !== undefined && orderId !== null) ?? line.recordId;
}

/** @param lines those that stand on it, as linesOf() gives them */
function readOrder(orderId, record, lines) {
  const header = record.items.header?.[0] ?? null;
  if (header === null) return null;
  const standing = lines
    .map((line, index) => ({ line, index }))
    .sort(({ line: a, index: i }, { line: b, index: j }) => compareStamps(a.stamp, b.stamp)
      || compareIds(a.rootId, b.rootId) || compareText(a.recordId, b.recordId) || i - j)
    .map(({ line }) => line);
  const off = discountsIn(record).filter((entry) => lineIdOf(entry) === null);
  const read = standing.map((line) => readLine(line, percentOf(off)));
  const taxes = readTaxes(read);
  const total = Math.max(0, sum(read, ({ net }) => net) + sum(taxes, ({ included, tax }) => (included ? 0 : tax))
    - amountOf(off));
  const payments = readPayments(record);
  const paid = sum(payments, ({ amount, refunded }) => amount - refunded);
  const current = (name) => (setting(record, name) === undefined ? header[name] ?? null : setting(record, name));
  return {
    orderId, number: header.number, currency: header.currency, source: header.source, placeId: current('placeId'),
    seatingId: current('seatingId'), guestId: header.guestId ?? null, guests: current('guests'), note: current('note'),
    closed: current('closed') === true, state: readPhase(read), lines: read, discounts: readDiscounts(record, standing),
    payments, taxes, total, paid, due: total - paid, tips: sum(payments, ({ tip }) => tip),
    receipts: entriesOf(record, 'receipt').map(({ ids: [receiptId], value }) => ({ receiptId, number: value.number })),
  };
}

/** All orders that records (by name) hold. */
export function readOrders(records) {
  const orders = [...records].filter(([name]) => name.startsWith('order/'))
    .map(([name, record]) => [name.slice('order/'.length), record]);
  const standing = new Map(orders.map(([orderId]) => [orderId, []]));
  for (const line of orders.flatMap(([orderId, record]) => linesOf(orderId, record)))
    standing.get(homeOf(line))?.push(line);
  const read = {};
  for (const [orderId, record] of orders) {
    const order = readOrder(orderId, record, standing.get(orderId));
    if (order !== null) read[orderId] = order;
  }
  return read;
}
