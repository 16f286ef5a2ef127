// SPDX-License-Identifier: Apache-2.0
// What a page or a list shows instead of its content: nothing there yet, being fetched, the hub away,
// not for this device. It says what to do next.

import type { ComponentChildren } from "preact";

import type { Trouble } from "../link/use-hub-data";
import { t } from "../messages";

export interface EmptyStateProps {
  title: string;
  hint?: string;
  children?: ComponentChildren;
  testId?: string;
}

export function EmptyState({ title, hint, children, testId }: EmptyStateProps) {
  return (
    <div class="empty-state" data-testid={testId}>
      <p class="empty-state-title">{title}</p>
      {hint !== undefined && <p class="soft">{hint}</p>}
      {children}
    </div>
  );
}

/** Not for this device; `what` says whom to ask. */
export function Forbidden({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="empty-state" data-testid="forbidden">
      <h1 class="empty-state-title">{title}</h1>
      <p class="soft">{hint}</p>
      <p>
        <a href={`/${location.search}`}>{t("action.start")}</a>
      </p>
    </div>
  );
}

/** Above a list that shows what was there last, or in the place of one that never came. */
export function TroubleLine({ trouble, empty }: { trouble: Trouble | null; empty: boolean }) {
  let text = "";
  if (trouble === "away") text = t(empty ? "trouble.away.empty" : "trouble.away.kept");
  if (trouble === "other") text = t("trouble.list");
  return (
    <p class="trouble-line" role="status" hidden={text === ""} data-testid="trouble-line">
      {text !== "" && <span class="tone tone-wait">{text}</span>}
    </p>
  );
}
