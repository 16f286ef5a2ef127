/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLogPositions: for each of some logs how far somebody has it: the highest seq up to which
 * nothing is missing (protocol section 4, `have`). A hash table of log id to seq that owns both.
 *
 * A log that is not in it counts as 0. One main context.
 */
#pragma once

#include "json-text.h"

/* Most logs that a peer may speak of in one message. A start of the hub and a wipe of a browser
 * make one each; what one device can make is bounded by the replicator. */
#define BH_LOG_POSITIONS_MAX 100000

typedef GHashTable BhLogPositions;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhLogPositions, g_hash_table_unref)

/** bh_log_positions_new: Returns: (transfer full): empty; g_hash_table_unref() frees it */
BhLogPositions *bh_log_positions_new(void);

/**
 * bh_log_positions_parse:
 * @value: (nullable): foreign: `{logId: seq}`
 *
 * Returns: (transfer full) (nullable): %NULL: it is no such object, or one of more than
 *   BH_LOG_POSITIONS_MAX logs
 */
BhLogPositions *bh_log_positions_parse(const json_t *value);

/** bh_log_positions_to_json: Returns: (transfer full): `{logId: seq}`, sorted */
json_t *bh_log_positions_to_json(BhLogPositions *positions);

/** bh_log_positions_get: Returns: 0 where @log_id is not in it */
gint64 bh_log_positions_get(BhLogPositions *positions, const char *log_id);

/** bh_log_positions_has: whether it says anything of @log_id. */
gboolean bh_log_positions_has(BhLogPositions *positions, const char *log_id);

/** bh_log_positions_put: also lower than it was. */
void bh_log_positions_put(BhLogPositions *positions, const char *log_id, gint64 seq);

/** bh_log_positions_raise: Returns: whether @seq is higher than what it was */
gboolean bh_log_positions_raise(BhLogPositions *positions, const char *log_id, gint64 seq);
