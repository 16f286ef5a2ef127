// SPDX-License-Identifier: Apache-2.0
// The paired devices and those that ask to be, as the hub tells of them.

import type { Path } from "@bellhop/client";

import { listOf, numberOf, textOf, type Fields } from "../link/fields";

export interface Device {
  deviceId: string;
  name: string;
  role: string;
  createdMs: number;
  /** null: never. */
  lastSeenMs: number | null;
  online: boolean;
  path: Path;
  /** Who is signed in on it; "": nobody. */
  person: string;
  /** How it came in: `link`, `code`, `token`. */
  kind: string;
  /** Of the link that it came by; "": by none. */
  linkId: string;
}

function toPath(text: string): Path {
  return text === "local-p2p" || text === "hub-relay" ? text : "none";
}

/** By name: a row stays where it is when a device comes and goes. */
export function toDevices(answer: Fields): Device[] {
  return listOf(answer, "devices")
    .map((fields) => ({
      deviceId: textOf(fields, "deviceId"),
      name: textOf(fields, "name"),
      role: textOf(fields, "role"),
      createdMs: numberOf(fields, "createdMs") ?? 0,
      lastSeenMs: numberOf(fields, "lastSeenMs"),
      online: fields["online"] === true,
      path: toPath(textOf(fields, "path")),
      person: textOf(fields, "person"),
      kind: textOf(fields, "kind"),
      linkId: textOf(fields, "linkId"),
    }))
    .filter(({ deviceId }) => deviceId !== "")
    .sort((a, b) => a.name.localeCompare(b.name) || a.deviceId.localeCompare(b.deviceId));
}

/** The device that came by this link; null: not yet. */
export function findArrival(devices: readonly Device[], linkId: string): Device | null {
  return devices.find((device) => device.linkId === linkId) ?? null;
}

export interface PairRequest {
  requestId: string;
  /** Six digits. */
  code: string;
  /** What the device calls itself. */
  name: string;
  address: string;
  askedMs: number;
}

/**
 * The oldest first: one that comes while somebody reads the digits moves no card under the finger that
 * lets another in.
 */
export function toPairRequests(answer: Fields, nowMs: number): PairRequest[] {
  return listOf(answer, "requests")
    .map((fields) => ({
      requestId: textOf(fields, "requestId"),
      code: textOf(fields, "code"),
      name: textOf(fields, "name"),
      address: textOf(fields, "address"),
      askedMs: nowMs - (numberOf(fields, "ageMs") ?? 0),
    }))
    .filter(({ requestId, code }) => requestId !== "" && /^\d{6}$/.test(code))
    .sort((a, b) => a.askedMs - b.askedMs);
}

/** "482 193": as both sides show it. */
export function spaceCode(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

export interface PairLink {
  linkId: string;
  link: string;
  svg: string;
  role: string;
  name: string;
  /** By this page's clock. */
  endsMs: number;
}

export function toPairLink(answer: Fields, nowMs: number): PairLink {
  return {
    linkId: textOf(answer, "linkId"),
    link: textOf(answer, "link"),
    svg: textOf(answer, "svg"),
    role: textOf(answer, "role"),
    name: textOf(answer, "name"),
    endsMs: nowMs + (numberOf(answer, "expiresMs") ?? 0),
  };
}

/** What the hub takes: 1 to 64 bytes without what cannot be seen; null: not yet a name. */
export function toName(typed: string): string | null {
  const name = typed.replace(/[\u0000-\u001f\u007f]/g, " ").trim();
  const bytes = new TextEncoder().encode(name).length;
  return bytes >= 1 && bytes <= 64 ? name : null;
}
