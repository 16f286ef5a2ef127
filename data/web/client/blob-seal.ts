// SPDX-License-Identifier: Apache-2.0
// What a page hands to another of its origins by way of the hub (key, outbox): the hub carries it and
// cannot read it, since the key goes from page to page in the fragment.

import { fromBase64url, fromBase64urlExact, toBase64url } from "./base64url";
import { KEY_BYTES, randomBytes, seal, sealNonce, unseal } from "./crypto";

export interface SealedBlob {
  /** For one blob only, so that its nonce may be zero. */
  key: string;
  data: string;
}

export function sealBlob(bytes: Uint8Array): SealedBlob {
  const key = randomBytes(KEY_BYTES);
  return { key: toBase64url(key), data: toBase64url(seal(key, sealNonce(0), bytes)) };
}

/** null: another key, or it was changed on its way. */
export function openBlob(key: string, data: string): Uint8Array | null {
  const keyBytes = fromBase64urlExact(key, KEY_BYTES);
  const sealed = fromBase64url(data);
  if (keyBytes === null || sealed === null) return null;
  return unseal(keyBytes, sealNonce(0), sealed);
}
