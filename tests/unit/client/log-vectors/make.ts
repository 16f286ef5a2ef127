// SPDX-License-Identifier: Apache-2.0
// data/protocol/vectors/operations.json: what both languages must make of operations and records. The
// expectations are written by hand in the files beside this one; only signatures are computed.

import { toBase64url } from "../../../../data/web/client/base64url";
import { publicKeyOf } from "../../../../data/web/client/crypto";
import { isFields } from "../../../../data/web/client/messages";
import { clockCases } from "./clocks";
import { cutOffCases } from "./cut-offs";
import { hubSeed, members, tenantId } from "./draft";
import { judgeCases } from "./judged";
import { keepCases } from "./keeps";
import { liftCases } from "./lifts";
import { logCases, logOwners } from "./logs";
import { mergeCases } from "./merges";
import { lineCases } from "./orders-lines";
import { moneyCases } from "./orders-money";
import { paymentCases } from "./orders-payments";
import { splitCases } from "./orders-splits";
import { rangeCases } from "./ranges";
import { badEntries, firstTranscript, signedCases } from "./signatures";
import { stubCases } from "./stubs";
import { badTexts, foreignTexts, goodTexts } from "./texts";

const DESCRIPTION =
  "What both languages must make of operations, records and orders. Bytes are base64url. " +
  "texts: good ones are operations of tenantId, foreign ones of another tenant, bad ones none. " +
  "logOwners: what the log ids of a device begin with; logs: whether a log is a device's (texts do not " +
  "care). signed: whether publicKey has signed. judged: why an operation is set aside (null: it applies). " +
  "ranges: parts of a log and their digests. lifts: the record that one operation gives. stubs: what is left of it when its words are erased; " +
  "printed compactly it is the stub's text. merges: records that give `merged` in any order. " +
  "orders: operations that, lifted and merged in any order, read as `orders` by orderId (null: not " +
  "shown). clocks: see clocks.ts. " +
  "cutOffs: the record of a device, and which operations of it are revoked. keeps: operations of " +
  "order/o1, days that were closed, and whether the order may leave memory so long after the last of its " +
  "operations. An operation stands here as an object; printed compactly, members in this order, " +
  "it is the text. Written by tests/unit/client/log-vectors/print.ts.";

const vectors = {
  description: DESCRIPTION,
  tenantId,
  hub: { seed: toBase64url(hubSeed), publicKey: toBase64url(publicKeyOf(hubSeed)) },
  members,
  texts: { good: goodTexts, foreign: foreignTexts, bad: badTexts },
  logOwners,
  logs: logCases,
  firstTranscript,
  signed: signedCases,
  badEntries,
  judged: judgeCases,
  lifts: liftCases,
  stubs: stubCases,
  ranges: rangeCases,
  merges: mergeCases,
  orders: [...lineCases, ...splitCases, ...moneyCases, ...paymentCases],
  clocks: clockCases,
  cutOffs: cutOffCases,
  keeps: keepCases,
};

const WIDTH = 120;

/** JSON with a line each for what fits into one. */
export function print(value: unknown, indent = ""): string {
  const compact = JSON.stringify(value);
  const inner = `${indent}  `;
  if (compact.length + indent.length <= WIDTH) return compact;
  if (Array.isArray(value)) {
    const lines = value.map((element) => inner + print(element, inner));
    return `[\n${lines.join(",\n")}\n${indent}]`;
  }
  if (!isFields(value)) return compact;
  const lines = Object.entries(value).map(
    ([key, member]) => `${inner}${JSON.stringify(key)}: ${print(member, inner)}`,
  );
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

export const vectorsText = `${print(vectors)}\n`;
