// SPDX-License-Identifier: Apache-2.0
// The boxes of the overview.

import type { Connection, PrinterInfo } from "@bellhop/client";
import type { ComponentChildren } from "preact";

import type { Device } from "../devices/device";
import { describePrinter, namePrinter } from "../link/printer-text";
import { nameRole } from "../link/roles";
import { locale, t } from "../messages";
import { medianOf } from "./chart";
import { Bars, Curve } from "./charts";
import { formatCount } from "./counted";
import { CLOUD_PRICE, DAYS, estimateSaving, OWN_PRICE, type Figures, type StationLoad } from "./figures";
import { countRoles, type HubStatus } from "./status";
import { SAMPLES, useLatency } from "./use-latency";

export function Card({ title, children, testId }: {
  title: string;
  children: ComponentChildren;
  testId?: string;
}) {
  return (
    <section class="card" data-testid={testId}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** "18:40" */
export function clockOf(timeMs: number): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(timeMs);
}

export function OrdersCard({ figures }: { figures: Figures }) {
  const { buckets } = figures;
  const sum = buckets.reduce((all, { count }) => all + count, 0);
  return (
    <Card title={t("manage.orders.title")} testId="card-orders">
      <p class="card-figure figure" data-testid="orders-sum">
        {formatCount(sum)}
      </p>
      <p class="soft">{t("manage.orders.about")}</p>
      <Bars
        title={t("manage.orders.title")}
        unit={t("manage.orders.unit")}
        values={buckets.map(({ fromMs, count }) => ({ label: clockOf(fromMs), value: count }))}
      />
    </Card>
  );
}

export function LatencyCard({ connection }: { connection: Connection | null }) {
  const samples = useLatency(connection);
  const numbers = samples.map(({ ms }) => ms);
  const median = medianOf(numbers);
  const seconds = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  return (
    <Card title={t("manage.latency.title")} testId="card-latency">
      <p class="card-figure figure">
        {median === null ? "–" : t("manage.ms", { ms: Math.max(1, Math.round(median)) })}
      </p>
      <p class="soft">
        {median === null
          ? t("manage.latency.none")
          : t("manage.latency.about", { ms: Math.max(1, Math.round(Math.max(...numbers))) })}
      </p>
      <Curve
        title={t("manage.latency.title")}
        unit={t("manage.latency.unit")}
        room={SAMPLES}
        values={samples.map(({ atMs, ms }) => ({ label: seconds.format(atMs), value: Math.round(ms) }))}
      />
    </Card>
  );
}

/** "$0.10", and "$0.001" where it takes more digits. */
function dollars(value: number): string {
  const digits = value !== 0 && value < 0.01 ? 3 : 2;
  const money = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
  const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, { ...money, ...decimals }).format(value);
}

export function LocalCard({ status, operations }: { status: HubStatus | null; operations: number }) {
  const saving = estimateSaving(operations);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  return (
    <Card title={t("manage.local.title")} testId="card-local">
      <p class="card-figure figure">{status === null ? "–" : percent.format(status.localShare)}</p>
      <p class="soft">
        {status === null
          ? t("manage.local.none")
          : t("manage.local.about", { count: formatCount(status.operations) })}
      </p>
      <p class="card-line">
        <span>{t("manage.saving")}</span>
        <strong class="figure" data-testid="saving-month">
          {dollars(saving.month)}
        </strong>
      </p>
      <details class="fold">
        <summary>{t("manage.saving.how")}</summary>
        <p>
          {t("manage.saving.about", {
            count: formatCount(operations),
            today: dollars(saving.today),
            each: dollars(CLOUD_PRICE),
            own: dollars(OWN_PRICE),
            price: dollars(CLOUD_PRICE * 200 * DAYS),
          })}
        </p>
      </details>
    </Card>
  );
}

interface HubCardProps<T> {
  /** null: the hub has not told yet. */
  of: readonly T[] | null;
  /** The hub does not answer: what it told last is no state of now. */
  isAway: boolean;
}

export function DevicesCard({ of: devices, isAway }: HubCardProps<Device>) {
  return (
    <Card title={t("page.devices")} testId="card-devices">
      {devices === null ? (
        <p class="soft">{t("manage.devices.none")}</p>
      ) : (
        <ul class="card-rows">
          {countRoles(devices).map(({ role, online, all }) => (
            <li key={role} class="card-line">
              <span>{nameRole(role)}</span>
              <span class={`tone tone-${online > 0 && !isAway ? "good" : "quiet"}`}>
                {isAway
                  ? t("manage.devices.last", { count: online, all })
                  : t("manage.devices.here", { count: online, all })}
              </span>
            </li>
          ))}
        </ul>
      )}
      <a class="card-link" href={`/devices${location.search}`}>
        {t("manage.devices.open")}
      </a>
    </Card>
  );
}

export function PrintersCard({ of: printers, isAway }: HubCardProps<PrinterInfo>) {
  return (
    <Card title={t("start.printers")} testId="card-printers">
      {printers === null && <p class="soft">{t("start.printers.unknown")}</p>}
      {printers !== null && printers.length === 0 && <p class="soft">{t("start.printers.none")}</p>}
      <ul class="card-rows">
        {(printers ?? []).map((printer) => {
          const { text, tone } = describePrinter(printer, isAway);
          return (
            <li key={printer.name} class="card-line">
              <span>{namePrinter(printer)}</span>
              {printer.waiting > 0 && (
                <span class="soft figure">{t("printer.waiting", { count: printer.waiting })}</span>
              )}
              <span class={`tone tone-${tone}`}>{text}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

export function StationsCard({ stations }: { stations: readonly StationLoad[] }) {
  return (
    <Card title={t("menu.stations")} testId="card-stations">
      {stations.length === 0 && <p class="soft">{t("manage.stations.none")}</p>}
      <ul class="card-rows">
        {stations.map(({ stationId, name, waiting }) => (
          <li key={stationId} class="card-line">
            <span>{name}</span>
            <span class="soft figure">{t("manage.stations.waiting", { count: waiting })}</span>
          </li>
        ))}
      </ul>
      <a class="card-link" href={`/menu${location.search}#stations`}>
        {t("manage.stations.open")}
      </a>
    </Card>
  );
}
