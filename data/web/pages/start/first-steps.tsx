// SPDX-License-Identifier: Apache-2.0
// What a newcomer does next: a menu or the sample, a second device, the tables' codes. Gone once all of
// it is done.

import type { Property } from "@bellhop/client";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { toDevices } from "../devices/device";
import { standing, type RecordSource } from "../house/source";
import { useRecords } from "../house/use-house";
import { useHubData } from "../link/use-hub-data";
import type { LinkView } from "../link/use-link";
import { t } from "../messages";
import { Confirm, Dialog, Trouble } from "../theme/dialog";
import { isEmpty, isWhole } from "./sample";
import { isThere } from "./sample-removal";
import { useSample, type Sample } from "./use-sample";

interface StepProps {
  number: number;
  title: string;
  about: string;
  isDone: boolean;
  children: ComponentChildren;
}

function Step({ number, title, about, isDone, children }: StepProps) {
  return (
    <li class="first-step" data-testid={`step-${number}`} data-done={isDone}>
      <span class="first-step-mark" aria-hidden="true">
        {isDone ? "✓" : number}
      </span>
      <h3>
        {title}
        {isDone && <span class="first-step-done">{t("start.step.done")}</span>}
      </h3>
      <p class="soft">{about}</p>
      {!isDone && <div class="first-step-ways">{children}</div>}
    </li>
  );
}

function SampleNote({ sample, isWhole }: { sample: Sample; isWhole: boolean }) {
  const { busy } = sample;
  const [isAsking, setAsking] = useState(false);
  const keep = () => setAsking(false);
  return (
    <section class="sample-note" data-testid="sample-note" data-whole={isWhole}>
      <h2>{t(isWhole ? "sample.there" : "sample.half")}</h2>
      <p>{t(isWhole ? "sample.there.about" : "sample.half.about")}</p>
      <div class="first-step-ways">
        {isWhole ? (
          <>
            <a class="button" href={`/kitchen${location.search}`}>
              {t("page.kitchen")}
            </a>
            <a class="button" href={`/pos${location.search}`}>
              {t("page.pos")}
            </a>
            <a class="button" href={`/staff${location.search}`}>
              {t("page.staff")}
            </a>
          </>
        ) : (
          <button
            type="button"
            class="primary"
            data-testid="sample-set-up"
            disabled={busy !== ""}
            onClick={sample.setUp}
          >
            {t(busy === "setting-up" ? "sample.setting-up" : "sample.finish")}
          </button>
        )}
        <button
          type="button"
          class="quiet"
          data-testid="sample-take-away"
          disabled={busy !== ""}
          onClick={() => setAsking(true)}
        >
          {t(busy === "taking-away" ? "sample.taking-away" : "sample.take-away")}
        </button>
      </div>
      <Trouble text={sample.trouble} />
      {isAsking && (
        <Dialog title={t("sample.take-away")} onClose={keep} testId="sample-dialog">
          <Confirm
            text={t("sample.take-away.about")}
            action={t("sample.take-away")}
            keep={t("action.keep")}
            busy={busy !== ""}
            trouble=""
            onConfirm={() => {
              keep();
              sample.takeAway();
            }}
            onKeep={keep}
          />
        </Dialog>
      )}
    </section>
  );
}

function MenuWays({ sample }: { sample: Sample }) {
  const { busy } = sample;
  return (
    <>
      <button
        type="button"
        class="primary"
        data-testid="sample-set-up"
        disabled={busy !== ""}
        onClick={sample.setUp}
      >
        {t(busy === "setting-up" ? "sample.setting-up" : "sample.see")}
      </button>
      <a class="button" href={`/menu${location.search}`}>
        {t("start.step.menu.own")}
      </a>
      <Trouble text={sample.trouble} />
    </>
  );
}

interface Known {
  isThere: boolean;
  isWhole: boolean;
  isEmpty: boolean;
  hasPlaces: boolean;
  /** Something of the hub's has come; before that nobody knows what there is. */
  isKnown: boolean;
}

const TYPES = ["category", "item", "modifier", "tax", "station", "place", "device"];

function read(source: RecordSource): Known {
  return {
    isThere: isThere(source),
    isWhole: isWhole(source),
    isEmpty: isEmpty(source),
    hasPlaces: standing(source, "place").length > 0,
    isKnown: source.records("device").length > 0,
  };
}

export function FirstSteps({ property, link }: { property: Property; link: LinkView }) {
  const known = useRecords(property, TYPES, read);
  const devices = useHubData(link, "/api/v1/devices", "devices", toDevices);
  const sample = useSample(property, link);
  if (known === null || !known.isKnown) return null;
  const isPaired = devices.data === null || devices.data.length > 1;
  const isDone = !known.isEmpty && isPaired && known.hasPlaces;
  const isSettingUp = sample.busy === "setting-up";
  return (
    <>
      {known.isThere && !isSettingUp && <SampleNote sample={sample} isWhole={known.isWhole} />}
      {(!isDone || isSettingUp) && (
        <section class="first-steps" data-testid="first-steps">
          <h2>{t("start.steps")}</h2>
          <ol>
            <Step
              number={1}
              title={t("start.step.menu")}
              about={t("start.step.menu.about")}
              isDone={!known.isEmpty && !isSettingUp}
            >
              <MenuWays sample={sample} />
            </Step>
            <Step
              number={2}
              title={t("start.step.pair")}
              about={t("start.step.pair.about")}
              isDone={isPaired}
            >
              <a class="button" href={`/devices${location.search}#pair`}>
                {t("start.step.pair.do")}
              </a>
            </Step>
            <Step
              number={3}
              title={t("start.step.codes")}
              about={t("start.step.codes.about")}
              isDone={known.hasPlaces && !isSettingUp}
            >
              <a class="button" href={`/tables${location.search}#setup`}>
                {t("start.step.codes.do")}
              </a>
            </Step>
          </ol>
          {known.hasPlaces && (
            <p>
              <a class="card-link" href={`/tables${location.search}#codes`}>
                {t("start.codes.print")}
              </a>
            </p>
          )}
        </section>
      )}
    </>
  );
}
