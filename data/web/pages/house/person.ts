// SPDX-License-Identifier: Apache-2.0
// Who is signed in on this device, for whatever writes in their name. The hub has the last word; while
// it is away, what it said last counts.

import { useEffect, useState } from "preact/hooks";

import type { Person } from "../link/people";
import { textOf, toFields } from "../link/fields";
import { readStored, store } from "../link/storage";

const KEPT = "person";

function recall(): Person | null {
  const kept = toFields(readStored(KEPT));
  const personId = textOf(kept, "personId");
  return personId === "" ? null : { personId, name: textOf(kept, "name") };
}

let person: Person | null | undefined;
const listeners = new Set<(person: Person | null) => void>();

export function currentPerson(): Person | null {
  person ??= recall();
  return person;
}

/** null: nobody is. */
export function currentPersonId(): string | null {
  return currentPerson()?.personId ?? null;
}

export function setPerson(now: Person | null): void {
  const before = currentPerson();
  person = now;
  if (before?.personId === now?.personId && before?.name === now?.name) return;
  store(KEPT, now);
  for (const listener of [...listeners]) listener(now);
}

export function usePerson(): Person | null {
  const [seen, setSeen] = useState(currentPerson);
  useEffect(() => {
    setSeen(currentPerson());
    listeners.add(setSeen);
    return () => void listeners.delete(setSeen);
  }, []);
  return seen;
}
