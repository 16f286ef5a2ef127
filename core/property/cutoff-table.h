/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCutoffTable: up to where operations of a device count that was removed or has another role, as
 * the registers `cutoff/all` and `cutoff/<role>` of the records `device/<id>` say: in each log up
 * to a seq, and in logs that are not listed none. What does not fit into one operation stands in
 * `cutoff-part/all/<part>` and `cutoff-part/<role>/<part>`, which say nothing by themselves; of a
 * log that is listed more than once the highest seq counts. Private to the room; one main context.
 */
#pragma once

#include "record.h"

typedef struct _BhCutoffTable BhCutoffTable;
/* Those of one device. */
typedef struct _BhCutoffs BhCutoffs;

BhCutoffTable *bh_cutoff_table_new(void);
void bh_cutoff_table_free(BhCutoffTable *table);
void bh_cutoffs_free(BhCutoffs *cutoffs);

/** bh_cutoff_table_is_kind: whether operations of this kind change what stands in it. */
gboolean bh_cutoff_table_is_kind(const char *kind);

/** bh_cutoff_table_revokes: whether an operation of this place is revoked; the hub's never are. */
gboolean bh_cutoff_table_revokes(BhCutoffTable *table, const char *device_id, BhRole role,
                                 const char *log_id, gint64 seq);

/**
 * bh_cutoff_table_set:
 * @record: (nullable): of `device/<device_id>`
 *
 * Returns: (transfer full) (nullable): what was so before; for bh_cutoff_table_get_change()
 */
BhCutoffs *bh_cutoff_table_set(BhCutoffTable *table, const char *device_id, const BhRecord *record);

/**
 * bh_cutoff_table_get_change:
 * @before: (nullable): as bh_cutoff_table_set() returned it
 * @above: (out): the last seq that is as it was
 * @up_to: (out): all behind are as they were; %G_MAXINT64: to the end
 *
 * Returns: whether operations of this log may be judged otherwise now
 */
gboolean bh_cutoff_table_get_change(BhCutoffTable *table, const char *device_id,
                                    const BhCutoffs *before, const char *log_id, gint64 *above,
                                    gint64 *up_to);
