// SPDX-License-Identifier: Apache-2.0
// How many messages wait, beside the way to them; where it stands, new ones ring.

import type { Connection, Property } from "@bellhop/client";

import { useInbox, useInboxBell } from "../house/use-inbox";
import { useProperty } from "../house/use-house";
import { t } from "../messages";

function Count({ property, connection }: { property: Property; connection: Connection | null }) {
  const inbox = useInbox(property, connection);
  useInboxBell(property, inbox);
  const count = inbox.unread.length;
  if (count === 0) return null;
  return (
    <span class="unread-badge" data-testid="unread-badge">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span class="hidden-visually">{t("talk.unread", { count })}</span>
    </span>
  );
}

/** Nothing on a page without a replica. */
export function UnreadBadge({ connection }: { connection: Connection | null }) {
  const property = useProperty(connection);
  return property === null ? null : <Count property={property} connection={connection} />;
}
