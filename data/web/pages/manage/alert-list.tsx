// SPDX-License-Identifier: Apache-2.0
import type { Property } from "@bellhop/client";

import type { Alert } from "../house/alerts";
import { placeTitle } from "../house/places";
import { useRecords } from "../house/use-house";
import { textOf } from "../link/fields";
import { askHub } from "../link/hub-api";
import type { HubData } from "../link/use-hub-data";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { Trouble } from "../theme/dialog";
import { describeAlert } from "./alerts";

interface AlertRowProps {
  property: Property;
  link: LinkView;
  alert: Alert;
  nowMs: number;
  onDismissed: () => void;
}

function AlertRow({ property, link, alert, nowMs, onDismissed }: AlertRowProps) {
  const { busy, trouble, run } = useTask();
  const placeId = textOf(alert.subject, "placeId");
  const place = useRecords(property, ["place"], (source) => placeTitle(source, placeId), [placeId]);
  const dismiss = () =>
    run(async () => {
      await askHub(link.connection, "POST", "/api/v1/alerts/dismiss", { alertId: alert.alertId });
      onDismissed();
    });
  return (
    <li class="alert-row" data-testid="alert" data-kind={alert.kind}>
      <p class="alert-text">
        <span class="tone tone-bad" aria-hidden="true" /> {describeAlert(alert, place ?? "")}
      </p>
      <span class="soft">
        <Ago timeMs={alert.atMs} nowMs={nowMs} />
      </span>
      <button type="button" data-testid="alert-dismiss" disabled={busy} onClick={dismiss}>
        {t("alert.dismiss")}
      </button>
      <Trouble text={trouble} />
    </li>
  );
}

export interface AlertListProps {
  property: Property;
  link: LinkView;
  alerts: HubData<Alert[]>;
  nowMs: number;
}

/** Nothing where there is nothing, and where the hub knows of no alerts. */
export function AlertList({ property, link, alerts, nowMs }: AlertListProps) {
  return (
    <div role="alert">
      {alerts.data !== null && alerts.data.length > 0 && (
        <ul class="alert-list" aria-label={t("alert.title")}>
          {alerts.data.map((alert) => (
            <AlertRow
              key={alert.alertId}
              {...{ property, link, alert, nowMs }}
              onDismissed={alerts.refresh}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
