// SPDX-License-Identifier: Apache-2.0
// Ed25519 for operations. Checking is the browser's own work where it knows the curve, off this thread;
// else noble's, in slices short enough that a page still answers the finger.

import { isWeakSignature, sign, verify } from "../crypto";
import { systemClock, type Clock } from "../clock";
import { verifyOperation, type Signing, type WireOperation } from "./operation";

/** Half of a frame at 60 a second. */
export const SLICE_MS = 8;
/** Of devices; more than one property has at a time. */
const MAX_KEPT_KEYS = 256;

/** RFC 8032, section 7.1, test 2: a browser that finds it good knows the curve. */
const PROBE = {
  publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  message: "72",
  sig:
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
};

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** noble's; without a seed it only checks. */
export function nobleSigning(seed?: Uint8Array): Signing {
  return {
    sign(bytes) {
      if (seed === undefined) throw new Error("There is no key to sign with");
      return sign(seed, bytes);
    },
    verify,
  };
}

type Verify = (key: Uint8Array, bytes: Uint8Array, sig: Uint8Array) => Promise<boolean>;

/** Keys are kept as the browser holds them: importing one takes about as long as a check. */
function subtleVerify(subtle: SubtleCrypto): Verify {
  const keys = new Map<string, Promise<CryptoKey>>();
  return async (publicKey, bytes, sig) => {
    if (isWeakSignature(publicKey, sig)) return false;
    const name = publicKey.join();
    let key = keys.get(name);
    if (key === undefined) {
      if (keys.size >= MAX_KEPT_KEYS) keys.clear();
      key = subtle.importKey("raw", new Uint8Array(publicKey), { name: "Ed25519" }, false, ["verify"]);
      keys.set(name, key);
    }
    try {
      const [signed, text] = [new Uint8Array(sig), new Uint8Array(bytes)];
      return await subtle.verify({ name: "Ed25519" }, await key, signed, text);
    } catch {
      // What is no key verifies nothing.
      return false;
    }
  };
}

/** null: it does not know Ed25519, or is not there, as on plain http. */
async function probe(subtle: SubtleCrypto | null): Promise<Verify | null> {
  if (subtle === null) return null;
  const native = subtleVerify(subtle);
  const good = await native(
    fromHex(PROBE.publicKey),
    fromHex(PROBE.message),
    fromHex(PROBE.sig),
  );
  return good ? native : null;
}

/**
 * The fastest there is here.
 * @param subtle for tests
 */
export async function bestSigning(
  seed?: Uint8Array,
  subtle: SubtleCrypto | null = globalThis.crypto?.subtle ?? null,
): Promise<Signing> {
  const native = await probe(subtle);
  const noble = nobleSigning(seed);
  return native === null ? noble : { ...noble, verify: native };
}

export interface VerifyJob {
  operation: WireOperation;
  publicKey: Uint8Array;
}

/** A task of its own, so that input and painting come first. */
function breathe(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.after(0, resolve));
}

/**
 * In the order of `jobs`, whether each was signed by its key. Between two checks that were done on this
 * thread for SLICE_MS together the page gets its turn.
 */
export async function verifyAll(
  jobs: readonly VerifyJob[],
  signing: Pick<Signing, "verify">,
  clock: Clock = systemClock,
): Promise<boolean[]> {
  const results: (boolean | Promise<boolean>)[] = [];
  let sliceStart = clock.now();
  for (const { operation, publicKey } of jobs) {
    const began = clock.now();
    results.push(verifyOperation(operation, publicKey, signing));
    // One more would take as long as this one did.
    const now = clock.now();
    if (now + (now - began) - sliceStart <= SLICE_MS) continue;
    await breathe(clock);
    sliceStart = clock.now();
  }
  return Promise.all(results);
}
