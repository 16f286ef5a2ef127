// SPDX-License-Identifier: Apache-2.0
// The connection as the pages' components see it.

import type { Connection, Path, PrinterInfo, Reach } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

import { keepRole, readRole } from "./role-memory";

export interface LinkView {
  connection: Connection | null;
  /** What the hub says this device is; what it said last while there is no answer yet. */
  role: string | null;
  path: Path;
  latency: number | null;
  /** Whom signaling goes by: while the hub has no way to us, who is near may have. */
  reach: Reach;
  /** Other devices that there is a direct way to. */
  near: number;
  hubName: string;
  /** Nothing is known yet. */
  connecting: boolean;
  refused: boolean;
}

/** After that long without a hub the page says so. */
const CONNECTING_MS = 4000;
const PRINTERS_INTERVAL_MS = 5000;

/** A cloud knows its own name only. */
function nameHub(connection: Connection | null): string {
  const server = connection?.joined?.server;
  const known = connection?.identity?.hubName ?? "";
  return server === undefined || server.kind === "cloud" ? known : server.name;
}

function read(connection: Connection | null, connecting: boolean, refused: boolean): LinkView {
  return {
    connection,
    role: connection?.joined?.role ?? readRole(),
    path: connection?.path ?? "none",
    latency: connection?.latency ?? null,
    reach: connection?.reach ?? "offline",
    near: connection?.direct.length ?? 0,
    hubName: nameHub(connection),
    connecting,
    refused,
  };
}

export function useLink(connection: Connection | null): LinkView {
  const [view, setView] = useState(() => read(connection, true, false));

  useEffect(() => {
    const timer = setTimeout(
      () => setView((before) => ({ ...before, connecting: false })),
      CONNECTING_MS,
    );
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    if (connection === null) return;
    const refresh = () =>
      setView((before) =>
        read(connection, before.connecting && connection.path === "none", before.refused),
      );
    const offs = [
      connection.on("path", refresh),
      connection.on("latency", refresh),
      connection.on("reach", refresh),
      connection.on("peers", () => {
        setView((before) =>
          before.near === connection.direct.length ? before : read(connection, before.connecting, before.refused),
        );
      }),
      connection.on("joined", ({ role }) => {
        if (role !== "guest") keepRole(role);
        setView((before) => ({ ...read(connection, before.connecting, false) }));
      }),
      connection.on("refused", () => setView((before) => ({ ...before, refused: true }))),
    ];
    refresh();
    return () => {
      for (const off of offs) off();
    };
  }, [connection]);

  return view;
}

/** null until the hub has told. */
export function usePrinters(connection: Connection | null, path: Path): PrinterInfo[] | null {
  const [printers, setPrinters] = useState<PrinterInfo[] | null>(null);

  useEffect(() => {
    if (connection === null || path === "none") return;
    let ended = false;
    const ask = () => {
      if (document.visibilityState !== "visible") return;
      connection.printers({ timeoutMs: PRINTERS_INTERVAL_MS }).then(
        (list) => {
          if (!ended) setPrinters(list);
        },
        // Asked again in a moment; what was known stays on the page.
        () => undefined,
      );
    };
    ask();
    const timer = setInterval(ask, PRINTERS_INTERVAL_MS);
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }, [connection, path]);

  return printers;
}
