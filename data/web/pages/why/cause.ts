// SPDX-License-Identifier: Apache-2.0
// Why this device does not see the hub: from what was found out to the cause. No I/O and no clock: a
// table, the most certain first.

/**
 * How a place answered. A computer that is there and has nobody at that door says so at once
 * (`refused`); one that is not there is looked for in vain for some seconds (`nobody`); what a firewall
 * swallows is never answered (`silent`).
 */
export type Answer = "answered" | "refused" | "nobody" | "silent" | "untried";

/** What the hub said, by whichever way it was reached. */
export interface HubWord {
  /** Whether this device is in one of the property's own networks, as the hub sees it. */
  isInside: boolean;
}

/** What the cloud knows of this hub. */
export interface CloudWord {
  isOnline: boolean;
  /** Hub and device come from one public address: the same house, as far as that tells. */
  isSameAddress: boolean;
  /** Whether any other device has reached the hub since it started; null: it has not said. */
  hasVisitors: boolean | null;
}

export interface Facts {
  isOnline: boolean;
  /** The browser says that this goes by a mobile network. */
  isMobileData: boolean;
  /** Whether this page may ask addresses of the local network; null: browsers without that question. */
  permission: "granted" | "denied" | "prompt" | null;
  /** The hub itself served this page, now or when it was kept. */
  isHubPage: boolean;
  /** Its own address is a name, not a number. */
  isNamedPage: boolean;
  /** The page's own address; untried where that is not the hub's. */
  byOrigin: Answer;
  /** The best of the hub's names and numbers other than that. */
  byName: Answer;
  byAddress: Answer;
  hub: HubWord | null;
  /** null: no cloud is known, or it does not answer. */
  cloud: CloudWord | null;
  /** This device has an address at all; null: the browser does not say. */
  hasAddress: boolean | null;
  /** This device's own number is known, and is in none of the hub's networks; null: not known. */
  isElsewhere: boolean | null;
  /** The hub passes everything on: devices do not reach each other. */
  isRelayed: boolean;
}

export const causes = [
  "fine",
  "relayed",
  "no-network",
  "mobile-data",
  "other-network",
  "moved",
  "names",
  "permission",
  "vpn",
  "firewall",
  "isolation",
  "hub-off",
] as const;
export type Cause = (typeof causes)[number];

export interface Verdict {
  cause: Cause;
  /** `unsure`: one of the two. */
  certainty: "sure" | "likely" | "unsure";
  /** The next likeliest; null unless unsure. */
  other: Cause | null;
}

const sure = (cause: Cause): Verdict => ({ cause, certainty: "sure", other: null });
const likely = (cause: Cause): Verdict => ({ cause, certainty: "likely", other: null });
const unsure = (cause: Cause, other: Cause): Verdict => ({ cause, certainty: "unsure", other });

/** The hub answers somewhere: what is wrong is how one gets there. */
function whileReached(facts: Facts): Verdict {
  const { hub, isHubPage, isNamedPage, byOrigin, byName, byAddress, isRelayed } = facts;
  if (hub?.isInside === false) return sure("other-network");
  if (isHubPage && byOrigin !== "answered") return sure(isNamedPage ? "names" : "moved");
  if (byAddress === "answered" && byName !== "answered" && byName !== "untried" && !isNamedPage)
    return sure("names");
  return sure(isRelayed ? "relayed" : "fine");
}

/** The cloud sees the hub and this device from one address, and they do not see each other. */
function inOneHouse(cloud: CloudWord, facts: Facts, answer: Answer): Verdict {
  if (facts.isElsewhere === true) return likely("other-network");
  // The hub runs, so it is the computer that turns it away.
  if (answer === "refused") return likely("firewall");
  if (cloud.hasVisitors === false) return likely("firewall");
  if (cloud.hasVisitors === true) return likely("isolation");
  if (answer === "nobody") return likely("isolation");
  return unsure("firewall", "isolation");
}

function withCloud(cloud: CloudWord, facts: Facts, answer: Answer): Verdict {
  if (!cloud.isOnline) return answer === "refused" ? sure("hub-off") : likely("hub-off");
  if (!cloud.isSameAddress) return likely("vpn");
  return inOneHouse(cloud, facts, answer);
}

/** Only what the doors said, and how fast. */
function alone(facts: Facts, answer: Answer): Verdict {
  if (facts.isElsewhere === true) return likely("other-network");
  switch (answer) {
    case "refused":
      return likely("hub-off");
    case "nobody":
      return unsure("hub-off", "isolation");
    case "silent":
      return unsure("firewall", "isolation");
    default:
      return unsure("hub-off", "other-network");
  }
}

/** What a number says counts for more than what a name says: a name may lead nowhere. */
function findAnswer({ byAddress, byOrigin, isNamedPage }: Facts): Answer {
  if (byAddress !== "untried") return byAddress;
  return isNamedPage ? "untried" : byOrigin;
}

export function findCause(facts: Facts): Verdict {
  if (!facts.isOnline) return sure("no-network");
  if ([facts.byOrigin, facts.byName, facts.byAddress].includes("answered"))
    return whileReached(facts);
  // Some browsers do not notice that the cable is out.
  if (facts.hasAddress === false) return likely("no-network");
  // The hub's own pages need no permission.
  if (!facts.isHubPage && facts.permission === "denied") return sure("permission");
  if (facts.isMobileData) return likely("mobile-data");
  const answer = findAnswer(facts);
  return facts.cloud === null ? alone(facts, answer) : withCloud(facts.cloud, facts, answer);
}
