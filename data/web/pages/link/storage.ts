// SPDX-License-Identifier: Apache-2.0
// localStorage of this origin, or memory where the browser gives none (private windows): what is kept
// then lives as long as the page.

const memory = new Map<string, string>();
const PREFIX = "bellhop.";

export function readStored(name: string): unknown {
  try {
    // What did not fit any more is newer than what is kept of it.
    const text = memory.get(name) ?? localStorage.getItem(PREFIX + name);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    const text = memory.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }
}

/** Whether it will be there after a reload. */
export function store(name: string, value: unknown): boolean {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(PREFIX + name, text);
    memory.delete(name);
    return true;
  } catch {
    memory.set(name, text);
    return false;
  }
}

/** Everything that is kept, as it is kept: JSON texts by name. */
export function readEntries(): Record<string, string> {
  const entries: Record<string, string> = {};
  try {
    for (let i = 0; i < localStorage.length; i += 1) {
      const key = localStorage.key(i);
      if (key?.startsWith(PREFIX) !== true) continue;
      const text = localStorage.getItem(key);
      if (text !== null) entries[key.slice(PREFIX.length)] = text;
    }
  } catch {
    // What is in memory is all there is.
  }
  for (const [name, text] of memory) entries[name] = text;
  return entries;
}

/** Whether all of it will be there after a reload. */
export function writeEntries(entries: Record<string, string>): boolean {
  try {
    for (const [name, text] of Object.entries(entries)) localStorage.setItem(PREFIX + name, text);
    return true;
  } catch {
    return false;
  }
}

export function removeEntries(): void {
  for (const name of Object.keys(readEntries())) {
    memory.delete(name);
    try {
      localStorage.removeItem(PREFIX + name);
    } catch {
      // There was none.
    }
  }
}
