/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOrderDesk: the simple face of the log (protocol section 3): `order`, `notification`,
 * `line-cancel`, `service` and `receipt` of members become operations, answered after the commit.
 * Who speaks is what the hub knows, not what the message says: the paired device and the person
 * signed in there, or the guest's session and its seating.
 *
 * A guest that orders before it is seated asks for the seating by that, is told
 * `seating-required`, and sends its order again once staff have confirmed.
 *
 * Owned by the hub's log; one main context.
 */
#pragma once

#include "command-desk.h"
#include "log-counts.h"
#include "router.h"

/* Of hub-state.h. */
typedef struct _BhHubState BhHubState;
typedef struct _BhOrderDesk BhOrderDesk;

/* Commands of one guest: nobody orders faster, and each leaves something for good. */
#define BH_ORDER_DESK_GUEST_PER_MINUTE 30

/**
 * bh_order_desk_new: adds its routes to @router, which it outlives.
 *
 * @counts: borrowed: where what was written is counted
 * @state: outlives the desk
 */
BhOrderDesk *bh_order_desk_new(BhCommandDesk *commands, BhLogCounts *counts, BhRouter *router,
                               BhHubState *state);
void bh_order_desk_free(BhOrderDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOrderDesk, bh_order_desk_free)
