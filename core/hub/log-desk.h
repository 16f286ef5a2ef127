/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLogDesk: replication with the hub's members (protocol section 4): `have`, `ops`, `ack` and
 * `snapshot` of devices go to the replicator, `view` of guests and for private messages to the view
 * server. Each member that speaks so has a link, by whatever way it speaks.
 *
 * No member is trusted here: a paired device may be lying, and its operations are verified.
 * What a guest sees follows its session, what a device is shown privately follows who is signed in
 * there.
 *
 * Owned by the hub's log; one main context.
 */
#pragma once

#include "log-counts.h"
#include "property.h"
#include "router.h"

/* Of hub-state.h, which holds the desk. */
typedef struct _BhHubState BhHubState;
typedef struct _BhLogDesk BhLogDesk;

/**
 * bh_log_desk_new: adds its routes to @router, which it outlives.
 *
 * @property: loaded; referenced
 * @state: its books are filled; outlives the desk
 */
BhLogDesk *bh_log_desk_new(BhProperty *property, BhRouter *router, BhHubState *state);
void bh_log_desk_free(BhLogDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhLogDesk, bh_log_desk_free)

/** bh_log_desk_wake: the computer slept: everybody who replicates is told again what is here. */
void bh_log_desk_wake(BhLogDesk *desk);

/** bh_log_desk_is_speaker: whether @member has a link, so learns everything by it. */
gboolean bh_log_desk_is_speaker(BhLogDesk *desk, BhMember *member);

/** bh_log_desk_lacks_own: whether a device says that it has what this hub wrote and does not have:
 * see bh_replicator_lacks_own(). */
gboolean bh_log_desk_lacks_own(BhLogDesk *desk);

/** bh_log_desk_get_counts: Returns: (transfer none): those who write for others add to it */
BhLogCounts *bh_log_desk_get_counts(BhLogDesk *desk);

typedef struct {
  guint replicas;  /* members that replicate now */
  guint followers; /* views that are followed now */
  guint64 sent;    /* operations sent to replicas, since start */
  guint64 refused; /* operations refused, since start */
  guint64 missing; /* operations that replicas which are there now have not confirmed yet */
} BhLogDeskFigures;

void bh_log_desk_get_figures(BhLogDesk *desk, BhLogDeskFigures *figures);
