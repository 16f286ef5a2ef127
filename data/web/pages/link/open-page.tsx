// SPDX-License-Identifier: Apache-2.0
// Puts a page's component in place, in the reader's language, at once; the connection follows.

import type { Connection } from "@bellhop/client";
import { render, type ComponentChild, type FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

import { language, t, type MessageKey } from "../messages";
import { RemovedNotice } from "../theme/removed-notice";
import { openHubLink, type PageRole } from "./hub-link";
import { usePageState } from "./page-state";
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
  const opened = openHubLink(role, t(title));
  function Root() {
    const { removed } = usePageState();
    const [connection, setConnection] = useState<Connection | null>(null);
    useEffect(() => void opened.then(setConnection), []);
    return removed ? <RemovedNotice /> : <Page connection={connection} />;
  }
  showPage(title, <Root />);
}
