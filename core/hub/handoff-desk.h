/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHandoffDesk: carries what a browser keeps from one origin of the hub to another: key, outbox,
 * settings, sealed by the page with a key that the hub never learns.
 *
 *   POST /api/v1/handoff        {data}: {ticket}; in memory, for two minutes
 *   POST /api/v1/handoff/take   {ticket}: {data}, once; public: the new origin is nobody yet
 *   POST /api/v1/handoff/done   {ticket}: it is safe at the new origin
 *   POST /api/v1/handoff/state  {ticket}: {state: waiting, taken, done or unknown}; public
 *
 * A ticket is 128 random bits; who holds it has been told by the page that made it.
 */
#pragma once

#include "api.h"

/* A few devices at a time, each once: what a page keeps is bounded by its own outbox (4 MiB) and
 * shelf. */
#define BH_HANDOFF_MAX_DATA_BYTES ((gsize)8 * 1024 * 1024)
#define BH_HANDOFF_MAX_WAITING    4
#define BH_HANDOFF_WAIT_MS        (2 * 60 * 1000)
#define BH_HANDOFF_REMEMBER_MS    (24 * 60 * 60 * 1000)
#define BH_HANDOFF_MAX_REMEMBERED 1000

typedef struct _BhHandoffDesk BhHandoffDesk;

/** bh_handoff_desk_new: adds its routes to @api, which it must outlive. */
BhHandoffDesk *bh_handoff_desk_new(BhApi *api);
void bh_handoff_desk_free(BhHandoffDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhHandoffDesk, bh_handoff_desk_free)

/** bh_handoff_desk_set_now: for tests. @now_us: monotonic; 0: the clock's own again */
void bh_handoff_desk_set_now(BhHandoffDesk *desk, gint64 now_us);
