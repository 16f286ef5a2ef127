// SPDX-License-Identifier: Apache-2.0
// What the hub tells of its log, and the devices by role. Pure.

import type { PrinterInfo } from "@bellhop/client";

import type { Device } from "../devices/device";
import { numberOf, toFields, type Fields } from "../link/fields";
import { describePrinter, namePrinter } from "../link/printer-text";
import { roles } from "../link/roles";
import { t } from "../messages";
import { counted, formatCount } from "./counted";

export interface HubStatus {
  /** Of the operations that came since the hub's start: 0 to 1. */
  localShare: number;
  operations: number;
  cloud: number;
  /** Print jobs of which nobody knows whether they came out. */
  doubts: number;
}

export function toStatus(answer: Fields): HubStatus {
  const log = toFields(answer["log"]);
  const ways = toFields(log["operations"]);
  const all = Object.keys(ways).reduce((sum, way) => sum + (numberOf(ways, way) ?? 0), 0);
  return {
    localShare: numberOf(log, "localShare") ?? 1,
    operations: all,
    cloud: numberOf(ways, "cloud-relay") ?? 0,
    doubts: numberOf(toFields(answer["print"]), "uncertain") ?? 0,
  };
}

export interface RoleCount {
  role: string;
  online: number;
  all: number;
}

/** In the order of the roles; none that no device has. */
export function countRoles(devices: readonly Device[]): RoleCount[] {
  const known: readonly string[] = roles;
  const others = devices.map(({ role }) => role).filter((role) => !known.includes(role));
  return [...new Set([...known, ...others])]
    .map((role) => {
      const own = devices.filter((device) => device.role === role);
      return { role, online: own.filter(({ online }) => online).length, all: own.length };
    })
    .filter(({ all }) => all > 0);
}

export interface Standing {
  /** The hub does not answer, and was given time to. */
  isAway: boolean;
  isConnecting: boolean;
  alerts: number;
  devices: readonly Device[];
  printers: readonly PrinterInfo[];
  /** Print jobs that may not have come out. */
  doubts: number;
  cooking: number;
}

export interface Headline {
  text: string;
  tone: "good" | "wait" | "bad" | "quiet";
}

/** The one sentence: the first thing that wants a look, or that all is well. */
export function toHeadline(standing: Standing): Headline {
  if (standing.isAway) return { text: t("manage.away"), tone: "wait" };
  if (standing.isConnecting) return { text: t("manage.connecting"), tone: "quiet" };
  const orders = counted("orders", standing.cooking);
  if (standing.alerts > 0) return { text: t("manage.attention"), tone: "bad" };
  const ill = standing.printers.find((printer) => {
    const { tone } = describePrinter(printer);
    return tone === "bad" || tone === "wait";
  });
  if (ill !== undefined) {
    const { text, tone } = describePrinter(ill);
    return { text: t("manage.printer", { name: namePrinter(ill), state: text, orders }), tone };
  }
  if (standing.doubts > 0)
    return { text: t("manage.doubts", { count: formatCount(standing.doubts), orders }), tone: "wait" };
  const devices = counted("devices", standing.devices.filter(({ online }) => online).length);
  const printers = counted("printers", standing.printers.length);
  return { text: t("manage.well", { devices, printers, orders }), tone: "good" };
}
