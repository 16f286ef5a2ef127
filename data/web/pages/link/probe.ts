// SPDX-License-Identifier: Apache-2.0
// Whether this browser reaches the hub's secure address and trusts it: it answers nothing otherwise,
// and a page cannot learn which of the two it was.

const TIMEOUT_MS = 4000;

async function answers(origin: string, timeoutMs: number): Promise<boolean> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    await fetch(`${origin}/trust/probe`, {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: abort.signal,
    });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The first of these that answers; null: none. All are asked at once, since a name that nobody
 * resolves costs seconds, and the earlier one is preferred: a name outlives an address.
 */
export async function findTrusted(
  origins: readonly string[],
  timeoutMs = TIMEOUT_MS,
): Promise<string | null> {
  const asked = origins.map((origin) => ({ origin, answer: answers(origin, timeoutMs) }));
  for (const { origin, answer } of asked) if (await answer) return origin;
  return null;
}
