// SPDX-License-Identifier: Apache-2.0
// Where things are made; each station sees its own lines, on its screens or its printer.

import type { PrinterInfo } from "@bellhop/client";
import { useState } from "preact/hooks";

import type { Menu, Station } from "../house/menu";
import { namePrinter } from "../link/printer-text";
import { usePrinters, type LinkView } from "../link/use-link";
import { t } from "../messages";
import { Dialog } from "../theme/dialog";
import { nextPosition } from "./drafts";
import { useOpened, type Editing } from "./editing";
import { FormActions, SelectField, TextField } from "./form-parts";
import { PartList } from "./part-list";

interface StationEditorProps {
  editing: Editing;
  menu: Menu;
  printers: readonly PrinterInfo[];
  /** null: a new one. */
  station: Station | null;
  onClose: () => void;
}

function StationEditor({ editing, menu, printers, station, onClose }: StationEditorProps) {
  const { before, id, isGone } = useOpened(station, (one) => one.stationId);
  const [name, setName] = useState(before?.name ?? "");
  const [printer, setPrinter] = useState(before?.printer ?? "");
  const wanted = name.trim();
  const known = printers.map((one) => ({ value: one.name, label: namePrinter(one) }));
  // One that the hub does not have any more is still what was chosen.
  const isKnown = printer === "" || known.some(({ value }) => value === printer);
  const own = isKnown ? [] : [{ value: printer, label: printer }];
  const save = () => {
    const position = before === null ? { position: nextPosition(menu.stations) } : {};
    const set = { name: wanted, printer: printer === "" ? null : printer, ...position };
    editing.saveChange("station", { id, set, before: { ...before }, isGone }, wanted);
    onClose();
  };
  return (
    <Dialog
      title={before === null ? t("menu.station.new") : before.name}
      onClose={onClose}
      testId="station-editor"
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== "") save();
        }}
      >
        <TextField
          label={t("menu.name")}
          value={name}
          max={80}
          testId="edit-name"
          isFirst={before === null}
          placeholder={t("menu.station.placeholder")}
          onType={setName}
        />
        <SelectField
          label={t("menu.station.printer")}
          value={printer}
          options={[{ value: "", label: t("menu.station.printer.first") }, ...known, ...own]}
          testId="edit-printer"
          hint={t("menu.station.printer.hint")}
          onChoose={setPrinter}
        />
        <FormActions
          isReady={wanted !== ""}
          isGone={isGone}
          onRemove={
            before === null
              ? undefined
              : () => {
                  editing.remove("station", id, before.name);
                  onClose();
                }
          }
        />
      </form>
    </Dialog>
  );
}

export function StationsView({ editing, menu, link }: { editing: Editing; menu: Menu; link: LinkView }) {
  const printers = usePrinters(link.connection, link.path) ?? [];
  const describe = ({ printer }: Station) => {
    const known = printers.find((one) => one.name === printer);
    if (printer === null) return t("menu.station.printer.first");
    return known === undefined ? printer : namePrinter(known);
  };
  return (
    <PartList
      part="station"
      about={t("menu.stations.about")}
      add={t("menu.station.add")}
      rows={menu.stations.map((one) => ({ id: one.stationId, name: one.name, more: describe(one) }))}
      editing={editing}
      render={(id, onClose) => (
        <StationEditor
          {...{ editing, menu, printers, onClose }}
          station={menu.stations.find(({ stationId }) => stationId === id) ?? null}
        />
      )}
    />
  );
}
