// SPDX-License-Identifier: Apache-2.0
// "Why can this phone not see the hub?": looks, says what is, and one thing to do about it.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { loadIdentity, loadServers } from "../link/identity-store";
import { showPage } from "../link/open-page";
import { toPath } from "../link/path";
import { t, type MessageKey } from "../messages";
import { PlainFrame } from "../theme/plain-frame";
import { findCause, type Cause, type Verdict } from "./cause";
import { addPlaces, loadPlaces, noPlaces, parsePlaces, parseServers } from "./places";
import { browser, findFacts, type Found } from "./probes";

const query = new URLSearchParams(location.search);
/** Where one came from, to go back to. */
const back = toPath(query.get("to")) ?? "/";

const LOADING_LIMIT_MS = 2000;

interface Look extends Found {
  verdict: Verdict;
}

/** A browser that keeps nothing, as in a private window, knows nothing; one that hangs is not waited for. */
const orNothing = <T,>(loading: Promise<T>, nothing: T): Promise<T> =>
  Promise.race([
    loading.catch(() => nothing),
    new Promise<T>((resolve) => setTimeout(resolve, LOADING_LIMIT_MS, nothing)),
  ]);

async function look(): Promise<Look> {
  const [kept, servers, identity] = await Promise.all([
    orNothing(loadPlaces(), noPlaces),
    orNothing(loadServers(), []),
    orNothing(loadIdentity(), null),
  ]);
  const places = [parseServers(servers), parsePlaces(location.hash)].reduce(addPlaces, kept);
  const found = await findFacts(browser, {
    places,
    hub: identity === null ? null : { tenantId: identity.tenantId, hubKey: identity.hubKey },
    isRelayed: query.get("path") === "hub-relay",
  });
  return { ...found, verdict: findCause(found.facts) };
}

const isGood = (cause: Cause) => cause === "fine" || cause === "relayed";

const keyOf = (cause: Cause): MessageKey => `why.${cause}`;
const adviceOf = (cause: Cause): MessageKey => `why.${cause}.do`;

/** Where the other place is worth going to. */
const leadsElsewhere: readonly Cause[] = ["names", "moved"];

function Heading({ text, cause }: { text: string; cause: Cause }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [text]);
  return (
    <h1 ref={heading} tabIndex={-1} class={isGood(cause) ? "step-good" : "step-wait"}>
      {text}
    </h1>
  );
}

/** What it may be: all said, in the order in which to look. */
function Unsure({ cause, others }: { cause: Cause; others: readonly Cause[] }) {
  return (
    <>
      <Heading text={t("why.unsure")} cause={cause} />
      <ol class="why-several">
        {[cause, ...others].map((one) => (
          <li key={one} class="step-part" data-testid="why-one-of" data-cause={one}>
            <h2>{t(keyOf(one))}</h2>
            <p>{t(adviceOf(one))}</p>
          </li>
        ))}
      </ol>
    </>
  );
}

function Said({ verdict, name }: { verdict: Verdict; name: string }) {
  const { cause, certainty, others } = verdict;
  return (
    <div
      class="step-part"
      role="status"
      data-testid="why"
      data-cause={cause}
      data-certainty={certainty}
      data-others={others.length > 0 ? others.join(" ") : undefined}
    >
      {others.length > 0 ? (
        <Unsure cause={cause} others={others} />
      ) : (
        <>
          <Heading text={t(keyOf(cause))} cause={cause} />
          {certainty === "likely" && <p class="soft">{t("why.likely")}</p>}
          <p>{t(adviceOf(cause))}</p>
        </>
      )}
      {name !== "" && <p class="soft">{t("why.hub-name", { name })}</p>}
    </div>
  );
}

function Details({ found }: { found: Look }) {
  const { facts, tried } = found;
  return (
    <details class="why-details">
      <summary>{t("why.details")}</summary>
      <dl>
        {tried.map(({ place, answer }) => (
          <div key={place}>
            <dt>{place}</dt>
            <dd>{t(`why.answer.${answer}`)}</dd>
          </div>
        ))}
        <div>
          <dt>{t("why.cloud")}</dt>
          <dd>
            {t(
              facts.cloud === null
                ? "why.cloud.unknown"
                : facts.cloud.isOnline
                  ? "why.cloud.online"
                  : "why.cloud.offline",
            )}
          </dd>
        </div>
      </dl>
    </details>
  );
}

function Actions({ found, onAgain }: { found: Look; onAgain: () => void }) {
  const { verdict, elsewhere } = found;
  const isGoodNow = isGood(verdict.cause);
  const there = leadsElsewhere.includes(verdict.cause) ? elsewhere : null;
  return (
    <p class="step-actions">
      {there !== null && (
        <a class="button primary" href={there + back} data-testid="why-there">
          {t("why.there")}
        </a>
      )}
      {isGoodNow && (
        <a class="button primary" href={back} data-testid="why-back">
          {t("why.back")}
        </a>
      )}
      <button
        type="button"
        class={there === null && !isGoodNow ? "primary" : undefined}
        onClick={onAgain}
        data-testid="why-again"
      >
        {t("why.again")}
      </button>
    </p>
  );
}

function WhyPage() {
  const [found, setFound] = useState<Look | null>(null);
  const turn = useRef(0);
  const again = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    setFound(null);
    void look().then((next) => {
      // What was asked before the network changed is no answer any more.
      if (mine === turn.current) setFound(next);
    });
  }, []);
  useEffect(() => {
    again();
    for (const name of ["online", "offline"]) addEventListener(name, again);
    return () => {
      for (const name of ["online", "offline"]) removeEventListener(name, again);
    };
  }, [again]);
  return (
    <PlainFrame>
      {found === null ? (
        <p class="step-working" role="status" data-testid="why-looking">
          {t("why.looking")}
        </p>
      ) : (
        <>
          <Said verdict={found.verdict} name={found.places.name} />
          <Actions found={found} onAgain={again} />
          <Details found={found} />
        </>
      )}
    </PlainFrame>
  );
}

showPage("page.why", <WhyPage />);
