// SPDX-License-Identifier: Apache-2.0
// What two replicas compare of a range of a log: a digest over the signatures of all that is stored of it,
// each of which stands for its operation's text. Of what was redacted no signature is left.

import { fromBase64urlExact, toBase64url } from "../base64url";
import { sha256, SIGNATURE_BYTES } from "../crypto";
import { joinBytes, transcript } from "../transcript";
import { MAX_VARIANTS, type LogStore } from "./log-store";

const LABEL = transcript("bellhop range v1");
const PAGE_BYTES = 1024 * 1024;

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** By seq, of all variants; only where something is stored. */
async function readSignatures(
  store: Pick<LogStore, "read">,
  logId: string,
  from: number,
  to: number,
): Promise<Map<number, Set<string>>> {
  const found = new Map<number, Set<string>>();
  for (let next = from; next <= to; ) {
    const count = to - next + 1 + MAX_VARIANTS;
    const page = await store.read(logId, next, count, PAGE_BYTES);
    for (const { seq, sig } of page) found.set(seq, (found.get(seq) ?? new Set()).add(sig));
    // A page may end between two of one identity.
    const last = page[page.length - 1]?.seq ?? to + 1;
    next = last === next ? next + 1 : last;
  }
  return found;
}

/** base64url. null: not all of it is stored. */
export async function digestOfRange(
  store: Pick<LogStore, "read">,
  logId: string,
  from: number,
  to: number,
): Promise<string | null> {
  const signatures = await readSignatures(store, logId, from, to);
  const parts: Uint8Array[] = [LABEL];
  for (let seq = from; seq <= to; seq++) {
    const texts = signatures.get(seq);
    if (texts === undefined) return null;
    const variants = [...texts].map((sig) => fromBase64urlExact(sig, SIGNATURE_BYTES));
    parts.push(...variants.filter((sig) => sig !== null).sort(compareBytes));
  }
  return toBase64url(sha256(joinBytes(...parts)));
}
