/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhViewIndex: which records concern whom, so that a change reaches those who follow it without
 * asking all, and a whole view is found without looking at all records.
 *
 * A record has *keys*: `menu`, `place/<id>`, `seating/<id>` of what is a seating's, `lines/<id>` of
 * an order from which lines were moved to an order of that seating, `guest/<id>`, and, of private
 * messages, `device/<id>`, `person/<id>` and `role/<name>`. A follower has keys too, and sees the
 * records that share one.
 *
 * Kept up by the view server; archived records fall out of it. One main context.
 */
#pragma once

#include "property.h"
#include "view-facts.h"

typedef struct _BhViewIndex BhViewIndex;

typedef struct {
  char *name;       /* `type/id` */
  GPtrArray *keys;  /* of texts, owned, sorted */
  GPtrArray *moves; /* of texts, owned, sorted: `<lineId> <orderId>` */
  gint64 number;    /* of its last change; 0: since the start there was none */
  guint size;       /* of its record */
  json_t *shared;   /* (nullable): as all may see it, made when the first one wanted it */
  gsize shared_bytes;
} BhViewEntry;

/** bh_view_index_new: @property: outlives it; its records are looked through once. */
BhViewIndex *bh_view_index_new(BhProperty *property);
void bh_view_index_free(BhViewIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhViewIndex, bh_view_index_free)

/**
 * bh_view_index_update:
 * @number: of this change, higher than all before
 * @lost: (element-type utf8): gets the keys (transfer full) whose followers hold something that
 *   they may not, or not any more, see as it is: the record is not theirs now, or became less
 *
 * The record of @name may be another now.
 *
 * Returns: (transfer none) (nullable): %NULL: it concerns no view
 */
BhViewEntry *bh_view_index_update(BhViewIndex *index, const char *name, gint64 number,
                                  GPtrArray *lost);

/** bh_view_index_find: Returns: (transfer none) (nullable): */
BhViewEntry *bh_view_index_find(BhViewIndex *index, const char *name);

/**
 * bh_view_index_list:
 * @keys: (element-type utf8):
 * @after: only those that changed later than this number; -1: all
 *
 * Returns: (transfer full) (element-type utf8): names (owned) of what has one of @keys, each once
 */
GPtrArray *bh_view_index_list(BhViewIndex *index, GPtrArray *keys, gint64 after);

/** bh_view_index_sort: @texts: (element-type utf8): owned; sorted, each once */
void bh_view_index_sort(GPtrArray *texts);

/** bh_view_index_list_keys: Returns: (transfer full) (element-type utf8): of a follower, owned */
GPtrArray *bh_view_index_list_keys(BhViewKind kind, const BhViewFacts *facts);

/** bh_view_index_dup_seating: Returns: (transfer full) (nullable): the seating of an order now */
char *bh_view_index_dup_seating(BhProperty *property, const char *order_id);
