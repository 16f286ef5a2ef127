// SPDX-License-Identifier: Apache-2.0
// What every page has around its content: mark, name, the way to the other pages, who is working
// here, the path badge.

import type { ComponentChildren } from "preact";

import { pagesFor, type PageName } from "../link/roles";
import type { LinkView } from "../link/use-link";
import { t } from "../messages";
import { Bell } from "./bell";
import { Notices } from "./notices";
import { PathBadge } from "./path-badge";
import { SignIn } from "./sign-in";

export type { PageName } from "../link/roles";

export interface PageFrameProps {
  page: PageName;
  link: LinkView;
  /** Whether there is a way to the hub to tell of; so it is on all pages but a guest's first. */
  badge?: boolean;
  children: ComponentChildren;
}

function Brand({ isDoor }: { isDoor: boolean }) {
  const mark = (
    <>
      <Bell />
      <span>Bellhop</span>
    </>
  );
  // Guests have this one page.
  if (!isDoor) return <p class="brand">{mark}</p>;
  return (
    <a class="brand" href={`/${location.search}`} aria-label="Bellhop">
      {mark}
    </a>
  );
}

export function PageFrame({ page, link, badge = true, children }: PageFrameProps) {
  const pages = page === "guest" ? [] : pagesFor(link.role);
  return (
    <div class={`frame frame-${page}`}>
      <header class="bar" data-pages={pages.length}>
        <Brand isDoor={page !== "guest"} />
        {pages.length > 0 && (
          <nav aria-label={t("nav.label")}>
            {pages.map(({ name, href, title }) => (
              <a
                key={name}
                href={href + location.search}
                aria-current={name === page ? "page" : undefined}
              >
                {t(title)}
              </a>
            ))}
          </nav>
        )}
        <div class="bar-end">
          {page !== "guest" && <SignIn link={link} />}
          {badge && (
            <PathBadge path={link.path} latency={link.latency} connecting={link.connecting} />
          )}
        </div>
      </header>
      <Notices />
      {children}
    </div>
  );
}
