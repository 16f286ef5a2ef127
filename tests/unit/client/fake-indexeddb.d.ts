// SPDX-License-Identifier: Apache-2.0
// What the tests use of it, so that they can be checked where it is not installed.

declare module "fake-indexeddb" {
  export const IDBCursor: unknown;
  export const IDBDatabase: unknown;
  export const IDBFactory: new () => import("./idb-fixture").Factory;
  export const IDBIndex: unknown;
  export const IDBKeyRange: unknown;
  export const IDBObjectStore: unknown;
  export const IDBRequest: unknown;
  export const IDBTransaction: unknown;
  export function forceCloseDatabase(database: IDBDatabase): void;
}
