// SPDX-License-Identifier: Apache-2.0
// What people and devices write: all kinds of operations, on few entities, so that they meet. An author
// may name what it has not heard of yet: operations overtake each other on real networks too.

const NOTES = ['no onions', 'well done, please', 'Geburtstag 🎂', 'sin gluten "de verdad"', 'first\nsecond', '', 'ß\\/\t«»'];
const ITEMS = ['Soup', 'Steak', 'Crème brûlée', 'Wasser 0,5', '寿司', 'Beer 🍺'];

/** The entities of a run, with what was ever said of them. */
export class Book {
  orders = [];
  requests = [];
  messages = [];
  places = ['t1', 't2', 'r101'];
  seatings = [];
  /** {op: {logId, seq, kind, entity, isPrivate}, nodeId} of what was written for certain */
  written = [];
  versions = new Map();
  /** Whether two operations may give one line; of which the first counts, unless only its stub is left. */
  mayRepeat = true;
  #numbers = 0;

  nextNumber() {
    return ++this.#numbers;
  }

  /** Near the highest that anybody used: two often take the same. */
  version(random, entity) {
    const top = this.versions.get(entity) ?? 0;
    const version = Math.max(1, top + random.between(-1, 1));
    this.versions.set(entity, Math.max(top, version));
    return version;
  }
}

export class Drafts {
  #book;
  #random;
  #author;

  /** @param author {role, deviceId} */
  constructor(book, random, author) {
    this.#book = book;
    this.#random = random;
    this.#author = author;
  }

  /** One to three drafts that are written together. */
  some() {
    const random = this.#random;
    const may = KINDS.filter(([, , roles]) => roles === undefined || roles.includes(this.#author.role));
    const drafts = [];
    const count = random.weighted([[6, 1], [2, 2], [1, 3]]);
    while (drafts.length < count) {
      const make = random.weighted(may.map(([weight, name]) => [weight, name]));
      drafts.push(...this[make]());
    }
    return drafts;
  }

  #order() {
    const { orders } = this.#book;
    // Mostly one of the latest: many hands on one order.
    if (orders.length === 0) this.open();
    const near = orders.slice(-4);
    return this.#random.chance(0.7) ? this.#random.pick(near) : this.#random.pick(orders);
  }

  #lineIds(order, most = 3) {
    return order.lines.length === 0 ? [this.#random.id(8)] : this.#random.some(order.lines, most);
  }

  #entity(order) {
    return `order/${order.id}`;
  }

  #note() {
    return this.#random.pick(NOTES);
  }

  #set(kind, entity, set) {
    return [{ kind, entity, body: { version: this.#book.version(this.#random, entity), set } }];
  }

  open() {
    const random = this.#random;
    const order = { id: random.id(12), lines: [], payments: [] };
    this.#book.orders.push(order);
    const seating = random.chance(0.6) && this.#book.seatings.length > 0 ? random.pick(this.#book.seatings) : null;
    const body = { number: `A-${this.#book.nextNumber()}`, currency: random.chance(0.9) ? 'EUR' : 'USD',
      source: random.pick(['staff', 'pos']) };
    if (seating !== null) Object.assign(body, { placeId: seating.placeId, seatingId: seating.id });
    if (seating !== null && random.chance(0.5)) Object.assign(body, { source: 'guest', guestId: seating.guestId });
    if (random.chance(0.3)) Object.assign(body, { guests: random.between(0, 9), note: this.#note() });
    return [{ kind: 'order.open', entity: this.#entity(order), body }, ...this.lines(order)];
  }

  lines(order = this.#order()) {
    const random = this.#random;
    const lines = Array.from({ length: random.between(1, 4) }, () => {
      const lineId = this.#book.mayRepeat && random.chance(0.05) && order.lines.length > 0 ? random.pick(order.lines)
        : `${order.id}-${order.lines.length}`;
      if (!order.lines.includes(lineId)) order.lines.push(lineId);
      return this.#line(lineId);
    });
    return [{ kind: 'order.lines', entity: this.#entity(order), body: { lines } }];
  }

  #line(lineId) {
    const random = this.#random;
    const line = { lineId, name: random.pick(ITEMS), quantity: random.between(1, 6), price: random.between(0, 2500) };
    if (random.chance(0.8))
      line.tax = { name: 'VAT', rateBp: random.pick([0, 700, 1900, 2100]), included: random.chance(0.6) };
    if (random.chance(0.3)) {
      line.modifiers = Array.from({ length: random.between(1, 2) }, () => {
        const modifier = { name: 'extra', price: random.between(-300, 300) };
        if (random.chance(0.5)) modifier.quantity = random.between(1, 3);
        return modifier;
      });
    }
    if (random.chance(0.3)) line.stationId = random.pick(['bar', 'grill']);
    if (random.chance(0.3)) line.course = random.between(0, 3);
    if (random.chance(0.3)) line.note = this.#note();
    if (random.chance(0.1)) line.allergens = ['nuts', 'milk'];
    return line;
  }

  discount() {
    const random = this.#random;
    const order = this.#order();
    const body = { discountId: random.id(6), reason: 'late' };
    if (random.chance(0.5)) [body.lineId] = this.#lineIds(order, 1);
    if (random.chance(0.5)) body.percentBp = random.pick([500, 1000, 3333, 10000]);
    else body.amount = random.between(0, 800);
    return [{ kind: 'order.discount', entity: this.#entity(order), body }];
  }

  change() {
    const random = this.#random;
    const order = this.#order();
    const set = random.pick([{ note: this.#note() }, { closed: random.chance(0.5) }, { guests: random.between(0, 5) },
      { note: null, guests: 2 }]);
    return this.#set('order.set', this.#entity(order), set);
  }

  changeLine() {
    const random = this.#random;
    const order = this.#order();
    const [lineId] = this.#lineIds(order, 1);
    const entity = this.#entity(order);
    const set = random.pick([{ quantity: random.between(1, 8) }, { note: this.#note() }, { course: random.between(0, 4) },
      { stationId: random.pick(['bar', 'grill', null]) }]);
    return [{ kind: 'line.set', entity, body: { lineId, version: this.#book.version(random, entity), set } }];
  }

  move() {
    const order = this.#order();
    const entity = this.#entity(order);
    const target = this.#random.pick(this.#book.orders);
    return [{ kind: 'line.move', entity, body: { lineIds: this.#lineIds(order),
      version: this.#book.version(this.#random, entity), orderId: target.id } }];
  }

  split() {
    const random = this.#random;
    const order = this.#order();
    const [lineId] = this.#lineIds(order, 1);
    const newLineId = random.chance(0.9) ? random.id(7) : lineId;
    if (!order.lines.includes(newLineId)) order.lines.push(newLineId);
    return [{ kind: 'line.split', entity: this.#entity(order),
      body: { lineId, newLineId, quantity: random.between(1, 5) } }];
  }

  cook() {
    const order = this.#order();
    return [{ kind: 'line.state', entity: this.#entity(order),
      body: { lineIds: this.#lineIds(order), state: this.#random.pick(['accepted', 'preparing', 'ready', 'served']) } }];
  }

  end() {
    const order = this.#order();
    return [{ kind: 'line.end', entity: this.#entity(order), body: { lineIds: this.#lineIds(order, 2),
      state: this.#random.pick(['declined', 'cancelled']), reason: 'sold out' } }];
  }

  undo() {
    const candidates = this.#book.written.slice(-80).filter(({ kind, isPrivate }) => !isPrivate
      && ['line.state', 'line.end', 'order.discount', 'request.state'].includes(kind));
    if (candidates.length === 0) return this.cook();
    const { entity, logId, seq } = this.#random.pick(candidates);
    return [{ kind: 'undo', entity, body: { op: `${logId}:${seq}` } }];
  }

  seen() {
    const order = this.#order();
    if (this.#random.chance(0.5))
      return [{ kind: 'ticket.seen', entity: this.#entity(order), body: { lineIds: this.#lineIds(order) } }];
    return [{ kind: 'ticket.printed', entity: this.#entity(order),
      body: { lineIds: this.#lineIds(order), jobId: this.#random.id(8) } }];
  }

  pay() {
    const random = this.#random;
    const order = this.#order();
    const paymentId = random.id(8);
    order.payments.push(paymentId);
    const body = { paymentId, method: random.pick(['cash', 'card', 'room']), amount: random.between(0, 9000) };
    if (random.chance(0.3)) body.tip = random.between(0, 500);
    return [{ kind: 'payment.add', entity: this.#entity(order), body }];
  }

  refund() {
    const order = this.#order();
    if (order.payments.length === 0) return this.pay();
    return [{ kind: 'payment.refund', entity: this.#entity(order), body: { refundId: this.#random.id(8),
      paymentId: this.#random.pick(order.payments), amount: this.#random.between(1, 5000), reason: 'burnt' } }];
  }

  settle() {
    const order = this.#order();
    if (order.payments.length === 0) return this.pay();
    const random = this.#random;
    return [{ kind: 'charge.settle', entity: this.#entity(order), body: { settleId: random.id(8),
      paymentId: random.pick(order.payments), method: random.pick(['cash', 'card', 'hotel']),
      amount: random.between(1, 9000) } }];
  }

  request() {
    const random = this.#random;
    const { requests } = this.#book;
    if (requests.length > 0 && random.chance(0.5)) {
      return [{ kind: 'request.state', entity: `request/${random.pick(requests)}`,
        body: { state: random.pick(['accepted', 'done', 'declined']) } }];
    }
    const id = random.id(8);
    requests.push(id);
    const body = { what: random.pick(['call', 'bill', 'towels']) };
    if (this.#book.seatings.length > 0 && random.chance(0.7)) {
      const { id: seatingId, placeId, guestId } = random.pick(this.#book.seatings);
      Object.assign(body, { placeId, seatingId, guestId });
    }
    if (random.chance(0.5)) body.text = this.#note();
    return [{ kind: 'request.open', entity: `request/${id}`, body }];
  }

  message() {
    const random = this.#random;
    const { messages } = this.#book;
    const known = random.chance(0.4) && messages.length > 0 ? random.pick(messages) : null;
    if (known !== null) {
      const draft = { kind: 'message.mark', entity: `message/${known.id}`, body: { mark: random.pick(['delivered', 'read']) } };
      return [known.isPrivate ? { ...draft, private: true } : draft];
    }
    const message = { id: random.id(9), isPrivate: random.chance(0.5) };
    messages.push(message);
    const to = random.pick([{ role: 'kitchen' }, { role: 'staff' }, { deviceId: random.pick(this.#book.deviceIds) },
      ...this.#book.seatings.map(({ id }) => ({ seatingId: id }))]);
    const draft = { kind: 'message.send', entity: `message/${message.id}`, body: { to, text: `words ${message.id}` } };
    return [message.isPrivate ? { ...draft, private: true } : draft];
  }

  room() {
    const random = this.#random;
    const entity = `place/${random.pick(this.#book.places)}`;
    if (random.chance(0.5)) return this.#set('assignment.set', entity, { assigneeId: random.pick(['ana', 'ben', null]) });
    return this.#set('room.set', entity, { state: random.pick(['clean', 'dirty', 'inspected']), occupied: random.chance(0.5) });
  }

  availability() {
    const set = this.#random.pick([{ available: false }, { available: true, remaining: 7 }, { remaining: null }]);
    return this.#set('item.availability', `item/i${this.#random.between(1, 3)}`, set);
  }

  menu() {
    const random = this.#random;
    return random.pick([
      () => this.#set('item.set', `item/i${random.between(1, 3)}`, { name: random.pick(ITEMS), price: random.between(0, 3000) }),
      () => this.#set('category.set', 'category/c1', { name: random.pick(ITEMS), hidden: random.chance(0.5) }),
      () => this.#set('tax.set', 'tax/v1', { rateBp: random.between(0, 2500) }),
      () => this.#set('station.set', 'station/bar', { name: 'Bar', printer: null }),
      () => this.#set('modifier.set', 'modifier/m1', { name: 'Size', choices: [{ choiceId: 'xl', name: 'XL', price: 100 }] }),
      () => this.#set('place.set', 'place/t1', { kind: 'table', name: `Table ${random.between(1, 9)}` }),
    ])();
  }

  books() {
    const random = this.#random;
    if (random.chance(0.5)) {
      const order = this.#order();
      return [{ kind: 'receipt.issue', entity: this.#entity(order), body: { receiptId: random.id(8),
        number: this.#book.nextNumber(), total: 100, currency: 'EUR', taxes: [] } }];
    }
    return this.#set('person.set', 'person/ana', { name: random.pick(['Ana', 'Anna']), removed: random.chance(0.2) });
  }
}

const ORDERS = ['manager', 'staff', 'pos', 'hub'];
const SETTLERS = ['manager', 'pos', 'hub'];
/** [weight, method, roles that may] */
const KINDS = [
  [6, 'open', ORDERS], [8, 'lines', ORDERS], [3, 'discount', ORDERS], [3, 'change', ORDERS], [5, 'changeLine', ORDERS],
  [5, 'move', ORDERS], [4, 'split', ORDERS], [9, 'cook'], [3, 'end', ORDERS], [5, 'undo'], [4, 'seen'], [4, 'pay', ORDERS],
  [2, 'refund', ORDERS], [2, 'settle', SETTLERS], [4, 'request'], [5, 'message'], [3, 'room', ORDERS], [2, 'availability'],
  [3, 'menu', ['manager', 'hub']], [2, 'books', ['hub']],
];
