// SPDX-License-Identifier: Apache-2.0
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { toCleanToday, type Room } from "./room";

export interface NewDayProps {
  rooms: readonly Room[];
  onGo: (rooms: readonly Room[]) => void;
  onClose: () => void;
}

/** Every room that somebody slept in needs cleaning. */
export function NewDay({ rooms, onGo, onClose }: NewDayProps) {
  const wanted = toCleanToday(rooms);
  const go = () => {
    onGo(wanted);
    onClose();
  };
  return (
    <Dialog title={t("rooms.new-day.title")} onClose={onClose} testId="new-day-dialog">
      <p>
        {wanted.length === 0
          ? t("rooms.new-day.none")
          : t("rooms.new-day.hint", { count: wanted.length })}
      </p>
      <div class="dialog-actions">
        <button type="button" onClick={onClose}>
          {t("action.close")}
        </button>
        {wanted.length > 0 && (
          <button type="button" class="primary" data-autofocus data-testid="new-day-go" onClick={go}>
            {t("rooms.new-day.go")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
