// SPDX-License-Identifier: Apache-2.0
// One device: its name, its role, and the way out. Asking whether it shall go takes the place of the
// rest, so that no second dialog opens.

import { useState } from "preact/hooks";

import { lookUp } from "../link/fields";
import { askHub } from "../link/hub-api";
import { isDeviceRole, nameRole, roles } from "../link/roles";
import { formatExact } from "../link/time-text";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t, type MessageKey } from "../messages";
import { Confirm, Dialog, Trouble } from "../theme/dialog";
import { toName, type Device } from "./device";

const ways: Readonly<Record<string, MessageKey>> = {
  link: "devices.paired.link",
  code: "devices.paired.code",
  token: "devices.paired.key",
};

export interface DeviceDialogProps {
  link: LinkView;
  device: Device;
  isOwn: boolean;
  onClose: () => void;
  /** Done; what to say. */
  onChanged: (text: string) => void;
}

interface PartProps extends DeviceDialogProps {
  onRemove: () => void;
}

function DeviceForm({ link, device, onChanged, onRemove }: PartProps) {
  // As somebody began: what another manager changes meanwhile stays.
  const [before] = useState(device);
  const [name, setName] = useState(before.name);
  const [role, setRole] = useState(before.role);
  const { busy, trouble, run } = useTask();
  const wanted = toName(name);
  const changed = wanted !== before.name || role !== before.role;

  const save = () =>
    run(async () => {
      const { deviceId } = device;
      if (wanted === null) return;
      if (wanted !== before.name)
        await askHub(link.connection, "POST", "/api/v1/devices/rename", { deviceId, name: wanted });
      if (role !== before.role)
        await askHub(link.connection, "POST", "/api/v1/devices/role", { deviceId, role });
      const now = role === before.role ? device.role : role;
      onChanged(t("devices.saved", { name: wanted, role: nameRole(now) }));
    });

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label class="field">
        <span>{t("devices.name")}</span>
        <input
          type="text"
          value={name}
          maxLength={64}
          autoComplete="off"
          data-testid="device-name"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t("devices.role")}</span>
        <select
          value={role}
          data-testid="device-role"
          onChange={(event) => setRole(event.currentTarget.value)}
        >
          {!isDeviceRole(before.role) && <option value={before.role}>{nameRole(before.role)}</option>}
          {roles.map((one) => (
            <option key={one} value={one}>
              {nameRole(one)}
            </option>
          ))}
        </select>
        {role !== before.role && <span class="soft">{t("devices.role.hint")}</span>}
      </label>
      <p class="soft">
        {t(lookUp(ways, device.kind) ?? "devices.paired", { time: formatExact(device.createdMs) })}
      </p>
      <Trouble text={trouble} />
      <div class="dialog-actions">
        <button type="button" class="danger-quiet" data-testid="remove" onClick={onRemove}>
          {t("devices.remove")}
        </button>
        <button
          type="submit"
          class="primary"
          data-testid="save"
          disabled={busy || wanted === null || !changed}
        >
          {t("action.save")}
        </button>
      </div>
    </form>
  );
}

function RemoveDevice({ link, device, isOwn, onChanged, onKeep }: DeviceDialogProps & { onKeep: () => void }) {
  const { busy, trouble, run } = useTask();
  const remove = () =>
    run(async () => {
      await askHub(link.connection, "POST", "/api/v1/devices/revoke", { deviceId: device.deviceId });
      onChanged(t("devices.removed", { name: device.name }));
    });
  return (
    <Confirm
      text={t(isOwn ? "devices.remove.own" : "devices.remove.hint")}
      action={t("devices.remove")}
      keep={t("action.keep")}
      busy={busy}
      trouble={trouble}
      onConfirm={remove}
      onKeep={onKeep}
    />
  );
}

export function DeviceDialog(props: DeviceDialogProps) {
  const [removing, setRemoving] = useState(false);
  const { device, onClose } = props;
  return (
    <Dialog
      title={removing ? t("devices.remove.title", { name: device.name }) : device.name}
      contentKey={removing ? "remove" : ""}
      onClose={onClose}
      testId="device-dialog"
    >
      {removing ? (
        <RemoveDevice {...props} onKeep={() => setRemoving(false)} />
      ) : (
        <DeviceForm {...props} onRemove={() => setRemoving(true)} />
      )}
    </Dialog>
  );
}
