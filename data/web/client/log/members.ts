// SPDX-License-Identifier: Apache-2.0
// Whose key an operation has to be signed with: the membership documents of the hub that this replica
// has come across. Their times say who may connect now; what was signed then stays signed, so here they
// do not count.

import type { SignedDocument } from "../messages";
import { unfoldMembership, type Membership } from "../signed-document";
import { isId } from "./formats";
import type { Signing } from "./operation";

export interface MemberRollOptions {
  tenantId: string;
  hubKey: Uint8Array;
  signing: Pick<Signing, "verify">;
}

interface Member {
  membership: Membership;
  document: SignedDocument;
}

export class MemberRoll {
  readonly #options: MemberRollOptions;
  /** By deviceId. */
  readonly #members = new Map<string, Member[]>();
  /** `data` of those that are known, good or not worth keeping. */
  readonly #seen = new Set<string>();

  constructor(options: MemberRollOptions) {
    this.#options = options;
  }

  /** From our own store: believed. */
  load(documents: readonly SignedDocument[]): void {
    for (const document of documents) {
      const unfolded = unfoldMembership(document);
      if (unfolded !== null) this.#keep(unfolded.content, document);
    }
  }

  /** Returns those that are the hub's and say something new; they are to be stored. */
  async learn(documents: readonly SignedDocument[]): Promise<SignedDocument[]> {
    const learned: SignedDocument[] = [];
    for (const document of documents) {
      const unfolded = this.#seen.has(document.data) ? null : unfoldMembership(document);
      if (unfolded === null || !this.#concernsUs(unfolded.content)) continue;
      const { hubKey, signing } = this.#options;
      if (!(await signing.verify(hubKey, unfolded.bytes, unfolded.sig))) continue;
      if (this.#keep(unfolded.content, document)) learned.push(document);
    }
    return learned;
  }

  /** More than one where it was paired again. */
  keysOf(deviceId: string, role: string): Uint8Array[] {
    return (this.#members.get(deviceId) ?? [])
      .filter(({ membership }) => membership.role === role)
      .map(({ membership }) => membership.publicKey);
  }

  documentsOf(deviceId: string): SignedDocument[] {
    return (this.#members.get(deviceId) ?? []).map(({ document }) => document);
  }

  #concernsUs({ tenantId, deviceId, role }: Membership): boolean {
    return tenantId === this.#options.tenantId && isId(deviceId) && role !== "hub";
  }

  #keep(membership: Membership, document: SignedDocument): boolean {
    this.#seen.add(document.data);
    const { deviceId, role, publicKey } = membership;
    const members = this.#members.get(deviceId) ?? [];
    // A renewed one, or one of another name, adds no key.
    const isKnown = members.some(
      (one) =>
        one.membership.role === role && one.membership.publicKey.join() === publicKey.join(),
    );
    if (isKnown) return false;
    this.#members.set(deviceId, [...members, { membership, document }]);
    return true;
  }
}
