// SPDX-License-Identifier: Apache-2.0
// For managers: the devices, the people and what happened to them; and the way in for new ones.

import { useState } from "preact/hooks";

import { nameRole } from "../link/roles";
import { openPage, type PageProps } from "../link/open-page";
import { usePageState } from "../link/page-state";
import { toPeople } from "../link/people";
import { useHubData, type HubData } from "../link/use-hub-data";
import { useLink, type LinkView } from "../link/use-link";
import { useNow } from "../link/use-now";
import { useView } from "../link/use-view";
import { t } from "../messages";
import { ToastLine, useToast, type Toast } from "../theme/toast";
import { PageFrame } from "../theme/page-frame";
import { Forbidden, EmptyState, TroubleLine } from "../theme/empty-state";
import { toDevices, toPairRequests, type Device, type PairRequest } from "./device";
import { DeviceDialog } from "./device-dialog";
import { DeviceList } from "./device-list";
import { History } from "./history";
import { PairRequests } from "./pair-requests";
import { PairView } from "./pair-view";
import { PeopleSection } from "./people-section";
import { ProgramDialog } from "./program-dialog";

const views = ["pair"] as const;
const AGE_MS = 15000;

interface HouseProps {
  link: LinkView;
  devices: HubData<Device[]>;
  requests: HubData<PairRequest[]>;
  toast: Toast;
  ownId: string;
}

function DevicesPanel({ link, devices, toast, ownId, nowMs }: HouseProps & { nowMs: number }) {
  const [openId, setOpenId] = useState("");
  const [program, setProgram] = useState(false);
  const open = devices.data?.find(({ deviceId }) => deviceId === openId);
  return (
    <section class="panel panel-devices">
      {devices.data === null && devices.trouble === null && (
        <p class="soft" role="status">
          {t("devices.loading")}
        </p>
      )}
      {devices.data !== null && devices.data.length === 0 && (
        <EmptyState title={t("devices.none")} hint={t("devices.none.hint")} />
      )}
      <DeviceList
        devices={devices.data ?? []}
        ownId={ownId}
        nowMs={nowMs}
        onOpen={({ deviceId }) => setOpenId(deviceId)}
      />
      <button type="button" data-testid="program" onClick={() => setProgram(true)}>
        {t("program")}
      </button>
      {open !== undefined && (
        <DeviceDialog
          link={link}
          device={open}
          isOwn={open.deviceId === ownId}
          onClose={() => setOpenId("")}
          onChanged={(text) => {
            setOpenId("");
            toast.tell(text);
            devices.refresh();
          }}
        />
      )}
      {program && (
        <ProgramDialog link={link} onClose={() => setProgram(false)} onChanged={devices.refresh} />
      )}
    </section>
  );
}

function House(props: HouseProps & { onPair: () => void }) {
  const { link, devices, requests, toast, onPair } = props;
  const people = useHubData(link, "/api/v1/people", "people", toPeople);
  const nowMs = useNow(AGE_MS);
  return (
    <>
      <header class="page-head">
        <h1>{t("page.devices")}</h1>
        <button type="button" class="primary" data-testid="pair" onClick={onPair}>
          {t("pairing")}
        </button>
      </header>
      <TroubleLine trouble={devices.trouble} empty={devices.data === null} />
      <PairRequests
        link={link}
        requests={requests.data ?? []}
        role="staff"
        name=""
        nowMs={nowMs}
        onAccepted={(name, role) => {
          toast.tell(t("devices.saved", { name, role: nameRole(role) }));
          requests.refresh();
          devices.refresh();
        }}
        onDeclined={requests.refresh}
      />
      <div class="house">
        <DevicesPanel {...props} nowMs={nowMs} />
        <div class="house-side">
          <PeopleSection
            link={link}
            people={people.data?.people ?? null}
            onChanged={(text) => {
              toast.tell(text);
              people.refresh();
            }}
          />
          <History link={link} nowMs={nowMs} />
        </div>
      </div>
    </>
  );
}

function Pairing({ link, devices, requests, onLeave }: HouseProps & { onLeave: () => void }) {
  return (
    <>
      <header class="page-head">
        <button type="button" class="quiet back" data-testid="back" onClick={onLeave}>
          {t("page.devices")}
        </button>
        <h1>{t("pairing")}</h1>
      </header>
      <TroubleLine trouble={devices.trouble} empty={devices.data === null} />
      {devices.data !== null && (
        <PairView
          link={link}
          devices={devices.data}
          requests={requests.data ?? []}
          onLeave={onLeave}
          onChanged={() => {
            devices.refresh();
            requests.refresh();
          }}
        />
      )}
    </>
  );
}

function DevicesPage({ connection }: PageProps) {
  const link = useLink(connection);
  const { identity } = usePageState();
  const [view, go] = useView(views);
  const devices = useHubData(link, "/api/v1/devices", "devices", toDevices);
  const requests = useHubData(link, "/api/v1/pair/requests", "pair-requests", toPairRequestsNow);
  const toast = useToast();
  const house: HouseProps = { link, devices, requests, toast, ownId: identity?.deviceId ?? "" };

  return (
    <PageFrame page="devices" link={link}>
      <main class="page" data-testid="devices-page">
        {devices.trouble === "forbidden" ? (
          <Forbidden title={t("devices.forbidden")} hint={t("devices.forbidden.hint")} />
        ) : view === "pair" ? (
          <Pairing {...house} onLeave={() => go("")} />
        ) : (
          <House {...house} onPair={() => go("pair")} />
        )}
        <ToastLine toast={toast} />
      </main>
    </PageFrame>
  );
}

function toPairRequestsNow(answer: Parameters<typeof toPairRequests>[0]): PairRequest[] {
  return toPairRequests(answer, Date.now());
}

openPage(DevicesPage, "page.devices", "manager");
