// SPDX-License-Identifier: Apache-2.0
// All tables and rooms: where somebody sits, what they owe, how far the kitchen is.

import type { OrderPhase } from "@bellhop/client";

import { formatMoney } from "../house/money";
import { locale, t, type MessageKey } from "../messages";
import { groupTitle } from "../tables/place";
import { StatePicture } from "../tables/place-card";
import { EmptyState } from "../theme/empty-state";
import { groupTiles, isDraft, type Tile, type TileGroup } from "./floor-list";
import type { KeptCarts } from "./use-carts";

const seats = { free: "place.free", asks: "place.asks", seated: "place.seated" } as const;

const phases: Readonly<Record<OrderPhase, MessageKey>> = {
  open: "staff.phase.open",
  placed: "line.placed",
  accepted: "line.accepted",
  preparing: "line.preparing",
  ready: "line.ready",
  served: "line.served",
  declined: "line.declined",
  cancelled: "line.cancelled",
};

/** The one thing to know of a table, in a word. */
function wordOf(tile: Tile): string {
  const { seat, phase, waiting, ready } = tile;
  // That it was not sent is said below.
  if (isDraft(tile)) return t("staff.away");
  if (waiting > 0) return t("staff.tile.waiting", { count: waiting });
  if (ready > 0) return t("staff.tile.ready", { count: ready });
  return phase === null ? t(seats[seat]) : t(phases[phase]);
}

function urgencyOf({ waiting, ready, seat }: Tile): string {
  if (waiting > 0 || seat === "asks") return "wants";
  if (ready > 0) return "ready";
  return seat;
}

interface PlaceTileProps {
  tile: Tile;
  hasUnsent: boolean;
  onOpen: (placeId: string) => void;
}

function PlaceTile({ tile, hasUnsent, onOpen }: PlaceTileProps) {
  const { place, isPlace, seat, orders, due, back, currency } = tile;
  return (
    <li>
      <button
        type="button"
        class="tile"
        data-testid="tile"
        data-place={isPlace ? place.placeId : undefined}
        data-order={isPlace ? undefined : place.placeId}
        data-seat={seat}
        data-urgency={urgencyOf(tile)}
        onClick={() => onOpen(place.placeId)}
      >
        <span class="tile-head">
          <span class="tile-name">
            <span class="hidden-visually">{place.title}</span>
            <span aria-hidden="true">{place.name}</span>
          </span>
          {isPlace && <StatePicture state={seat} />}
        </span>
        <span class="tile-state">{wordOf(tile)}</span>
        {hasUnsent && (
          <span class="tile-unsent" data-testid="tile-unsent">
            {t("staff.unsent")}
          </span>
        )}
        {orders.length > 0 && (due > 0 || back === 0) && (
          <span class="tile-due money">{formatMoney(due, currency, locale)}</span>
        )}
        {back > 0 && (
          <span class="tile-due tile-back" data-testid="tile-back">
            {t("staff.back", { back: formatMoney(back, currency, locale) })}
          </span>
        )}
      </button>
    </li>
  );
}

interface TilesProps {
  title: string;
  tiles: readonly Tile[];
  carts: KeptCarts;
  onOpen: (placeId: string) => void;
  /** Begins an order here. */
  onNew?: () => void;
}

function Tiles({ title, tiles, carts, onOpen, onNew }: TilesProps) {
  return (
    <section>
      <h2>{title}</h2>
      <ul class="tile-grid">
        {tiles.map((tile) => (
          <PlaceTile
            key={tile.place.placeId}
            tile={tile}
            hasUnsent={carts[tile.place.placeId] !== undefined}
            onOpen={onOpen}
          />
        ))}
        {onNew !== undefined && (
          <li>
            <button type="button" class="tile tile-new" data-testid="tile-new" onClick={onNew}>
              <span class="tile-name" aria-hidden="true">
                +
              </span>
              <span class="tile-state">{t("staff.away.new")}</span>
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}

interface FloorProps {
  tiles: readonly Tile[];
  /** Orders without a table, sent or not. */
  loose: readonly Tile[];
  /** What was chosen at some of them and not sent. */
  carts: KeptCarts;
  onOpen: (placeId: string) => void;
  /** Begins an order without a table. */
  onNew: () => void;
}

export function Floor({ tiles, loose, carts, onOpen, onNew }: FloorProps) {
  const groups = groupTiles(tiles);
  const show = (kind: TileGroup["kind"]) =>
    groups
      .filter((group) => group.kind === kind)
      .map((group) => (
        <Tiles key={`${kind} ${group.area}`} title={groupTitle(group)} {...{ tiles: group.tiles, carts, onOpen }} />
      ));
  return (
    <div class="floor" data-testid="floor">
      {tiles.length === 0 && (
        <EmptyState title={t("tables.none")} hint={t("tables.none.staff")} testId="no-places" />
      )}
      {show("table")}
      {/* Before the rooms, of which a hotel has hundreds. */}
      <Tiles title={t("staff.loose")} {...{ tiles: loose, carts, onOpen, onNew }} />
      {show("room")}
    </div>
  );
}
