/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAsideList: which operations are set aside, and why. Bounded: the oldest ones are forgotten, not
 * uncounted. Private to the room; one main context.
 */
#pragma once

#include "record.h"

typedef struct _BhAsideList BhAsideList;

BhAsideList *bh_aside_list_new(guint max);
void bh_aside_list_free(BhAsideList *list);

/**
 * bh_aside_list_set:
 * @reason: (nullable): static; %NULL: it applies
 *
 * Returns: whether the list is another now
 */
gboolean bh_aside_list_set(BhAsideList *list, const char *log_id, gint64 seq, const char *entity,
                           const char *reason);

/** bh_aside_list_to_json: Returns: (transfer full): `[{logId, seq, reason, entity}, ...]`, in the
 * order in which they came */
json_t *bh_aside_list_to_json(BhAsideList *list);
