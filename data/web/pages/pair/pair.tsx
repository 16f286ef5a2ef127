// SPDX-License-Identifier: Apache-2.0
// Where a device comes to belong to the property: by a link that a manager gave, by a code that both
// compare, or from another address of the same hub.

import { Comparison, newSeed, pairWithLink } from "@bellhop/client";
import { useEffect, useRef, useState } from "preact/hooks";

import { fetchLuggage, settle } from "../link/hand-off";
import { askHello } from "../link/hello";
import {
  dropPendingSeed,
  getKeeping,
  loadArrival,
  loadIdentity,
  loadMoved,
  loadPendingSeed,
  saveIdentity,
  savePendingSeed,
} from "../link/identity-store";
import { showPage } from "../link/open-page";
import { toPath } from "../link/path";
import { PlainFrame } from "../theme/plain-frame";
import { parseFragment } from "./fragment";
import { PairFlow, type PairView, type PairWorld } from "./pair-flow";
import { Code, Done, Known, NameForm, Open, Replace, Trouble, Working } from "./pair-views";

const { origin } = location;
const fragment = parseFragment(location.hash);
const to = toPath(new URLSearchParams(location.search).get("to"));

// What is secret leaves the address bar at once, and with it the history.
if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
// Another link pasted into the same tab only changes the fragment.
addEventListener("hashchange", () => {
  if (location.hash !== "") location.reload();
});

const world: PairWorld = {
  getKeeping,
  loadIdentity,
  saveIdentity,
  loadPendingSeed,
  savePendingSeed,
  dropPendingSeed,
  loadMoved,
  loadArrival,
  newSeed,
  // "": the name that the manager gave with the link.
  pair: (link, seed) => pairWithLink({ origin, link, seed, name: "" }),
  ask: (seed, name) => Comparison.begin({ origin, seed, name }),
  askHello,
  fetchLuggage,
  settle,
  leave: (path) => location.replace(path),
  nowMs: () => Date.now(),
};

function Step({ flow, view }: { flow: PairFlow; view: PairView }) {
  switch (view.step) {
    case "form":
      return <NameForm flow={flow} view={view} />;
    case "code":
      return <Code flow={flow} view={view} />;
    case "replace":
      return <Replace flow={flow} view={view} />;
    case "known":
      return <Known flow={flow} view={view} />;
    case "done":
      return <Done view={view} to={to} />;
    case "open":
      return <Open />;
    case "problem":
      return <Trouble flow={flow} problem={view.problem} />;
    case "pairing":
      return <Working text="pair.pairing" />;
    case "moving":
    case "left":
      return <Working text="pair.moving" />;
    case "asking":
    case "opening":
      return <Working text="pair.looking" />;
  }
}

function PairPage() {
  const [view, setView] = useState<PairView>({ step: "opening" });
  const made = useRef<PairFlow | null>(null);
  made.current ??= new PairFlow(world, setView);
  const flow = made.current;
  useEffect(() => void flow.start(fragment), [flow]);
  return (
    <PlainFrame>
      <Step flow={flow} view={view} />
    </PlainFrame>
  );
}

showPage("page.pair", <PairPage />);
