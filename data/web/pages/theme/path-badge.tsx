// SPDX-License-Identifier: Apache-2.0
// How this page reaches the hub, top right on every page: shape and words, never colour alone.

import type { Path, Reach } from "@bellhop/client";

import { usePageState } from "../link/page-state";
import { t } from "../messages";

export interface PathBadgeProps {
  path: Path;
  latency: number | null;
  reach: Reach;
  /** Other devices that there is a direct way to. */
  near: number;
  /** The page has just opened: nothing is known yet, and that is no bad news. */
  connecting: boolean;
}

function describeAlone({ reach, near, connecting }: PathBadgeProps): { text: string; hint: string } {
  if (near > 0) return { text: t("path.peers"), hint: t("path.peers.hint") };
  if (connecting) return { text: t("path.connecting"), hint: t("path.connecting") };
  return { text: t("path.none"), hint: t(reach === "cloud" ? "path.none.cloud.hint" : "path.none.hint") };
}

function describe(props: PathBadgeProps): { text: string; hint: string } {
  const { path, latency, reach } = props;
  // Below a millisecond it is still not nothing.
  const ms = latency === null ? null : Math.max(1, Math.round(latency));
  switch (path) {
    case "local-p2p":
      return {
        text: ms === null ? t("path.local.unmeasured") : t("path.local", { ms }),
        hint: t(reach === "cloud" ? "path.local.cloud.hint" : "path.local.hint"),
      };
    case "hub-relay":
      return { text: t("path.relay"), hint: t("path.relay.hint") };
    default:
      return describeAlone(props);
  }
}

/** Filled, hollow, a dash, two that touch: told apart without their colours. */
export function PathShape({ path, near = 0 }: { path: Path; near?: number }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {path === "local-p2p" && <circle cx="8" cy="8" r="6" class="solid" />}
      {path === "hub-relay" && <circle cx="8" cy="8" r="5" class="hollow" />}
      {path === "none" && near === 0 && <path class="hollow" d="M3 8h10" />}
      {path === "none" && near > 0 && (
        <>
          <circle cx="5.500" cy="8" r="3.500" class="hollow" />
          <circle cx="10.500" cy="8" r="3.500" class="hollow" />
        </>
      )}
    </svg>
  );
}

export function PathBadge(props: PathBadgeProps) {
  const { text, hint: plain } = describe(props);
  const { impostor } = usePageState();
  const hint = impostor && props.path === "none" ? t("path.impostor.hint") : plain;
  return (
    <p class="path-badge" data-testid="path-badge" data-path={props.path} data-reach={props.reach} title={hint}>
      <PathShape path={props.path} near={props.near} />
      <span>{text}</span>
    </p>
  );
}
