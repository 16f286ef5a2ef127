/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut-off: up to where the operations of a device that was removed, or has another role now, count
 * (protocol section 1): registers `cutoff/all` and `cutoff/<role>` of the record `device/<id>`,
 * each a list of `{logId, seq}`. What is behind is aside.
 */
#pragma once

#include "property.h"

/* Most logs that one operation names: so many fit into it. */
#define BH_CUT_OFF_LOGS_A_PART 240
/* `device.cutoff` itself, and the `device.cutoff-part`s beside it. */
#define BH_CUT_OFF_MAX_PARTS 5
/* Most logs of one device, the longest ones where it has more; nothing of the others counts. A
 * device has at most 1,000 (property-private.h). */
#define BH_CUT_OFF_MAX_LOGS (BH_CUT_OFF_LOGS_A_PART * BH_CUT_OFF_MAX_PARTS)

/**
 * bh_cut_off_get:
 * @role: BH_ROLE_NONE: of all roles
 *
 * Returns: (transfer full) (nullable): the list in force, the highest seq first, each log once;
 *   %NULL: there is none
 */
json_t *bh_cut_off_get(BhProperty *property, const char *device_id, BhRole role);

/** bh_cut_off_has: Returns: whether there is one */
gboolean bh_cut_off_has(BhProperty *property, const char *device_id, BhRole role);

/** bh_cut_off_revokes: whether @op is aside by one of its author's. */
gboolean bh_cut_off_revokes(BhProperty *property, const BhOperation *op);

/**
 * bh_cut_off_make:
 * @old: (nullable): what stands there already, and is never lowered
 * @all: whatever comes in these logs counts; else what is held now
 *
 * Returns: (transfer full): the list for all logs of @device_id, in the order of bh_cut_off_get()
 */
json_t *bh_cut_off_make(BhProperty *property, const char *device_id, const json_t *old,
                        gboolean all);

/**
 * BhCutOffWriter:
 * @kind: static
 * @body: (transfer full)
 */
typedef void (*BhCutOffWriter)(const char *kind, json_t *body, gpointer user_data);

/**
 * bh_cut_off_write:
 * @cutoffs: (transfer full): of bh_cut_off_make()
 *
 * Hands out what is to be written about `device/<device_id>`, with the next version. In this order:
 * `device.cutoff` comes last, for it makes the others count, and without them would cut off too
 * much.
 */
void bh_cut_off_write(BhProperty *property, const char *device_id, BhRole role, json_t *cutoffs,
                      BhCutOffWriter writer, gpointer user_data);
