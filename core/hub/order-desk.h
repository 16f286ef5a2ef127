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
 * A hub that came back from a backup has issued receipts that only its devices know. It numbers
 * none before it has heard from them, or it would give a number twice.
 *
 * Owned by the hub's log; one main context.
 */
#pragma once

#include "command-desk.h"
#include "log-desk.h"
#include "router.h"

typedef struct _BhOrderDesk BhOrderDesk;

/* Commands of one guest: nobody orders faster, and each leaves something for good. */
#define BH_ORDER_DESK_GUEST_PER_MINUTE 30

/**
 * bh_order_desk_new: adds its routes to @router, which it outlives.
 *
 * @log: outlives the desk; what was written is counted in its counts
 * @state: its books are filled; outlives the desk
 */
BhOrderDesk *bh_order_desk_new(BhCommandDesk *commands, BhLogDesk *log, BhRouter *router,
                               BhHubState *state);
void bh_order_desk_free(BhOrderDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOrderDesk, bh_order_desk_free)
