/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDatabase: the SQLite handles of a store, opened, checked and migrated. Private to the room.
 *
 * Used by one thread at a time; the store opens it, then its thread has it alone.
 */
#pragma once

#include "store.h"

typedef struct {
  sqlite3 *writer;
  sqlite3 *reader;  /* read-only */
  gboolean in_work; /* a work function is running: it may not end the transaction */
} BhDatabase;

/**
 * bh_database_open:
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
BhDatabase *bh_database_open(const char *path, const BhStoreMigration *migrations,
                             guint n_migrations, GError **error);

void bh_database_close(BhDatabase *database);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhDatabase, bh_database_close)

/** bh_database_exec: runs @sql on @db for its effect. */
gboolean bh_database_exec(sqlite3 *db, const char *sql, GError **error);
