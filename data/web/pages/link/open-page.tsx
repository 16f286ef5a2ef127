// SPDX-License-Identifier: Apache-2.0
// Puts a page's component in place, in the reader's language, at once; the connection follows.

import type { Connection } from "@bellhop/client";
import { render, type FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

import { language, t, type MessageKey } from "../messages";
import { openHubLink } from "./hub-link";

export interface PageProps {
  /** null for the first moments. */
  connection: Connection | null;
}

export function openPage(
  Page: FunctionComponent<PageProps>,
  title: MessageKey,
  role: "pos" | "staff",
): void {
  const place = document.getElementById("page");
  if (place === null) return;

  const opened = openHubLink(role, t(title));
  function Root() {
    const [connection, setConnection] = useState<Connection | null>(null);
    useEffect(() => void opened.then(setConnection), []);
    return <Page connection={connection} />;
  }

  document.documentElement.lang = language;
  document.title = `${t(title)} – Bellhop`;
  render(<Root />, place);
}
