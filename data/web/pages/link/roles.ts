// SPDX-License-Identifier: Apache-2.0
// Roles in words, and which of the pages each of them works with. Who may do what is decided by the
// hub; here nobody is shown a door that stays shut.

import { t, type MessageKey } from "../messages";
import { lookUp } from "./fields";

export const roles = ["manager", "staff", "kitchen", "pos", "printer"] as const;
export type DeviceRole = (typeof roles)[number];

export type PageName =
  | "start"
  | "manage"
  | "staff"
  | "kitchen"
  | "pos"
  | "rooms"
  | "talk"
  | "tables"
  | "menu"
  | "devices"
  | "paper"
  | "guest";

export interface PageEntry {
  name: PageName;
  href: string;
  title: MessageKey;
}

const manage: PageEntry = { name: "manage", href: "/manage", title: "page.manage" };
const staff: PageEntry = { name: "staff", href: "/staff", title: "page.staff" };
const kitchen: PageEntry = { name: "kitchen", href: "/kitchen", title: "page.kitchen" };
const pos: PageEntry = { name: "pos", href: "/pos", title: "page.pos" };
const rooms: PageEntry = { name: "rooms", href: "/rooms", title: "page.rooms" };
const talk: PageEntry = { name: "talk", href: "/talk", title: "page.talk" };
const tables: PageEntry = { name: "tables", href: "/tables", title: "page.tables" };
const menu: PageEntry = { name: "menu", href: "/menu", title: "page.menu" };
const devices: PageEntry = { name: "devices", href: "/devices", title: "page.devices" };
const paper: PageEntry = { name: "paper", href: "/paper", title: "page.paper" };

const pages: Readonly<Record<string, readonly PageEntry[]>> = {
  manager: [manage, staff, pos, kitchen, rooms, talk, tables, menu, devices, paper],
  staff: [staff, tables, rooms, talk, pos, paper],
  pos: [pos, tables, talk, staff, rooms, paper],
  kitchen: [kitchen, talk, paper],
  printer: [],
  guest: [],
};

/** In the order they are shown in; `role` is null until the hub has said it. */
export function pagesFor(role: string | null): readonly PageEntry[] {
  return lookUp(pages, role ?? "pos") ?? [];
}

export function isDeviceRole(text: string): text is DeviceRole {
  return (roles as readonly string[]).includes(text);
}

const names: Readonly<Record<DeviceRole, MessageKey>> = {
  manager: "role.manager",
  staff: "role.staff",
  kitchen: "role.kitchen",
  pos: "role.pos",
  printer: "role.printer",
};

/** A role of a newer hub is shown as it is. */
export function nameRole(role: string): string {
  if (isDeviceRole(role)) return t(names[role]);
  return role === "guest" ? t("role.guest") : role;
}

/** Those that a person signs in on. */
export function mayReadPeople(role: string | null): boolean {
  return role === "manager" || role === "staff" || role === "pos" || role === "kitchen";
}
