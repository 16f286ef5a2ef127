/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut-off: up to where the operations of a device that was removed, or has another role now, count
 * (protocol section 1): registers `cutoff/all` and `cutoff/<role>` of the record `device/<id>`,
 * each a list of `{logId, seq}`. What is behind is aside.
 */
#pragma once

#include "property.h"

/* Most logs that one cut-off names, the longest ones where a device has more: so many fit into one
 * operation. Nothing of the others counts. */
#define BH_CUT_OFF_MAX_LOGS 240

/**
 * bh_cut_off_get:
 * @role: BH_ROLE_NONE: of all roles
 *
 * Returns: (transfer none) (nullable): the list in force; %NULL: there is none
 */
const json_t *bh_cut_off_get(BhProperty *property, const char *device_id, BhRole role);

/** bh_cut_off_revokes: whether @op is aside by one of its author's. */
gboolean bh_cut_off_revokes(BhProperty *property, const BhOperation *op);

/** bh_cut_off_find: Returns: where @cutoffs ends @log_id; 0: it is not in it */
gint64 bh_cut_off_find(const json_t *cutoffs, const char *log_id);

/**
 * bh_cut_off_make:
 * @old: (nullable): what stands there already, and is never lowered
 * @all: whatever comes in these logs counts; else what is held now
 *
 * Returns: (transfer full): the list for all logs of @device_id
 */
json_t *bh_cut_off_make(BhProperty *property, const char *device_id, const json_t *old,
                        gboolean all);

/**
 * bh_cut_off_make_body:
 * @cutoffs: (transfer full)
 *
 * Returns: (transfer full): of a `device.cutoff`, with the next version
 */
json_t *bh_cut_off_make_body(BhProperty *property, const char *device_id, BhRole role,
                             json_t *cutoffs);
