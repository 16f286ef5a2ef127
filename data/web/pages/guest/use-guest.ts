// SPDX-License-Identifier: Apache-2.0
// A visit from the scan to the end: knocks until the hub answers, then holds the connection by which
// the staff's word comes.

import { createP2PConnection, type Connection } from "@bellhop/client";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import {
  keepVisit,
  knock,
  parseGuestCode,
  pauseBefore,
  recallVisit,
  resumeVisit,
  toSeatingState,
  type GuestPlace,
  type Knock,
  type SeatingState,
  type Visit,
} from "./guest-session";

/**
 * opening -> in, outside, unknown, over, away; away -> opening by itself after a pause;
 * in -> over when the table is cleared; over -> opening when the guest begins anew.
 * no-code: the page was opened without a scan.
 */
export type GuestPhase = "opening" | "in" | "outside" | "unknown" | "over" | "away" | "no-code";

export interface GuestView {
  phase: GuestPhase;
  place: GuestPlace | null;
  state: SeatingState;
  /** "": none. */
  session: string;
  connection: Connection | null;
  /** Tells the staff. Resolves to whether that went through. */
  ask: () => Promise<boolean>;
  /** Knocks again at once; `anew` as a new visit. */
  retry: (anew: boolean) => void;
}

const ASK_TIMEOUT_MS = 10000;

function connect(tenantId: string, session: string): Connection {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return createP2PConnection({
    signalingServer: `${scheme}//${location.host}/signal`,
    tenantId,
    role: "guest",
    guest: session,
  });
}

interface Known {
  phase: GuestPhase;
  place: GuestPlace | null;
  state: SeatingState;
  tenantId: string;
  session: string;
}

const nothing: Known = {
  phase: "opening",
  place: null,
  state: "waiting",
  tenantId: "",
  session: "",
};

function take(before: Known, answer: Knock): Known {
  // Who is inside stays so while the hub is busy; the badge says how the connection is.
  if (answer.kind === "away" && before.phase === "in") return before;
  if (answer.kind !== "in") return { ...before, phase: answer.kind };
  const { place, state, tenantId, session } = answer;
  return { phase: "in", place, state, tenantId, session };
}

/** Knocks as often as it takes; a new `turn` knocks at once. */
function useDoor(visit: Visit | null, turn: number, onAnswer: (answer: Knock) => void): void {
  useEffect(() => {
    if (visit === null) return;
    let ended = false;
    let tries = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      const answer = await knock(visit);
      if (ended) return;
      onAnswer(answer);
      if (answer.kind !== "away") return;
      timer = setTimeout(() => void run(), pauseBefore(tries));
      tries += 1;
    };
    void run();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [visit, turn, onAnswer]);
}

/** The connection of this session, and what it hears. */
function useGuestConnection(
  tenantId: string,
  session: string,
  onState: (state: SeatingState) => void,
  onOver: () => void,
  onLost: () => void,
): Connection | null {
  const [connection, setConnection] = useState<Connection | null>(null);
  useEffect(() => {
    if (session === "") return;
    const made = connect(tenantId, session);
    let joinedOnce = false;
    made.on("message", (message) => {
      if (message.type !== "seating") return;
      const state = toSeatingState(message["state"]);
      if (state === null) onOver();
      else onState(state);
    });
    made.on("removed", onOver);
    made.on("refused", onLost);
    // Back after a while: what was said meanwhile is asked for at the door.
    made.on("joined", () => {
      if (joinedOnce) onLost();
      joinedOnce = true;
    });
    const wake = () => {
      if (document.visibilityState === "visible") made.wake();
    };
    document.addEventListener("visibilitychange", wake);
    addEventListener("pageshow", wake);
    setConnection(made);
    return () => {
      document.removeEventListener("visibilitychange", wake);
      removeEventListener("pageshow", wake);
      made.close();
      setConnection(null);
    };
  }, [tenantId, session, onState, onOver, onLost]);
  return connection;
}

export function useGuest(): GuestView {
  const [visit, setVisit] = useState(() => recallVisit(parseGuestCode(location.hash)));
  const [known, setKnown] = useState<Known>(
    visit === null ? { ...nothing, phase: "no-code" } : nothing,
  );
  const [turn, setTurn] = useState(0);
  const latest = useRef(visit);
  latest.current = visit;

  const onAnswer = useCallback((answer: Knock) => {
    setKnown((before) => take(before, answer));
    const code = latest.current?.code;
    if (answer.kind !== "in" || code === undefined) return;
    // From here on a reload is one, and no second scan; where nothing is kept, the code has to stay.
    if (keepVisit(code, answer.session))
      history.replaceState(null, "", location.pathname + location.search);
  }, []);
  const onState = useCallback((state: SeatingState) => setKnown((before) => ({ ...before, state })), []);
  const onOver = useCallback(
    () => setKnown((before) => ({ ...before, phase: "over", session: "" })),
    [],
  );
  const session = useRef("");
  session.current = known.session;
  const knockAgain = useCallback(() => {
    setVisit((before) => (before === null ? null : resumeVisit(before, session.current)));
    setTurn((before) => before + 1);
  }, []);
  useDoor(visit, turn, onAnswer);
  const connection = useGuestConnection(known.tenantId, known.session, onState, onOver, knockAgain);

  // Another code scanned in the same tab changes the address only behind the '#'.
  useEffect(() => {
    const onHash = () => {
      setKnown(nothing);
      setVisit(recallVisit(parseGuestCode(location.hash)));
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);

  const ask = useCallback(async () => {
    if (connection === null) return false;
    try {
      const answer = await connection.request(
        { type: "seating-request" },
        { timeoutMs: ASK_TIMEOUT_MS },
      );
      const state = toSeatingState(answer["state"]);
      if (state !== null) onState(state);
      return state !== null;
    } catch {
      return false;
    }
  }, [connection, onState]);
  const retry = useCallback((anew: boolean) => {
    setKnown((before) => ({ ...nothing, place: before.place }));
    setVisit((before) => (before !== null && anew ? { ...before, session: "" } : before));
    setTurn((before) => before + 1);
  }, []);
  return { ...known, connection, ask, retry };
}
