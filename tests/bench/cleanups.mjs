// SPDX-License-Identifier: Apache-2.0
// What tests/lib wants of a test: somebody who cleans up after it.

export class Cleanups {
  #all = [];

  after(clean) {
    this.#all.unshift(clean);
  }

  async run() {
    for (const clean of this.#all.splice(0)) await clean();
  }
}
