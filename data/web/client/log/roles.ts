// SPDX-License-Identifier: Apache-2.0
// What a role may do, as core/access/role.c has it; both are held against
// data/protocol/vectors/roles.json.

const ALL = "hub manager staff kitchen pos printer guest";
const WORKERS = "manager staff kitchen pos";
const SERVICE = "manager staff pos";

const table = {
  ping: ALL,
  print: `hub ${WORKERS}`,
  diagnose: "hub manager staff kitchen pos printer",
  "read-status": WORKERS,
  "read-jobs": WORKERS,
  "read-people": WORKERS,
  "sign-in": WORKERS,
  seat: SERVICE,
  "request-seating": "guest",
  "hand-off": "manager staff kitchen pos printer",
  "manage-devices": "manager",
  "manage-people": "manager",
  "manage-places": "manager",
  "take-orders": `hub ${SERVICE}`,
  "settle-charges": "hub manager pos",
  cook: `hub ${WORKERS}`,
  arrange: "hub manager",
  "mark-rooms": `hub ${SERVICE}`,
  "send-messages": `hub ${WORKERS}`,
  "keep-books": "hub",
  replicate: WORKERS,
  follow: `${WORKERS} guest`,
  "order-as-guest": "guest",
  "hear-alerts": SERVICE,
} as const;

export type Action = keyof typeof table;

export const actions = Object.keys(table) as Action[];

/* Asked of every operation. */
const roles = new Map(actions.map((action) => [action, new Set(table[action].split(" "))]));

/** Of a role that is none: nothing. */
export function may(role: string, action: Action): boolean {
  return roles.get(action)?.has(role) ?? false;
}
