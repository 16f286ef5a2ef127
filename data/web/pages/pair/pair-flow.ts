// SPDX-License-Identifier: Apache-2.0
// How a device comes to belong to the property. What must not be lost is on the disk before the hub is
// told of it: the key before it is paired, the identity before the page says so.
//
// opening -> open | form | known        no link: an open hub, a new device, a paired one
// opening, known -> replace | pairing   a link; a paired device is asked first
// opening -> moving                     come from another address of the hub
// form -> asking -> code                the hub knows of the question, the manager compares
// pairing, moving, code -> done         stored
// any of them -> problem                what and why; again() or ask() lead on

import { PairingError, type DeviceIdentity, type PairingLink } from "@bellhop/client";

import type { Fetched } from "../link/hand-off";
import type { Hello } from "../link/hello";
import type { PendingSeed } from "../link/identity-store";
import type { Keeping } from "../link/key-value";
import type { Luggage } from "../link/luggage";
import type { Fragment } from "./fragment";
import { parseFragment } from "./fragment";

export type Problem =
  | "mistyped"
  | "link-used"
  | "link-expired"
  | "link-unknown"
  | "wrong-hub"
  | "refused"
  | "expired"
  | "busy"
  | "no-hub"
  | "keeps-nothing"
  | "move-gone"
  | "move-broken"
  | "other";

export type PairView =
  | { step: "opening" | "pairing" | "moving" | "asking" | "open" }
  | { step: "form"; moved: string | null }
  | { step: "known"; identity: DeviceIdentity }
  | { step: "replace"; identity: DeviceIdentity }
  | { step: "code"; code: string }
  | { step: "done"; identity: DeviceIdentity; keeping: Keeping; hello: Hello | null }
  | { step: "left" }
  | { step: "problem"; problem: Problem };

export interface Question {
  readonly code: string;
  wait(signal: AbortSignal): Promise<DeviceIdentity>;
  cancel(): Promise<void>;
}

/** What the flow needs of the world around it. */
export interface PairWorld {
  getKeeping(): Promise<Keeping>;
  loadIdentity(): Promise<DeviceIdentity | null>;
  saveIdentity(identity: DeviceIdentity): Promise<void>;
  loadPendingSeed(): Promise<PendingSeed | null>;
  savePendingSeed(pending: PendingSeed): Promise<void>;
  dropPendingSeed(): Promise<void>;
  loadMoved(): Promise<string | null>;
  loadArrival(): Promise<string | null>;
  newSeed(): { seed: string; publicKey: string };
  pair(link: PairingLink, seed: string): Promise<DeviceIdentity>;
  ask(seed: string, name: string): Promise<Question>;
  askHello(): Promise<Hello | null>;
  fetchLuggage(ticket: string, key: string): Promise<Fetched>;
  settle(luggage: Luggage, ticket: string): Promise<void>;
  leave(path: string): void;
  nowMs(): number;
}

/** As long as a link is good for. */
const PENDING_MS = 10 * 60 * 1000;

const problems: Readonly<Record<string, Problem>> = {
  "link-used": "link-used",
  "link-expired": "link-expired",
  "link-unknown": "link-unknown",
  "bad-proof": "wrong-hub",
  "wrong-hub": "wrong-hub",
  refused: "refused",
  expired: "expired",
  "rate-limited": "busy",
};

/** After these the same link leads nowhere. */
const final = new Set<Problem>(["link-used", "link-expired", "link-unknown", "wrong-hub"]);

function toProblem(error: unknown): Problem {
  // What is no answer of the hub's is none at all: the network's own failure.
  if (!(error instanceof PairingError)) return "no-hub";
  return problems[error.code] ?? (error.code === "unreachable" ? "no-hub" : "other");
}

export class PairFlow {
  readonly #world: PairWorld;
  readonly #onChange: (view: PairView) => void;
  #view: PairView = { step: "opening" };
  /** What again() does. */
  #retry: () => Promise<void> = () => this.#openForm();
  /** What replace() goes on with. */
  #agreed: () => Promise<void> = () => this.#openForm();
  #question: AbortController | null = null;

  constructor(world: PairWorld, onChange: (view: PairView) => void) {
    this.#world = world;
    this.#onChange = onChange;
  }

  get view(): PairView {
    return this.#view;
  }

  async start(fragment: Fragment): Promise<void> {
    if ((await this.#world.getKeeping()) === "page") {
      // Checked first: a link that is used up for a key that nobody keeps is lost.
      this.#retry = () => this.start(fragment);
      this.#fail("keeps-nothing");
      return;
    }
    if (fragment.kind === "hand-off") await this.#arrive(fragment);
    else if (fragment.kind === "link") await this.#openLink(fragment.link, fragment.text);
    else if (fragment.kind === "mistyped") this.#fail("mistyped");
    else await this.#openPlain();
  }

  /** The person wants it again, after a problem. */
  async again(): Promise<void> {
    await this.#retry();
  }

  /** Yes: this device becomes the other one. */
  async replace(): Promise<void> {
    await this.#agreed();
  }

  /** No: it stays what it is. */
  async stay(): Promise<void> {
    await this.#world.dropPendingSeed();
    const identity = await this.#world.loadIdentity();
    if (identity === null) await this.#openForm();
    else this.#show({ step: "known", identity });
  }

  /** To the form, from wherever one is. */
  async openForm(): Promise<void> {
    await this.#openForm();
  }

  /** Asks the manager to let this device in, under this name. */
  async ask(name: string): Promise<void> {
    this.#retry = () => this.ask(name);
    this.#show({ step: "asking" });
    const question = new AbortController();
    this.#question = question;
    try {
      const seed = this.#world.newSeed();
      await this.#world.savePendingSeed({ ...seed, link: "", madeAtMs: this.#world.nowMs() });
      const asked = await this.#world.ask(seed.seed, name);
      question.signal.addEventListener("abort", () => void asked.cancel());
      if (question.signal.aborted) {
        await asked.cancel();
        return;
      }
      this.#show({ step: "code", code: asked.code });
      await this.#finish(await asked.wait(question.signal));
    } catch (error) {
      if (!question.signal.aborted) this.#fail(toProblem(error));
    }
  }

  async cancel(): Promise<void> {
    this.#question?.abort();
    await this.#openForm();
  }

  #show(view: PairView): void {
    this.#view = view;
    this.#onChange(view);
  }

  #fail(problem: Problem): void {
    this.#show({ step: "problem", problem });
  }

  async #openForm(): Promise<void> {
    this.#show({ step: "form", moved: await this.#world.loadMoved() });
  }

  async #openPlain(): Promise<void> {
    const pending = await this.#world.loadPendingSeed();
    // The page was loaded again half-way, and the link is not in its address any more.
    if (pending !== null && this.#world.nowMs() - pending.madeAtMs < PENDING_MS) {
      const fragment = parseFragment(pending.link);
      if (fragment.kind === "link") {
        await this.#openLink(fragment.link, fragment.text);
        return;
      }
    }
    const identity = await this.#world.loadIdentity();
    if (identity !== null) {
      this.#show({ step: "known", identity });
      return;
    }
    const hello = await this.#world.askHello();
    if (hello?.open === true) this.#show({ step: "open" });
    else await this.#openForm();
  }

  async #openLink(link: PairingLink, text: string): Promise<void> {
    const identity = await this.#world.loadIdentity();
    this.#agreed = () => this.#pair(link, text);
    if (identity === null) await this.#pair(link, text);
    else this.#show({ step: "replace", identity });
  }

  async #pair(link: PairingLink, text: string): Promise<void> {
    this.#retry = () => this.#pair(link, text);
    this.#show({ step: "pairing" });
    try {
      const { seed } = await this.#keepSeed(text);
      await this.#finish(await this.#world.pair(link, seed));
    } catch (error) {
      const problem = toProblem(error);
      if (final.has(problem)) await this.#world.dropPendingSeed();
      this.#fail(problem);
    }
  }

  /** The same key for the same link: the hub then repeats an answer that was lost. */
  async #keepSeed(link: string): Promise<PendingSeed> {
    const pending = await this.#world.loadPendingSeed();
    if (pending?.link === link) return pending;
    const made = { ...this.#world.newSeed(), link, madeAtMs: this.#world.nowMs() };
    await this.#world.savePendingSeed(made);
    return made;
  }

  async #finish(identity: DeviceIdentity): Promise<void> {
    try {
      await this.#world.saveIdentity(identity);
    } catch {
      // The disk is full. The hub has this device already; storing is all that is left to do.
      this.#retry = () => this.#finish(identity);
      this.#fail("keeps-nothing");
      return;
    }
    const keeping = await this.#world.getKeeping();
    this.#show({ step: "done", identity, keeping, hello: await this.#world.askHello() });
  }

  async #arrive({ ticket, key, to }: Extract<Fragment, { kind: "hand-off" }>): Promise<void> {
    this.#retry = () => this.#arrive({ kind: "hand-off", ticket, key, to });
    this.#show({ step: "moving" });
    const identity = await this.#world.loadIdentity();
    const fetched = await this.#world.fetchLuggage(ticket, key);
    if ("problem" in fetched) {
      // Taken and stored before, by this page: loaded again, or come back to.
      if (fetched.problem === "gone" && (await this.#world.loadArrival()) === ticket)
        this.#leave(to);
      else if (fetched.problem === "no-hub") this.#fail("no-hub");
      else this.#fail(fetched.problem === "gone" ? "move-gone" : "move-broken");
      return;
    }
    const { luggage } = fetched;
    this.#agreed = async () => {
      await this.#world.settle(luggage, ticket);
      this.#leave(to);
    };
    // Nobody becomes somebody else by opening a link.
    if (identity !== null && identity.deviceId !== luggage.identity.deviceId)
      this.#show({ step: "replace", identity });
    else await this.#agreed();
  }

  #leave(path: string): void {
    this.#show({ step: "left" });
    this.#world.leave(path);
  }
}
