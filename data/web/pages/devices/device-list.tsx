// SPDX-License-Identifier: Apache-2.0
// Every paired device: what it is, whether it is there, and who works on it.

import { nameRole } from "../link/roles";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { PathShape } from "../theme/path-badge";
import type { Device } from "./device";

function Presence({ device, nowMs }: { device: Device; nowMs: number }) {
  if (!device.online)
    return (
      <span class="soft">
        {device.lastSeenMs === null ? (
          t("devices.never-seen")
        ) : (
          <>
            {t("devices.last-seen")} <Ago timeMs={device.lastSeenMs} nowMs={nowMs} />
          </>
        )}
      </span>
    );
  switch (device.path) {
    case "local-p2p":
      return <span>{t("path.local.unmeasured")}</span>;
    case "hub-relay":
      return <span>{t("path.relay")}</span>;
    default:
      return <span>{t("devices.online")}</span>;
  }
}

export interface DeviceListProps {
  devices: readonly Device[];
  /** The device that shows this page; "" where that is not known. */
  ownId: string;
  nowMs: number;
  onOpen: (device: Device) => void;
}

export function DeviceList({ devices, ownId, nowMs, onOpen }: DeviceListProps) {
  return (
    <ul class="rows" data-testid="devices">
      {devices.map((device) => (
        <li key={device.deviceId}>
          <button
            type="button"
            class="row-button device"
            data-testid="device"
            data-device={device.deviceId}
            data-online={device.online}
            data-path={device.online ? device.path : "none"}
            aria-haspopup="dialog"
            onClick={() => onOpen(device)}
          >
            <span class="device-path">
              <PathShape path={device.online && device.path === "none" ? "local-p2p" : device.path} />
            </span>
            <span class="device-name">
              <strong>{device.name}</strong>
              {device.deviceId === ownId && <span class="mark">{t("devices.this")}</span>}
            </span>
            <span class="device-role">{nameRole(device.role)}</span>
            <span class="device-facts">
              <Presence device={device} nowMs={nowMs} />
              {device.person !== "" && (
                <span class="soft">{t("devices.person", { name: device.person })}</span>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
