// SPDX-License-Identifier: Apache-2.0
// Pairing a device: what it will be, its name, then one code to scan that fills the space. As soon as
// the device is there, its name says so.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { chime, readyChime } from "../link/chime";
import { askHub } from "../link/hub-api";
import { nameRole, type DeviceRole } from "../link/roles";
import { formatLeft } from "../link/time-text";
import type { LinkView } from "../link/use-link";
import { useNow } from "../link/use-now";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { CopyField } from "../theme/copy-field";
import { Trouble } from "../theme/dialog";
import { QrPicture } from "../theme/qr-picture";
import {
  findArrival,
  toName,
  toPairLink,
  type Device,
  type PairLink,
  type PairRequest,
} from "./device";
import { PairRequests } from "./pair-requests";
import { RoleChoice } from "./role-choice";

export interface PairViewProps {
  link: LinkView;
  devices: readonly Device[];
  requests: readonly PairRequest[];
  onLeave: () => void;
  /** The lists are asked for again. */
  onChanged: () => void;
}

interface Wanted {
  role: DeviceRole;
  name: string;
}

/** A link that was made, and who was there before it. */
interface PairFormProps {
  wanted: Wanted;
  busy: boolean;
  trouble: string;
  onWant: (wanted: Wanted) => void;
  onShow: (name: string) => void;
}

function PairForm({ wanted, busy, trouble, onWant, onShow }: PairFormProps) {
  const name = toName(wanted.name);
  return (
    <form
      class="form pair-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== null) onShow(name);
      }}
    >
      <RoleChoice role={wanted.role} onChoose={(role) => onWant({ ...wanted, role })} />
      <label class="field">
        <span>{t("pairing.name")}</span>
        <input
          type="text"
          value={wanted.name}
          maxLength={64}
          autoComplete="off"
          placeholder={t("pairing.name.placeholder")}
          data-testid="pair-name"
          onInput={(event) => onWant({ ...wanted, name: event.currentTarget.value })}
        />
      </label>
      <Trouble text={trouble} />
      <button
        type="submit"
        class="primary large"
        data-testid="show-code"
        disabled={busy || name === null}
      >
        {t("pairing.show")}
      </button>
    </form>
  );
}

interface PairCodeProps {
  pairLink: PairLink;
  nowMs: number;
  onAgain: () => void;
  /** The other way in, beside the code. */
  children: ComponentChildren;
}

function PairCode({ pairLink, nowMs, onAgain, children }: PairCodeProps) {
  const leftMs = pairLink.endsMs - nowMs;
  const { name } = pairLink;
  if (leftMs <= 0)
    return (
      <div class="pair-over" role="status">
        <p class="empty-state-title">{t("pairing.over")}</p>
        <p class="soft">{t("pairing.over.hint")}</p>
        <button type="button" class="primary" data-testid="pair-again" onClick={onAgain}>
          {t("pairing.again")}
        </button>
      </div>
    );
  return (
    <div class="pair-code" data-testid="pair-code">
      <QrPicture svg={pairLink.svg} label={t("pairing.qr", { name })} />
      <div class="pair-words">
        <p>{t("pairing.scan", { name })}</p>
        <p class="soft pair-left" data-testid="pair-left">
          {t("pairing.left", { time: formatLeft(leftMs) })}
        </p>
        <details class="fold">
          <summary>{t("pairing.link")}</summary>
          <p class="soft">{t("pairing.link.hint")}</p>
          <CopyField label={t("pairing.link")} text={pairLink.link} />
        </details>
        {children}
      </div>
    </div>
  );
}

interface ArrivedProps {
  name: string;
  role: string;
  onMore: () => void;
  onLeave: () => void;
}

function Arrived({ name, role, onMore, onLeave }: ArrivedProps) {
  useEffect(chime, []);
  return (
    <div class="arrived" role="status" data-testid="arrived">
      <svg class="arrived-mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
        <circle cx="32" cy="32" r="30" />
        <path d="M18 33l10 10 18-21" />
      </svg>
      <p class="arrived-name">{name}</p>
      <p class="soft">{t("pairing.arrived", { role: nameRole(role) })}</p>
      <div class="arrived-actions">
        <button type="button" data-testid="pair-more" onClick={onMore}>
          {t("pairing.more")}
        </button>
        <button type="button" class="primary" data-testid="pair-done" onClick={onLeave}>
          {t("action.done")}
        </button>
      </div>
    </div>
  );
}

function usePairing({ link, devices }: PairViewProps) {
  const [wanted, want] = useState<Wanted>({ role: "staff", name: "" });
  const [pairing, setPairing] = useState<PairLink | null>(null);
  const [arrived, setArrived] = useState<{ name: string; role: string } | null>(null);
  const task = useTask();

  const show = (name: string) => {
    readyChime();
    task.run(async () => {
      const { role } = wanted;
      const answer = await askHub(link.connection, "POST", "/api/v1/pair/links", { role, name });
      setPairing(toPairLink(answer, Date.now()));
    });
  };
  const arrival = pairing === null ? null : findArrival(devices, pairing.linkId);
  useEffect(() => {
    if (arrival !== null) setArrived({ name: arrival.name, role: arrival.role });
  }, [arrival?.deviceId]);

  const restart = () => {
    setPairing(null);
    setArrived(null);
    want({ role: wanted.role, name: "" });
  };
  return { wanted, want, pairing, setPairing, arrived, setArrived, task, show, restart };
}

export function PairView(props: PairViewProps) {
  const { link, requests, onLeave, onChanged } = props;
  const { wanted, want, pairing, setPairing, arrived, setArrived, task, show, restart } =
    usePairing(props);
  const nowMs = useNow(1000);

  if (arrived !== null) return <Arrived {...arrived} onMore={restart} onLeave={onLeave} />;
  const compare = (
    <>
      {requests.length === 0 && <p class="soft pair-compare">{t("pairing.compare")}</p>}
      <PairRequests
        link={link}
        requests={requests}
        role={wanted.role}
        name={wanted.name}
        nowMs={nowMs}
        onAccepted={(name, role) => {
          readyChime();
          setArrived({ name, role });
          onChanged();
        }}
        onDeclined={onChanged}
      />
    </>
  );
  if (pairing !== null)
    return (
      <PairCode pairLink={pairing} nowMs={nowMs} onAgain={() => setPairing(null)}>
        {compare}
      </PairCode>
    );
  return (
    <div class="pair">
      <PairForm
        wanted={wanted}
        busy={task.busy}
        trouble={task.trouble}
        onWant={want}
        onShow={show}
      />
      {compare}
    </div>
  );
}
