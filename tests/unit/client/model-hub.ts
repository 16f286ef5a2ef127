// SPDX-License-Identifier: Apache-2.0
// The hub's side of pairing, join and sealing, after protocol section 2, for tests. It can be made to
// misbehave. That it says the same as the real one is what the vectors in data/protocol show.

import { fromBase64url, toBase64url } from "../../../data/web/client/base64url";
import {
  exchange,
  newExchangeKey,
  publicKeyOf,
  randomBytes,
  sign,
  verify,
  type ExchangeKey,
} from "../../../data/web/client/crypto";
import { signDescription, type Description } from "../../../data/web/client/description-auth";
import { FrameSeal } from "../../../data/web/client/frame-seal";
import type { DeviceIdentity } from "../../../data/web/client/identity";
import type { SignedDocument } from "../../../data/web/client/messages";
import { transcript, utf8 } from "../../../data/web/client/transcript";
import type { FakeSocket } from "./fake-socket";
import { joined } from "./fake-socket";

export type Frame = Record<string, unknown>;

export const bytesOf = (text: unknown): Uint8Array => {
  const bytes = fromBase64url(String(text));
  if (bytes === null) throw new Error(`no base64url: ${String(text)}`);
  return bytes;
};

const DAY_MS = 86400000;

interface Device {
  publicKey: Uint8Array;
  role: string;
  name: string;
  removed: boolean;
}

export class ModelHub {
  readonly seed = randomBytes(32);
  readonly publicKey = publicKeyOf(this.seed);
  readonly devices = new Map<string, Device>();
  readonly revoked = new Map<string, number | null>();
  version = 1;
  nowMs = 1764000000000;
  /** Whose signature stands under the proof; its own, where it is honest. */
  proofSeed = this.seed;
  /** Gives no key of its own: nothing would be sealed. */
  isKeyless = false;
  /** What a device's `joined` carries beside the usual. */
  joinedMore: Frame = {};

  sign(label: string, content: unknown): SignedDocument {
    const data = utf8(JSON.stringify(content));
    return { data: toBase64url(data), sig: toBase64url(sign(this.seed, transcript(label, data))) };
  }

  membership(deviceId: string, more: Frame = {}): SignedDocument {
    const device = this.devices.get(deviceId);
    return this.sign("bellhop membership v1", {
      tenantId: "t",
      deviceId,
      publicKey: device === undefined ? "" : toBase64url(device.publicKey),
      role: device?.role,
      name: device?.name,
      notBefore: this.nowMs,
      notAfter: this.nowMs + 90 * DAY_MS,
      ...more,
    });
  }

  revocations(): SignedDocument {
    return this.sign("bellhop revocations v1", {
      tenantId: "t",
      version: this.version,
      revoked: [...this.revoked].map(([deviceId, before]) => ({ deviceId, before })),
    });
  }

  /** As if it had been paired. */
  pair(deviceId: string, role = "staff", name = "Anna's phone"): DeviceIdentity {
    const seed = randomBytes(32);
    const publicKey = publicKeyOf(seed);
    this.devices.set(deviceId, { publicKey, role, name, removed: false });
    return {
      tenantId: "t",
      deviceId,
      seed: toBase64url(seed),
      publicKey: toBase64url(publicKey),
      hubKey: toBase64url(this.publicKey),
      role,
      name,
      membership: this.membership(deviceId),
      authority: "",
      hostName: "bellhop-7f3a.local",
      hubName: "Front desk",
    };
  }

  remove(deviceId: string): void {
    const device = this.devices.get(deviceId);
    if (device !== undefined) device.removed = true;
    this.revoked.set(deviceId, null);
    this.version += 1;
  }

  signDescription(description: Description): { sig: string } {
    return { sig: signDescription(this.seed, description) ?? "" };
  }

  /** Answers on this socket. */
  serve(socket: FakeSocket): ModelSession {
    const session = new ModelSession(this, (text) => socket.sayRaw(text));
    socket.onSent = (frame) => session.receive(frame);
    return session;
  }
}

/** One connection; usable without a socket, for somebody in the middle. */
export class ModelSession {
  /** What was said after the join, opened where it was sealed. */
  readonly heard: Frame[] = [];
  onHeard: ((frame: Frame) => void) | null = null;
  /** An unsealed or wrong frame came: the real one closes with 1008. */
  offended = false;
  peerId = "page";
  join: Frame = {};
  readonly #hub: ModelHub;
  readonly #out: (text: string) => void;
  readonly #nonce = randomBytes(32);
  readonly #key: ExchangeKey = newExchangeKey();
  #seal: FrameSeal | null = null;

  constructor(hub: ModelHub, out: (text: string) => void) {
    this.#hub = hub;
    this.#out = out;
  }

  say(frame: Frame): void {
    const text = JSON.stringify(frame);
    this.#out(this.#seal === null ? text : this.#seal.seal(text));
  }

  receive(frame: Frame): void {
    let inner = frame;
    if (this.#seal !== null) {
      const text = this.#seal.open(JSON.stringify(frame));
      if (text === null) {
        this.offended = true;
        return;
      }
      inner = JSON.parse(text) as Frame;
    }
    if (inner["type"] === "join") this.#challenge(inner);
    else if (inner["type"] === "proof") this.#admit(inner);
    else {
      this.heard.push(inner);
      this.onHeard?.(inner);
    }
  }

  get #isSealing(): boolean {
    return this.join["key"] !== undefined && !this.#hub.isKeyless;
  }

  #fields(): (string | Uint8Array | undefined)[] {
    const { tenantId, deviceId, nonce, key } = this.join;
    return [
      String(tenantId),
      String(deviceId),
      this.peerId,
      bytesOf(nonce),
      this.#nonce,
      key === undefined ? undefined : bytesOf(key),
      this.#isSealing ? this.#key.publicKey : undefined,
    ];
  }

  #challenge(join: Frame): void {
    this.join = join;
    const proof = sign(
      this.#hub.proofSeed,
      transcript("bellhop server proof v1", ...this.#fields()),
    );
    this.say({
      type: "challenge",
      nonce: toBase64url(this.#nonce),
      peerId: this.peerId,
      serverKey: toBase64url(this.#hub.publicKey),
      ...(this.#isSealing ? { key: toBase64url(this.#key.publicKey) } : {}),
      serverProof: toBase64url(proof),
    });
  }

  #admit(frame: Frame): void {
    const { tenantId, deviceId, nonce, key } = this.join;
    const fields = this.#fields();
    if (this.#isSealing) {
      const secret = exchange(this.#key.privateKey, bytesOf(key));
      if (secret === null) throw new Error("a key of small order");
      this.#seal = new FrameSeal(
        {
          secret,
          clientNonce: bytesOf(nonce),
          serverNonce: this.#nonce,
          tenantId: String(tenantId),
          deviceId: String(deviceId),
          peerId: this.peerId,
        },
        "server",
      );
    }
    const device = this.#hub.devices.get(String(deviceId));
    const signed = transcript("bellhop device proof v1", ...fields, this.#hub.publicKey);
    if (device === undefined || !verify(device.publicKey, signed, bytesOf(frame["proof"]))) {
      this.say({ type: "error", code: "unauthorized", message: "not paired" });
      return;
    }
    if (device.removed) {
      this.say({ type: "error", code: "revoked", message: "removed" });
      return;
    }
    this.say(
      joined({
        peerId: this.peerId,
        role: device.role,
        membership: this.#hub.membership(String(deviceId)),
        revocations: this.#hub.revocations(),
        sealed: this.#seal !== null,
        ...this.#hub.joinedMore,
      }),
    );
  }
}
