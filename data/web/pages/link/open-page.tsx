// SPDX-License-Identifier: Apache-2.0
// Puts a page's component in place, in the reader's language, at once; the connection follows.

import type { Connection } from "@bellhop/client";
import { render, type ComponentChild, type FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

import { language, t, type MessageKey } from "../messages";
import { PlainFrame } from "../theme/plain-frame";
import { RemovedNotice } from "../theme/removed-notice";
import { openHubLink, type PageRole } from "./hub-link";
import { usePageState } from "./page-state";
import { readRole } from "./role-memory";
import { registerWorker } from "./worker";

export interface PageProps {
  /** null for the first moments. */
  connection: Connection | null;
}

/** For pages that look after their connection themselves. */
export function showPage(title: MessageKey, root: ComponentChild): void {
  const place = document.getElementById("page");
  if (place === null) return;
  document.documentElement.lang = language;
  document.title = `${t(title)} – Bellhop`;
  render(root, place);
  registerWorker();
}

/** `role` is what the page is at an open hub; a paired device is what it was paired as. */
export function openPage(
  Page: FunctionComponent<PageProps>,
  title: MessageKey,
  role: PageRole,
): void {
  // Who was here before sees the page at once. For anybody else it may be the way to be paired: a
  // page that is gone again before one has read it is not shown first.
  const known = readRole() !== null;
  const opened = openHubLink(role, t(title));
  function Root() {
    const { removed } = usePageState();
    const [connection, setConnection] = useState<Connection | null>(null);
    useEffect(() => void opened.then(setConnection), []);
    if (removed) return <RemovedNotice />;
    return known || connection !== null ? <Page connection={connection} /> : <PlainFrame />;
  }
  showPage(title, <Root />);
}
