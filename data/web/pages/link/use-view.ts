// SPDX-License-Identifier: Apache-2.0
// Which part of a page is open, kept in its address, so that the browser's "back" leads out of it.

import { useCallback, useEffect, useState } from "preact/hooks";

export function useView<View extends string>(views: readonly View[]): [View | "", (view: View | "") => void] {
  const read = useCallback((): View | "" => {
    const name = location.hash.slice(1);
    return views.find((view) => view === name) ?? "";
  }, [views]);
  const [view, setView] = useState(read);

  useEffect(() => {
    const onHash = () => setView(read());
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, [read]);

  const go = useCallback((next: View | "") => {
    if (next !== "") location.hash = next;
    else history.replaceState(null, "", location.pathname + location.search);
    setView(next);
    scrollTo(0, 0);
  }, []);
  return [view, go];
}
