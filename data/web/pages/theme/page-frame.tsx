// SPDX-License-Identifier: Apache-2.0
// What every page has around its content: mark, name, the way to the other pages, the path badge.

import type { ComponentChildren } from "preact";

import type { LinkView } from "../link/use-link";
import { t, type MessageKey } from "../messages";
import { Bell } from "./bell";
import { PathBadge } from "./path-badge";

export type PageName = "start" | "pos" | "paper";

const pages: { name: PageName; href: string; title: MessageKey }[] = [
  { name: "start", href: "/", title: "page.start" },
  { name: "pos", href: "/pos", title: "page.pos" },
  { name: "paper", href: "/paper", title: "page.paper" },
];

export interface PageFrameProps {
  page: PageName;
  link: LinkView;
  children: ComponentChildren;
}

export function PageFrame({ page, link, children }: PageFrameProps) {
  return (
    <div class={`frame frame-${page}`}>
      <header class="bar">
        <a class="brand" href={`/${location.search}`} aria-label="Bellhop">
          <Bell />
          <span>Bellhop</span>
        </a>
        <nav aria-label={t("nav.label")}>
          {pages
            .filter(({ name }) => name !== "start")
            .map(({ name, href, title }) => (
              <a
                key={name}
                href={href + location.search}
                aria-current={name === page ? "page" : undefined}
              >
                {t(title)}
              </a>
            ))}
        </nav>
        <PathBadge path={link.path} latency={link.latency} connecting={link.connecting} />
      </header>
      {children}
    </div>
  );
}
