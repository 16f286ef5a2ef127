// SPDX-License-Identifier: Apache-2.0
// What the hub knows, kept fresh: asked for when there is a way, again when the hub says that it
// changed, when the page is shown again, and now and then in case that word was lost.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { Fields } from "./fields";
import { askHub, HubProblem } from "./hub-api";
import type { LinkView } from "./use-link";

export type Trouble = "away" | "forbidden" | "other";

export interface HubData<T> {
  /** null: not told yet. What was told stays while the hub is away. */
  data: T | null;
  trouble: Trouble | null;
  /** Asks again now. */
  refresh: () => void;
}

const REFRESH_MS = 30000;

function toTrouble(problem: unknown): Trouble {
  if (!(problem instanceof HubProblem)) return "other";
  if (problem.code === "away") return "away";
  return problem.status === 403 || problem.status === 401 ? "forbidden" : "other";
}

/**
 * @param path where to ask; null: nothing is asked
 * @param what the hub's word for it in `changed`; null: whatever changed
 * @param parse has to stay the same function from one rendering to the next
 */
export function useHubData<T>(
  link: LinkView,
  path: string | null,
  what: string | null,
  parse: (answer: Fields) => T,
): HubData<T> {
  const [known, setKnown] = useState<{ data: T | null; trouble: Trouble | null }>({
    data: null,
    trouble: null,
  });
  const ask = useRef<() => void>(() => undefined);
  const { connection } = link;
  const reachable = link.path !== "none";

  useEffect(() => {
    if (connection === null || path === null || !reachable) return;
    let ended = false;
    let asking = false;
    let again = false;

    async function run(asked: string): Promise<void> {
      asking = true;
      do {
        again = false;
        try {
          const data = parse(await askHub(connection, "GET", asked));
          if (!ended) setKnown({ data, trouble: null });
        } catch (problem) {
          const trouble = toTrouble(problem);
          if (!ended)
            setKnown((before) => ({
              data: trouble === "forbidden" ? null : before.data,
              trouble,
            }));
        }
      } while (again && !ended);
      asking = false;
    }

    // One question at a time; a change during it is asked about once more.
    const refresh = () => {
      if (asking) again = true;
      else void run(path);
    };
    const onVisible = () => {
      if (document.visibilityState === "visible") refresh();
    };
    ask.current = refresh;
    refresh();
    const off = connection.on("message", (message) => {
      if (message.type !== "changed") return;
      if (what === null || message["what"] === what) refresh();
    });
    document.addEventListener("visibilitychange", onVisible);
    const timer = setInterval(onVisible, REFRESH_MS);
    return () => {
      ended = true;
      ask.current = () => undefined;
      off();
      document.removeEventListener("visibilitychange", onVisible);
      clearInterval(timer);
    };
  }, [connection, path, reachable, what, parse]);

  const away = !reachable && !link.connecting;
  const refresh = useCallback(() => ask.current(), []);
  return { data: known.data, trouble: away ? "away" : known.trouble, refresh };
}
