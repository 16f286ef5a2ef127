// SPDX-License-Identifier: Apache-2.0
// Whether an address lies in a network, both as text.

/** "192.168.1.0/24", "fd12::/48". */
export type Network = string;

/** Its bits as groups of `width`; null: it is none. */
function toGroups(address: string): { groups: number[]; width: number } | null {
  if (!address.includes(":")) {
    const groups = address.split(".").map(Number);
    const good = groups.length === 4 && groups.every((n) => Number.isInteger(n) && n >= 0 && n < 256);
    return good ? { groups, width: 8 } : null;
  }
  const [head = "", tail, ...more] = address.split("%")[0]!.split("::");
  if (more.length > 0) return null;
  const toNumbers = (part: string) => (part === "" ? [] : part.split(":").map((n) => parseInt(n, 16)));
  const [left, right] = [toNumbers(head), toNumbers(tail ?? "")];
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return null;
  const groups = [...left, ...new Array<number>(missing).fill(0), ...right];
  return groups.every((n) => n >= 0 && n < 65536) ? { groups, width: 16 } : null;
}

export function isInNetwork(address: string, network: Network): boolean {
  const [base = "", length = ""] = network.split("/");
  const [one, other] = [toGroups(address), toGroups(base)];
  if (one === null || other === null || one.width !== other.width) return false;
  let bits = length === "" ? one.width * one.groups.length : Number(length);
  for (let at = 0; at < one.groups.length && bits > 0; at += 1, bits -= one.width) {
    const shift = Math.max(one.width - bits, 0);
    if (one.groups[at]! >> shift !== other.groups[at]! >> shift) return false;
  }
  return true;
}
