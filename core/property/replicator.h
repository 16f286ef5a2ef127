/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhReplicator: keeps a property equal with the full replicas that it has links to (protocol
 * section 4): the hub's with its devices and the cloud, and, in simulations, a device's with the
 * hub and other devices. The client library's Replicator is the same algorithm.
 *
 * A replica makes sure that the hub has the same operations, and not only as many: by digests
 * (log-digest.h) of what did not come from there and was not answered there (`check`).
 *
 * No I/O and no clock: messages come in by bh_replicator_receive(), go out through the link's send
 * function, time is a function, and what is to happen later happens in bh_replicator_tick().
 * Messages may get lost, come twice, late and out of order; they may be anything at all.
 *
 * What a peer can cause is bounded: batches on the way to it, takes that it has begun, logs that
 * are remembered for it, operations by rate (take-rate.h), logs of one author. What is beyond a
 * bound is not taken, and comes again. A peer that takes nothing is asked less and less often.
 *
 * Private logs leave for the hub and the cloud only, and only from their author; and are taken
 * from their author or a trusted link only.
 *
 * This replica keeps all operations, so it never asks for a snapshot; at level hub and cloud it
 * serves them. `snapshot` messages that come are ignored.
 *
 * One main context. Everything may be called from a send function, also removing links.
 */
#pragma once

#include "property.h"

/* Batches on the way to one peer. */
#define BH_REPLICATOR_WINDOW 4
/* A batch without an answer is forgotten after that, and a peer that said nothing is asked again.
 */
#define BH_REPLICATOR_TIMEOUT_MS 15000
/* How long a device gathers before it tells devices what came from others. */
#define BH_REPLICATOR_GATHER_MS 250
/* A device that speaks to devices says again what it has, where that has changed. */
#define BH_REPLICATOR_REPEAT_MS 30000
/* With more operations missing a peer that takes a snapshot gets one. */
#define BH_REPLICATOR_SNAPSHOT_OPERATIONS 2000
/* Batches of one peer that are being stored; more are dropped. */
#define BH_REPLICATOR_MAX_TAKES 8

typedef struct _BhReplicator BhReplicator;
typedef struct _BhReplicatorLink BhReplicatorLink;

/* Who is at the other end; copied. */
typedef struct {
  const char *device_id; /* proven; of the hub or cloud: its own */
  BhRole role;
  gboolean trusted; /* it is the proven hub or cloud: what it says is not verified */
  BhLevel level;    /* until its `have` says; a link that is not trusted is at most a device */
} BhReplicatorPeer;

/** BhReplicatorClock: Returns: milliseconds; of any origin, best one that never jumps */
typedef gint64 (*BhReplicatorClock)(gpointer data);

/**
 * BhReplicatorSend:
 * @message: borrowed, with its `type`. Peers that get the same are handed the same object one after
 *   the other: see bh_replicator_print()
 *
 * Returns: %FALSE: the channel is full and @message is not sent; bh_replicator_ready() is called
 *   when there is room
 */
typedef gboolean (*BhReplicatorSend)(const json_t *message, gpointer data);

/**
 * bh_replicator_new:
 * @property: loaded; referenced
 * @clock_data: outlives it
 */
BhReplicator *bh_replicator_new(BhProperty *property, BhReplicatorClock clock, gpointer clock_data);

/** bh_replicator_free: @replicator: (nullable): removes its links first. */
void bh_replicator_free(BhReplicator *replicator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhReplicator, bh_replicator_free)

/**
 * bh_replicator_add_link:
 * @data: for @send; until the link is removed
 *
 * Sends `have` at once.
 *
 * Returns: (transfer none): until bh_replicator_remove_link()
 */
BhReplicatorLink *bh_replicator_add_link(BhReplicator *replicator, const BhReplicatorPeer *peer,
                                         BhReplicatorSend send, gpointer data);

/** bh_replicator_remove_link: nothing is sent any more; what it handed over is still stored. */
void bh_replicator_remove_link(BhReplicator *replicator, BhReplicatorLink *link);

/** bh_replicator_get_n_links: */
guint bh_replicator_get_n_links(const BhReplicator *replicator);

/**
 * bh_replicator_receive:
 * @message: (nullable): foreign: `have`, `ops`, `ack`, `check`, `checked`
 *
 * Returns: whether it is one of these; others are left alone. An `ack` of something else than
 *   operations or a snapshot is none
 */
gboolean bh_replicator_receive(BhReplicator *replicator, BhReplicatorLink *link,
                               const json_t *message);

/** bh_replicator_ready: the link's channel has room again. */
void bh_replicator_ready(BhReplicator *replicator, BhReplicatorLink *link);

/** bh_replicator_wake: the machine slept: every peer is told `have` again. */
void bh_replicator_wake(BhReplicator *replicator);

/** bh_replicator_tick: Returns: in how many ms it wants the next; -1: none is needed */
gint64 bh_replicator_tick(BhReplicator *replicator);

/** bh_replicator_set_wakeup: @wakeup: (nullable): a tick is wanted earlier than was said; it calls
 * bh_replicator_tick() later to learn when, not now. */
void bh_replicator_set_wakeup(BhReplicator *replicator, void (*wakeup)(gpointer data),
                              gpointer data);

/**
 * bh_replicator_print:
 * @message: as a send function got it
 *
 * Prints it once for all that get the same object one after the other.
 *
 * Returns: (transfer full): its JSON text
 */
GBytes *bh_replicator_print(BhReplicator *replicator, const json_t *message);

typedef struct {
  guint64 taken;   /* operations that links handed over and that were new */
  guint64 sent;    /* operations sent, counted once for each link */
  guint64 refused; /* operations refused, of all codes */
} BhReplicatorFigures;

/** bh_replicator_lacks_own: whether a peer says that it has operations of this very device that are
 * not here: it came back from a backup, and is about to get them. A peer that lies says so for ever.
 */
gboolean bh_replicator_lacks_own(BhReplicator *replicator);

/** bh_replicator_count_missing: Returns: operations that its peers, all together, are not known to
 * have: those that wait, and those on their way */
guint64 bh_replicator_count_missing(BhReplicator *replicator);

void bh_replicator_get_figures(const BhReplicator *replicator, BhReplicatorFigures *figures);
