// SPDX-License-Identifier: Apache-2.0
// Puts a page's component in place, in the reader's language, at once; the connection follows.

import { Connection } from "@bellhop/client";
import { render, type ComponentChild, type FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

import { language, t, type MessageKey } from "../messages";
import { loadCatalogue } from "../messages/load";
import { PlainFrame } from "../theme/plain-frame";
import { RemovedNotice } from "../theme/removed-notice";
import { openHubLink, type Connect, type PageRole } from "./hub-link";
import { usePageState } from "./page-state";
import { readRole } from "./role-memory";
import { rememberPlaces } from "../why/remember";
import { registerWorker } from "./worker";

export interface PageProps {
  /** null for the first moments. */
  connection: Connection | null;
}

const texts = loadCatalogue();

/** For pages that look after their connection themselves. */
export function showPage(title: MessageKey, root: ComponentChild): void {
  void texts.then(() => {
    const place = document.getElementById("page");
    if (place === null) return;
    document.documentElement.lang = language;
    document.title = `${t(title)} – Bellhop`;
    render(root, place);
    registerWorker();
    rememberPlaces();
  });
}

/** For a page that asks the hub for what it shows. */
const withoutReplica: Connect = (options) => new Connection(options);

/** `role` is what the page is at an open hub; a paired device is what it was paired as. */
export function openPage(
  Page: FunctionComponent<PageProps>,
  title: MessageKey,
  role: PageRole,
  connect: Connect = withoutReplica,
): void {
  // Who was here before sees the page at once. For anybody else it may be the way to be paired: a
  // page that is gone again before one has read it is not shown first.
  const known = readRole() !== null;
  const opened = texts.then(() => openHubLink(role, t(title), connect));
  function Root() {
    const { removed } = usePageState();
    const [connection, setConnection] = useState<Connection | null>(null);
    useEffect(() => void opened.then(setConnection), []);
    if (removed) return <RemovedNotice />;
    return known || connection !== null ? <Page connection={connection} /> : <PlainFrame />;
  }
  showPage(title, <Root />);
}
