// SPDX-License-Identifier: Apache-2.0
// A paired device's keys at work: signs for it, and judges by the pinned hub key whom it believes. Keeps
// the newest of what the hub signs; what is new is told, for the page to store.

import { fromBase64urlExact, toBase64url } from "./base64url";
import type { Clock } from "./clock";
import { KEY_BYTES, publicKeyOf, sign } from "./crypto";
import { signDescription, verifyDescription, type Description } from "./description-auth";
import { Emitter } from "./emitter";
import type { DeviceIdentity } from "./identity";
import type { DescriptionAuth, Joined, PeerInfo, SignedDocument } from "./messages";
import {
  isCurrent,
  isVoid,
  readMembership,
  readRevocations,
  type Membership,
  type Revocations,
} from "./signed-document";

/** A token knows no more than the first four. */
export type KnownIdentity = Pick<DeviceIdentity, "tenantId" | "deviceId" | "seed" | "hubKey"> &
  Partial<DeviceIdentity>;

/**
 * Why a description is not believed: no `auth` at all, a signature that is not the sender's, a
 * membership that is not of this property, this device, this role or this time, or one that was
 * revoked. `refused`: the hub did not believe ours.
 */
export type Forgery = "unsigned" | "signature" | "membership" | "revoked" | "refused";

/** The other side of one link, as its own words are judged. */
export interface DescriptionVerifier {
  /** null: it is from whom it says. */
  check(description: Description, auth: DescriptionAuth | undefined): Forgery | null;
  /** Calls back when one believed before may not be any more; the function returned ends that. */
  watch(listener: () => void): () => void;
}

export interface DeviceKeysEvents {
  identity: DeviceIdentity;
  revocations: Revocations;
}

/** A hub signs for 90 days. Whoever is out from then on is known that long yet. */
const MIN_LEFT_MS = 60 * 24 * 60 * 60 * 1000;

function toKey(text: string, name: string): Uint8Array {
  const key = fromBase64urlExact(text, KEY_BYTES);
  if (key === null) throw new TypeError(`The identity's ${name} is no key`);
  return key;
}

export class DeviceKeys extends Emitter<DeviceKeysEvents> {
  readonly tenantId: string;
  readonly deviceId: string;
  readonly hubKey: Uint8Array;
  readonly #seed: Uint8Array;
  readonly #publicKey: string;
  readonly #clock: Clock;
  #known: KnownIdentity;
  #revocations: Revocations | null = null;
  /** What the hub's clock was ahead of ours. A till's own may be years off. */
  #aheadMs = 0;

  /** Throws TypeError where the keys are none. */
  constructor(known: KnownIdentity, clock: Clock) {
    super();
    this.#known = { ...known };
    this.#clock = clock;
    this.tenantId = known.tenantId;
    this.deviceId = known.deviceId;
    this.hubKey = toKey(known.hubKey, "hubKey");
    this.#seed = toKey(known.seed, "seed");
    this.#publicKey = known.publicKey ?? toBase64url(publicKeyOf(this.#seed));
    if (known.revocations !== undefined) this.#takeRevocations(known.revocations);
  }

  /** null: a token's device that the hub has not let in yet. */
  get identity(): DeviceIdentity | null {
    const { tenantId, deviceId, seed, hubKey, membership, revocations } = this.#known;
    if (membership === undefined) return null;
    return {
      tenantId,
      deviceId,
      seed,
      publicKey: this.#publicKey,
      hubKey,
      role: this.#known.role ?? "",
      name: this.#known.name ?? "",
      membership,
      ...(revocations === undefined ? {} : { revocations }),
      authority: this.#known.authority ?? "",
      hostName: this.#known.hostName ?? "",
      hubName: this.#known.hubName ?? "",
    };
  }

  get membership(): SignedDocument | undefined {
    return this.#known.membership;
  }

  /** Whether what the hub has signed for us ends before long, by the hub's clock. */
  get isEnding(): boolean {
    const { membership } = this.#known;
    const known = membership === undefined ? null : readMembership(membership, this.hubKey);
    return known !== null && !isCurrent(known, this.#utcNow() + this.#aheadMs + MIN_LEFT_MS);
  }

  /** Whether the hub has signed that this device belongs no more. */
  get isRemoved(): boolean {
    return this.#revocations?.revoked.get(this.deviceId) === null;
  }

  sign(bytes: Uint8Array): Uint8Array {
    return sign(this.#seed, bytes);
  }

  /** What the hub, or a cloud, says when it lets us in. What is signed counts whoever brings it. */
  learn(joined: Joined): void {
    const { membership, revocations, server } = joined;
    if (server.timeMs !== undefined) this.#aheadMs = server.timeMs - this.#utcNow();
    let changed = membership !== undefined && this.#takeMembership(membership);
    if (revocations !== undefined && this.#takeRevocations(revocations)) changed = true;
    if (server.kind !== "cloud" && server.name !== "" && server.name !== this.#known.hubName) {
      this.#known.hubName = server.name;
      changed = true;
    }
    if (changed) this.#tell();
  }

  /** From wherever they come: the signature and the version decide. */
  learnRevocations(document: SignedDocument): void {
    if (this.#takeRevocations(document)) this.#tell();
  }

  /** undefined: there is nothing to be signed, or no membership yet. */
  signDescription(description: Description): DescriptionAuth | undefined {
    const { membership } = this.#known;
    const sig = signDescription(this.#seed, description);
    return sig === null || membership === undefined ? undefined : { sig, membership };
  }

  /** @param peer as the server names it: the hub, or another device */
  verifierOf(peer: PeerInfo): DescriptionVerifier {
    return {
      check: (description, auth) => this.#check(description, auth, peer),
      watch: (listener) => this.on("revocations", listener),
    };
  }

  #utcNow(): number {
    return this.#clock.utcNow?.() ?? Date.now();
  }

  #check(
    description: Description,
    auth: DescriptionAuth | undefined,
    peer: PeerInfo,
  ): Forgery | null {
    if (auth === undefined) return "unsigned";
    if (peer.role === "hub")
      return verifyDescription(this.hubKey, description, auth.sig) ? null : "signature";
    if (auth.membership === undefined) return "unsigned";
    const membership = readMembership(auth.membership, this.hubKey);
    if (membership === null || !this.#belongs(membership, peer)) return "membership";
    if (isVoid(membership, this.#revocations)) return "revoked";
    return verifyDescription(membership.publicKey, description, auth.sig) ? null : "signature";
  }

  #belongs(membership: Membership, peer: PeerInfo): boolean {
    return (
      membership.tenantId === this.tenantId &&
      membership.deviceId === peer.deviceId &&
      membership.role === peer.role &&
      isCurrent(membership, this.#utcNow() + this.#aheadMs)
    );
  }

  #takeMembership(document: SignedDocument): boolean {
    const membership = readMembership(document, this.hubKey);
    if (membership?.tenantId !== this.tenantId || membership.deviceId !== this.deviceId) return false;
    if (toBase64url(membership.publicKey) !== this.#publicKey) return false;
    const kept = this.#known.membership;
    if (kept?.data === document.data && kept.sig === document.sig) return false;
    const { role, name } = membership;
    this.#known = { ...this.#known, membership: document, role, name };
    return true;
  }

  #takeRevocations(document: SignedDocument): boolean {
    const revocations = readRevocations(document, this.hubKey);
    if (revocations?.tenantId !== this.tenantId) return false;
    if (this.#revocations !== null && revocations.version <= this.#revocations.version) return false;
    this.#revocations = revocations;
    this.#known.revocations = document;
    this.emit("revocations", revocations);
    return true;
  }

  #tell(): void {
    const { identity } = this;
    if (identity !== null) this.emit("identity", identity);
  }
}
