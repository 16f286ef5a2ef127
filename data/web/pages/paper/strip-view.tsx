// SPDX-License-Identifier: Apache-2.0
// One piece of paper. Characters sit on the printer's grid: a run of double width takes exactly two
// cells a character, whatever the page's font does.

import type { JSX } from "preact";

import { formatAge, formatExact } from "../link/time-text";
import { t } from "../messages";
import type { Row, Run, Strip } from "./paper-strip";
import { drawQr } from "./qr";

/** Height of a line, in cells' widths: a receipt printer's 12 by 24 dots and a little space. */
const LINE_CELLS = 2.15;
/** Dots across a cell of font A. */
const CELL_DOTS = 12;

function RunView({ run }: { run: Run }) {
  const cells = [...run.text].length;
  const classes = [
    "run",
    run.bold ? "run-bold" : "",
    run.underline ? "run-underline" : "",
    run.invert ? "run-invert" : "",
  ];
  if (run.width === 1 && run.height === 1)
    return <span class={classes.join(" ")}>{run.text}</span>;

  const box: JSX.CSSProperties = {
    width: `${cells * run.width}ch`,
    height: `${run.height * LINE_CELLS}ch`,
  };
  return (
    <span class="run-box" style={box}>
      <span
        class={classes.join(" ")}
        style={{ transform: `scale(${run.width}, ${run.height})` }}
      >
        {run.text}
      </span>
    </span>
  );
}

function QrView({ text, size, align }: { text: string; size: number; align: string }) {
  const picture = drawQr(text);
  if (picture === null) return <p class={`row row-${align}`}>{text}</p>;
  const cells = (picture.size * Math.max(1, size)) / CELL_DOTS;
  return (
    <div class={`row-picture row-${align}`}>
      <svg
        role="img"
        aria-label={t("paper.qr", { text })}
        viewBox={`0 0 ${picture.size} ${picture.size}`}
        shape-rendering="crispEdges"
        style={{ width: `${cells}ch`, height: `${cells}ch` }}
      >
        <path d={picture.path} />
      </svg>
    </div>
  );
}

function RowView({ row }: { row: Row }) {
  switch (row.kind) {
    case "text":
      return (
        <p class={`row row-${row.align}`}>
          {row.runs.map((run, index) => (
            <RunView key={index} run={run} />
          ))}
        </p>
      );
    case "image":
      return (
        <div class={`row-picture row-${row.align}`}>
          <img
            src={row.source}
            alt={t("paper.image")}
            style={row.width > 0 ? { width: `${row.width / CELL_DOTS}ch` } : {}}
          />
        </div>
      );
    case "qr":
      return <QrView text={row.text} size={row.size} align={row.align} />;
    case "feed":
      return <div style={{ height: `${row.lines * LINE_CELLS}ch` }} />;
    case "cut":
      return <div class="row-cut" />;
    case "drawer":
      return null;
  }
}

/** A cut at the end is the paper's own edge. */
function trimEnd(rows: Row[]): Row[] {
  let end = rows.length;
  while (end > 0) {
    const kind = rows[end - 1]?.kind;
    if (kind !== "cut" && kind !== "drawer" && kind !== "feed") break;
    end -= 1;
  }
  return rows.slice(0, end);
}

export function StripView({ strip, nowMs }: { strip: Strip; nowMs: number }) {
  const opensDrawer = strip.rows.some((row) => row.kind === "drawer");
  return (
    <li class="strip" data-testid="paper" data-job={strip.jobId}>
      <p class="strip-head">
        <time
          dateTime={new Date(strip.printedAtMs).toISOString()}
          title={formatExact(strip.printedAtMs)}
        >
          {t("paper.printed", { time: formatAge(strip.printedAtMs, nowMs) })}
        </time>
        {strip.reprint && <span class="strip-mark">{t("paper.reprint")}</span>}
        {opensDrawer && <span>{t("paper.drawer")}</span>}
      </p>
      <div class="sheet" data-columns={strip.columns}>
        <div class="sheet-window">
          <div class="sheet-text" style={{ width: `${strip.columns}ch` }}>
            {trimEnd(strip.rows).map((row, index) => (
              <RowView key={index} row={row} />
            ))}
          </div>
        </div>
      </div>
    </li>
  );
}
