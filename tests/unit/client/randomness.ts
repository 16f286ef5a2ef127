// SPDX-License-Identifier: Apache-2.0
// Randomness for keys, as a program on Node 18 provides it, and for once a known one.

import { webcrypto } from "node:crypto";

import { provideRandomness } from "../../../data/web/client/crypto";

provideRandomness(webcrypto);

/** Within `work`, what is drawn is `draws`, one after the other. */
export async function drawing<T>(draws: Uint8Array[], work: () => T | Promise<T>): Promise<T> {
  const left = [...draws];
  provideRandomness({
    getRandomValues(bytes) {
      const next = left.shift();
      if (next === undefined) throw new Error("nothing more to draw");
      bytes.set(next);
      return bytes;
    },
  });
  try {
    return await work();
  } finally {
    provideRandomness(webcrypto);
  }
}
