// SPDX-License-Identifier: Apache-2.0
// The front door: what this is, the way to the pages, and whether all is well.

import type { PrinterInfo } from "@bellhop/client";

import { openPage, type PageProps } from "../link/open-page";
import { describePrinter, namePrinter } from "../link/printer-text";
import { pagesFor, type PageName } from "../link/roles";
import { useLink, usePrinters, type LinkView } from "../link/use-link";
import { t, type MessageKey } from "../messages";
import { PageFrame } from "../theme/page-frame";

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

function PrinterList({ printers }: { printers: PrinterInfo[] | null }) {
  if (printers === null) return <p class="soft">{t("start.printers.unknown")}</p>;
  if (printers.length === 0) return <p class="soft">{t("start.printers.none")}</p>;
  return (
    <ul class="printers">
      {printers.map((printer) => {
        const { text, tone } = describePrinter(printer);
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

const doors: Partial<Record<PageName, readonly [title: MessageKey, about: MessageKey]>> = {
  pos: ["start.pos", "start.pos.about"],
  tables: ["start.tables", "start.tables.about"],
  devices: ["start.devices", "start.devices.about"],
  paper: ["start.paper", "start.paper.about"],
};

function Door({ name, href, isFirst }: { name: PageName; href: string; isFirst: boolean }) {
  const texts = doors[name];
  if (texts === undefined) return null;
  return (
    <a class={isFirst ? "door door-first" : "door"} href={href + location.search}>
      <strong>{t(texts[0])}</strong>
      <span>{t(texts[1])}</span>
    </a>
  );
}

function StartPage({ connection }: PageProps) {
  const link = useLink(connection);
  const printsItself = link.role === "printer";
  const printers = usePrinters(printsItself ? null : connection, link.path);
  const hub = describeHub(link);

  return (
    <PageFrame page="start" link={link}>
      <main class="start">
        <div class="start-intro">
          <h1>{t("start.title")}</h1>
          <p>{t("start.about")}</p>
        </div>
        <div class="start-doors">
          {pagesFor(link.role).map(({ name, href }, index) => (
            <Door key={name} name={name} href={href} isFirst={index === 0} />
          ))}
        </div>
        <div class="start-state">
          <section>
            <h2>{t("start.hub")}</h2>
            <p role="status" data-testid="hub-state">
              <span class={`tone tone-${hub.tone}`} aria-hidden="true" /> {hub.text}
            </p>
          </section>
          {printsItself ? (
            <section>
              <h2>{t("start.printers")}</h2>
              <p>{t("start.printer.about")}</p>
            </section>
          ) : (
            <section>
              <h2>{t("start.printers")}</h2>
              <PrinterList printers={printers} />
            </section>
          )}
        </div>
      </main>
    </PageFrame>
  );
}

openPage(StartPage, "page.start", "manager");
