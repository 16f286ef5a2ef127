// SPDX-License-Identifier: Apache-2.0
// The frames of one joined connection over plain ws: what one side seals only the other opens, each
// frame once and in its order.

import { fromBase64url, toBase64url } from "./base64url";
import { hkdf, KEY_BYTES, seal, sealNonce, unseal } from "./crypto";
import { isFields, parseJson } from "./messages";
import { joinBytes, transcript, utf8 } from "./transcript";

export interface SealTerms {
  /** What X25519 gave. */
  secret: Uint8Array;
  clientNonce: Uint8Array;
  serverNonce: Uint8Array;
  tenantId: string;
  deviceId: string;
  peerId: string;
}

export class FrameSeal {
  readonly #sealKey: Uint8Array;
  readonly #openKey: Uint8Array;
  #sealed = 0;
  #opened = 0;

  /** @param side whose frames are sealed here; the library is the client */
  constructor(terms: SealTerms, side: "client" | "server" = "client") {
    const keys = hkdf(
      terms.secret,
      joinBytes(terms.clientNonce, terms.serverNonce),
      transcript("bellhop seal v1", terms.tenantId, terms.deviceId, terms.peerId),
      2 * KEY_BYTES,
    );
    const toServer = keys.slice(0, KEY_BYTES);
    const toClient = keys.slice(KEY_BYTES);
    this.#sealKey = side === "client" ? toServer : toClient;
    this.#openKey = side === "client" ? toClient : toServer;
  }

  /** The frame to send; each must be sent, and in this order, or the other side hears no more. */
  seal(text: string): string {
    const n = this.#sealed;
    this.#sealed += 1;
    const data = toBase64url(seal(this.#sealKey, sealNonce(n), utf8(text)));
    return JSON.stringify({ type: "sealed", n, data });
  }

  /** The text within; null: not the next frame of the other side, and nothing after it can be. */
  open(frame: unknown): string | null {
    const fields = parseJson(frame);
    if (!isFields(fields) || fields["type"] !== "sealed") return null;
    const { n, data } = fields;
    if (n !== this.#opened || typeof data !== "string") return null;
    const sealed = fromBase64url(data);
    const bytes = sealed === null ? null : unseal(this.#openKey, sealNonce(n), sealed);
    if (bytes === null) return null;
    this.#opened += 1;
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }
}
