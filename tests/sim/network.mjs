// SPDX-License-Identifier: Apache-2.0
// The ways between replicas. A pair has at most one connection at a time; what it carries may be lost,
// late, doubled, out of order, one direction worse than the other; when it breaks, what is under way is
// gone, and each side learns of it in its own time. A new connection never carries an old one's messages.

const GOOD = { loss: 0, twice: 0, slow: [20, 120], inOrder: true };

export class Direction {
  constructor(quality = GOOD) {
    this.quality = quality;
    this.isBlocked = false;
    this.last = 0;
  }

  /** When copies of a message sent now arrive. */
  arrivals(random, now) {
    const { loss, twice, slow, inOrder } = this.quality;
    if (this.isBlocked || random.chance(loss)) return [];
    const arrivals = random.chance(twice) ? [0, 0] : [0];
    return arrivals.map((_, index) => {
      const at = now + random.between(...slow) + index * random.between(0, 3000);
      if (!inOrder || index > 0) return at;
      this.last = Math.max(this.last, at);
      return this.last;
    });
  }
}

/** Some way of being bad; as a channel (complete and in order, but slow) or worse. */
export function someQuality(random) {
  return random.weighted([
    [4, GOOD],
    [2, { loss: 0, twice: 0, slow: [200, 3000], inOrder: true }],
    [3, { loss: 0.02, twice: 0.1, slow: [20, 800], inOrder: false }],
    [2, { loss: 0.2, twice: 0.2, slow: [20, 4000], inOrder: false }],
    [1, { loss: 0.6, twice: 0.05, slow: [50, 2000], inOrder: false }],
  ]);
}

export class Pair {
  /** Names the connection that is there, or that both sides do not yet know to be broken. */
  connection = null;
  isAllowed = true;
  isBusy = false;

  constructor(a, b) {
    this.ends = [a, b];
    this.directions = [new Direction(), new Direction()];
  }

  get name() {
    return this.ends.map(({ id }) => id).join('-');
  }

  other(node) {
    return this.ends[0] === node ? this.ends[1] : this.ends[0];
  }

  direction(from) {
    return this.directions[this.ends[0] === from ? 0 : 1];
  }

  mend() {
    for (const direction of this.directions) {
      direction.quality = GOOD;
      direction.isBlocked = false;
    }
  }
}

/** Events by time; those of one time in the order they were made. */
export class Agenda {
  #heap = [];
  #count = 0;

  get next() {
    return this.#heap[0]?.at ?? Infinity;
  }

  get size() {
    return this.#heap.length;
  }

  add(at, run) {
    const heap = this.#heap;
    const entry = { at, order: this.#count++, run };
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (isBefore(heap[up], entry)) break;
      heap[i] = heap[up];
      i = up;
    }
    heap[i] = entry;
  }

  take() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (isBefore(last, heap[child])) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a, b) {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
