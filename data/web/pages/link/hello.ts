// SPDX-License-Identifier: Apache-2.0
// What the hub tells everybody who asks: which property it serves, whether anybody may join, and where
// its secure address is.

export interface Hello {
  tenantId: string;
  name: string;
  /** Whoever joins is believed; nobody is paired. */
  open: boolean;
  hostName: string;
  /** By name first; empty where the hub has no secure address. */
  origins: string[];
  /** Fingerprint of the authority behind the secure address; null where it is somebody else's. */
  authority: string | null;
  /** Fingerprint of the hub's key. */
  hubKey: string;
}

const TIMEOUT_MS = 3000;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Origins only: what follows an address would end up in a link. */
function toOrigin(value: unknown): string[] {
  try {
    const { protocol, origin } = new URL(text(value));
    return protocol === "https:" ? [origin] : [];
  } catch {
    return [];
  }
}

export function toHello(value: unknown): Hello | null {
  if (typeof value !== "object" || value === null) return null;
  const { tenantId, name, open, hostName, https, authority, hubKey } = value as Record<
    string,
    unknown
  >;
  if (typeof tenantId !== "string" || typeof open !== "boolean") return null;
  const { origins } = (https ?? {}) as Record<string, unknown>;
  return {
    tenantId,
    name: text(name),
    open,
    hostName: text(hostName),
    origins: Array.isArray(origins) ? origins.flatMap(toOrigin) : [],
    authority: typeof authority === "string" && authority !== "" ? authority : null,
    hubKey: text(hubKey),
  };
}

/** Of the hub that serves this page; null where it does not answer. */
export async function askHello(): Promise<Hello | null> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch("/api/v1/hello", { cache: "no-store", signal: abort.signal });
    return response.ok ? toHello(await response.json()) : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
