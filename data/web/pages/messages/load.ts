// SPDX-License-Identifier: Apache-2.0
// Brings the texts of the reader's language: a file of its own, which all pages share.

import { language, setCatalogue, type Catalogue } from "./index";
import { version } from "./version";

const RETRY_MS = 1000;
/** So often it is tried before a word is said about it. */
const QUIET_TRIES = 5;
const RELOADED = "bellhop.texts-reloaded";
/** The one text that cannot come with the others. */
const STILL_TRYING = "This page could not load its texts. It keeps trying.";

const pause = () => new Promise((resolve) => setTimeout(resolve, RETRY_MS));

interface Loaded {
  default: Catalogue;
  version: string;
}

/** Whether the page is older or newer than its texts. Once for each: it may be the best there is. */
export function isOutOfStep(theirs: string, ours: string, reloadedFor: string | null): boolean {
  return theirs !== ours && reloadedFor !== `${ours} ${theirs}`;
}

/** Whether the page is being loaded anew. */
function reloadOnce(theirs: string): boolean {
  try {
    if (!isOutOfStep(theirs, version, sessionStorage.getItem(RELOADED))) return false;
    sessionStorage.setItem(RELOADED, `${version} ${theirs}`);
  } catch {
    // Without a memory it could go on for ever.
    return false;
  }
  location.reload();
  return true;
}

function sayTrying(tries: number): void {
  if (tries !== QUIET_TRIES) return;
  const place = document.getElementById("page");
  if (place === null) return;
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  words.textContent = STILL_TRYING;
  place.replaceChildren(words);
}

/** Where the hub went away between the page and its texts, it is tried until they are there. */
export async function loadCatalogue(): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    sayTrying(tries);
    try {
      // A browser remembers that a module could not be had; another address is asked anew.
      const address = `/messages-${language}.js${tries === 0 ? "" : `?${tries}`}`;
      const loaded = (await import(address)) as Loaded;
      if (reloadOnce(loaded.version)) return await new Promise<never>(() => undefined);
      setCatalogue(loaded.default);
      if (tries >= QUIET_TRIES) document.getElementById("page")?.replaceChildren();
      return;
    } catch {
      await pause();
    }
  }
}
