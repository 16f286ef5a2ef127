// SPDX-License-Identifier: Apache-2.0
// All chance of a run: one seed, one sequence of numbers (sfc32), on every machine the same.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export class Random {
  #a;
  #b;
  #c;
  #count = 1;

  /** @param {number|string} seed two seeds of different text give unrelated sequences */
  constructor(seed) {
    // FNV-1a over the text, three times from different starts.
    const [a, b, c] = [0x811c9dc5, 0x9e3779b9, 0x7f4a7c15].map((start) => {
      let hash = start;
      for (const letter of String(seed)) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
      return hash >>> 0;
    });
    [this.#a, this.#b, this.#c] = [a, b, c];
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 bits. */
  word() {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  /** 0 <= n < end */
  below(end) {
    return Math.floor((this.word() / 4294967296) * end);
  }

  /** Both ends belong to it. */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  chance(probability) {
    return this.word() / 4294967296 < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** @param {[number, any][]} choices weight and value */
  weighted(choices) {
    let left = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of choices) {
      if (left < weight) return value;
      left -= weight;
    }
    throw new Error('nothing to choose from');
  }

  /** A few of the list, at least one, in random order, none twice. */
  some(list, most) {
    const rest = [...list];
    const taken = [];
    const count = this.between(1, Math.min(most, rest.length));
    while (taken.length < count) taken.push(...rest.splice(this.below(rest.length), 1));
    return taken;
  }

  /** Text in the alphabet of ids. */
  id(length) {
    return Array.from({ length }, () => LETTERS[this.below(64)]).join('');
  }

  fill(bytes) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.word() & 255;
    return bytes;
  }

  /** A seed for a sequence of its own. */
  seed() {
    return this.word();
  }
}
