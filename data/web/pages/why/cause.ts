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
  /** Hub and device come from one public address: the same house, as far as that tells. null: they
   * use different kinds of addresses. */
  isSameAddress: boolean | null;
  /** Whether other devices reach the hub; null: it has not said, or not to us. */
  hasVisitors: boolean | null;
}

export interface Facts {
  isOnline: boolean;
  /** This goes by a mobile network; null: it may, and the browser does not say. */
  isMobileData: boolean | null;
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
  /** This system says `nobody` where nobody is; others wait as long as for a firewall. */
  isAbsenceHeard: boolean;
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
  /** `unsure`: one of several. */
  certainty: "sure" | "likely" | "unsure";
  /** The next likeliest, in the order in which to look; exactly when unsure. */
  others: Cause[];
}

const sure = (cause: Cause): Verdict => ({ cause, certainty: "sure", others: [] });
const likely = (cause: Cause): Verdict => ({ cause, certainty: "likely", others: [] });

/** One alone is likely. */
function oneOf(cause: Cause, ...rest: readonly (Cause | null)[]): Verdict {
  const others = rest.filter((one): one is Cause => one !== null);
  return others.length === 0 ? likely(cause) : { cause, certainty: "unsure", others };
}

/** A device that is known to be in one of the hub's networks is on no mobile one. */
const mayBeMobile = ({ isMobileData, isElsewhere }: Facts) =>
  isMobileData === null && isElsewhere !== false;

/** The hub answers somewhere: what is wrong is how one gets there. */
function whileReached(facts: Facts): Verdict {
  const { hub, isHubPage, isNamedPage, byOrigin, isRelayed } = facts;
  if (hub?.isInside === false) return sure("other-network");
  const isHere = !isHubPage || byOrigin === "answered";
  const cause = !isHere ? (isNamedPage ? "names" : "moved") : isRelayed ? "relayed" : "fine";
  // Something answers at an address of the hub's; it has not said that it is the hub.
  return hub === null && byOrigin !== "answered" ? likely(cause) : sure(cause);
}

/** The hub runs, this device is in the same house, and they do not see each other. */
function inOneHouse(hasVisitors: boolean | null, facts: Facts, answer: Answer): Verdict {
  if (facts.isElsewhere === true) return likely("other-network");
  if (answer === "refused") {
    // By the hub's own computer, or by a router that keeps its networks apart.
    if (hasVisitors === false || facts.isElsewhere === false) return likely("firewall");
    return hasVisitors === true ? oneOf("other-network", "firewall") : oneOf("firewall", "other-network");
  }
  // No firewall hides a computer from its own network.
  if (answer === "nobody" || hasVisitors === true) return likely("isolation");
  return hasVisitors === false ? likely("firewall") : oneOf("firewall", "isolation");
}

function withCloud(cloud: CloudWord, facts: Facts, answer: Answer): Verdict {
  const { isOnline, isSameAddress, hasVisitors } = cloud;
  const mobile = mayBeMobile(facts) ? "mobile-data" : null;
  // A phone leaves a Wi-Fi that has lost the internet, and with it the hub has.
  if (!isOnline) return answer === "refused" ? likely("hub-off") : oneOf("hub-off", mobile);
  if (isSameAddress === true) return inOneHouse(hasVisitors, facts, answer);
  if (isSameAddress === null) {
    const { cause, others } = inOneHouse(null, facts, answer);
    return oneOf(cause, ...others, mobile);
  }
  if (facts.isElsewhere === false) return likely("vpn");
  if (facts.isElsewhere === true) return oneOf("other-network", "vpn");
  return oneOf(mobile ?? "vpn", mobile === null ? "other-network" : "vpn");
}

/** Only what the doors said, and how fast. */
function alone(facts: Facts, answer: Answer): Verdict {
  if (facts.isElsewhere === true) return likely("other-network");
  const mobile = mayBeMobile(facts) ? "mobile-data" : null;
  switch (answer) {
    case "refused":
      return likely("hub-off");
    case "nobody":
      return oneOf("hub-off", "isolation");
    case "silent": {
      const off = facts.isAbsenceHeard ? null : "hub-off";
      if (mobile !== null) return oneOf(mobile, off, "firewall", "isolation");
      return off !== null ? oneOf(off, "firewall", "isolation") : oneOf("firewall", "isolation");
    }
    default:
      return oneOf("hub-off", mobile, "other-network");
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
  if (facts.isMobileData === true) return likely("mobile-data");
  const answer = findAnswer(facts);
  return facts.cloud === null ? alone(facts, answer) : withCloud(facts.cloud, facts, answer);
}
