// SPDX-License-Identifier: Apache-2.0
// The built-in printer's paper, newest first; new paper comes in by itself.

import type { Connection } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

import { openPage, type PageProps } from "../link/open-page";
import { usePageState } from "../link/page-state";
import { useLink } from "../link/use-link";
import { t } from "../messages";
import { PageFrame } from "../theme/page-frame";
import { toStrips, type Strip } from "./paper-strip";
import { StripView } from "./strip-view";

const POLL_MS = 1000;
const ANSWER_TIMEOUT_MS = 5000;

interface PaperView {
  /** null: not fetched yet. */
  strips: Strip[] | null;
  reachable: boolean;
  nowMs: number;
}

/** A paired device asks through its connection, which proves who it is; an open hub tells everybody. */
async function fetchPaper(connection: Connection, isPaired: boolean): Promise<unknown> {
  if (isPaired)
    return connection.apiJson("GET", "/api/v1/paper", undefined, { timeoutMs: ANSWER_TIMEOUT_MS });
  const response = await fetch("/api/v1/paper", { cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function usePaper(connection: Connection | null): PaperView {
  const isPaired = usePageState().identity !== null;
  const [view, setView] = useState<PaperView>({
    strips: null,
    reachable: true,
    nowMs: Date.now(),
  });

  useEffect(() => {
    if (connection === null) return;
    const asked = connection;
    let ended = false;
    let last = "";
    let timer: ReturnType<typeof setTimeout> | undefined;

    // The next question waits for the answer: a slow hub is not asked twice at a time.
    async function poll(): Promise<void> {
      if (document.visibilityState === "visible") {
        try {
          const paper = await fetchPaper(asked, isPaired);
          if (ended) return;
          const nowMs = Date.now();
          const text = JSON.stringify(paper);
          if (text === last) setView((before) => ({ ...before, reachable: true, nowMs }));
          else setView({ strips: toStrips(paper), reachable: true, nowMs });
          last = text;
        } catch {
          if (!ended) setView((before) => ({ ...before, reachable: false }));
        }
      }
      if (!ended) timer = setTimeout(() => void poll(), POLL_MS);
    }

    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [connection, isPaired]);

  return view;
}

function describe({ strips, reachable }: PaperView): string {
  if (!reachable) return t(strips === null ? "paper.offline.empty" : "paper.offline");
  return strips === null ? t("paper.loading") : t("paper.about");
}

function PaperPage({ connection }: PageProps) {
  const link = useLink(connection);
  const paper = usePaper(connection);
  const { strips, nowMs } = paper;

  return (
    <PageFrame page="paper" link={link}>
      <main class="paper">
        <header class="paper-head">
          <h1>{t("paper.title")}</h1>
          <p class="soft" role="status">
            {describe(paper)}
          </p>
        </header>
        {strips !== null && strips.length === 0 && (
          <div class="paper-empty">
            <p>{t("paper.empty")}</p>
            <p class="soft">{t("paper.empty.hint")}</p>
            <p>
              <a href={`/pos${location.search}`}>{t("start.pos")}</a>
            </p>
          </div>
        )}
        <ol class="strips">
          {(strips ?? []).map((strip) => (
            <StripView
              key={`${strip.deviceId} ${strip.jobId} ${strip.printedAtMs}`}
              strip={strip}
              nowMs={nowMs}
            />
          ))}
        </ol>
      </main>
    </PageFrame>
  );
}

openPage(PaperPage, "page.paper", "staff");
