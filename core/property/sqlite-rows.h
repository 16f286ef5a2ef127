/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSqliteRows: the prepared statements of a BhSqliteBackend, and the rows that they read. Private
 * to the room.
 *
 * Preparing a statement costs more than running it, so each is prepared once for each of the
 * store's two connections. Used on the store's thread only, but for references.
 */
#pragma once

#include "backend-data.h"
#include "store.h"

typedef enum {
  BH_SQL_FIND_LOG,
  BH_SQL_ADD_LOG,
  BH_SQL_SET_LOG,
  BH_SQL_FIND_ENTITY,
  BH_SQL_ADD_ENTITY,
  BH_SQL_ADD_OPERATION,
  BH_SQL_FIND_IDENTITY,
  BH_SQL_COUNT_FORKS,
  BH_SQL_REDACT,
  BH_SQL_SET_ASIDE,
  BH_SQL_PUT_MEMBER,
  BH_SQL_PUT_VALUE,
  BH_SQL_TAKE_VALUE,
  BH_SQL_PUT_RECORD,
  BH_SQL_FIND_RECORD,
  BH_SQL_SET_CONTENT,
  BH_SQL_READ_LOG,
  BH_SQL_READ_SIGNATURES,
  BH_SQL_READ_ENTITY,
  BH_SQL_LIST_ENTITIES,
  BH_SQL_LIST_ASIDE,
  BH_N_SQL
} BhSql;

typedef struct _BhSqliteRows BhSqliteRows;

BhSqliteRows *bh_sqlite_rows_new(void);
BhSqliteRows *bh_sqlite_rows_ref(BhSqliteRows *rows);
void bh_sqlite_rows_unref(BhSqliteRows *rows);

/** bh_sqlite_rows_clear: finalizes all statements: the last that happens on the store's thread. */
void bh_sqlite_rows_clear(BhSqliteRows *rows);

/**
 * bh_sqlite_rows_get:
 *
 * Returns: (transfer none) (nullable): without bindings and not under way; %NULL exactly when
 *   @error is set. To be reset once its rows are read.
 */
sqlite3_stmt *bh_sqlite_rows_get(BhSqliteRows *rows, sqlite3 *db, BhSql sql, GError **error);

/** bh_sqlite_rows_next: Returns: %TRUE: there is a row; %FALSE: there is none (and @statement is
 * reset), or @error is set */
gboolean bh_sqlite_rows_next(sqlite3 *db, sqlite3_stmt *statement, GError **error);

/** bh_sqlite_rows_set_values: as BhBackendAppend's values. */
gboolean bh_sqlite_rows_set_values(BhSqliteRows *rows, sqlite3 *db, GHashTable *values,
                                   GError **error);

/**
 * bh_sqlite_rows_make_entry:
 * @statement: at a row, whose columns from @at on are: aside, sig, text
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: it cannot be understood
 */
BhBackendEntry *bh_sqlite_rows_make_entry(sqlite3_stmt *statement, int at, GError **error);

/**
 * bh_sqlite_rows_make_record:
 * @statement: at a row, whose columns from @at on are: touched_ms, content
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
BhBackendRecord *bh_sqlite_rows_make_record(sqlite3_stmt *statement, int at, const char *entity,
                                            GError **error);
