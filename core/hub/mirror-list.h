/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMirrorList: what the mirror has found to differ, as operations that say it right. A plain
 * struct.
 */
#pragma once

#include "property.h"

typedef struct _BhMirrorList BhMirrorList;

BhMirrorList *bh_mirror_list_new(BhProperty *property);
void bh_mirror_list_free(BhMirrorList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhMirrorList, bh_mirror_list_free)

/**
 * bh_mirror_list_set:
 * @kind: static: one whose body is `{version, set}`
 * @wanted: (transfer full): what the registers of @entity should hold
 *
 * Adds an operation with those of @wanted that do not; none where they all do.
 */
void bh_mirror_list_set(BhMirrorList *list, const char *kind, const char *entity, json_t *wanted);

/** bh_mirror_list_add: @kind: static; @body: (transfer full) */
void bh_mirror_list_add(BhMirrorList *list, const char *kind, const char *entity, json_t *body);

guint bh_mirror_list_get_length(const BhMirrorList *list);

/** bh_mirror_list_make_drafts: Returns: (transfer container): the first @count; they borrow from
 * @list */
BhPropertyDraft *bh_mirror_list_make_drafts(const BhMirrorList *list, guint count);
