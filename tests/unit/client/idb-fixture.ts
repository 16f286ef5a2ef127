// SPDX-License-Identifier: Apache-2.0
// IndexedDB in memory, and tabs that hear of each other. The names stand where a browser has them; only
// `indexedDB` itself does not, so that nothing finds one by chance.

import * as fake from "fake-indexeddb";

import { IdbStore } from "../../../data/web/client/log/idb-store";
import type { StoreNews } from "../../../data/web/client/log/log-store";
import type { TabChannel } from "../../../data/web/client/log/tab-channel";
import { FakeClock } from "./fake-clock";

export type Factory = IDBFactory;

Object.assign(globalThis, {
  IDBCursor: fake.IDBCursor,
  IDBDatabase: fake.IDBDatabase,
  IDBIndex: fake.IDBIndex,
  IDBKeyRange: fake.IDBKeyRange,
  IDBObjectStore: fake.IDBObjectStore,
  IDBRequest: fake.IDBRequest,
  IDBTransaction: fake.IDBTransaction,
});

/** As a browser does when the person deletes the site's data. */
export const forceClose = fake.forceCloseDatabase;

/** One origin of one browser. */
export class FakeOrigin {
  readonly factory: IDBFactory = new fake.IDBFactory();
  readonly clock = new FakeClock();
  readonly #listeners = new Map<TabChannel, (news: StoreNews) => void>();

  channel(): TabChannel {
    const channel: TabChannel = {
      post: (news) => {
        for (const [other, listener] of this.#listeners)
          if (other !== channel) queueMicrotask(() => listener({ ...news }));
      },
      listen: (listener) => this.#listeners.set(channel, listener),
      close: () => this.#listeners.delete(channel),
    };
    return channel;
  }

  /** A tab's. */
  store(name = "bellhop-log"): IdbStore {
    const { factory, clock } = this;
    return new IdbStore({ name, factory, clock, channel: this.channel() });
  }
}
