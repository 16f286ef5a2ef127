// SPDX-License-Identifier: Apache-2.0
// Where the order goes: a table, a room, or nowhere, as it is sold over the counter.

import type { Place } from "../house/places";
import { changeOrder, openAt } from "../house/orders";
import { seatAt } from "../house/seatings";
import { t } from "../messages";
import { groupByArea, groupTitle } from "../tables/place";
import { Dialog } from "../theme/dialog";
import type { Till } from "./use-till";

interface PlacesProps {
  till: Till;
  title: string;
  places: readonly Place[];
  onChoose: (placeId: string) => void;
  onAdd: (orderId: string) => void;
}

function Places({ till, title, places, onChoose, onAdd }: PlacesProps) {
  // What was not sent yet can go to an order that the table already has.
  const isNew = till.order === null;
  const open = (placeId: string) => (isNew ? openAt(till.orders, placeId) : []);
  const busy = places.filter(({ placeId }) => open(placeId).length > 0);
  return (
    <section class="till-places" aria-label={title}>
      <h3>{title}</h3>
      <div class="till-quick">
        {places.map(({ placeId, name, title: whole }) => (
          <button
            key={placeId}
            type="button"
            aria-label={whole}
            aria-pressed={placeId === till.placeId}
            data-testid={`place-${name}`}
            onClick={() => onChoose(placeId)}
          >
            {name}
          </button>
        ))}
      </div>
      {busy.length > 0 && (
        <div class="till-quick">
          {busy.flatMap(({ placeId, title: whole }) =>
            open(placeId).map(({ orderId, number }) => (
              <button
                key={orderId}
                type="button"
                data-testid="place-add-to"
                data-number={number}
                onClick={() => onAdd(orderId)}
              >
                {t("till.place.add-to", { place: whole, number })}
              </button>
            )),
          )}
        </div>
      )}
    </section>
  );
}

export function PlaceDialog({ till, onClose }: { till: Till; onClose: () => void }) {
  const { order, places } = till;
  const choose = (placeId: string | null) => {
    if (order === null) till.setPlace(placeId);
    else if (placeId !== order.placeId)
      void till.write(
        changeOrder(order.orderId, seatAt(till.property, placeId), (entity) =>
          till.property.nextVersion(entity),
        ),
      );
    onClose();
  };
  const add = (orderId: string) => {
    till.addTo(orderId);
    onClose();
  };
  return (
    <Dialog
      title={order === null ? t("till.place.title") : t("till.place.move", { number: order.number })}
      onClose={onClose}
      testId="places"
    >
      <button
        type="button"
        class="large till-nowhere"
        aria-pressed={till.placeId === null}
        data-testid="place-none"
        onClick={() => choose(null)}
      >
        {t("till.counter.long")}
      </button>
      {groupByArea(places, (place) => place).map((group) => (
        <Places
          key={`${group.kind} ${group.area}`}
          till={till}
          title={groupTitle(group)}
          places={group.places}
          onChoose={choose}
          onAdd={add}
        />
      ))}
      {places.length === 0 && <p class="soft">{t("till.no-places")}</p>}
    </Dialog>
  );
}
