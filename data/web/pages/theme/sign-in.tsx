// SPDX-License-Identifier: Apache-2.0
// Who is working on this device. A tablet is shared: a person with a PIN takes it over in a second.
// Where a property keeps no list of people, nothing is shown.

import { useEffect, useRef, useState } from "preact/hooks";

import { setPerson } from "../house/person";
import { numberOf } from "../link/fields";
import { askHub, HubProblem } from "../link/hub-api";
import { initialsOf, isPin, toPeople, typePin, type People, type Person } from "../link/people";
import { describeProblem } from "../link/problem-text";
import { mayReadPeople } from "../link/roles";
import { formatWait } from "../link/time-text";
import { useHubData } from "../link/use-hub-data";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { Dialog, Trouble } from "./dialog";
import { PinPad } from "./pin-pad";

const STANDARD_WAIT_MS = 30000;

/** Seconds until the next try may be made; 0: now. */
function useWait(): [number, (waitMs: number) => void] {
  const [leftS, setLeftS] = useState(0);
  useEffect(() => {
    if (leftS <= 0) return;
    const timer = setTimeout(() => setLeftS(leftS - 1), 1000);
    return () => clearTimeout(timer);
  }, [leftS]);
  return [leftS, (waitMs) => setLeftS(Math.max(1, Math.ceil(waitMs / 1000)))];
}

interface PinEntryProps {
  link: LinkView;
  person: Person;
  onSignedIn: () => void;
  onBack: () => void;
}

/** The digits as they are now: two keys may come before the page is drawn again. */
function useDigits(onTyped: () => void) {
  const [digits, setDigits] = useState("");
  const now = useRef("");
  const set = (next: string) => {
    now.current = next;
    setDigits(next);
  };
  const press = (key: string) => {
    const next = typePin(now.current, key);
    if (next === null) return;
    set(next);
    onTyped();
  };
  return { digits, now, set, press };
}

function PinEntry({ link, person, onSignedIn, onBack }: PinEntryProps) {
  const [waitS, startWait] = useWait();
  const { busy, trouble, run, setTrouble } = useTask();
  const { digits, now, set, press } = useDigits(() => setTrouble(""));

  const explain = (problem: HubProblem) => {
    if (problem.code === "too-many-tries")
      startWait(numberOf(problem.body, "retryMs") ?? STANDARD_WAIT_MS);
    else if (problem.code === "wrong-pin") setTrouble(t("sign-in.wrong", { name: person.name }));
    else setTrouble(describeProblem(problem));
  };
  const signIn = () => {
    const pin = now.current;
    if (!isPin(pin)) return;
    run(async () => {
      const body = { personId: person.personId, pin };
      try {
        await askHub(link.connection, "POST", "/api/v1/sign-in", body);
      } catch (problem) {
        set("");
        if (!(problem instanceof HubProblem)) throw problem;
        explain(problem);
        return;
      }
      onSignedIn();
    });
  };

  return (
    <>
      <div class="sign-in-said">
        <p role="status">{waitS > 0 && t("sign-in.wait", { time: formatWait(waitS * 1000) })}</p>
        <Trouble text={waitS > 0 ? "" : trouble} />
      </div>
      <PinPad
        digits={digits}
        disabled={busy || waitS > 0}
        onKey={press}
        onDone={signIn}
      />
      <button type="button" class="quiet" onClick={onBack}>
        {t("sign-in.other")}
      </button>
    </>
  );
}

function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}

interface PersonListProps {
  people: People;
  busy: boolean;
  onChoose: (person: Person) => void;
  onSignOut: () => void;
}

function PersonList({ people: { people, signedIn }, busy, onChoose, onSignOut }: PersonListProps) {
  const others = people.filter(({ personId }) => personId !== signedIn?.personId);
  return (
    <>
      {signedIn !== null && (
        <div class="signed-in">
          <Avatar name={signedIn.name} />
          <span class="signed-in-name">{signedIn.name}</span>
          <button type="button" data-testid="sign-out" disabled={busy} onClick={onSignOut}>
            {t("sign-in.out")}
          </button>
        </div>
      )}
      <ul class="person-list">
        {others.map((person) => (
          <li key={person.personId}>
            <button type="button" data-testid="person" onClick={() => onChoose(person)}>
              <Avatar name={person.name} />
              <span>{person.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface SignInDialogProps {
  link: LinkView;
  people: People;
  onClose: () => void;
  onChanged: () => void;
}

function SignInDialog({ link, people, onClose, onChanged }: SignInDialogProps) {
  const [person, setPerson] = useState<Person | null>(null);
  const { busy, trouble, run } = useTask();
  const done = () => {
    onChanged();
    onClose();
  };
  const signOut = () =>
    run(async () => {
      await askHub(link.connection, "POST", "/api/v1/sign-out", {});
      done();
    });

  if (person !== null)
    return (
      <Dialog
        title={t("sign-in.pin", { name: person.name })}
        contentKey={person.personId}
        onClose={onClose}
        testId="sign-in"
      >
        <PinEntry link={link} person={person} onSignedIn={done} onBack={() => setPerson(null)} />
      </Dialog>
    );
  return (
    <Dialog
      title={t(people.signedIn === null ? "sign-in.who" : "sign-in.signed-in")}
      onClose={onClose}
      testId="sign-in"
    >
      <PersonList people={people} busy={busy} onChoose={setPerson} onSignOut={signOut} />
      <Trouble text={trouble} />
    </Dialog>
  );
}

export function SignIn({ link }: { link: LinkView }) {
  const path = mayReadPeople(link.role) ? "/api/v1/people" : null;
  const { data, refresh } = useHubData(link, path, "people", toPeople);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    if (data !== null) setPerson(data.signedIn);
  }, [data]);

  if (data === null || (data.people.length === 0 && data.signedIn === null)) return null;
  const name = data.signedIn?.name;
  return (
    <>
      <button
        type="button"
        class="person-button"
        data-testid="person-button"
        aria-haspopup="dialog"
        aria-label={name === undefined ? t("sign-in") : t("sign-in.is", { name })}
        title={name === undefined ? t("sign-in") : t("sign-in.is", { name })}
        onClick={() => setOpen(true)}
      >
        {name === undefined ? (
          <svg class="person-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <circle cx="12" cy="8" r="4" />
            <path d="M4 21c0-4.400 3.600-7 8-7s8 2.600 8 7z" />
          </svg>
        ) : (
          <Avatar name={name} />
        )}
        <span class="person-name">{name ?? t("sign-in")}</span>
      </button>
      {open && (
        <SignInDialog
          link={link}
          people={data}
          onClose={() => setOpen(false)}
          onChanged={refresh}
        />
      )}
    </>
  );
}
