// SPDX-License-Identifier: Apache-2.0
// How ids, logs, operations' names and currencies are written.

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const LOG = /^(p\.)?[A-Za-z0-9_-]{22}$/;
const SEQ = /^[1-9][0-9]{0,15}$/;
const CURRENCY = /^[A-Z]{3}$/;

export function isId(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

/** `p.` begins a private log. */
export function isLogId(value: unknown): value is string {
  return typeof value === "string" && LOG.test(value);
}

/** "<logId>:<seq>" */
export function isOperationName(value: string): boolean {
  const colon = value.indexOf(":");
  const seq = value.slice(colon + 1);
  return isLogId(value.slice(0, Math.max(colon, 0))) && SEQ.test(seq) && Number.isSafeInteger(+seq);
}

export const formats: Record<"id" | "log" | "op" | "currency", (value: string) => boolean> = {
  id: isId,
  log: isLogId,
  op: isOperationName,
  currency: (value) => CURRENCY.test(value),
};
