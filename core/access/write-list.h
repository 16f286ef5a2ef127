/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWriteList: statements with their values: put together on the loop, where the book knows what
 * is to change, and run by the store's thread as one. Private to the room.
 */
#pragma once

#include "store.h"

typedef struct _BhWriteList BhWriteList;

/** bh_write_list_new: empty. */
BhWriteList *bh_write_list_new(void);
void bh_write_list_free(BhWriteList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhWriteList, bh_write_list_free)

/**
 * bh_write_list_add:
 * @sql: static; one statement that returns no rows, with ?1, ?2...
 * @values: a tuple of s, ms, x and ay, in their order; a floating one is taken
 */
void bh_write_list_add(BhWriteList *list, const char *sql, GVariant *values);

gboolean bh_write_list_is_empty(const BhWriteList *list);

/** bh_write_list_bytes: Returns: (transfer floating): @bytes as an ay for bh_write_list_add() */
GVariant *bh_write_list_bytes(const guint8 *bytes, gsize length);

/** bh_write_list_run: a BhStoreWork; changes nothing of @list, so it can run again. */
gboolean bh_write_list_run(sqlite3 *db, gpointer list, GError **error);
