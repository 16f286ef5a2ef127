// SPDX-License-Identifier: Apache-2.0
// Who sits where: those who ask come first, then all tables and rooms; one tap opens, one confirms.

import { createP2PConnection, type Property } from "@bellhop/client";
import { useState } from "preact/hooks";

import { useProperty, useRecords } from "../house/use-house";
import { askHub } from "../link/hub-api";
import { openPage, type PageProps } from "../link/open-page";
import { describeProblem } from "../link/problem-text";
import { useHubData, type HubData } from "../link/use-hub-data";
import { useLink, type LinkView } from "../link/use-link";
import { useNow } from "../link/use-now";
import { useTask } from "../link/use-task";
import { useView } from "../link/use-view";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { Confirm, Dialog } from "../theme/dialog";
import { ToastLine, useToast, type Toast } from "../theme/toast";
import { PageFrame } from "../theme/page-frame";
import { Forbidden, EmptyState, TroubleLine } from "../theme/empty-state";
import { ignoreHeldKey, useOneTouch } from "../theme/use-one-touch";
import { CodeSheet } from "./code-sheet";
import { NOTHING, readFurnishings, type Furnishings } from "./furnishing";
import { findAsking, groupByArea, groupTitle, titleOf, toPlaces, type AreaGroup, type Place } from "./place";
import { AskingCard, PlaceCard } from "./place-card";
import { PlaceSetup } from "./place-setup";

const views = ["setup", "codes"] as const;
type View = (typeof views)[number];
const AGE_MS = 10000;

interface FloorProps {
  property: Property | null;
  link: LinkView;
  places: HubData<Place[]>;
  furnishings: Furnishings;
  toast: Toast;
}

type Act = "open" | "confirm" | "clear";
const said = { open: "place.opened", confirm: "place.confirmed", clear: "place.cleared" } as const;

/** Does it at once; the card is held back until the hub has answered. */
function useActs({ link, places, toast }: FloorProps) {
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const act = async (what: Act, { placeId, kind, name }: Place): Promise<void> => {
    setBusy((before) => new Set([...before, placeId]));
    try {
      await askHub(link.connection, "POST", `/api/v1/seatings/${what}`, { placeId });
      toast.tell(t(said[what], { name: titleOf(kind, name) }));
    } catch (problem) {
      toast.tell(describeProblem(problem));
    }
    setBusy((before) => new Set([...before].filter((id) => id !== placeId)));
    places.refresh();
  };
  return { busy, act: (what: Act, place: Place) => void act(what, place) };
}

interface ClearDialogProps extends FloorProps {
  place: Place;
  onClose: () => void;
}

function ClearDialog({ link, places, toast, place, onClose }: ClearDialogProps) {
  const { busy, trouble, run } = useTask();
  const name = titleOf(place.kind, place.name);
  const clear = () =>
    run(async () => {
      await askHub(link.connection, "POST", "/api/v1/seatings/clear", { placeId: place.placeId });
      toast.tell(t("place.cleared", { name }));
      places.refresh();
      onClose();
    });
  return (
    <Dialog title={t("place.clear.title", { name })} onClose={onClose} testId="clear-dialog">
      <Confirm
        text={t("place.clear.hint")}
        action={t("place.clear")}
        keep={t("action.keep")}
        busy={busy}
        trouble={trouble}
        onConfirm={clear}
        onKeep={onClose}
      />
    </Dialog>
  );
}

interface GridProps {
  group: AreaGroup<Place>;
  busy: ReadonlySet<string>;
  nowMs: number;
  onTap: (place: Place) => void;
}

function Grid({ group, busy, nowMs, onTap }: GridProps) {
  return (
    <section class="places" data-testid="places">
      <h2>{groupTitle(group)}</h2>
      <ul class="place-grid">
        {group.places.map((place) => (
          <PlaceCard
            key={place.placeId}
            place={place}
            nowMs={nowMs}
            busy={busy.has(place.placeId)}
            onTap={onTap}
          />
        ))}
      </ul>
    </section>
  );
}

function Floor(props: FloorProps) {
  const places = props.places.data ?? [];
  const [clearing, setClearing] = useState<Place | null>(null);
  const { busy, act } = useActs(props);
  const nowMs = useNow(AGE_MS, props.property);
  const asking = findAsking(places);
  const cardsAround = useOneTouch();

  const onTap = (place: Place) => {
    if (place.state === "seated") setClearing(place);
    else act(place.state === "asks" ? "confirm" : "open", place);
  };
  const areaOf = ({ placeId }: Place) => (props.furnishings.get(placeId) ?? NOTHING).area;
  const groups = groupByArea(places, (place) => ({ kind: place.kind, area: areaOf(place) }));
  return (
    <>
      <div ref={cardsAround} onKeyDownCapture={ignoreHeldKey}>
        <div class="asking-part" aria-live="polite">
          {asking.length > 0 && (
            <>
              <h2>{t("tables.asking", { count: asking.length })}</h2>
              <ul class="asking-list">
                {asking.map((place) => (
                  <AskingCard
                    key={place.placeId}
                    place={place}
                    age={<Ago timeMs={place.sinceMs} nowMs={nowMs} />}
                    busy={busy.has(place.placeId)}
                    onConfirm={(one) => act("confirm", one)}
                    onDecline={(one) => act("clear", one)}
                  />
                ))}
              </ul>
            </>
          )}
        </div>
        {groups.map((group) => (
          <Grid key={`${group.kind} ${group.area}`} {...{ group, busy, nowMs, onTap }} />
        ))}
      </div>
      {clearing !== null && (
        <ClearDialog {...props} place={clearing} onClose={() => setClearing(null)} />
      )}
    </>
  );
}

function Head({ view, isManager, go }: {
  view: View | "";
  isManager: boolean;
  go: (view: View | "") => void;
}) {
  if (view !== "")
    return (
      <header class="page-head">
        <button type="button" class="quiet back" data-testid="back" onClick={() => go("")}>
          {t("page.tables")}
        </button>
        <h1>{t(view === "setup" ? "tables.setup" : "codes")}</h1>
      </header>
    );
  return (
    <header class="page-head">
      <h1>{t("page.tables")}</h1>
      {isManager && (
        <>
          <button type="button" class="quiet" data-testid="setup" onClick={() => go("setup")}>
            {t("tables.setup")}
          </button>
          <button type="button" class="quiet" data-testid="codes" onClick={() => go("codes")}>
            {t("codes")}
          </button>
        </>
      )}
    </header>
  );
}

function NoPlaces({ isManager, go }: { isManager: boolean; go: (view: View) => void }) {
  return (
    <EmptyState
      title={t("tables.none")}
      hint={t(isManager ? "tables.none.manager" : "tables.none.staff")}
      testId="no-places"
    >
      {isManager && (
        <button type="button" class="primary" onClick={() => go("setup")}>
          {t("tables.setup")}
        </button>
      )}
    </EmptyState>
  );
}

const NOWHERE: Furnishings = new Map();

function TablesPage({ connection }: PageProps) {
  const link = useLink(connection);
  // None at an open hub, where nobody is paired.
  const property = useProperty(connection);
  const furnishings = useRecords(property, ["place"], readFurnishings) ?? NOWHERE;
  const [wantedView, go] = useView(views);
  const toast = useToast();
  const places = useHubData(link, "/api/v1/places", "seatings", toPlaces);
  const isManager = link.role === "manager";
  const view = isManager ? wantedView : "";
  const floor = { property, link, places, furnishings, toast };
  const { data, trouble } = places;

  return (
    <PageFrame page="tables" link={link}>
      <main class="page" data-testid="tables-page">
        {trouble === "forbidden" ? (
          <Forbidden title={t("tables.forbidden")} hint={t("tables.forbidden.hint")} />
        ) : (
          <>
            <Head view={view} isManager={isManager} go={go} />
            <TroubleLine trouble={trouble} empty={data === null} />
            {data === null && trouble === null && <p class="soft">{t("tables.loading")}</p>}
            {view === "codes" && <CodeSheet link={link} furnishings={furnishings} />}
            {view === "setup" && (
              <PlaceSetup
                link={link}
                places={data ?? []}
                property={property}
                furnishings={furnishings}
                onChanged={(text) => {
                  toast.tell(text);
                  places.refresh();
                }}
              />
            )}
            {view === "" && data !== null && data.length === 0 && (
              <NoPlaces isManager={isManager} go={go} />
            )}
            {view === "" && <Floor {...floor} />}
          </>
        )}
        <ToastLine toast={toast} />
      </main>
    </PageFrame>
  );
}

openPage(TablesPage, "page.tables", "manager", createP2PConnection);
