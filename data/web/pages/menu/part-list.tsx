// SPDX-License-Identifier: Apache-2.0
// A list of what the menu is made of besides items, each opening its dialog.

import { useState, type Dispatch, type StateUpdater } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { SafeMark } from "../house/safe-mark";
import { t } from "../messages";
import type { Part } from "./drafts";
import type { Editing } from "./editing";

export interface PartRow {
  id: string;
  name: string;
  more: string;
}

export interface PartListProps {
  part: Part;
  about: string;
  add: string;
  rows: readonly PartRow[];
  editing: Editing;
  /** The dialog. @param id null: of a new one */
  render: (id: string | null, onClose: () => void) => ComponentChildren;
}

function Rows({ part, rows, editing, setOpen }: PartListProps & {
  setOpen: Dispatch<StateUpdater<string | null | undefined>>;
}) {
  return (
    <ul class="rows part-rows">
      {rows.map(({ id, name, more }) => (
        <li key={id} data-testid={part} data-id={id}>
          <button
            type="button"
            class="row-button part-row"
            aria-haspopup="dialog"
            data-testid={`${part}-open`}
            onClick={() => setOpen(id)}
          >
            <span class="row-name">{name}</span>
            <SafeMark property={editing.property} name={`${part}/${id}`} />
            <span class="soft part-more">{more}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function PartList(props: PartListProps) {
  const { part, about, add, rows, render } = props;
  const [open, setOpen] = useState<string | null | undefined>(undefined);
  return (
    <section class="parts">
      <p class="soft">{about}</p>
      {rows.length === 0 && <p>{t("menu.parts.none")}</p>}
      <Rows {...props} setOpen={setOpen} />
      <button type="button" class="add-category" data-testid={`${part}-add`} onClick={() => setOpen(null)}>
        {add}
      </button>
      {open !== undefined && render(open, () => setOpen(undefined))}
    </section>
  );
}
