// SPDX-License-Identifier: Apache-2.0
// The steps of pairing as a person sees them: what is, then what to do, one thing at a time.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { describeDevice, pageOf } from "../link/identity-text";
import { t, type MessageKey } from "../messages";
import type { PairFlow, PairView, Problem } from "./pair-flow";

type Of<Step extends PairView["step"]> = Extract<PairView, { step: Step }>;

interface PartProps {
  title: string;
  tone?: "good" | "wait";
  children?: ComponentChildren;
}

/** Takes the focus, so that a screen reader begins with what has just changed. */
function Part({ title, tone, children }: PartProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <div class="step-part">
      <h1 ref={heading} tabIndex={-1} class={tone === undefined ? undefined : `step-${tone}`}>
        {title}
      </h1>
      {children}
    </div>
  );
}

export function Working({ text }: { text: MessageKey }) {
  return (
    <p class="step-working" role="status">
      {t(text)}
    </p>
  );
}

const MAX_NAME_BYTES = 64;

/** The hub counts bytes; umlauts are two. */
function cutName(text: string): string {
  let name = text;
  while (new TextEncoder().encode(name.trim()).length > MAX_NAME_BYTES)
    name = [...name].slice(0, -1).join("");
  return name;
}

export function NameForm({ flow, view }: { flow: PairFlow; view: Of<"form"> }) {
  const [name, setName] = useState("");
  const ready = name.trim() !== "";
  return (
    <>
      <Part title={t("pair.form.title")}>
        <p>{t("pair.form.about")}</p>
        {view.moved !== null && (
          <p class="step-note">
            {t("pair.form.moved")} <a href={view.moved}>{new URL(view.moved).host}</a>
          </p>
        )}
      </Part>
      <form
        class="step-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void flow.ask(name.trim());
        }}
      >
        <label class="field">
          <span>{t("pair.form.name")}</span>
          <input
            type="text"
            autoComplete="off"
            autoCapitalize="sentences"
            placeholder={t("pair.form.placeholder")}
            value={name}
            data-testid="pair-name"
            onInput={(event) => setName(cutName(event.currentTarget.value))}
          />
        </label>
        <button type="submit" class="primary" disabled={!ready} data-testid="pair-ask">
          {t("pair.form.ask")}
        </button>
      </form>
      <p class="soft">{t("pair.form.code-hint")}</p>
    </>
  );
}

export function Code({ flow, view }: { flow: PairFlow; view: Of<"code"> }) {
  const digits = view.code.replace(/\D/g, "");
  return (
    <>
      <Part title={t("pair.code.title")}>
        <p class="code" data-testid="pair-code" aria-label={digits.split("").join(" ")}>
          {`${digits.slice(0, 3)} ${digits.slice(3)}`}
        </p>
        <p>{t("pair.code.about")}</p>
        <p class="step-working" role="status">
          {t("pair.code.waiting")}
        </p>
      </Part>
      <p class="step-actions">
        <button type="button" onClick={() => void flow.cancel()}>
          {t("pair.cancel")}
        </button>
      </p>
    </>
  );
}

export function Replace({ flow, view }: { flow: PairFlow; view: Of<"replace"> }) {
  return (
    <>
      <Part title={describeDevice("pair.replace.title", view.identity)}>
        <p>{t("pair.replace.about", { hub: view.identity.hubName })}</p>
      </Part>
      <p class="step-actions">
        <button
          type="button"
          class="primary"
          data-testid="pair-stay"
          onClick={() => void flow.stay()}
        >
          {t("pair.replace.stay")}
        </button>
        <button type="button" data-testid="pair-replace" onClick={() => void flow.replace()}>
          {t("pair.replace.replace")}
        </button>
      </p>
    </>
  );
}

export function Known({ flow, view }: { flow: PairFlow; view: Of<"known"> }) {
  return (
    <>
      <Part title={describeDevice("pair.known.title", view.identity)} tone="good">
        <p>{t("pair.known.about", { hub: view.identity.hubName })}</p>
      </Part>
      <p class="step-actions">
        <a class="button primary" href={pageOf(view.identity.role)}>
          {t("pair.open")}
        </a>
        <button type="button" onClick={() => void flow.openForm()}>
          {t("pair.known.again")}
        </button>
      </p>
    </>
  );
}

/** The secure address comes next where there is one, and nobody has to wait for it. */
export function Done({ view, to }: { view: Of<"done">; to: string | null }) {
  const { identity, keeping, hello } = view;
  const page = to ?? pageOf(identity.role);
  const leadsOn =
    !isSecureContext && (hello?.origins.length ?? 0) > 0 && identity.role !== "printer";
  return (
    <>
      <Part title={describeDevice("pair.done.title", identity)} tone="good">
        <p>{t("pair.done.about", { hub: identity.hubName })}</p>
        {keeping === "tab" && <p class="step-note">{t("pair.done.tab")}</p>}
        {leadsOn && <p>{t("pair.done.secure")}</p>}
      </Part>
      <p class="step-actions" data-testid="pair-done" data-role={identity.role}>
        {leadsOn && (
          <a class="button primary" href={`/trust?to=${encodeURIComponent(page)}`}>
            {t("pair.done.next")}
          </a>
        )}
        <a class={leadsOn ? "button" : "button primary"} href={page}>
          {t(leadsOn ? "pair.done.later" : "pair.open")}
        </a>
      </p>
    </>
  );
}

export function Open() {
  return (
    <>
      <Part title={t("pair.open-hub.title")}>
        <p>{t("pair.open-hub.about")}</p>
      </Part>
      <p class="step-actions">
        <a class="button primary" href="/">
          {t("pair.open")}
        </a>
      </p>
    </>
  );
}

const retries = new Set<Problem>(["no-hub", "busy", "keeps-nothing", "expired", "refused", "other"]);
/** Those after which one may ask to be let in another way. */
const others = new Set<Problem>([
  "mistyped",
  "link-used",
  "link-expired",
  "link-unknown",
  "no-hub",
  "other",
]);
const moves = new Set<Problem>(["move-gone", "move-broken"]);

export function Trouble({ flow, problem }: { flow: PairFlow; problem: Problem }) {
  return (
    <>
      <div role="alert" data-testid="pair-problem" data-problem={problem}>
        <Part title={t(`pair.problem.${problem}`)} tone="wait">
          <p>{t(`pair.problem.${problem}.do`)}</p>
        </Part>
      </div>
      <p class="step-actions">
        {retries.has(problem) && (
          <button type="button" class="primary" onClick={() => void flow.again()}>
            {t("pair.again")}
          </button>
        )}
        {moves.has(problem) && (
          <button type="button" class="primary" onClick={() => history.back()}>
            {t("pair.back")}
          </button>
        )}
        {problem === "no-hub" && (
          <a class="button" href="/why?to=/pair" data-testid="pair-why">
            {t("why.link")}
          </a>
        )}
        {others.has(problem) && (
          <button type="button" onClick={() => void flow.openForm()}>
            {t("pair.without-link")}
          </button>
        )}
      </p>
    </>
  );
}
