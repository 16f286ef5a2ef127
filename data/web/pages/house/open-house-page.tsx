// SPDX-License-Identifier: Apache-2.0
// A page that works on a replica of the property.

import { createP2PConnection, type Property } from "@bellhop/client";
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

import { openPage, type PageProps } from "../link/open-page";
import type { PageRole } from "../link/hub-link";
import { useLink, type LinkView } from "../link/use-link";
import { t, type MessageKey } from "../messages";
import { EmptyState } from "../theme/empty-state";
import { PageFrame, type PageName } from "../theme/page-frame";
import { useProperty } from "./use-house";

export interface HousePageProps {
  property: Property;
  link: LinkView;
}

/** A replica opens in a fraction of that. */
const OPENING_MS = 3000;

function NotOpen() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), OPENING_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return <main class="page" data-testid="house-opening" />;
  return (
    <main class="page">
      <EmptyState title={t("house.none")} hint={t("house.none.hint")} testId="house-none">
        <a href="/pair">{t("house.none.pair")}</a>
      </EmptyState>
    </main>
  );
}

/** @param Page makes its own <main>; shown once the replica is open */
export function openHousePage(
  Page: FunctionComponent<HousePageProps>,
  page: PageName,
  title: MessageKey,
  role: PageRole,
): void {
  function Root({ connection }: PageProps) {
    const link = useLink(connection);
    const property = useProperty(connection);
    return (
      <PageFrame page={page} link={link}>
        {property === null ? <NotOpen /> : <Page property={property} link={link} />}
      </PageFrame>
    );
  }
  openPage(Root, title, role, createP2PConnection);
}
