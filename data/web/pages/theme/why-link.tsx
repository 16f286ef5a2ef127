// SPDX-License-Identifier: Apache-2.0
// The path badge leads to the page that says why it is as it is; where that page would open: the
// hub is there to serve it, or the service worker keeps it.

import type { Path } from "@bellhop/client";
import type { ComponentChildren } from "preact";

export interface WhyLinkProps {
  path: Path;
  connecting: boolean;
  children: ComponentChildren;
}

function isKept(): boolean {
  return typeof navigator !== "undefined" && navigator.serviceWorker?.controller != null;
}

export function WhyLink({ path, connecting, children }: WhyLinkProps) {
  const opens = path === "none" ? !connecting && isKept() : path !== "local-p2p";
  if (!opens) return <>{children}</>;
  const to = encodeURIComponent(location.pathname + location.search);
  return (
    <a class="why-link" href={`/why?path=${path}&to=${to}`} data-testid="why-link">
      {children}
    </a>
  );
}
