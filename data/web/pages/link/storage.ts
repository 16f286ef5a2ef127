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
