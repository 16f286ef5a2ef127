// SPDX-License-Identifier: Apache-2.0
// Pairing without a camera: both sides show six digits, and a person who sees both says that they are
// the same. The device commits to its nonce before it sees the hub's, so that nobody in between can look
// for keys that give the same digits on both sides; one guess in a million is left.

import { fromBase64url, fromBase64urlExact, toBase64url } from "./base64url";
import { systemClock, type Clock } from "./clock";
import {
  equalBytes,
  KEY_BYTES,
  NONCE_BYTES,
  publicKeyOf,
  randomBytes,
  sha256,
  sign,
  SIGNATURE_BYTES,
  verify,
} from "./crypto";
import type { DeviceIdentity } from "./identity";
import { textField, type Fields } from "./messages";
import { findFetch, PairingError, postPairing, toPairedIdentity, toSeed } from "./pairing";
import { transcript } from "./transcript";

export interface ComparisonOptions {
  /** Of the hub's pages: "http://192.168.1.20:8080". */
  origin: string;
  /** Of newSeed(). */
  seed: string;
  /** As the device would call itself; the manager may choose another. */
  name: string;
  fetch?: typeof fetch;
  clock?: Clock;
}

const POLL_MS = 1000;
/** An answer given at the last moment is still there a moment later. */
const GRACE_MS = 5000;
const MAX_EXPIRY_MS = 10 * 60 * 1000;
const CODES = 1000000n;

/** The digits: the first 64 bits of the digest, in decimal. */
export function comparisonCode(bytes: Uint8Array): string {
  const digest = sha256(bytes);
  const number = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0);
  return (number % CODES).toString().padStart(6, "0");
}

/** "482 193", as both sides show it. */
export function codeText(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

interface Terms {
  requestId: string;
  nonce: Uint8Array;
  hubKey: Uint8Array;
  seed: Uint8Array;
  expiresAtMs: number;
}

export class Comparison {
  /** Six digits; to be shown as codeText() has them. */
  readonly code: string;
  readonly #post: (path: string, body: Fields) => Promise<Fields>;
  readonly #clock: Clock;
  readonly #terms: Terms;

  private constructor(
    code: string,
    terms: Terms,
    post: (path: string, body: Fields) => Promise<Fields>,
    clock: Clock,
  ) {
    this.code = code;
    this.#terms = terms;
    this.#post = post;
    this.#clock = clock;
  }

  /** Resolves once both sides can show their digits; rejects with PairingError. */
  static async begin(options: ComparisonOptions): Promise<Comparison> {
    const { origin, clock = systemClock } = options;
    const name = options.name.trim();
    const fetcher = findFetch(options.fetch);
    const post = (path: string, body: Fields) =>
      postPairing(fetcher, `${origin}/api/v1/pair/requests${path}`, body);
    const seed = toSeed(options.seed);
    const publicKey = publicKeyOf(seed);
    const nonce = randomBytes(NONCE_BYTES);

    const begun = await post("", {
      publicKey: toBase64url(publicKey),
      commitment: toBase64url(
        sha256(transcript("bellhop comparison commit v1", publicKey, nonce)),
      ),
      name,
    });
    const requestId = textField(begun, "requestId");
    const hubKey = fromBase64urlExact(begun["hubKey"], KEY_BYTES);
    const hubNonce = fromBase64urlExact(begun["nonce"], NONCE_BYTES);
    const { expiresMs } = begun;
    if (requestId === undefined || hubKey === null || hubNonce === null)
      throw new PairingError("wrong-hub");
    if (typeof expiresMs !== "number") throw new PairingError("wrong-hub");

    const fields = [requestId, publicKey, hubKey, nonce, hubNonce] as const;
    await post("/open", {
      requestId,
      nonce: toBase64url(nonce),
      sig: toBase64url(sign(seed, transcript("bellhop comparison v1", ...fields))),
    });
    const code = comparisonCode(transcript("bellhop comparison code v1", ...fields));
    const expiresAtMs = clock.now() + Math.min(expiresMs, MAX_EXPIRY_MS) + GRACE_MS;
    return new Comparison(code, { requestId, nonce, hubKey, seed, expiresAtMs }, post, clock);
  }

  /** Asks each second what the manager said. Rejects with PairingError: `refused`, `expired`... */
  async wait(signal?: AbortSignal): Promise<DeviceIdentity> {
    const { requestId, nonce, expiresAtMs } = this.#terms;
    while (this.#clock.now() < expiresAtMs) {
      if (signal?.aborted === true) throw new PairingError("cancelled");
      const result = await this.#ask({ requestId, nonce: toBase64url(nonce) });
      const state = result === null ? undefined : textField(result, "state");
      if (state === "refused" || state === "expired") throw new PairingError(state);
      if (result !== null && state === "accepted") return this.#accept(result);
      await this.#pause(signal);
    }
    throw new PairingError("expired");
  }

  /** The device no longer asks. The hub forgets by itself where this does not reach it. */
  async cancel(): Promise<void> {
    const { requestId, nonce } = this.#terms;
    await this.#post("/cancel", { requestId, nonce: toBase64url(nonce) }).catch(() => undefined);
  }

  /** null: the hub is away for a moment, or finds that we ask too often; asked again. */
  async #ask(body: Fields): Promise<Fields | null> {
    try {
      return await this.#post("/result", body);
    } catch (error) {
      const passing = ["unreachable", "rate-limited"];
      if (error instanceof PairingError && passing.includes(error.code)) return null;
      throw error;
    }
  }

  #accept(result: Fields): DeviceIdentity {
    const { requestId, hubKey, seed } = this.#terms;
    const answer = fromBase64url(textField(result, "answer") ?? "");
    const sig = fromBase64urlExact(result["sig"], SIGNATURE_BYTES);
    if (answer === null || sig === null) throw new PairingError("wrong-hub");
    const signed = transcript("bellhop comparison answer v1", requestId, answer);
    if (!verify(hubKey, signed, sig)) throw new PairingError("wrong-hub");
    return toPairedIdentity(answer, seed, (key) => equalBytes(key, hubKey));
  }

  #pause(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      let cancel: () => void = () => undefined;
      const end = () => {
        cancel();
        signal?.removeEventListener("abort", end);
        resolve();
      };
      cancel = this.#clock.after(POLL_MS, end);
      signal?.addEventListener("abort", end);
    });
  }
}
