// SPDX-License-Identifier: Apache-2.0
// The page's one connection to its property: by whoever served it, hub or cloud, and by the addresses
// that the hub named before. And what only a page can know: that it was
// frozen and is back, which device it is, which property.

import type { Connection, ConnectionOptions, DeviceIdentity } from "@bellhop/client";
import { newId } from "@bellhop/client";

import { confirmArrival, depart, settleDeparture } from "./hand-off";
import { askHello, type Hello } from "./hello";
import {
  forgetIdentity,
  loadIdentity,
  loadMoved,
  loadServers,
  renewIdentity,
  saveServers,
} from "./identity-store";
import { changePageState } from "./page-state";
import { findTrusted } from "./probe";
import { keepRole } from "./role-memory";
import { readEntries, readStored, store } from "./storage";

declare global {
  interface Window {
    /** For diagnosis only. */
    bellhop?: { connection: Connection };
  }
}

/** What a page of an open hub calls itself; a paired device is what it was paired as. */
export type PageRole = "manager" | "pos" | "staff" | "kitchen";

/** With a replica of the property, or without one. */
export type Connect = (options: ConnectionOptions) => Connection;

const DEFAULT_TENANT = "default";
const MOVED_TIMEOUT_MS = 2000;

const signalingServer = () =>
  `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/signal`;

/** This page, to come back to. */
const here = () => location.pathname + location.search;

function getDeviceId(): string {
  const kept = readStored("device-id");
  if (typeof kept === "string") return kept;
  const made = newId();
  store("device-id", made);
  return made;
}

/** From the address, else from the hub, else what it was last time. */
function findTenantId(hello: Hello | null): string {
  const named = new URLSearchParams(location.search).get("tenantId");
  if (named !== null && named !== "") return named;
  if (hello !== null) store("tenant-id", hello.tenantId);
  const kept = readStored("tenant-id");
  return typeof kept === "string" ? kept : DEFAULT_TENANT;
}

function wakeWithPage(connection: Connection): void {
  const wake = () => connection.wake();
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => {
    if (event.persisted) wake();
  });
  // Frozen in the background, it heard nothing: https://wicg.github.io/page-lifecycle/
  document.addEventListener("resume", wake);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
}

function keep(connection: Connection): Connection {
  window.bellhop = { connection };
  wakeWithPage(connection);
  return connection;
}

/** As a device that was paired: the connection proves it, and keeps what the hub renews. */
export function openPaired(identity: DeviceIdentity, connect: Connect): Connection {
  keepRole(identity.role);
  changePageState({ identity });
  const connection = connect({
    signalingServer: signalingServer(),
    tenantId: identity.tenantId,
    preferLocal: true,
    servers: { load: loadServers, store: saveServers },
    identity,
  });
  connection.on("identity", (renewed) => {
    changePageState({ identity: renewed });
    void renewIdentity(renewed);
  });
  connection.on("joined", () => {
    changePageState({ impostor: false, unknown: false });
    void confirmArrival(connection);
  });
  connection.on("impostor", () => {
    // At an address of before there may be another hub today; ours is found elsewhere.
    if (connection.reach === "offline") changePageState({ impostor: true });
  });
  connection.on("refused", ({ code }) => {
    if (code === "unauthorized") changePageState({ unknown: true });
  });
  connection.on("removed", () => {
    changePageState({ identity: null, removed: true });
    keepRole(null);
    void forgetIdentity();
  });
  return keep(connection);
}

function openUnpaired(
  role: PageRole,
  name: string,
  hello: Hello | null,
  connect: Connect,
): Connection {
  const connection = connect({
    signalingServer: signalingServer(),
    tenantId: findTenantId(hello),
    preferLocal: true,
    role,
    name,
    deviceId: getDeviceId(),
  });
  // The hub was away when the page opened, or stopped being open since.
  connection.on("refused", () => {
    void askHello().then((known) => {
      if (known !== null && !known.open) leadToPairing();
    });
  });
  return keep(connection);
}

function leadToPairing(): void {
  keepRole(null);
  location.replace(`/pair?to=${encodeURIComponent(here())}`);
}

/** A bookmark of the address that this device has left. Resolves where it stays. */
async function followMove(): Promise<boolean> {
  const moved = await loadMoved();
  if (moved === null || (await findTrusted([moved], MOVED_TIMEOUT_MS)) === null) return false;
  location.replace(moved + here());
  return true;
}

/** The page is on its way elsewhere; nothing follows. */
const never = new Promise<never>(() => undefined);

async function openWith(
  identity: DeviceIdentity,
  entriesAtOpen: Record<string, string>,
  connect: Connect,
): Promise<Connection> {
  const departure = await settleDeparture(entriesAtOpen);
  if (departure.state === "gone") {
    location.replace(departure.origin + here());
    return never;
  }
  const connection = openPaired(identity, connect);
  if (departure.state === "again") {
    const off = connection.on("joined", () => {
      off();
      depart(connection, identity, departure.origin, here()).then(
        (address) => location.replace(address),
        // It stays here, whole, until the page is opened again.
        () => undefined,
      );
    });
  }
  return connection;
}

/**
 * Resolves before the hub has answered; the connection looks for it by itself. Never, where the page
 * is left for another: to be paired, or for the address that the device has moved to.
 */
export async function openHubLink(
  role: PageRole,
  name: string,
  connect: Connect,
): Promise<Connection> {
  // Before the page's own parts touch it.
  const entriesAtOpen = readEntries();
  const identity = await loadIdentity();
  if (identity !== null) return openWith(identity, entriesAtOpen, connect);

  const hello = await askHello();
  if (hello !== null && !hello.open) {
    if (!(await followMove())) leadToPairing();
    return never;
  }
  return openUnpaired(role, name, hello, connect);
}
