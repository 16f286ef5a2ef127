// SPDX-License-Identifier: Apache-2.0
// What the page has to know, and whether the trust is there yet: looked at again and again, since it
// comes about in the system's settings, where no page is told of it.

import { Connection, type DeviceIdentity } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

import { askHello, type Hello } from "../link/hello";
import { openPaired, type Connect } from "../link/hub-link";
import { loadIdentity } from "../link/identity-store";
import { findTrusted } from "../link/probe";

const PROBE_PAUSE_MS = 3000;
const HELLO_PAUSE_MS = 3000;
/** A name that nobody answers for takes seconds; the steps are shown meanwhile. */
const PATIENCE_MS = 1500;

/** Asked again until the hub answers; null until then. */
export function useHello(): { hello: Hello | null; away: boolean } {
  const [hello, setHello] = useState<Hello | null>(null);
  const [away, setAway] = useState(false);
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask(): Promise<void> {
      const answer = await askHello();
      if (ended) return;
      setAway(answer === null);
      if (answer !== null) setHello(answer);
      else timer = setTimeout(() => void ask(), HELLO_PAUSE_MS);
    }
    void ask();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, []);
  return { hello, away };
}

const connect: Connect = (options) => new Connection(options);

export interface Device {
  identity: DeviceIdentity;
  connection: Connection;
}

/** undefined: not looked up yet; null: this browser is nobody. */
export function useDevice(): Device | null | undefined {
  const [device, setDevice] = useState<Device | null>();
  useEffect(() => {
    void loadIdentity().then((identity) =>
      setDevice(identity === null ? null : { identity, connection: openPaired(identity, connect) }),
    );
  }, []);
  return device;
}

function isOurs(origin: string): boolean {
  const { hostname } = new URL(origin);
  return !/^\[|^[\d.]+$/.test(hostname) || hostname === location.hostname;
}

/** The secure address that this browser trusts; null as long as there is none, undefined at first. */
export function useTrusted(origins: readonly string[]): string | null | undefined {
  const [trusted, setTrusted] = useState<string | null>();
  // The page's policy lets it ask the hub's names, and the address that it is at itself.
  const names = origins.filter(isOurs).join(" ");

  useEffect(() => {
    if (names === "") return;
    let ended = false;
    let running = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = () => setTrusted((before) => before ?? null);
    const patience = setTimeout(giveUp, PATIENCE_MS);

    async function look(): Promise<void> {
      if (running || ended) return;
      running = true;
      clearTimeout(timer);
      const found = document.visibilityState === "visible" && (await findTrusted(names.split(" ")));
      running = false;
      if (ended) return;
      // Once found it stays: a single lost packet takes no button away under a finger.
      if (typeof found === "string") setTrusted(found);
      else {
        giveUp();
        timer = setTimeout(() => void look(), PROBE_PAUSE_MS);
      }
    }

    const onVisible = () => {
      if (document.visibilityState === "visible") void look();
    };
    document.addEventListener("visibilitychange", onVisible);
    addEventListener("focus", onVisible);
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
      clearTimeout(patience);
      document.removeEventListener("visibilitychange", onVisible);
      removeEventListener("focus", onVisible);
    };
  }, [names]);

  return trusted;
}
