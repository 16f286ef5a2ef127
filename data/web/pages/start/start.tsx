// SPDX-License-Identifier: Apache-2.0
// The front door: the ways to the pages, what a newcomer does next, and whether all is well.

import { createP2PConnection, type PrinterInfo } from "@bellhop/client";

import { useProperty } from "../house/use-house";
import { openPage, type PageProps } from "../link/open-page";
import { describePrinter, namePrinter } from "../link/printer-text";
import { pagesFor, type PageEntry, type PageName } from "../link/roles";
import { useLink, usePrinters, type LinkView } from "../link/use-link";
import { t, type MessageKey } from "../messages";
import { PageFrame } from "../theme/page-frame";
import { PageIcon } from "../theme/page-icon";
import { FirstSteps } from "./first-steps";

function describeHub(link: LinkView): { text: string; tone: string } {
  if (link.path !== "none")
    return {
      text:
        link.hubName === ""
          ? t("start.hub.unnamed")
          : t("start.hub.found", { name: link.hubName }),
      tone: "good",
    };
  if (link.refused) return { text: t("start.hub.refused"), tone: "wait" };
  if (link.connecting) return { text: t("start.hub.searching"), tone: "quiet" };
  return { text: t("start.hub.gone"), tone: "wait" };
}

function PrinterList({ printers, isAway }: { printers: PrinterInfo[] | null; isAway: boolean }) {
  if (printers === null) return <p class="soft">{t("start.printers.unknown")}</p>;
  if (printers.length === 0) return <p class="soft">{t("start.printers.none")}</p>;
  return (
    <ul class="printers">
      {printers.map((printer) => {
        const { text, tone } = describePrinter(printer, isAway);
        return (
          <li key={printer.name}>
            <span>{namePrinter(printer)}</span>
            {printer.waiting > 0 && (
              <span class="soft figure">{t("printer.waiting", { count: printer.waiting })}</span>
            )}
            <span class={`tone tone-${tone}`}>{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

const about: Partial<Record<PageName, MessageKey>> = {
  manage: "start.manage.about",
  staff: "start.staff.about",
  kitchen: "start.kitchen.about",
  pos: "start.pos.about",
  rooms: "start.rooms.about",
  talk: "start.talk.about",
  tables: "start.tables.about",
  menu: "start.menu.about",
  devices: "start.devices.about",
  paper: "start.paper.about",
};

function Door({ entry, isFirst }: { entry: PageEntry; isFirst: boolean }) {
  const { name, href, title } = entry;
  const text = about[name];
  return (
    <li>
      <a class={isFirst ? "door door-first" : "door"} href={href + location.search}>
        <PageIcon name={name} />
        <strong>{t(title)}</strong>
        {text !== undefined && <span>{t(text)}</span>}
      </a>
    </li>
  );
}

function HouseState({ link, printers }: { link: LinkView; printers: PrinterInfo[] | null }) {
  const hub = describeHub(link);
  return (
    <div class="start-state">
      <section>
        <h2>{t("start.hub")}</h2>
        <p role="status" data-testid="hub-state">
          <span class={`tone tone-${hub.tone}`} aria-hidden="true" /> {hub.text}
        </p>
      </section>
      <section>
        <h2>{t("start.printers")}</h2>
        {link.role === "printer" ? (
          <p>{t("start.printer.about")}</p>
        ) : (
          <PrinterList printers={printers} isAway={link.path === "none"} />
        )}
      </section>
    </div>
  );
}

function StartPage({ connection }: PageProps) {
  const link = useLink(connection);
  const property = useProperty(connection);
  const printers = usePrinters(link.role === "printer" ? null : connection, link.path);
  const pages = pagesFor(link.role);

  return (
    <PageFrame page="start" link={link}>
      <main class="start">
        <div class="start-intro">
          <h1>{t("start.title")}</h1>
          <p>{t("start.about")}</p>
        </div>
        {property !== null && link.role === "manager" && (
          <FirstSteps property={property} link={link} />
        )}
        {pages.length > 0 && (
          <ul class="start-doors" aria-label={t("nav.label")}>
            {pages.map((entry, index) => (
              <Door key={entry.name} entry={entry} isFirst={index === 0} />
            ))}
          </ul>
        )}
        <HouseState link={link} printers={printers} />
      </main>
    </PageFrame>
  );
}

openPage(StartPage, "page.start", "manager", createP2PConnection);
