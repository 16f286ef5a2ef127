// SPDX-License-Identifier: Apache-2.0
// The menu as guests are shown it, once the hub has told it.

import type { ViewFollower } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

import { readMenu, type Category, type Menu } from "../house/menu";
import { useRecords } from "../house/use-house";

const TYPES = ["category", "item", "modifier", "tax", "property"] as const;
/** A hub that takes longer has no menu for us yet; the page says meanwhile what it knows. */
const WAIT_MS = 2500;

/** Those with something in them that guests may see; what is in none comes last, without a name. */
export function shownCategories({ categories, items }: Menu): Category[] {
  const known = new Set(categories.map(({ categoryId }) => categoryId));
  const others = [...items.values()].filter(
    ({ categoryId }) => categoryId === null || !known.has(categoryId),
  );
  return [
    ...categories,
    { categoryId: "", name: "", position: 0, hidden: false, items: others },
  ].filter((one) => !one.hidden && one.items.length > 0);
}

/** Whether what the view shows is what the hub has. */
function useIsTold(view: ViewFollower | null): boolean {
  const [told, setTold] = useState(false);
  useEffect(() => {
    setTold(view !== null && view.cursor !== null);
    if (view === null) return;
    const off = view.on("changed", () => setTold(true));
    const timer = setTimeout(() => setTold(true), WAIT_MS);
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [view]);
  return told;
}

/** null: not told yet. */
export function useGuestMenu(view: ViewFollower | null): Menu | null {
  const told = useIsTold(view);
  const menu = useRecords(view, TYPES, (source) => {
    const whole = readMenu(source);
    return { ...whole, categories: shownCategories(whole) };
  });
  return told ? menu : null;
}
