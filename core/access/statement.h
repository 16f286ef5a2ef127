/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhStatement: a prepared statement of SQLite, for this room's work functions; runs on the store's
 * thread. g_autoptr(BhStatement) finalizes it.
 */
#pragma once

#include "store.h"

typedef sqlite3_stmt BhStatement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhStatement, sqlite3_finalize)

/** bh_statement_new: Returns: (transfer full) (nullable): %NULL exactly when @error is set */
BhStatement *bh_statement_new(sqlite3 *db, const char *sql, GError **error);

/** bh_statement_bind_text: @text: (nullable): borrowed until the statement is done */
void bh_statement_bind_text(BhStatement *statement, int at, const char *text);
void bh_statement_bind_bytes(BhStatement *statement, int at, const guint8 *bytes, gsize length);

/**
 * bh_statement_next:
 *
 * Returns: %TRUE: there is a row; %FALSE: there is none, or @error is set
 */
gboolean bh_statement_next(BhStatement *statement, GError **error);

/** bh_statement_dup_text: Returns: (transfer full) (nullable): of the row's column @at */
char *bh_statement_dup_text(BhStatement *statement, int at);

/**
 * bh_statement_copy_bytes:
 *
 * Returns: whether the column @at of the row has exactly @length bytes; @out is filled then
 */
gboolean bh_statement_copy_bytes(BhStatement *statement, int at, guint8 *out, gsize length);
