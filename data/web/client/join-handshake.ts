// SPDX-License-Identifier: Apache-2.0
// How a paired device and its hub know each other again (protocol section 2), once for each connection:
// our nonce in `join`, the server's proof in `challenge`, ours in `proof`. No socket and no clock.

import { fromBase64urlExact, toBase64url } from "./base64url";
import {
  equalBytes,
  exchange,
  KEY_BYTES,
  newExchangeKey,
  NONCE_BYTES,
  randomBytes,
  SIGNATURE_BYTES,
  verify,
  type ExchangeKey,
} from "./crypto";
import type { DeviceKeys } from "./device-keys";
import { FrameSeal } from "./frame-seal";
import type { Challenge, Fields } from "./messages";
import { transcript, type TranscriptField } from "./transcript";

export interface HandshakeAnswer {
  /** The frame to send, as it is. */
  proof: Fields;
  /** Fixed by the challenge: `joined` has to name it. */
  peerId: string;
  /** For all frames after the proof, both ways; null: they go as they are. */
  seal: FrameSeal | null;
}

export class JoinHandshake {
  readonly #keys: DeviceKeys;
  readonly #nonce: Uint8Array = randomBytes(NONCE_BYTES);
  readonly #exchangeKey: ExchangeKey | null;

  /** @param sealing whether the way itself hides nothing, as ws does */
  constructor(keys: DeviceKeys, sealing: boolean) {
    this.#keys = keys;
    this.#exchangeKey = sealing ? newExchangeKey() : null;
  }

  /** What `join` carries. Role and name are not said: the hub has them on record. */
  get fields(): Fields {
    const { tenantId, deviceId } = this.#keys;
    const fields: Fields = { tenantId, deviceId, nonce: toBase64url(this.#nonce) };
    if (this.#exchangeKey !== null) fields["key"] = toBase64url(this.#exchangeKey.publicKey);
    return fields;
  }

  /**
   * null: the server is not our hub. Both keys of the exchange are under its proof: who passes our
   * nonces on to the real hub has to pass on its key too, and reads nothing.
   */
  answer(challenge: Challenge): HandshakeAnswer | null {
    const { tenantId, deviceId, hubKey } = this.#keys;
    const { peerId } = challenge;
    const serverKey = fromBase64urlExact(challenge.serverKey, KEY_BYTES);
    const serverNonce = fromBase64urlExact(challenge.nonce, NONCE_BYTES);
    const serverProof = fromBase64urlExact(challenge.serverProof, SIGNATURE_BYTES);
    if (serverKey === null || serverNonce === null || serverProof === null) return null;
    if (!equalBytes(serverKey, hubKey)) return null;
    const own = this.#exchangeKey;
    const other = own === null ? null : fromBase64urlExact(challenge.key, KEY_BYTES);
    const fields: TranscriptField[] = [
      tenantId,
      deviceId,
      peerId,
      this.#nonce,
      serverNonce,
      own?.publicKey,
      other,
    ];
    if (!verify(hubKey, transcript("bellhop server proof v1", ...fields), serverProof)) return null;
    const secret = own === null || other === null ? null : exchange(own.privateKey, other);
    if (own !== null && secret === null) return null;

    const proof = this.#keys.sign(transcript("bellhop device proof v1", ...fields, hubKey));
    const clientNonce = this.#nonce;
    return {
      proof: { type: "proof", proof: toBase64url(proof) },
      peerId,
      seal:
        secret === null
          ? null
          : new FrameSeal({ secret, clientNonce, serverNonce, tenantId, deviceId, peerId }),
    };
  }
}
