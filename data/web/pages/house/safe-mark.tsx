// SPDX-License-Identifier: Apache-2.0
// Marks what this device did and the hub does not have yet; nothing where all is safe. Shown only after
// a moment: most of it is safe before one has looked.

import type { Property } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

import { t } from "../messages";
import { useSafe } from "./use-house";

const SHOWN_AFTER_MS = 400;

export function SafeMark({ property, name }: { property: Property | null; name: string }) {
  const safe = useSafe(property, name);
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (safe) return;
    const timer = setTimeout(() => setLate(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [safe]);
  return (
    <span
      class="safe-mark"
      data-testid="safe-mark"
      data-safe={safe}
      hidden={safe || !late}
      title={t("house.kept-here.hint")}
    >
      {t("house.kept-here")}
    </span>
  );
}
