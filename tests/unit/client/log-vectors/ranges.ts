// SPDX-License-Identifier: Apache-2.0
// Parts of logs, and the digest by which two replicas compare them: what it is made of is put together
// here by itself. Signatures are made up; nobody verifies them to compare.

import { createHash } from "node:crypto";

import { toBase64url } from "../../../../data/web/client/base64url";
import { makeOperation, type WireOperation } from "../../../../data/web/client/log/operation";
import { logOf, write } from "./draft";

export interface RangeCase {
  why: string;
  /** By seq; those of one seq in any order. */
  operations: unknown[];
  digest: string;
}

const LABEL = "bellhop range v1";

function signature(first: number): Uint8Array {
  return Uint8Array.from({ length: 64 }, (_, i) => (first + 3 * i) & 0xff);
}

function request(seq: number, first: number): WireOperation {
  const draft = write("anna", seq, seq, "request.open", `request/r${first}`, { what: "call" });
  const { text, sig } = makeOperation(draft, () => signature(first));
  return { text, sig };
}

/** The label behind its length as 32 bits, then these. */
function digestOf(...signatures: Uint8Array[]): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(LABEL.length);
  const hash = createHash("sha256").update(length).update(LABEL);
  for (const bytes of signatures) hash.update(bytes);
  return toBase64url(hash.digest());
}

const stub = {
  redacted: [logOf("anna"), 2],
  entity: "request/r7",
  deviceId: "d-anna",
  role: "staff",
  record: { items: {}, registers: {} },
};

export const rangeCases: RangeCase[] = [
  { why: "one", operations: [request(1, 9)], digest: digestOf(signature(9)) },
  {
    why: "by seq, whatever the signatures are",
    operations: [request(7, 200), request(8, 4), request(9, 130)],
    digest: digestOf(signature(200), signature(4), signature(130)),
  },
  {
    why: "those of one seq by their bytes, not by their letters",
    operations: [request(1, 250), request(2, 248), request(2, 104), request(2, 0), request(3, 1)],
    digest: digestOf(signature(250), signature(0), signature(104), signature(248), signature(1)),
  },
  {
    why: "what was redacted adds nothing",
    operations: [request(1, 9), stub, request(3, 11)],
    digest: digestOf(signature(9), signature(11)),
  },
  { why: "nothing but that", operations: [stub], digest: digestOf() },
];
