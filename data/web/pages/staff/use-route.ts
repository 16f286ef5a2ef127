// SPDX-License-Identifier: Apache-2.0
// Which of the two views is open, and at which table, kept in the address: the browser's "back" leads
// from a table to all of them.

import { useCallback, useEffect, useState } from "preact/hooks";

export type Route = { view: "now" } | { view: "order"; placeId: string | null };

export function parseRoute(hash: string): Route {
  const [view, placeId] = hash.replace(/^#/, "").split("/");
  if (view !== "order") return { view: "now" };
  return { view, placeId: placeId === undefined || placeId === "" ? null : placeId };
}

export function toHash(route: Route): string {
  if (route.view === "now") return "#now";
  return route.placeId === null ? "#order" : `#order/${route.placeId}`;
}

export function useRoute(): [Route, (route: Route) => void] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onHash = () => {
      setRoute(parseRoute(location.hash));
      scrollTo(0, 0);
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);
  const go = useCallback((next: Route) => {
    location.hash = toHash(next);
  }, []);
  return [route, go];
}
