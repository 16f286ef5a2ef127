// SPDX-License-Identifier: Apache-2.0
// What a new device will be: three large choices for nearly all of them, the others behind "more".

import { useState } from "preact/hooks";

import { nameRole, type DeviceRole } from "../link/roles";
import { t, type MessageKey } from "../messages";

const first: readonly DeviceRole[] = ["staff", "kitchen", "pos"];
const others: readonly DeviceRole[] = ["manager", "printer"];

const hints: Readonly<Record<DeviceRole, MessageKey>> = {
  staff: "role.staff.hint",
  kitchen: "role.kitchen.hint",
  pos: "role.pos.hint",
  manager: "role.manager.hint",
  printer: "role.printer.hint",
};

/** 24 by 24: two people, a pot, a till, a key, a printer. */
const pictures: Readonly<Record<DeviceRole, string>> = {
  staff: "M9 4a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM2 20c0-4 3-6.500 7-6.500s7 2.500 7 6.500zM16 5a3 3 0 1 1-.5 6M18 14c2.500.5 4 2.500 4 6",
  kitchen: "M5 10h14v8a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2zM2 12h3M19 12h3M4 10h16M9 7V4M12 7V3M15 7V4",
  pos: "M4 12h16v8H4zM6 12l1-6h10l1 6M9 3h6v3H9zM8 16h8",
  manager: "M8 15a4.500 4.500 0 1 1 4-4.500L21 10.500v4M17 10.500V14",
  printer: "M7 8V3h10v5M4 8h16v8h-3M7 16H4V8M7 13h10v8H7z",
};

export interface RoleChoiceProps {
  role: DeviceRole;
  onChoose: (role: DeviceRole) => void;
}

function Choice({ one, role, onChoose }: RoleChoiceProps & { one: DeviceRole }) {
  return (
    <label class="role-choice" data-chosen={one === role}>
      <input
        type="radio"
        name="role"
        value={one}
        checked={one === role}
        data-testid={`role-${one}`}
        onChange={() => onChoose(one)}
      />
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d={pictures[one]} />
      </svg>
      <strong>{nameRole(one)}</strong>
      <span>{t(hints[one])}</span>
    </label>
  );
}

export function RoleChoice(props: RoleChoiceProps) {
  const [more, setMore] = useState(others.includes(props.role));
  return (
    <fieldset class="choices">
      <legend>{t("pairing.role")}</legend>
      <div class="choices-grid">
        {first.map((one) => (
          <Choice key={one} one={one} {...props} />
        ))}
        {more && others.map((one) => <Choice key={one} one={one} {...props} />)}
      </div>
      {!more && (
        <button type="button" class="quiet" data-testid="role-more" onClick={() => setMore(true)}>
          {t("pairing.role.more")}
        </button>
      )}
    </fieldset>
  );
}
