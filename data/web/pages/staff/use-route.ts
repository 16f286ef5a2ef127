// SPDX-License-Identifier: Apache-2.0
// Which of the two views is open, and at which table, kept in the address: the browser's "back" leads
// from a table to all of them. An order without a table has an address before it exists.

import { useCallback, useEffect, useState } from "preact/hooks";

export type Route = { view: "now" } | { view: "order"; placeId: string | null } | { view: "new"; orderId: string };

export function parseRoute(hash: string): Route {
  const [view, id = ""] = hash.replace(/^#/, "").split("/");
  if (view === "new" && id !== "") return { view, orderId: id };
  if (view !== "order" && view !== "new") return { view: "now" };
  return { view: "order", placeId: id === "" ? null : id };
}

export function toHash(route: Route): string {
  if (route.view === "now") return "#now";
  if (route.view === "new") return `#new/${route.orderId}`;
  return route.placeId === null ? "#order" : `#order/${route.placeId}`;
}

/** @returns the route, and how another is gone to, instead of this one where the second argument says so */
export function useRoute(): [Route, (route: Route, isInstead?: boolean) => void] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onHash = () => {
      setRoute(parseRoute(location.hash));
      scrollTo(0, 0);
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);
  const go = useCallback((next: Route, isInstead = false) => {
    if (isInstead) location.replace(toHash(next));
    else location.hash = toHash(next);
  }, []);
  return [route, go];
}
