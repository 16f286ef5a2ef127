// SPDX-License-Identifier: Apache-2.0
// Devices without a camera ask by themselves; both sides show the same six digits. The digits are the
// largest thing here, because comparing them is all that keeps a stranger out.

import { useState } from "preact/hooks";

import { askHub } from "../link/hub-api";
import { nameRole, roles, type DeviceRole } from "../link/roles";
import type { LinkView } from "../link/use-link";
import { useTask } from "../link/use-task";
import { t } from "../messages";
import { Ago } from "../theme/ago";
import { Trouble } from "../theme/dialog";
import { spaceCode, toName, type PairRequest } from "./device";

export interface PairRequestsProps {
  link: LinkView;
  requests: readonly PairRequest[];
  /** What the manager has chosen already, if anything; the name for a device that has none. */
  role: DeviceRole;
  name: string;
  nowMs: number;
  onAccepted: (name: string, role: DeviceRole) => void;
  onDeclined: () => void;
}

type RequestCardProps = Omit<PairRequestsProps, "requests"> & { request: PairRequest };

function useDecision({ link, request, onAccepted, onDeclined }: RequestCardProps) {
  const task = useTask();
  const { requestId, code } = request;
  return {
    ...task,
    accept: (role: DeviceRole, name: string) =>
      task.run(async () => {
        await askHub(link.connection, "POST", "/api/v1/pair/requests/accept", {
          requestId,
          code,
          role,
          name,
        });
        onAccepted(name, role);
      }),
    decline: () =>
      task.run(async () => {
        await askHub(link.connection, "POST", "/api/v1/pair/requests/decline", { requestId });
        onDeclined();
      }),
  };
}

function RequestCard(props: RequestCardProps) {
  const { request, nowMs } = props;
  const [name, setName] = useState(request.name === "" ? props.name : request.name);
  const [role, setRole] = useState(props.role);
  const { busy, trouble, accept, decline } = useDecision(props);
  const wanted = toName(name);

  return (
    <li class="request" data-testid="pair-request">
      <p class="request-code figure" data-testid="request-code">
        {/* Also where one writes from the right: 482 comes before 193. */}
        <bdi dir="ltr">{spaceCode(request.code)}</bdi>
      </p>
      <p class="soft">
        {t("pairing.request.from", { name: request.name === "" ? "–" : request.name, address: request.address })}
        {" · "}
        <Ago timeMs={request.askedMs} nowMs={nowMs} />
      </p>
      <form
        class="request-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== null) accept(role, wanted);
        }}
      >
        <label class="field">
          <span>{t("devices.name")}</span>
          <input
            type="text"
            value={name}
            maxLength={64}
            autoComplete="off"
            data-testid="request-name"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t("devices.role")}</span>
          <select
            value={role}
            data-testid="request-role"
            onChange={(event) => setRole(event.currentTarget.value as DeviceRole)}
          >
            {roles.map((one) => (
              <option key={one} value={one}>
                {nameRole(one)}
              </option>
            ))}
          </select>
        </label>
        <Trouble text={trouble} />
        <div class="request-actions">
          <button type="button" data-testid="decline" disabled={busy} onClick={decline}>
            {t("pairing.decline")}
          </button>
          <button
            type="submit"
            class="primary"
            data-testid="accept"
            disabled={busy || wanted === null}
          >
            {t("pairing.accept")}
          </button>
        </div>
      </form>
    </li>
  );
}

export function PairRequests({ requests, ...rest }: PairRequestsProps) {
  return (
    <section class="requests" aria-live="polite" data-testid="pair-requests">
      {requests.length > 0 && (
        <>
          <h2>{t("pairing.requests")}</h2>
          <p>{t("pairing.requests.hint")}</p>
          <ul class="request-list">
            {requests.map((request) => (
              <RequestCard key={request.requestId} request={request} {...rest} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
