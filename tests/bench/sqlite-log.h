/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BenchSqliteLog: what SQLite itself does with the rows of a property's log: the same tables,
 * pragmas and rows as a BhSqliteBackend in a BhStore, by plain statements on one thread, with one
 * transaction for as many operations as the caller likes. What goes wrong ends the process.
 */
#pragma once

#include <sqlite3.h>

#include "operation.h"

typedef struct {
  sqlite3 *db;
  sqlite3_stmt *begin, *commit, *find_entity, *add_entity, *add_operation, *add_log, *set_log;
  GHashTable *logs; /* log id -> BenchSqliteRow */
} BenchSqliteLog;

typedef struct {
  gint64 number, seq;
} BenchSqliteRow;

BenchSqliteLog *bench_sqlite_log_open(const char *folder);
void bench_sqlite_log_close(BenchSqliteLog *log);

/** bench_sqlite_log_append: @n of @operations from @first on, durable when it returns. */
void bench_sqlite_log_append(BenchSqliteLog *log, GPtrArray *operations, guint first, guint n);

/**
 * bench_sqlite_log_read: the rows of the database of a store in @folder, in the order of their
 * commit, with the names they stand for, as a replica would be sent them.
 *
 * Returns: how many there were
 */
guint bench_sqlite_log_read(const char *folder);
