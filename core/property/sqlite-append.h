/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite-append: many appends and one checkpoint as pieces of the store's work. Private to the
 * room; runs on the store's thread.
 */
#pragma once

#include "sqlite-rows.h"

typedef struct {
  BhBackendAppend *append;     /* owned */
  BhBackendAppended *appended; /* (nullable): owned: once it is done */
  GError *error;               /* (nullable): owned: it was refused by itself */
} BhSqliteAppend;

/**
 * bh_sqlite_append_run:
 * @appends: (element-type BhSqliteAppend): one whose log would have a hole gets an error and
 *   changes nothing
 *
 * Returns: %FALSE exactly when @error is set: nothing of all may stay
 */
gboolean bh_sqlite_append_run(BhSqliteRows *rows, sqlite3 *db, GPtrArray *appends, GError **error);

/** bh_sqlite_append_checkpoint: Returns: %FALSE exactly when @error is set */
gboolean bh_sqlite_append_checkpoint(BhSqliteRows *rows, sqlite3 *db,
                                     BhBackendCheckpoint *checkpoint, GError **error);
