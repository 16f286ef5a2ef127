// SPDX-License-Identifier: Apache-2.0
// What the built-in printer printed, as /api/v1/paper tells it.

export interface Run {
  text: string;
  bold: boolean;
  underline: boolean;
  invert: boolean;
  /** Times the normal character, 1 to 8. */
  width: number;
  height: number;
}

export type Row =
  | { kind: "text"; align: "left" | "center" | "right"; runs: Run[] }
  | { kind: "image"; source: string; width: number; height: number; align: string }
  | { kind: "qr"; text: string; size: number; align: string }
  | { kind: "feed"; lines: number }
  | { kind: "cut" }
  | { kind: "drawer" };

export interface Strip {
  jobId: string;
  deviceId: string;
  printedAtMs: number;
  reprint: boolean;
  columns: number;
  rows: Row[];
}

type Fields = Record<string, unknown>;

const MAX_FEED = 20;
const MAX_SCALE = 8;
const MAX_COLUMNS = 96;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toNumber(value: unknown, fallback: number, max: number): number {
  if (typeof value !== "number" || !Number.isFinite(value)) return fallback;
  return Math.max(0, Math.min(max, value));
}

function toAlign(value: unknown): "left" | "center" | "right" {
  return value === "center" || value === "right" ? value : "left";
}

function toRun(value: unknown): Run | null {
  if (!isFields(value) || typeof value["text"] !== "string") return null;
  return {
    text: value["text"],
    bold: value["bold"] === true,
    underline: value["underline"] === true || toNumber(value["underline"], 0, 2) > 0,
    invert: value["invert"] === true,
    width: Math.max(1, toNumber(value["width"], 1, MAX_SCALE)),
    height: Math.max(1, toNumber(value["height"], 1, MAX_SCALE)),
  };
}

function toRow(value: unknown): Row | null {
  if (!isFields(value)) return null;
  const align = toAlign(value["align"]);
  const { image, qr, runs } = value;

  if (Array.isArray(runs))
    return {
      kind: "text",
      align,
      runs: runs.map(toRun).filter((run): run is Run => run !== null),
    };
  if (typeof image === "string" && image.startsWith("data:image/png;base64,"))
    return {
      kind: "image",
      source: image,
      width: toNumber(value["width"], 0, 4096),
      height: toNumber(value["height"], 0, 65536),
      align,
    };
  if (typeof qr === "string")
    return { kind: "qr", text: qr, size: toNumber(value["size"], 6, 16), align };
  if (typeof value["feed"] === "number")
    return { kind: "feed", lines: toNumber(value["feed"], 0, MAX_FEED) };
  if (value["cut"] !== undefined) return { kind: "cut" };
  if (value["drawer"] !== undefined) return { kind: "drawer" };
  return null;
}

function toStrip(value: unknown): Strip | null {
  if (!isFields(value) || typeof value["jobId"] !== "string") return null;
  const paper = isFields(value["paper"]) ? value["paper"] : {};
  const lines = Array.isArray(paper["lines"]) ? (paper["lines"] as unknown[]) : [];
  return {
    jobId: value["jobId"],
    deviceId: typeof value["deviceId"] === "string" ? value["deviceId"] : "",
    printedAtMs: toNumber(value["printedAt"], 0, Number.MAX_SAFE_INTEGER),
    reprint: value["reprint"] === true,
    columns: Math.max(16, toNumber(paper["columns"], 42, MAX_COLUMNS)),
    rows: lines.map(toRow).filter((row): row is Row => row !== null),
  };
}

export function toStrips(value: unknown): Strip[] {
  if (!Array.isArray(value)) return [];
  return value.map(toStrip).filter((strip): strip is Strip => strip !== null);
}
