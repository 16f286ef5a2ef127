/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhViewServer: serves those that may not have everything (protocol section 4, `view`): guests
 * their own, devices their private messages. What each may see stands in guest-view.h.
 *
 * A follower asks by `view {of, cursor}` and gets a `snapshot` with `reset`: all that it may see;
 * afterwards, gathered over BH_VIEW_GATHER_MS, records that changed. A record that comes takes the
 * place of the one that was there. A cursor says how far the follower is; one of this server's
 * start and of the same rights goes on from there. When rights change, or something that was
 * shown is not to be seen any more, everything comes again with `reset`.
 *
 * No I/O and no clock, as BhReplicator: messages come in by bh_view_server_receive(), what is to
 * happen later happens in bh_view_server_tick().
 *
 * Bounded: one snapshot at a time for each follower, of which at most a window is on its way; what
 * changes meanwhile is gathered as a set of names. A whole view is begun at most once in
 * BH_VIEW_PAUSE_MS.
 *
 * One main context. Everything may be called from a send function.
 */
#pragma once

#include "property.h"
#include "view-facts.h"

/* What one command writes, and what follows from it, goes out together; a guest sees what the kitchen
 * did within the 50 ms of a hop. */
#define BH_VIEW_GATHER_MS 20
#define BH_VIEW_PAUSE_MS  1000

typedef struct _BhViewServer BhViewServer;
typedef struct _BhViewFollower BhViewFollower;

/** BhViewSend: @message: borrowed. Returns: %FALSE: the channel is full: bh_view_server_ready() */
typedef gboolean (*BhViewSend)(const json_t *message, gpointer data);

/**
 * bh_view_server_new:
 * @property: loaded; referenced
 * @incarnation: new with each start; letters, digits, `-` and `_`
 * @clock: milliseconds of any origin
 */
BhViewServer *bh_view_server_new(BhProperty *property, const char *incarnation,
                                 gint64 (*clock)(gpointer data), gpointer clock_data);

/** bh_view_server_free: @server: (nullable): removes its followers first. */
void bh_view_server_free(BhViewServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhViewServer, bh_view_server_free)

/**
 * bh_view_server_add_follower:
 * @facts: copied
 * @data: for @send; until the follower is removed
 *
 * Nothing is sent before it asks.
 *
 * Returns: (transfer none): until bh_view_server_remove()
 */
BhViewFollower *bh_view_server_add_follower(BhViewServer *server, BhViewKind kind,
                                            const BhViewFacts *facts, BhViewSend send,
                                            gpointer data);

/** bh_view_server_set_facts: other rights; the same ones change nothing. */
void bh_view_server_set_facts(BhViewServer *server, BhViewFollower *follower,
                              const BhViewFacts *facts);

void bh_view_server_remove(BhViewServer *server, BhViewFollower *follower);

/**
 * bh_view_server_receive:
 * @message: (nullable): foreign: `view`, `ack`
 *
 * Returns: whether it was for the view; an `ack` of something else is not
 */
gboolean bh_view_server_receive(BhViewServer *server, BhViewFollower *follower,
                                const json_t *message);

/** bh_view_server_ready: the follower's channel has room again. */
void bh_view_server_ready(BhViewServer *server, BhViewFollower *follower);

/** bh_view_server_tick: Returns: in how many ms it wants the next; -1: none is needed */
gint64 bh_view_server_tick(BhViewServer *server);

/** bh_view_server_set_wakeup: @wakeup: (nullable): a tick is wanted earlier than was said; it calls
 * bh_view_server_tick() later to learn when, not now. */
void bh_view_server_set_wakeup(BhViewServer *server, void (*wakeup)(gpointer data), gpointer data);

/** bh_view_server_get_n_followers: */
guint bh_view_server_get_n_followers(const BhViewServer *server);
