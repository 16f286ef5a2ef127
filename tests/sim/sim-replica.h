/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SimReplica: one replica of a simulated property: the real BhProperty, BhReplicator and
 * BhViewServer over operations in memory, with a clock and links that the simulation moves.
 *
 * What it sends goes into the post; what else it does is gathered in an answer: `{wrote, committed,
 * conflicts}`.
 */
#pragma once

#include "memory-backend.h"
#include "property.h"
#include "sim-post.h"

typedef struct _SimReplica SimReplica;

/**
 * sim_replica_new:
 * @make: the command, `{id, kind, deviceId, role, tenantId, seed, hubKey, fake, now, world}`
 * @backend: (transfer full): what it starts from
 * @post: outlives it
 *
 * Loaded when this returns.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
SimReplica *sim_replica_new(const json_t *make, BhMemoryBackend *backend, SimPost *post,
                            GError **error);

/** sim_replica_crash: frees it. Returns: (transfer full): what was committed */
BhMemoryBackend *sim_replica_crash(SimReplica *replica);

/** sim_replica_save: Returns: (transfer full): a copy of what is committed */
BhMemoryBackend *sim_replica_save(SimReplica *replica);

/** sim_replica_set_answer: @answer: (transfer none): gets what happens from now on. */
void sim_replica_set_answer(SimReplica *replica, json_t *answer);

/** sim_replica_set_time: @now_ms: of its own clock; @world_ms: of one that never jumps */
void sim_replica_set_time(SimReplica *replica, gint64 now_ms, gint64 world_ms);

gboolean sim_replica_add_member(SimReplica *replica, json_t *document, GError **error);

/** sim_replica_connect: @peer: `{deviceId, role, trusted, level}` */
gboolean sim_replica_connect(SimReplica *replica, const char *link, const json_t *peer,
                             GError **error);
/** sim_replica_disconnect: of a full replica or a follower; none: nothing happens. */
void sim_replica_disconnect(SimReplica *replica, const char *link);
/** sim_replica_follow: @of: guest or private; a follower that is there gets other facts */
gboolean sim_replica_follow(SimReplica *replica, const char *link, const char *of,
                            const json_t *facts, GError **error);

/** sim_replica_step: one of a run's steps: what comes, or what is to be written. */
gboolean sim_replica_step(SimReplica *replica, const json_t *step, GError **error);

/** sim_replica_tick: what is due is done. */
void sim_replica_tick(SimReplica *replica);

/** sim_replica_commit: what waits is stored. */
void sim_replica_commit(SimReplica *replica);

/** sim_replica_get_due_ms: Returns: when ticking or committing may change something, by the time
 * that never jumps; -1: not before something comes */
gint64 sim_replica_get_due_ms(SimReplica *replica);

/**
 * sim_replica_dump:
 * @lines: `record NAME JSON` and `order ID JSON` are added, a line each
 *
 * Returns: (transfer full): `{lines, have, aside, safe}`, `lines` being how many were added
 */
json_t *sim_replica_dump(SimReplica *replica, GString *lines);
