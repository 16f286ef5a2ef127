// SPDX-License-Identifier: Apache-2.0
// A few named values of this origin that must outlive a power cut: IndexedDB, written through to the
// disk. Where the browser denies it, the tab's own storage; where that is denied too, memory.

/** How long a value lives: on this device, as long as the tab, as long as the page. */
export type Keeping = "durable" | "tab" | "page";

export interface KeyValue {
  readonly keeping: Keeping;
  read(name: string): Promise<unknown>;
  /** All of them, or none; null deletes. */
  write(values: Record<string, unknown>): Promise<void>;
}

const DATABASE = "bellhop";
const STORE = "keys";
const PREFIX = "bellhop.keys.";
/** Some browsers neither open nor refuse while another tab upgrades, or in private windows. */
const OPEN_TIMEOUT_MS = 3000;

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    const timer = setTimeout(() => reject(new Error("IndexedDB does not open")), OPEN_TIMEOUT_MS);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      clearTimeout(timer);
      // A later version in another tab is not held up by this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error ?? new Error("IndexedDB is denied"));
    };
  });
}

class DatabaseValues implements KeyValue {
  readonly keeping = "durable";
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  read(name: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request = this.#database.transaction(STORE).objectStore(STORE).get(name);
      request.onsuccess = () => resolve(request.result as unknown);
      request.onerror = () => reject(request.error ?? new Error("IndexedDB does not read"));
    });
  }

  write(values: Record<string, unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(STORE, "readwrite", { durability: "strict" });
      const store = transaction.objectStore(STORE);
      for (const [name, value] of Object.entries(values)) {
        if (value === null) store.delete(name);
        else store.put(value, name);
      }
      // `complete` comes once the disk has it (durability: strict).
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () =>
        reject(transaction.error ?? new Error("IndexedDB does not write"));
    });
  }
}

class TabValues implements KeyValue {
  readonly keeping = "tab";

  read(name: string): Promise<unknown> {
    const text = sessionStorage.getItem(PREFIX + name);
    return Promise.resolve(text === null ? undefined : (JSON.parse(text) as unknown));
  }

  write(values: Record<string, unknown>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      if (value === null) sessionStorage.removeItem(PREFIX + name);
      else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
    }
    return Promise.resolve();
  }
}

export class PageValues implements KeyValue {
  readonly keeping = "page";
  readonly #values = new Map<string, unknown>();

  read(name: string): Promise<unknown> {
    return Promise.resolve(this.#values.get(name));
  }

  write(values: Record<string, unknown>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      if (value === null) this.#values.delete(name);
      else this.#values.set(name, value);
    }
    return Promise.resolve();
  }
}

async function open(): Promise<KeyValue> {
  try {
    const values = new DatabaseValues(await openDatabase());
    // Some open and then refuse the first write.
    await values.write({ tried: null });
    return values;
  } catch {
    // Denied, or full.
  }
  try {
    const values = new TabValues();
    await values.write({ tried: 1 });
    await values.write({ tried: null });
    return values;
  } catch {
    return new PageValues();
  }
}

let opened: Promise<KeyValue> | null = null;

/** The same one for the whole page. */
export function openValues(): Promise<KeyValue> {
  opened ??= open();
  return opened;
}
