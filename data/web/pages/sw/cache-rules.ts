// SPDX-License-Identifier: Apache-2.0
// Which requests the service worker answers at all. Nothing that the hub says about the property is
// kept here: only the pages and what they are made of.

/** What is used of a Request. */
export interface Asked {
  method: string;
  url: string;
}

/** The kept file's path; null: none of ours, and left to the browser. */
export function findKept(asked: Asked, origin: string, kept: readonly string[]): string | null {
  if (asked.method !== "GET") return null;
  const url = new URL(asked.url);
  // The query is the page's own: /pos?tenantId=... is the till.
  return url.origin === origin && kept.includes(url.pathname) ? url.pathname : null;
}

/** Whether what the network gave is better than what is kept: a proxy's "try later" is not. */
export function isUsable(response: { ok: boolean; type: string }): boolean {
  // A redirect of a page is for the browser to follow.
  return response.ok || response.type === "opaqueredirect";
}
