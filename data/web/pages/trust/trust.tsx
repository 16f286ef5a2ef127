// SPDX-License-Identifier: Apache-2.0
// How this device comes to trust the hub's secure address, step by step, and the way there.

import { authorityText } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

import { depart } from "../link/hand-off";
import type { Hello } from "../link/hello";
import { showPage } from "../link/open-page";
import { usePageState } from "../link/page-state";
import { toPath } from "../link/path";
import { t } from "../messages";
import { PlainFrame } from "../theme/plain-frame";
import { RemovedNotice } from "../theme/removed-notice";
import { deviceKinds, findDeviceKind, type DeviceKind } from "./device-kind";
import { stepsOf } from "./steps";
import { useDevice, useHello, useTrusted, type Device } from "./use-trust";

const to = toPath(new URLSearchParams(location.search).get("to")) ?? "/";

// Come back to after the move: how it stands is looked at anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/** What a person has to compare stands before the steps; what has been compared, after them. */
function Fingerprint({ authority, compared }: { authority: string; compared: boolean }) {
  return (
    <section class="step-part">
      <h2>{t("trust.fingerprint")}</h2>
      <p class="fingerprint" data-testid="fingerprint">
        {authorityText(authority)}
      </p>
      {compared ? (
        <p class="tone tone-good" data-testid="fingerprint-match">
          {t("trust.fingerprint.same")}
        </p>
      ) : (
        <p class="soft">{t("trust.fingerprint.compare")}</p>
      )}
    </section>
  );
}

function Warning({ offered, paired }: { offered: string; paired: string }) {
  return (
    <div class="step-warning" role="alert" data-testid="fingerprint-differs">
      <h2>{t("trust.differs")}</h2>
      <p>{t("trust.differs.do")}</p>
      <dl>
        <dt>{t("trust.differs.offered")}</dt>
        <dd class="fingerprint">{authorityText(offered)}</dd>
        <dt>{t("trust.differs.paired")}</dt>
        <dd class="fingerprint">{authorityText(paired)}</dd>
      </dl>
    </div>
  );
}

function DeviceChoice({ kind, onChoose }: { kind: DeviceKind; onChoose: (k: DeviceKind) => void }) {
  return (
    <label class="field device-choice">
      <span>{t("trust.device")}</span>
      <select
        value={kind}
        data-testid="device-kind"
        onChange={(event) => onChoose(event.currentTarget.value as DeviceKind)}
      >
        {deviceKinds.map((one) => (
          <option key={one} value={one}>
            {t(stepsOf[one].name)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Steps({ kind }: { kind: DeviceKind }) {
  const { file, steps } = stepsOf[kind];
  return (
    <ol class="steps" data-testid="steps" data-device={kind}>
      <li>
        <a
          class="button primary"
          href={file.href}
          {...(file.download === undefined ? {} : { download: file.download })}
        >
          {t(file.text)}
        </a>
      </li>
      {steps.map((key) => (
        <li key={key}>
          <p>{t(key)}</p>
        </li>
      ))}
      <li>
        <p>{t("trust.back")}</p>
      </li>
    </ol>
  );
}

/** The one next step, as soon as it can be taken. */
function Continue({ origin, device }: { origin: string; device: Device | null }) {
  const [state, setState] = useState<"idle" | "moving" | "kept">("idle");

  function move({ connection, identity }: Device): void {
    setState("moving");
    depart(connection, identity, origin, to).then(
      (address) => location.assign(address),
      () => setState("kept"),
    );
  }

  return (
    <div class="step-part" data-testid="trusted" data-origin={origin}>
      <div role="status">
        <h2 class="step-good">{t("trust.there")}</h2>
      </div>
      {state === "kept" && <p role="alert">{t("trust.move.kept")}</p>}
      <p class="step-actions">
        {device === null ? (
          <a class="button primary" href={origin + to}>
            {t("trust.continue")}
          </a>
        ) : (
          <button
            type="button"
            class="primary"
            data-testid="continue"
            disabled={state === "moving"}
            onClick={() => move(device)}
          >
            {t(state === "moving" ? "trust.moving" : "trust.continue")}
          </button>
        )}
      </p>
    </div>
  );
}

function Guide({ hello, device }: { hello: Hello; device: Device | null }) {
  const [kind, setKind] = useState<DeviceKind>(() => findDeviceKind(navigator) ?? "android");
  const trusted = useTrusted(hello.origins);
  const { authority } = hello;
  const paired = device?.identity.authority ?? "";
  const compared = paired === authority;

  if (authority !== null && paired !== "" && paired !== authority)
    return <Warning offered={authority} paired={paired} />;
  // Steps that are gone again before one has read them help nobody.
  if (trusted === undefined)
    return (
      <p class="step-working" role="status">
        {t("trust.reaching")}
      </p>
    );
  if (trusted !== null) return <Continue origin={trusted} device={device} />;
  return (
    <>
      <p class="step-working" role="status" data-testid="not-trusted">
        {t(authority === null ? "trust.reaching" : "trust.waiting")}
      </p>
      {authority !== null && (
        <>
          {!compared && <Fingerprint authority={authority} compared={false} />}
          <DeviceChoice kind={kind} onChoose={setKind} />
          <Steps kind={kind} />
          {compared && <Fingerprint authority={authority} compared />}
        </>
      )}
    </>
  );
}

function Content() {
  const { hello, away } = useHello();
  const device = useDevice();
  if (isSecureContext) return <p data-testid="secure">{t("trust.secure")}</p>;
  if (hello === null || device === undefined)
    return (
      <p class="step-working" role="status">
        {t(away ? "trust.away" : "trust.looking")}
      </p>
    );
  if (hello.origins.length === 0) return <p data-testid="no-https">{t("trust.none")}</p>;
  return <Guide hello={hello} device={device} />;
}

function TrustPage() {
  const { removed } = usePageState();
  useEffect(() => scrollTo(0, 0), []);
  if (removed) return <RemovedNotice />;
  return (
    <PlainFrame>
      <div class="step-part">
        <h1>{t("trust.title")}</h1>
        <p>{t("trust.about")}</p>
      </div>
      <Content />
      <p class="step-actions">
        <a class={isSecureContext ? "button primary" : "button"} href={to}>
          {t(isSecureContext ? "pair.open" : "pair.done.later")}
        </a>
      </p>
    </PlainFrame>
  );
}

showPage("page.trust", <TrustPage />);
