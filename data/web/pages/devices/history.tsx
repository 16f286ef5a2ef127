// SPDX-License-Identifier: Apache-2.0
// Who let whom in, and what was refused, newest first.

import { useState } from "preact/hooks";

import { useHubData, type Trouble } from "../link/use-hub-data";
import type { LinkView } from "../link/use-link";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { TroubleLine } from "../theme/empty-state";
import { describeEntry, toEntries, type AuditEntry } from "./audit-text";

const FIRST = 20;
const MORE = 200;

function Entry({ entry, nowMs }: { entry: AuditEntry; nowMs: number }) {
  const { text, refusal } = describeEntry(entry);
  return (
    <li class="entry" data-testid="entry" data-kind={entry.kind}>
      <span class={refusal ? "tone tone-wait" : "tone tone-quiet"}>
        <span class="entry-text">{text}</span>
      </span>
      <span class="soft entry-when">
        <Ago timeMs={entry.timeMs} nowMs={nowMs} />
        {entry.address !== "" && <span> · {t("history.address", { address: entry.address })}</span>}
      </span>
    </li>
  );
}

export function History({ link, nowMs }: { link: LinkView; nowMs: number }) {
  const [limit, setLimit] = useState(FIRST);
  const path = `/api/v1/audit?limit=${limit}`;
  const { data, trouble } = useHubData(link, path, null, toEntries);
  const shown: Trouble | null = trouble === "away" ? null : trouble;
  return (
    <section class="panel" data-testid="history">
      <div class="panel-head">
        <h2>{t("history")}</h2>
      </div>
      <TroubleLine trouble={shown} empty={data === null} />
      {data !== null && data.length === 0 && <p class="soft">{t("history.none")}</p>}
      <ol class="entries">
        {(data ?? []).map((entry, index) => (
          <Entry key={`${entry.timeMs} ${index}`} entry={entry} nowMs={nowMs} />
        ))}
      </ol>
      {data !== null && data.length >= limit && limit < MORE && (
        <button type="button" class="quiet" onClick={() => setLimit(MORE)}>
          {t("history.more")}
        </button>
      )}
    </section>
  );
}
