// SPDX-License-Identifier: Apache-2.0
// Where a page is told to go on to.

/** A page of ours, whatever somebody put into a link: never another site. */
export function toPath(text: string | null): string | null {
  if (text === null) return null;
  const base = "https://here.invalid";
  try {
    // As the browser will read it: "/\\elsewhere" and "/\t/elsewhere" are other hosts to it.
    const url = new URL(text, base);
    if (!text.startsWith("/") || url.origin !== base) return null;
    if (url.pathname.startsWith("//") || url.pathname === "/pair") return null;
    return url.pathname + url.search;
  } catch {
    return null;
  }
}
