// SPDX-License-Identifier: Apache-2.0
// What a link to /pair carries behind its #, which the address bar shows no longer than needed.

import { parsePairingLink, type PairingLink } from "@bellhop/client";

import { toPath } from "../link/path";

export type Fragment =
  | { kind: "none" }
  | { kind: "link"; link: PairingLink; text: string }
  | { kind: "hand-off"; ticket: string; key: string; to: string }
  | { kind: "mistyped" };

const TICKET = /^[A-Za-z0-9_-]{16,64}$/;

function parseHandOff(text: string): Fragment {
  const [ticket, key, ...path] = text.split(".");
  if (ticket === undefined || key === undefined) return { kind: "mistyped" };
  if (!TICKET.test(ticket) || !TICKET.test(key)) return { kind: "mistyped" };
  let to: string | null = null;
  try {
    to = toPath(decodeURIComponent(path.join(".")));
  } catch {
    // Cut off in the middle of a letter; the start page does as well.
  }
  return { kind: "hand-off", ticket, key, to: to ?? "/" };
}

export function parseFragment(hash: string): Fragment {
  const text = hash.replace(/^#/, "");
  if (text === "") return { kind: "none" };
  if (text.startsWith("handoff.")) return parseHandOff(text.slice("handoff.".length));
  const link = parsePairingLink(text);
  return link === null ? { kind: "mistyped" } : { kind: "link", link, text };
}
