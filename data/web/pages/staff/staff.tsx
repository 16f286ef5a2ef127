// SPDX-License-Identifier: Apache-2.0
// The waiters' page: what wants me now, and the tables with their orders.

import { newId } from "@bellhop/client";
import { useEffect } from "preact/hooks";

import { toAlerts } from "../house/alerts";
import { readMenu } from "../house/menu";
import { openHousePage, type HousePageProps } from "../house/open-house-page";
import { useRecords } from "../house/use-house";
import { useHubData } from "../link/use-hub-data";
import { t } from "../messages";
import { toPlaces } from "../tables/place";
import { InboxNow } from "../talk/inbox-now";
import { Forbidden } from "../theme/empty-state";
import { ToastLine, useToast } from "../theme/toast";
import { makeActs } from "./acts";
import { Floor } from "./floor";
import { draftTile, draftTiles, readLooseTiles, readTiles } from "./floor-list";
import { Now } from "./now";
import { buildNow } from "./now-list";
import { Table } from "./table";
import { useCarts } from "./use-carts";
import { useRing } from "./use-ring";
import { useRoute, type Route } from "./use-route";

const NOW_TYPES = ["order", "request", "place", "person"] as const;
const FLOOR_TYPES = ["order", "place", "seating"] as const;
const MENU_TYPES = ["category", "item", "modifier", "tax", "station", "property"] as const;

interface TabsProps {
  route: Route;
  count: number;
  go: (route: Route) => void;
}

function Tabs({ route, count, go }: TabsProps) {
  const open = route.view === "now" ? "now" : "order";
  const tab = (view: "now" | "order", text: string, badge: number) => (
    <button
      type="button"
      class="staff-tab"
      data-testid={`tab-${view}`}
      aria-current={open === view ? "page" : undefined}
      onClick={() => go(view === "now" ? { view } : { view, placeId: null })}
    >
      <span>{text}</span>
      {badge > 0 && (
        <span class="tab-count figure">
          {badge}
          <span class="hidden-visually">{t("staff.tab.waiting")}</span>
        </span>
      )}
    </button>
  );
  return (
    <>
      <nav class="staff-tabs" aria-label={t("page.staff")}>
        {tab("now", t("staff.tab.now"), count)}
        {tab("order", t("staff.tab.order"), 0)}
      </nav>
      {/* Where the list is open it says itself what has come. */}
      <p class="hidden-visually" role="status" data-testid="waiting">
        {open !== "now" && count > 0 && t("staff.waiting", { count })}
      </p>
    </>
  );
}

function StaffPage(props: HousePageProps) {
  // A cook's device may not seat guests nor take orders.
  if (props.property.role === "kitchen")
    return (
      <main class="page">
        <Forbidden title={t("tables.forbidden")} hint={t("tables.forbidden.hint")} />
      </main>
    );
  return <Service {...props} />;
}

function Service({ property, link }: HousePageProps) {
  const [route, go] = useRoute();
  const toast = useToast();
  const acts = makeActs(property, link, toast);
  const places = useHubData(link, "/api/v1/places", "seatings", toPlaces);
  const alerts = useHubData(link, "/api/v1/alerts", "alerts", toAlerts);
  const items = useRecords(
    property,
    NOW_TYPES,
    (source) => buildNow(source, places.data ?? [], alerts.data ?? [], property.hubNow()),
    [places.data, alerts.data],
  );
  const isKnown = [places, alerts].every(({ data, trouble }) => data !== null || trouble !== null);
  useRing(isKnown ? items : null);
  const tiles = useRecords(property, FLOOR_TYPES, (source) => readTiles(source, property.hubNow()));
  const sent = useRecords(property, FLOOR_TYPES, (source) => readLooseTiles(source, property.hubNow()));
  const menu = useRecords(property, MENU_TYPES, readMenu);
  const carts = useCarts();
  const known = [...(tiles ?? []), ...(sent ?? [])];
  const drafts = tiles === null || sent === null ? [] : draftTiles(Object.keys(carts.kept), known);
  const openId = route.view === "order" ? route.placeId : route.view === "new" ? route.orderId : null;
  const own = [...known, ...drafts].find(({ place }) => place.placeId === openId);
  // Nobody's yet: nothing was chosen for it, and no order of that name was ever here.
  const isNew = route.view === "new" && own === undefined && property.order(route.orderId) === null;
  const tile = isNew ? draftTile(route.orderId) : own;
  // Once it is sent it is an order as any other, also in this address.
  const wasSent = route.view === "new" && openId !== null && property.order(openId) !== null;
  useEffect(() => {
    if (wasSent) go({ view: "order", placeId: openId }, true);
  }, [wasSent, openId, go]);

  return (
    <main class="page staff-page" data-testid="staff-page" data-view={route.view}>
      {route.view === "now" && (
        <>
          <h1 class="hidden-visually">{t("staff.tab.now")}</h1>
          <Now property={property} items={items ?? []} places={places} alerts={alerts} acts={acts}>
            <InboxNow property={property} link={link} />
          </Now>
        </>
      )}
      {route.view !== "now" && (tile === undefined || menu === null) && (
        <>
          <h1 class="staff-title">{t("staff.tables")}</h1>
          <Floor
            tiles={tiles ?? []}
            loose={[...(sent ?? []), ...drafts]}
            carts={carts.kept}
            onOpen={(id) =>
              go(drafts.some(({ place }) => place.placeId === id) ? { view: "new", orderId: id } : { view: "order", placeId: id })
            }
            onNew={() => go({ view: "new", orderId: newId() })}
          />
        </>
      )}
      {tile !== undefined && menu !== null && (
        <Table
          key={tile.place.placeId}
          property={property}
          tile={tile}
          tiles={known}
          menu={menu}
          carts={carts}
          acts={acts}
          onBack={() => go({ view: "order", placeId: null })}
        />
      )}
      <ToastLine toast={toast} />
      <Tabs route={route} count={items?.length ?? 0} go={go} />
    </main>
  );
}

openHousePage(StaffPage, "staff", "page.staff", "staff");
