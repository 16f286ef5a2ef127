// SPDX-License-Identifier: Apache-2.0
// What wants me now, newest first, one thumb.

import type { Property } from "@bellhop/client";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { Alert } from "../house/alerts";
import { endLines, setLineState } from "../house/orders";
import { currentPersonId } from "../house/person";
import { setRequestState } from "../house/requests";
import type { HubData } from "../link/use-hub-data";
import { useNow } from "../link/use-now";
import { t } from "../messages";
import type { Place } from "../tables/place";
import { EmptyState, TroubleLine } from "../theme/empty-state";
import { useFocusKept } from "../theme/use-focus-kept";
import { ignoreHeldKey, useOneTouch } from "../theme/use-one-touch";
import type { Acts } from "./acts";
import { DeclineDialog } from "./decline-dialog";
import { NowCard, type NowActs } from "./now-cards";
import type { NowItem, OrderItem } from "./now-list";

const AGE_MS = 10000;

interface NowProps {
  property: Property;
  items: readonly NowItem[];
  places: HubData<Place[]>;
  alerts: HubData<Alert[]>;
  acts: Acts;
  /** Unread messages, by who makes them. */
  children?: ComponentChildren;
}

/** Each at once; what the hub has to do is held back until it has answered. */
function useNowActs({ places, alerts, acts }: NowProps, onDecline: (item: OrderItem) => void): NowActs {
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const ask = async (
    { key }: NowItem,
    path: string,
    body: Record<string, unknown>,
    said: string,
    after: () => void,
  ) => {
    setBusy((before) => new Set([...before, key]));
    await acts.ask(path, body, said);
    setBusy((before) => new Set([...before].filter((one) => one !== key)));
    after();
  };
  return {
    busy,
    onDecline,
    onConfirm: (item) =>
      void ask(item, "/api/v1/seatings/confirm", { placeId: item.place.placeId },
        t("place.confirmed", { name: item.title }), places.refresh),
    onNobody: (item) =>
      void ask(item, "/api/v1/seatings/clear", { placeId: item.place.placeId },
        t("place.cleared", { name: item.title }), places.refresh),
    onDismiss: (item) =>
      void ask(item, "/api/v1/alerts/dismiss", { alertId: item.alertId },
        t("staff.dismissed"), alerts.refresh),
    onAccept: ({ lines, title, order }) =>
      void acts.write(
        setLineState(lines, "accepted", currentPersonId()),
        t("staff.accepted", { name: title === "" ? order.number : title }),
        true,
      ),
    onServe: ({ lines, title, numbers }) =>
      void acts.write(
        setLineState(lines, "served", currentPersonId()),
        t("staff.served", { name: title === "" ? numbers.join(", ") : title }),
        true,
      ),
    onGo: ({ request, title }) =>
      void acts.write(
        [setRequestState(request.requestId, "accepted", currentPersonId())],
        t("staff.gone", { name: title }),
        true,
      ),
    onDone: ({ request, title }) =>
      void acts.write(
        [setRequestState(request.requestId, "done", currentPersonId())],
        t("staff.request.done", { name: title }),
        true,
      ),
  };
}

export function Now(props: NowProps) {
  const { property, items, places, acts, children } = props;
  const nowMs = useNow(AGE_MS, property);
  const [declining, decline] = useState<string | null>(null);
  const cards = useNowActs(props, ({ key }) => decline(key));
  const keepFocus = useFocusKept(".now-first", ".staff-tab[aria-current]");
  const onTouch = ({ target }: Event) =>
    keepFocus(target instanceof Element ? target.closest(".now-card") : null);
  const cardsAround = useOneTouch();
  // What was accepted by somebody else meanwhile is no longer declined.
  const declined = items.find((one): one is OrderItem => one.kind === "order" && one.key === declining);
  return (
    <>
      <TroubleLine trouble={places.trouble === "away" ? "away" : null} empty={false} />
      <div ref={cardsAround} onKeyDownCapture={ignoreHeldKey}>
        {children}
        {items.length === 0 && (
          <EmptyState title={t("staff.now.none")} hint={t("staff.now.none.hint")} testId="now-none" />
        )}
        <ul
          class="now-list"
          data-testid="now-list"
          aria-live="polite"
          aria-relevant="additions"
          onClickCapture={onTouch}
        >
          {items.map((item) => (
            <NowCard key={item.key} item={item} nowMs={nowMs} acts={cards} />
          ))}
        </ul>
      </div>
      {declined !== undefined && (
        <DeclineDialog
          title={declined.title === "" ? declined.order.number : declined.title}
          lines={declined.lines}
          onClose={() => decline(null)}
          onDecline={(lines, reason) => {
            decline(null);
            void acts.write(
              endLines(lines, "declined", reason, currentPersonId()),
              t("staff.declined", { name: declined.title }),
              true,
            );
          }}
        />
      )}
    </>
  );
}
