// SPDX-License-Identifier: Apache-2.0
// What this screen shows and how: stations, colours, sound, when a ticket presses.

import type { Station } from "../house/menu";
import { chime, readyChime } from "../link/chime";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { STANDARD_THRESHOLDS, type Thresholds } from "./ageing";
import type { Settings } from "./settings";
import { toggleStation, type Choice } from "./stations";
import type { WakeState } from "./use-wake-lock";

export interface ScreenDialogProps {
  settings: Settings;
  /** A standing one. */
  choice: Choice;
  stations: readonly Station[];
  wake: WakeState;
  onChange: (change: Partial<Settings>) => void;
  onClose: () => void;
}

const SOON = [3, 5, 8, 10, 15];
const LATE = [8, 10, 15, 20, 30];

function Check(props: { checked: boolean; label: string; testId: string; onToggle: () => void }) {
  return (
    <label class="screen-check">
      <input
        type="checkbox"
        checked={props.checked}
        data-testid={props.testId}
        onChange={props.onToggle}
      />
      <span>{props.label}</span>
    </label>
  );
}

interface MinutesProps {
  label: string;
  value: number;
  values: readonly number[];
  testId: string;
  onChoose: (minutes: number) => void;
}

function Minutes({ label, value, values, testId, onChoose }: MinutesProps) {
  const all = [...new Set([...values, value])].sort((a, b) => a - b);
  return (
    <label class="field">
      <span>{label}</span>
      <select
        data-testid={testId}
        value={value}
        onChange={(event) => onChoose(Number(event.currentTarget.value))}
      >
        {all.map((minutes) => (
          <option key={minutes} value={minutes}>
            {t("kitchen.minutes", { minutes })}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Late is always later than pressing. */
function later({ soon, late }: Thresholds, values: readonly number[]): Thresholds {
  if (soon < late) return { soon, late };
  return { soon, late: values.find((one) => one > soon) ?? soon + STANDARD_THRESHOLDS.soon };
}

export function ScreenDialog(props: ScreenDialogProps) {
  const { settings, choice, stations, wake, onChange, onClose } = props;
  const { thresholds, scheme, sound } = settings;
  return (
    <Dialog title={t("kitchen.screen")} testId="screen-dialog" onClose={onClose}>
      {stations.length > 0 && (
        <fieldset class="screen-group">
          <legend>{t("kitchen.screen.stations")}</legend>
          <Check
            checked={choice === null}
            label={t("kitchen.all-stations")}
            testId="station-all"
            onToggle={() => onChange({ stations: null })}
          />
          {stations.map(({ stationId, name }) => (
            <Check
              key={stationId}
              checked={choice?.includes(stationId) === true}
              label={name}
              testId="station"
              onToggle={() => onChange({ stations: toggleStation(choice, stationId, stations) })}
            />
          ))}
        </fieldset>
      )}
      <fieldset class="screen-group">
        <legend>{t("kitchen.screen.look")}</legend>
        <Check
          checked={scheme === "light"}
          label={t("kitchen.screen.light")}
          testId="light"
          onToggle={() => onChange({ scheme: scheme === "light" ? "dark" : "light" })}
        />
        <Check
          checked={sound}
          label={t("kitchen.screen.sound")}
          testId="sound"
          onToggle={() => {
            if (!sound) {
              readyChime();
              chime();
            }
            onChange({ sound: !sound });
          }}
        />
      </fieldset>
      <div class="screen-ages">
        <Minutes
          label={t("kitchen.screen.soon")}
          value={thresholds.soon}
          values={SOON}
          testId="soon"
          onChoose={(soon) => onChange({ thresholds: later({ ...thresholds, soon }, LATE) })}
        />
        <Minutes
          label={t("kitchen.screen.late")}
          value={thresholds.late}
          values={LATE.filter((one) => one > thresholds.soon)}
          testId="late"
          onChoose={(late) => onChange({ thresholds: { ...thresholds, late } })}
        />
      </div>
      <p class="soft" data-testid="wake" data-wake={wake}>
        {t(`kitchen.wake.${wake}`)}
      </p>
    </Dialog>
  );
}
