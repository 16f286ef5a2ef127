// SPDX-License-Identifier: Apache-2.0
// Where the bars and the line of a small chart stand. Pure.

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Not less than this is the full height, so that one order does not look like a rush. */
const LEAST_TOP = 4;

/** The next round number whose half is whole: 4, 6, 10, 20, 40, 60, 100. */
export function roundTop(value: number): number {
  const least = Math.max(value, LEAST_TOP);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 4, 6, 10].find((one) => one * power >= least && one * power > 1) ?? 10;
  return step * power;
}

export function toBars(values: readonly number[], width: number, height: number): Bar[] {
  const top = roundTop(Math.max(0, ...values));
  const step = width / Math.max(values.length, 1);
  const gap = step * 0.25;
  return values.map((value, at) => {
    const tall = (Math.max(0, value) / top) * height;
    return { x: at * step + gap / 2, y: height - tall, width: step - gap, height: tall };
  });
}

/** The newest at the right end; "" for fewer than two. */
export function toLine(values: readonly number[], room: number, width: number, height: number): string {
  if (values.length < 2) return "";
  const top = roundTop(Math.max(0, ...values));
  const step = width / Math.max(room - 1, 1);
  const begin = width - (values.length - 1) * step;
  return values
    .map((value, at) => {
      const x = begin + at * step;
      const y = height - (Math.max(0, value) / top) * height;
      return `${at === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
