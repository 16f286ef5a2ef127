/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "statement.h"

#include <string.h>

BhStatement *
bh_statement_new(sqlite3 *db, const char *sql, GError **error)
{
  BhStatement *statement = NULL;

  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
    bh_store_set_error(error, db);
  return statement;
}

void
bh_statement_bind_text(BhStatement *statement, int at, const char *text)
{
  sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

void
bh_statement_bind_bytes(BhStatement *statement, int at, const guint8 *bytes, gsize length)
{
  sqlite3_bind_blob64(statement, at, bytes, length, SQLITE_STATIC);
}

gboolean
bh_statement_next(BhStatement *statement, GError **error)
{
  int code = sqlite3_step(statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    bh_store_set_error(error, sqlite3_db_handle(statement));
  return code == SQLITE_ROW;
}

char *
bh_statement_dup_text(BhStatement *statement, int at)
{
  return g_strdup((const char *)sqlite3_column_text(statement, at));
}

gboolean
bh_statement_copy_bytes(BhStatement *statement, int at, guint8 *out, gsize length)
{
  const void *bytes = sqlite3_column_blob(statement, at);

  if (bytes == NULL || (gsize)sqlite3_column_bytes(statement, at) != length)
    return FALSE;
  memcpy(out, bytes, length);
  return TRUE;
}
