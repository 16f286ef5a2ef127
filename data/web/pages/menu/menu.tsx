// SPDX-License-Identifier: Apache-2.0
// The menu is edited here: items by category, choices, taxes, stations. Who may not arrange it sees it
// and says what is out.

import { readMenu } from "../house/menu";
import { openHousePage, type HousePageProps } from "../house/open-house-page";
import { useRecords } from "../house/use-house";
import { useView } from "../link/use-view";
import { t, type MessageKey } from "../messages";
import { ToastLine, useToast } from "../theme/toast";
import { ChoicesView } from "./choices-view";
import { useEditing } from "./editing";
import { ItemsView } from "./items-view";
import { StationsView } from "./stations-view";
import { TaxesView } from "./taxes-view";

const views = ["choices", "taxes", "stations"] as const;
type View = (typeof views)[number] | "";

const tabs: readonly (readonly [view: View, title: MessageKey])[] = [
  ["", "menu.items"],
  ["choices", "menu.modifiers"],
  ["taxes", "menu.taxes"],
  ["stations", "menu.stations"],
];

function Tabs({ view, go }: { view: View; go: (view: View) => void }) {
  return (
    <nav class="tabs" aria-label={t("menu.parts")}>
      {tabs.map(([name, title]) => (
        <button
          key={name}
          type="button"
          class="tab"
          aria-current={name === view ? "true" : undefined}
          data-testid={`tab-${name === "" ? "items" : name}`}
          onClick={() => go(name)}
        >
          {t(title)}
        </button>
      ))}
    </nav>
  );
}

const TYPES = ["property", "category", "item", "modifier", "tax", "station"];

function MenuPage({ property, link }: HousePageProps) {
  const [wanted, go] = useView(views);
  const toast = useToast();
  const editing = useEditing(property, toast);
  const menu = useRecords(property, TYPES, readMenu);
  const mayArrange = link.role === "manager";
  const view = mayArrange ? wanted : "";
  if (menu === null) return <main class="page" />;
  return (
    <main class="page menu-page" data-testid="menu-page" data-may-arrange={mayArrange}>
      <header class="page-head">
        <h1>{t("page.menu")}</h1>
        {!mayArrange && <p class="soft">{t("menu.read-only")}</p>}
      </header>
      {mayArrange && <Tabs view={view} go={go} />}
      {view === "" && <ItemsView {...{ editing, link, menu, mayArrange }} />}
      {view === "choices" && <ChoicesView {...{ editing, menu }} />}
      {view === "taxes" && <TaxesView {...{ editing, menu }} />}
      {view === "stations" && <StationsView {...{ editing, menu, link }} />}
      <ToastLine toast={toast} />
    </main>
  );
}

openHousePage(MenuPage, "menu", "page.menu", "manager");
