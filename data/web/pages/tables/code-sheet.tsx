// SPDX-License-Identifier: Apache-2.0
// The cards for the tables and rooms, six to a sheet of A4, to be printed and cut: each area's together.

import { useState } from "preact/hooks";

import { useHubData } from "../link/use-hub-data";
import type { LinkView } from "../link/use-link";
import { t } from "../messages";
import { TroubleLine } from "../theme/empty-state";
import { QrPicture } from "../theme/qr-picture";
import { NOTHING, type Furnishings } from "./furnishing";
import { chooseCodes, groupCodes, titleOf, toPlaceCodes, type CodeGroup, type PlaceCode } from "./place";

/** So many cards find room on one sheet. */
const ON_A_SHEET = 6;

function Card({ code }: { code: PlaceCode }) {
  const title = titleOf(code.kind, code.name);
  return (
    <li class="code-card" data-testid="code-card">
      <p class="code-name">{title}</p>
      <QrPicture svg={code.svg} label={t("codes.qr", { name: title })} />
      <p class="code-how">{t("codes.how")}</p>
      <p class="code-where">{t("codes.where")}</p>
    </li>
  );
}

/** What fits on one sheet stays on one. */
function Group({ title, codes }: CodeGroup) {
  return (
    <section class="code-group" data-testid="code-group" data-whole={codes.length <= ON_A_SHEET}>
      <h2>{title}</h2>
      <ul class="code-sheet">
        {codes.map((code) => (
          <Card key={code.placeId} code={code} />
        ))}
      </ul>
    </section>
  );
}

interface WhichProps {
  codes: readonly PlaceCode[];
  wanted: string;
  onWant: (wanted: string) => void;
}

function Which({ codes, wanted, onWant }: WhichProps) {
  return (
    <label class="field codes-which">
      <span>{t("codes.which")}</span>
      <select
        value={wanted}
        data-testid="codes-which"
        onChange={(event) => onWant(event.currentTarget.value)}
      >
        <option value="">{t("codes.all")}</option>
        <option value="table">{t("tables.tables")}</option>
        <option value="room">{t("tables.rooms")}</option>
        {codes.map(({ placeId, kind, name }) => (
          <option key={placeId} value={placeId}>
            {titleOf(kind, name)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function CodeSheet({ link, furnishings }: { link: LinkView; furnishings: Furnishings }) {
  const { data, trouble } = useHubData(link, "/api/v1/places/codes", "seatings", toPlaceCodes);
  const [wanted, want] = useState("");
  const cards = chooseCodes(data ?? [], wanted);
  return (
    <>
      <TroubleLine trouble={trouble === "forbidden" ? "other" : trouble} empty={data === null} />
      <div class="codes-tools">
        <Which codes={data ?? []} wanted={wanted} onWant={want} />
        <button
          type="button"
          class="primary"
          data-testid="print-codes"
          disabled={cards.length === 0}
          onClick={() => print()}
        >
          {t("codes.print")}
        </button>
        <p class="soft">{t("codes.hint")}</p>
      </div>
      <div class="code-groups" data-testid="code-sheet">
        {groupCodes(cards, (placeId) => furnishings.get(placeId) ?? NOTHING).map((group) => (
          <Group key={group.title} {...group} />
        ))}
      </div>
    </>
  );
}
