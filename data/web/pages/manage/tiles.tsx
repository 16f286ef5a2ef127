// SPDX-License-Identifier: Apache-2.0
// Orders in flight by what they wait for, the oldest ticket, the day's sales: each leads to its page.

import type { ComponentChildren } from "preact";

import { formatMoney } from "../house/money";
import { placeTitle } from "../house/places";
import type { RecordSource } from "../house/source";
import { formatAge } from "../link/time-text";
import { locale, t } from "../messages";
import { formatCount } from "./counted";
import type { Figures } from "./figures";

interface TileProps {
  title: string;
  href: string;
  value: ComponentChildren;
  more?: string;
  testId: string;
}

function Tile({ title, href, value, more, testId }: TileProps) {
  return (
    <li>
      <a class="figure-tile" href={href + location.search} data-testid={testId}>
        <span class="tile-title">{title}</span>
        <strong class="tile-value figure">{value}</strong>
        {more !== undefined && <span class="tile-more">{more}</span>}
      </a>
    </li>
  );
}

export interface TilesProps {
  source: RecordSource;
  figures: Figures;
  currency: string;
  nowMs: number;
}

export function Tiles({ source, figures, currency, nowMs }: TilesProps) {
  const { waiting, cooking, ready, toPay, oldest, sales } = figures;
  const main = sales[0] ?? { currency, amount: 0, count: 0 };
  const others = sales.slice(1).map((sum) => formatMoney(sum.amount, sum.currency, locale));
  const oldestPlace = oldest === null ? "" : placeTitle(source, oldest.placeId);
  return (
    <ul class="tiles" aria-label={t("manage.tiles")}>
      <Tile title={t("manage.waiting")} href="/staff" value={formatCount(waiting)} testId="tile-waiting" />
      <Tile title={t("manage.cooking")} href="/kitchen" value={formatCount(cooking)} testId="tile-cooking" />
      <Tile title={t("manage.ready")} href="/staff" value={formatCount(ready)} testId="tile-ready" />
      <Tile title={t("manage.to-pay")} href="/pos" value={formatCount(toPay)} testId="tile-to-pay" />
      <Tile
        title={t("manage.oldest")}
        href="/kitchen"
        value={oldest === null ? "–" : formatAge(oldest.sinceMs, nowMs)}
        more={oldest === null ? "" : [oldest.number, oldestPlace].filter(Boolean).join(" · ")}
        testId="tile-oldest"
      />
      <Tile
        title={t("manage.sales")}
        href="/pos"
        value={formatMoney(main.amount, main.currency, locale)}
        more={others.join(" + ")}
        testId="tile-sales"
      />
    </ul>
  );
}
