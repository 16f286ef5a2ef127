// SPDX-License-Identifier: Apache-2.0
// The page's one connection to the hub that served it, and what only a page can know: that it was
// frozen and is back, which device it is, which property.

import { createP2PConnection, newId, type Connection } from "@bellhop/client";

import { readStored, store } from "./storage";

declare global {
  interface Window {
    /** For diagnosis only. */
    bellhop?: { connection: Connection };
  }
}

const STATUS_TIMEOUT_MS = 3000;
const DEFAULT_TENANT = "default";

function getDeviceId(): string {
  const kept = readStored("device-id");
  if (typeof kept === "string") return kept;
  const made = newId();
  store("device-id", made);
  return made;
}

/** From the address, else from the hub, else what it was last time. */
async function findTenantId(): Promise<string> {
  const named = new URLSearchParams(location.search).get("tenantId");
  if (named !== null && named !== "") return named;

  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), STATUS_TIMEOUT_MS);
  try {
    const response = await fetch("/api/v1/status", { signal: abort.signal });
    const status = (await response.json()) as { tenantId?: unknown };
    if (response.ok && typeof status.tenantId === "string") {
      store("tenant-id", status.tenantId);
      return status.tenantId;
    }
  } catch {
    // The hub is away just now; the connection keeps trying with what is known.
  } finally {
    clearTimeout(timer);
  }
  const kept = readStored("tenant-id");
  return typeof kept === "string" ? kept : DEFAULT_TENANT;
}

function wakeWithPage(connection: Connection): void {
  const wake = () => connection.wake();
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => {
    if (event.persisted) wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
}

/** Resolves before the hub has answered; the connection looks for it by itself. */
export async function openHubLink(role: "pos" | "staff", name: string): Promise<Connection> {
  const tenantId = await findTenantId();
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const connection = createP2PConnection({
    signalingServer: `${scheme}//${location.host}/signal`,
    tenantId,
    preferLocal: true,
    role,
    name,
    deviceId: getDeviceId(),
  });
  window.bellhop = { connection };
  wakeWithPage(connection);
  return connection;
}
