// SPDX-License-Identifier: Apache-2.0
// For programs of others: a key that stands for a device. The hub keeps no copy to show again.

import { useState } from "preact/hooks";

import { textOf } from "../link/fields";
import { askHub } from "../link/hub-api";
import { nameRole, type DeviceRole } from "../link/roles";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { CopyField } from "../theme/copy-field";
import { Dialog, Trouble } from "../theme/dialog";
import { toName } from "./device";

const programRoles: readonly DeviceRole[] = ["pos", "kitchen", "printer", "staff"];

interface ProgramFormProps {
  link: LinkView;
  onMade: (name: string, key: string) => void;
}

function ProgramForm({ link, onMade }: ProgramFormProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<DeviceRole>("pos");
  const { busy, trouble, run } = useTask();
  const wanted = toName(name);

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          if (wanted === null) return;
          const body = { role, name: wanted };
          const answer = await askHub(link.connection, "POST", "/api/v1/tokens", body);
          onMade(wanted, textOf(answer, "token"));
        });
      }}
    >
      <p class="soft">{t("program.about")}</p>
      <label class="field">
        <span>{t("devices.name")}</span>
        <input
          type="text"
          value={name}
          maxLength={64}
          autoComplete="off"
          placeholder={t("program.name.placeholder")}
          data-autofocus
          data-testid="program-name"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t("devices.role")}</span>
        <select
          value={role}
          data-testid="program-role"
          onChange={(event) => setRole(event.currentTarget.value as DeviceRole)}
        >
          {programRoles.map((one) => (
            <option key={one} value={one}>
              {nameRole(one)}
            </option>
          ))}
        </select>
      </label>
      <Trouble text={trouble} />
      <div class="dialog-actions">
        <button
          type="submit"
          class="primary"
          data-testid="make-key"
          disabled={busy || wanted === null}
        >
          {t("program.make")}
        </button>
      </div>
    </form>
  );
}

export interface ProgramDialogProps {
  link: LinkView;
  onClose: () => void;
  onChanged: () => void;
}

export function ProgramDialog({ link, onClose, onChanged }: ProgramDialogProps) {
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);
  if (made === null)
    return (
      <Dialog title={t("program")} onClose={onClose} testId="program-dialog">
        <ProgramForm
          link={link}
          onMade={(name, key) => {
            setMade({ name, key });
            onChanged();
          }}
        />
      </Dialog>
    );
  return (
    <Dialog
      title={t("program.key", { name: made.name })}
      contentKey="key"
      onClose={onClose}
      testId="program-dialog"
    >
      <p class="warning">{t("program.key.warning")}</p>
      <CopyField label={t("program.key", { name: made.name })} text={made.key} />
      <div class="dialog-actions">
        <button type="button" class="primary" onClick={onClose}>
          {t("program.key.kept")}
        </button>
      </div>
    </Dialog>
  );
}
