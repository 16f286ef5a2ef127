// SPDX-License-Identifier: Apache-2.0
// The service worker: pages open while the hub is away. One cache holds the files of one version,
// whole; a page comes from the network where that answers in time, since the hub is on this network
// and newer, and from the cache otherwise.
//
// The list of files and the version, a digest of them all, are put in when this is built: each change
// of any file is another worker, which browsers fetch with the next page and which takes over at once.

import { findKept, isUsable } from "./cache-rules";

declare const self: ServiceWorkerGlobalScope;
declare const KEPT_PATHS: readonly string[];
declare const KEPT_VERSION: string;

const PREFIX = "bellhop-pages-";
const CACHE = PREFIX + KEPT_VERSION;
/** A hub on the same network answers in milliseconds; a person waits this long for a page. */
const NETWORK_LIMIT_MS = 2500;

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  // All or nothing; past the browser's own cache, which may hold the version before.
  await cache.addAll(KEPT_PATHS.map((path) => new Request(path, { cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function findCached(path: string): Promise<Response | undefined> {
  const cache = await caches.open(CACHE);
  return cache.match(path);
}

function waitLimit(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), NETWORK_LIMIT_MS));
}

async function answer(request: Request, path: string): Promise<Response> {
  const network = fetch(request);
  try {
    const response = await Promise.race([network, waitLimit()]);
    if (response !== null && isUsable(response)) return response;
  } catch {
    // The hub is away.
  }
  // Where nothing is kept, the network has as long as it takes, and the last word.
  return (await findCached(path)) ?? network;
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const path = findKept(event.request, self.location.origin, KEPT_PATHS);
  if (path !== null) event.respondWith(answer(event.request, path));
});
