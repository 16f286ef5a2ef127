// SPDX-License-Identifier: Apache-2.0
// Two small charts of our own. Their values stand beside them as a table for who does not see them.

import { t } from "../messages";
import { roundTop, toBars, toLine } from "./chart";

const WIDTH = 360;
const HEIGHT = 96;

export interface ChartValue {
  label: string;
  value: number;
}

interface ValuesProps {
  title: string;
  first: string;
  second: string;
  values: readonly ChartValue[];
}

function Values({ title, first, second, values }: ValuesProps) {
  return (
    <table class="hidden-visually">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          <th scope="col">{second}</th>
        </tr>
      </thead>
      <tbody>
        {values.map(({ label, value }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export interface BarsProps {
  title: string;
  /** What a value counts. */
  unit: string;
  values: readonly ChartValue[];
}

export function Bars({ title, unit, values }: BarsProps) {
  const counts = values.map(({ value }) => value);
  const top = roundTop(Math.max(0, ...counts));
  return (
    <div class="chart" data-testid="chart-orders">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="chart-grid" d={`M0 0.5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}`} />
        {toBars(counts, WIDTH, HEIGHT).map((bar, at) => (
          <rect key={values[at]?.label ?? at} class="chart-bar" {...bar} />
        ))}
        <path class="chart-base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      </svg>
      <p class="chart-scale figure" aria-hidden="true">
        <span>{top}</span>
        <span>{top / 2}</span>
      </p>
      <p class="chart-ends figure" aria-hidden="true">
        <span>{values[0]?.label}</span>
        <span>{t("time.now")}</span>
      </p>
      <Values title={title} first={t("manage.chart.time")} second={unit} values={values} />
    </div>
  );
}

export interface CurveProps {
  title: string;
  unit: string;
  values: readonly ChartValue[];
  /** How many values fill the width. */
  room: number;
}

export function Curve({ title, unit, values, room }: CurveProps) {
  const numbers = values.map(({ value }) => value);
  const top = roundTop(Math.max(0, ...numbers));
  return (
    <div class="chart" data-testid="chart-latency">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="chart-grid" d={`M0 0.5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}`} />
        <path class="chart-line" d={toLine(numbers, room, WIDTH, HEIGHT)} />
        <path class="chart-base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      </svg>
      <p class="chart-scale figure" aria-hidden="true">
        <span>{t("manage.ms", { ms: top })}</span>
        <span>{t("manage.ms", { ms: top / 2 })}</span>
      </p>
      <p class="chart-ends figure" aria-hidden="true">
        <span />
        <span>{t("time.now")}</span>
      </p>
      <Values title={title} first={t("manage.chart.time")} second={unit} values={values} />
    </div>
  );
}
