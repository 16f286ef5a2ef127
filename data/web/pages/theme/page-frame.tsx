// SPDX-License-Identifier: Apache-2.0
// What every page has around its content: mark, name, the way to the other pages, who is working
// here, the path badge.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { pagesFor, type PageEntry, type PageName } from "../link/roles";
import type { LinkView } from "../link/use-link";
import { t } from "../messages";
import { UnreadBadge } from "../talk/unread-badge";
import { chooseInBar, type BarRoom } from "./bar-room";
import { Bell } from "./bell";
import { Notices } from "./notices";
import { PathBadge } from "./path-badge";
import { SignIn } from "./sign-in";
import { WhyLink } from "./why-link";

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

interface PageLinkProps {
  entry: PageEntry;
  page: PageName;
  badge?: ComponentChildren;
}

function PageLink({ entry, page, badge }: PageLinkProps) {
  const { name, href, title } = entry;
  return (
    <a href={href + location.search} aria-current={name === page ? "page" : undefined}>
      {t(title)}
      {badge}
    </a>
  );
}

const isTalk = ({ name }: PageEntry): boolean => name === "talk";

interface PagesProps {
  pages: readonly PageEntry[];
  page: PageName;
  link: LinkView;
}

function MorePages({ pages, page, link }: PagesProps) {
  const fold = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const element = fold.current;
      if (element === null || !element.open) return;
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !element.contains(event.target as Node))
        element.open = false;
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details class="more-pages" ref={fold}>
      <summary>
        {t("house.more")}
        {pages.some(isTalk) && <UnreadBadge connection={link.connection} />}
      </summary>
      <ul>
        {pages.map((entry) => (
          <li key={entry.name}>
            <PageLink entry={entry} page={page} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** How wide each is, as the widest would be; the last is "More". */
function Widths({ pages }: { pages: readonly PageEntry[] }) {
  return (
    <p class="bar-widths" aria-hidden="true">
      {pages.map(({ name, title }) => (
        <span key={name}>{t(title)}</span>
      ))}
      <span class="bar-widths-more">{t("house.more")}</span>
    </p>
  );
}

function useRoom(place: { current: HTMLElement | null }): BarRoom | null {
  const [room, setRoom] = useState<BarRoom | null>(null);
  useLayoutEffect(() => {
    const nav = place.current;
    if (nav === null) return;
    const measure = () => {
      const spans = nav.querySelectorAll<HTMLElement>(".bar-widths span");
      const widths = [...spans].map((span) => Math.ceil(span.getBoundingClientRect().width));
      const gap = parseFloat(getComputedStyle(nav).columnGap) || 0;
      const next = { width: nav.clientWidth, more: widths.pop() ?? 0, widths, gap };
      setRoom((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(nav);
    return () => observer.disconnect();
  }, [place]);
  return room;
}

function Pages({ page, pages, link }: PagesProps) {
  const nav = useRef<HTMLElement>(null);
  const room = useRoom(nav);
  const here = pages.findIndex(({ name }) => name === page);
  const inBar = chooseInBar(room, pages.length, here);
  const others = pages.filter((_, at) => !inBar.includes(at));
  return (
    <nav aria-label={t("nav.label")} ref={nav}>
      {pages.map(
        (entry, at) =>
          inBar.includes(at) && (
            <PageLink
              key={entry.name}
              entry={entry}
              page={page}
              badge={isTalk(entry) && <UnreadBadge connection={link.connection} />}
            />
          ),
      )}
      {others.length > 0 && <MorePages pages={others} page={page} link={link} />}
      <Widths pages={pages} />
    </nav>
  );
}

export function PageFrame({ page, link, badge = true, children }: PageFrameProps) {
  const pages = page === "guest" ? [] : pagesFor(link.role);
  return (
    <div class={`frame frame-${page}`}>
      <header class="bar" data-pages={pages.length}>
        <Brand isDoor={page !== "guest"} />
        {pages.length > 0 && <Pages page={page} pages={pages} link={link} />}
        <div class="bar-end">
          {page !== "guest" && <SignIn link={link} />}
          {badge && (
            <WhyLink path={link.path} connecting={link.connecting}>
              <PathBadge
                path={link.path}
                latency={link.latency}
                reach={link.reach}
                near={link.near}
                connecting={link.connecting}
              />
            </WhyLink>
          )}
        </div>
      </header>
      <Notices />
      {children}
    </div>
  );
}
