// SPDX-License-Identifier: Apache-2.0
// Slim lines below a page's head: what one should know of how this device stands with its hub.

import { usePageState, type PageState } from "../link/page-state";
import { t, type MessageKey } from "../messages";

interface Notice {
  name: string;
  text: MessageKey;
  link?: { href: string; text: MessageKey };
}

/** Roles whose pages use what browsers give to secure addresses only. */
const needsSecurity = new Set(["manager", "staff", "kitchen", "pos"]);

function findNotice({ identity, impostor, unknown }: PageState): Notice | null {
  const to = encodeURIComponent(location.pathname + location.search);
  if (impostor) return { name: "impostor", text: "notice.impostor" };
  if (unknown)
    return {
      name: "unknown",
      text: "notice.unknown",
      link: { href: `/pair?to=${to}`, text: "notice.unknown.pair" },
    };
  if (identity !== null && !isSecureContext && needsSecurity.has(identity.role))
    return {
      name: "insecure",
      text: "notice.insecure",
      link: { href: `/trust?to=${to}`, text: "notice.insecure.trust" },
    };
  return null;
}

export function Notices() {
  const notice = findNotice(usePageState());
  if (notice === null) return null;
  return (
    <aside class="notice" aria-label={t("notice.label")} data-testid={`notice-${notice.name}`}>
      <p>{t(notice.text)}</p>
      {notice.link !== undefined && <a href={notice.link.href}>{t(notice.link.text)}</a>}
    </aside>
  );
}
