// SPDX-License-Identifier: Apache-2.0
// How a paired device and its hub know each other again (protocol section 2), once for each connection:
// our nonce in `join`, the server's proof in `challenge`, ours in `proof`. A cloud, which has proven
// itself by its certificate, is shown by the membership who we are. No socket and no clock.

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

export interface HandshakeOptions {
  /** The way itself hides nothing, as ws does: what follows is sealed. */
  isPlain: boolean;
  /** It may be a cloud that answers, and one would be believed. */
  isCloud?: boolean;
}

export class JoinHandshake {
  readonly #keys: DeviceKeys;
  readonly #nonce: Uint8Array = randomBytes(NONCE_BYTES);
  readonly #exchangeKey: ExchangeKey | null;
  readonly #isCloud: boolean;
  #isHub = false;

  constructor(keys: DeviceKeys, { isPlain, isCloud = false }: HandshakeOptions) {
    this.#keys = keys;
    this.#exchangeKey = isPlain ? newExchangeKey() : null;
    this.#isCloud = isCloud;
  }

  /** Whether who answered has the hub's key. */
  get isHub(): boolean {
    return this.#isHub;
  }

  /** What `join` carries. Role and name are not said: the hub has them on record. */
  get fields(): Fields {
    const { tenantId, deviceId } = this.#keys;
    const fields: Fields = { tenantId, deviceId, nonce: toBase64url(this.#nonce) };
    if (this.#exchangeKey !== null) fields["key"] = toBase64url(this.#exchangeKey.publicKey);
    const { membership } = this.#keys;
    if (this.#isCloud && membership !== undefined) {
      fields["hubKey"] = toBase64url(this.#keys.hubKey);
      fields["membership"] = membership;
    }
    return fields;
  }

  /**
   * null: the server is not our hub. Both keys of the exchange are under its proof: who passes our
   * nonces on to the real hub has to pass on its key too, and reads nothing.
   */
  answer(challenge: Challenge): HandshakeAnswer | null {
    const { tenantId, deviceId, hubKey } = this.#keys;
    const { peerId } = challenge;
    const serverNonce = fromBase64urlExact(challenge.nonce, NONCE_BYTES);
    if (serverNonce === null) return null;
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
    const isCloud = this.#isCloud && challenge.serverProof === undefined;
    if (!isCloud) {
      const serverKey = fromBase64urlExact(challenge.serverKey, KEY_BYTES);
      const serverProof = fromBase64urlExact(challenge.serverProof, SIGNATURE_BYTES);
      if (serverKey === null || serverProof === null || !equalBytes(serverKey, hubKey)) return null;
      if (!verify(hubKey, transcript("bellhop server proof v1", ...fields), serverProof)) return null;
      this.#isHub = true;
    }
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
