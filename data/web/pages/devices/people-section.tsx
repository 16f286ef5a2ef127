// SPDX-License-Identifier: Apache-2.0
// The people who sign in on shared devices. A PIN is typed twice and never shown.

import { useState } from "preact/hooks";

import type { Fields } from "../link/fields";
import { askHub } from "../link/hub-api";
import { initialsOf, isPin, MAX_PIN_DIGITS, type Person } from "../link/people";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { Confirm, Dialog, Trouble } from "../theme/dialog";
import { toName } from "./device";

interface PinFieldProps {
  label: string;
  value: string;
  testId: string;
  onChange: (digits: string) => void;
}

function PinField({ label, value, testId, onChange }: PinFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={MAX_PIN_DIGITS}
        value={value}
        data-testid={testId}
        onInput={(event) => {
          const digits = event.currentTarget.value.replace(/\D/g, "");
          event.currentTarget.value = digits;
          onChange(digits);
        }}
      />
    </label>
  );
}

/** What keeps the two from being taken; "": nothing. */
function describePins(pin: string, again: string): string {
  if (pin !== "" && again !== "" && !isPin(pin)) return t("people.pin.rule");
  return again.length >= pin.length && again !== "" && again !== pin ? t("people.pin.differ") : "";
}

interface PersonFormProps {
  link: LinkView;
  /** null: a new one. */
  person: Person | null;
  onChanged: (text: string) => void;
  /** Asks whether the person shall go. */
  onRemove: () => void;
}

function usePersonForm({ link, person, onChanged }: PersonFormProps) {
  const [name, setName] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const task = useTask();
  const wanted = person?.name ?? toName(name);
  const ready = wanted !== null && isPin(pin) && pin === again;
  const save = () =>
    task.run(async () => {
      const [path, body]: [string, Fields] =
        person === null
          ? ["/api/v1/people", { name: wanted, pin }]
          : ["/api/v1/people/pin", { personId: person.personId, pin }];
      await askHub(link.connection, "POST", path, body);
      onChanged(t(person === null ? "people.added" : "people.pin.changed", { name: wanted ?? "" }));
    });
  return { name, setName, pin, setPin, again, setAgain, ready, save, ...task };
}

function PersonForm(props: PersonFormProps) {
  const { person, onRemove } = props;
  const form = usePersonForm(props);
  const isNew = person === null;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (form.ready) form.save();
      }}
    >
      {isNew && (
        <label class="field">
          <span>{t("people.name")}</span>
          <input
            type="text"
            value={form.name}
            maxLength={64}
            autoComplete="off"
            data-autofocus
            data-testid="person-name"
            onInput={(event) => form.setName(event.currentTarget.value)}
          />
        </label>
      )}
      <PinField
        label={t(isNew ? "people.pin" : "people.pin.new")}
        value={form.pin}
        testId="pin"
        onChange={form.setPin}
      />
      <PinField
        label={t("people.pin.again")}
        value={form.again}
        testId="pin-again"
        onChange={form.setAgain}
      />
      <p class="soft form-hint" role="status">
        {describePins(form.pin, form.again) || t("people.pin.rule")}
      </p>
      <Trouble text={form.trouble} />
      <div class="dialog-actions">
        {!isNew && (
          <button type="button" class="danger-quiet" data-testid="remove" onClick={onRemove}>
            {t("people.remove")}
          </button>
        )}
        <button
          type="submit"
          class="primary"
          data-testid="save"
          disabled={form.busy || !form.ready}
        >
          {t(isNew ? "people.add" : "people.pin.change")}
        </button>
      </div>
    </form>
  );
}

interface RemovePersonProps {
  link: LinkView;
  person: Person;
  onChanged: (text: string) => void;
  onKeep: () => void;
}

function RemovePerson({ link, person, onChanged, onKeep }: RemovePersonProps) {
  const { busy, trouble, run } = useTask();
  const { personId, name } = person;
  return (
    <Confirm
      text={t("people.remove.hint")}
      action={t("people.remove")}
      keep={t("action.keep")}
      busy={busy}
      trouble={trouble}
      onConfirm={() =>
        run(async () => {
          await askHub(link.connection, "POST", "/api/v1/people/remove", { personId });
          onChanged(t("people.removed", { name }));
        })
      }
      onKeep={onKeep}
    />
  );
}

interface PersonDialogProps {
  link: LinkView;
  person: Person | null;
  onClose: () => void;
  onChanged: (text: string) => void;
}

function PersonDialog({ link, person, onClose, onChanged }: PersonDialogProps) {
  const [removing, setRemoving] = useState(false);
  const name = person?.name ?? "";
  let title = name;
  if (person === null) title = t("people.add");
  else if (removing) title = t("people.remove.title", { name });
  return (
    <Dialog
      title={title}
      contentKey={removing ? "remove" : ""}
      onClose={onClose}
      testId="person-dialog"
    >
      {removing && person !== null ? (
        <RemovePerson
          link={link}
          person={person}
          onChanged={onChanged}
          onKeep={() => setRemoving(false)}
        />
      ) : (
        <PersonForm
          link={link}
          person={person}
          onChanged={onChanged}
          onRemove={() => setRemoving(true)}
        />
      )}
    </Dialog>
  );
}

function PersonRow({ person, onOpen }: { person: Person; onOpen: () => void }) {
  return (
    <li>
      <button
        type="button"
        class="row-button person-row"
        aria-haspopup="dialog"
        data-testid="person-row"
        onClick={onOpen}
      >
        <span class="avatar" aria-hidden="true">
          {initialsOf(person.name)}
        </span>
        <span class="row-name">{person.name}</span>
      </button>
    </li>
  );
}

export interface PeopleSectionProps {
  link: LinkView;
  /** null: not told yet. */
  people: readonly Person[] | null;
  onChanged: (text: string) => void;
}

export function PeopleSection({ link, people, onChanged }: PeopleSectionProps) {
  const [open, setOpen] = useState<Person | "new" | null>(null);
  return (
    <section class="panel" data-testid="people">
      <div class="panel-head">
        <h2>{t("people")}</h2>
        <button type="button" data-testid="person-add" onClick={() => setOpen("new")}>
          {t("people.add")}
        </button>
      </div>
      {people !== null && people.length === 0 && <p class="soft">{t("people.none")}</p>}
      <ul class="rows">
        {(people ?? []).map((person) => (
          <PersonRow key={person.personId} person={person} onOpen={() => setOpen(person)} />
        ))}
      </ul>
      {open !== null && (
        <PersonDialog
          link={link}
          person={open === "new" ? null : open}
          onClose={() => setOpen(null)}
          onChanged={(text) => {
            setOpen(null);
            onChanged(text);
          }}
        />
      )}
    </section>
  );
}
