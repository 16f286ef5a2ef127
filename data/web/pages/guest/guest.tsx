// SPDX-License-Identifier: Apache-2.0
// What a guest sees after scanning the code at the table or in the room: where they are, and, where the
// house has one, the menu, what was ordered, and how far the kitchen is.

import { useLink } from "../link/use-link";
import { showPage } from "../link/open-page";
import { t } from "../messages";
import { titleOf } from "../tables/place";
import { PageFrame } from "../theme/page-frame";
import { Portal } from "./portal";
import { SceneOf } from "./scenes";
import { useGuest } from "./use-guest";
import { useGuestMenu } from "./use-guest-menu";

function GuestPage() {
  const guest = useGuest();
  const link = useLink(guest.connection);
  const menu = useGuestMenu(guest.connection?.view ?? null);
  const { place, phase } = guest;
  const isIn = phase === "in";
  const reachable = link.path !== "none";
  const name = place === null ? "" : titleOf(place.kind, place.name);
  const alone = (
    <p class="scene-note soft" role="status">
      {isIn && !reachable && !link.connecting && t("guest.alone")}
    </p>
  );
  return (
    <PageFrame page="guest" link={link} badge={isIn}>
      {isIn && menu !== null && menu.categories.length > 0 ? (
        <main class="portal" data-testid="portal">
          <h1 class="portal-place" data-testid="guest-place">
            {name}
          </h1>
          {alone}
          <Portal guest={guest} menu={menu} reachable={reachable} />
        </main>
      ) : (
        <main class="guest">
          {place !== null && (isIn || phase === "over") && (
            <p class="guest-place" data-testid="guest-place">
              {name}
            </p>
          )}
          <SceneOf
            guest={isIn && menu === null ? { ...guest, phase: "opening" } : guest}
            reachable={reachable}
          />
          {alone}
        </main>
      )}
    </PageFrame>
  );
}

showPage("page.guest", <GuestPage />);
