// SPDX-License-Identifier: Apache-2.0
// What an address of a signaling server says of itself. Whether it is on the property's own network
// decides when it is tried, and whom one believes there: a server elsewhere proves itself by TLS, which
// nobody can do for a name that means something else on each network.

/** In place of an address: our own channel to the hub, which carries signaling as well. */
export const CHANNEL_URL = "channel:";

function partsOf(url: string): { protocol: string; host: string } | null {
  try {
    const { protocol, hostname } = new URL(url);
    return { protocol, host: hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "") };
  } catch {
    return null;
  }
}

/** RFC 6762, 6761, 8375, and what ICANN keeps free for networks of one's own; a name without a dot. */
const localNames = /^[^.:]+$|\.(local|localhost|lan|internal|home\.arpa)$/i;
/** RFC 1122, 1918, 3927. */
const localIpv4 =
  /^(127\.\d+|10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)(\.\d+){2}$/;
/** RFC 4291, 4193. */
const localIpv6 = /^(::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)$/i;

/** Addresses that only mean something on the property's own network. */
export function isLocalServer(url: string): boolean {
  if (url === CHANNEL_URL) return true;
  const parts = partsOf(url);
  if (parts === null) return false;
  const { host } = parts;
  return localNames.test(host) || localIpv4.test(host) || localIpv6.test(host);
}

/** An address in place of a name: a hub says those that it has, also global ones of IPv6. */
export function isAddressServer(url: string): boolean {
  return /^[\d.]+$|:/.test(partsOf(url)?.host ?? "");
}

/** Where a server may be a cloud: it is who it says by its certificate, which names it. */
export function isCloudServer(url: string): boolean {
  return partsOf(url)?.protocol === "wss:" && !isLocalServer(url) && !isAddressServer(url);
}

/** What passes by there can be read and changed by others, unless it is sealed. */
export function isPlainServer(url: string): boolean {
  return url !== CHANNEL_URL && partsOf(url)?.protocol !== "wss:";
}
