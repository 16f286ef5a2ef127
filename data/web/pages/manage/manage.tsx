// SPDX-License-Identifier: Apache-2.0
// How the house stands: one sentence, what wants a look, the orders, and what it all runs on. Figures of
// orders are this device's own, so they stand also while the hub is away.

import { toDevices } from "../devices/device";
import { toAlerts } from "../house/alerts";
import { currencyOf, NO_CURRENCY } from "../house/menu";
import { openHousePage, type HousePageProps } from "../house/open-house-page";
import { useRecords } from "../house/use-house";
import { useHubData } from "../link/use-hub-data";
import { usePrinters } from "../link/use-link";
import { useNow } from "../link/use-now";
import { useView } from "../link/use-view";
import { t } from "../messages";
import { Forbidden } from "../theme/empty-state";
import { ToastLine, useToast } from "../theme/toast";
import { AlertList } from "./alert-list";
import {
  DevicesCard,
  LatencyCard,
  LocalCard,
  OrdersCard,
  PrintersCard,
  StationsCard,
} from "./cards";
import { DetailsForm } from "./details-form";
import { countOperations, dayStart, readFigures, readStationLoads } from "./figures";
import { OldDebtsRow } from "./old-debts";
import { toHeadline, toStatus } from "./status";
import { Tiles } from "./tiles";

const AGE_MS = 5000;
/** Everything there is is gone through for it. */
const COUNT_MS = 20000;
const views = ["details"] as const;

function Overview({ property, link, onDetails }: HousePageProps & { onDetails: () => void }) {
  const nowMs = useNow(AGE_MS, property);
  const countedMs = useNow(COUNT_MS, property);
  const figures = useRecords(property, ["order"], (source) => readFigures(source, nowMs), [nowMs]);
  const operations = useRecords(
    property,
    ["property"],
    (source) => countOperations(source, dayStart(countedMs)),
    [countedMs],
  );
  const stations = useRecords(
    property,
    ["order", "station"],
    (source) => readStationLoads(source, countedMs),
    [countedMs],
  );
  const currency = useRecords(property, ["property", "item"], currencyOf);
  const alerts = useHubData(link, "/api/v1/alerts", "alerts", toAlerts);
  const devices = useHubData(link, "/api/v1/devices", "devices", toDevices);
  const status = useHubData(link, "/api/v1/status", "", toStatus);
  const printers = usePrinters(link.connection, link.path);
  const isAway = link.path === "none";
  if (figures === null) return null;
  const headline = toHeadline({
    isAway: isAway && !link.connecting,
    isConnecting: isAway || devices.data === null || printers === null,
    alerts: alerts.data?.length ?? 0,
    devices: devices.data ?? [],
    printers: printers ?? [],
    doubts: status.data?.doubts ?? 0,
    cooking: figures.cooking,
  });
  return (
    <>
      <header class="page-head">
        <h1>{t("page.manage")}</h1>
        <button type="button" data-testid="details" onClick={onDetails}>
          {t("details")}
        </button>
      </header>
      <p class="headline" role="status" data-testid="headline" data-tone={headline.tone}>
        <span class={`tone tone-${headline.tone}`} aria-hidden="true" />
        <span>{headline.text}</span>
      </p>
      <AlertList {...{ property, link, alerts, nowMs }} />
      <OldDebtsRow property={property} nowMs={countedMs} />
      <Tiles source={property} figures={figures} currency={currency ?? NO_CURRENCY} nowMs={nowMs} />
      <div class="cards">
        <OrdersCard figures={figures} />
        <LatencyCard connection={link.connection} />
        <LocalCard status={status.data} operations={operations ?? 0} />
        <DevicesCard of={devices.data} isAway={isAway} />
        <PrintersCard of={printers} isAway={isAway} />
        <StationsCard stations={stations ?? []} />
      </div>
    </>
  );
}

function ManagePage({ property, link }: HousePageProps) {
  const [view, go] = useView(views);
  const toast = useToast();
  const mayManage = link.role === null || link.role === "manager";
  return (
    <main class="page" data-testid="manage-page">
      {!mayManage && <Forbidden title={t("manage.forbidden")} hint={t("tables.forbidden.hint")} />}
      {mayManage && view === "" && (
        <Overview property={property} link={link} onDetails={() => go("details")} />
      )}
      {mayManage && view === "details" && (
        <DetailsForm
          property={property}
          onLeave={() => go("")}
          onSaved={(text) => {
            toast.tell(text);
            go("");
          }}
        />
      )}
      <ToastLine toast={toast} />
    </main>
  );
}

openHousePage(ManagePage, "manage", "page.manage", "manager");
