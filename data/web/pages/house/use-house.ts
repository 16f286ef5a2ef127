// SPDX-License-Identifier: Apache-2.0
// The replica as components see it: what they read is read again when its records change.

import type { Connection, EntityRecord, Property, PropertyDraft } from "@bellhop/client";
import { useCallback, useEffect, useReducer, useRef, useState } from "preact/hooks";

import type { RecordSource } from "./source";

/** A Property is one, and a ViewFollower. */
export interface ChangingSource extends RecordSource {
  on(name: "changed", listener: (change: { entities: string[] }) => void): () => void;
}

/** null: not open yet, or none, as at an open hub. */
export function useProperty(connection: Connection | null): Property | null {
  const [property, setProperty] = useState<Property | null>(connection?.property ?? null);
  useEffect(() => {
    if (connection === null) return;
    setProperty(connection.property);
    return connection.on("property", setProperty);
  }, [connection]);
  return property;
}

/**
 * What `read` makes of the records; null without a source. Read again, once for a burst of changes, when
 * a record of one of these types changes.
 *
 * @param types has to stay equal from one rendering to the next: ["order", "place"]
 * @param read pure; what it depends on besides goes into `inputs`
 */
export function useRecords<T>(
  source: ChangingSource | null,
  types: readonly string[],
  read: (source: RecordSource) => T,
  inputs: readonly unknown[] = [],
): T | null {
  const [turn, again] = useReducer((count: number) => count + 1, 0);
  const key = types.join(" ");
  useEffect(() => {
    if (source === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = source.on("changed", ({ entities }) => {
      if (timer !== undefined) return;
      const wanted = key.split(" ");
      if (!entities.some((name) => wanted.includes(name.slice(0, name.indexOf("/"))))) return;
      timer = setTimeout(() => {
        timer = undefined;
        again(undefined);
      }, 0);
    });
    // What changed between the rendering and this.
    again(undefined);
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [source, key]);

  const known = useRef<{ source: unknown; turn: number; inputs: readonly unknown[]; value: T } | null>(
    null,
  );
  if (source === null) return null;
  const last = known.current;
  const isSame =
    last !== null &&
    last.source === source &&
    last.turn === turn &&
    last.inputs.length === inputs.length &&
    last.inputs.every((input, at) => input === inputs[at]);
  if (last !== null && isSame) return last.value;
  const value = read(source);
  known.current = { source, turn, inputs, value };
  return value;
}

/** Of a record: all that this device wrote there is at the hub. */
export function isSafe(property: Property, name: string): boolean {
  const record = property.record(name);
  if (record === null) return true;
  if (property.isPending(name)) return false;
  const own = new Set(property.ownLogs());
  return stampsOf(record).every(
    ([logId, seq]) => !own.has(logId) || property.levelOf(logId, seq) === "hub",
  );
}

function stampsOf({ items, registers }: EntityRecord): [logId: string, seq: number][] {
  return [
    ...Object.values(items).map(([, , , logId, seq]): [string, number] => [logId, seq]),
    ...Object.values(registers).map(([, , , , logId, seq]): [string, number] => [logId, seq]),
  ];
}

/** Whether what this device wrote about it has reached the hub. */
export function useSafe(property: Property | null, name: string): boolean {
  const [safe, setSafe] = useState(true);
  useEffect(() => {
    if (property === null) return;
    const look = () => setSafe(isSafe(property, name));
    look();
    const offs = [
      property.on("level", look),
      property.on("changed", ({ entities }) => {
        if (entities.includes(name)) look();
      }),
    ];
    return () => {
      for (const off of offs) off();
    };
  }, [property, name]);
  return safe;
}

export type Write = (drafts: PropertyDraft | readonly PropertyDraft[]) => Promise<boolean>;

/**
 * Writes: what it says is seen at once. Resolves to whether it is kept; where not, `onLost` was told and
 * what was seen is taken back.
 */
export function useWrite(property: Property | null, onLost: () => void): Write {
  return useCallback(
    async (drafts) => {
      if (property === null) {
        onLost();
        return false;
      }
      try {
        await property.write(drafts);
        return true;
      } catch (problem) {
        console.error(problem);
        onLost();
        return false;
      }
    },
    [property, onLost],
  );
}
