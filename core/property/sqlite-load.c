/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "sqlite-load.h"

#include "property-error.h"
#include "sqlite-rows.h"

/* Takes a row; FALSE: @error is set. */
typedef gboolean (*TakeRow)(BhBackendContents *contents, sqlite3_stmt *row, GError **error);

static const char *
text_at(sqlite3_stmt *row, int at)
{
  return (const char *)sqlite3_column_text(row, at);
}

static gboolean
take_log(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  g_ptr_array_add(contents->logs, bh_backend_log_new(text_at(row, 0), text_at(row, 1),
                                                     sqlite3_column_int64(row, 2)));
  return TRUE;
}

static gboolean
take_fork(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  g_ptr_array_add(contents->forks,
                  bh_backend_fork_new(text_at(row, 0), sqlite3_column_int64(row, 1),
                                      (guint)sqlite3_column_int64(row, 2)));
  return TRUE;
}

static gboolean
take_aside(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  const char *reason = bh_backend_reason_from_code((guint)sqlite3_column_int64(row, 3));

  if (reason != NULL)
    g_ptr_array_add(contents->aside,
                    bh_backend_aside_new(text_at(row, 0), sqlite3_column_int64(row, 1),
                                         text_at(row, 2), reason));
  return TRUE;
}

static gboolean
take_member(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  json_t *document = bh_json_parse(text_at(row, 0), (gsize)sqlite3_column_bytes(row, 0), error);

  if (document == NULL)
    return FALSE;
  g_ptr_array_add(contents->members, document);
  return TRUE;
}

static gboolean
take_value(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  g_hash_table_insert(contents->values, g_strdup(text_at(row, 0)), g_strdup(text_at(row, 1)));
  return TRUE;
}

static gboolean
take_record(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  BhBackendRecord *record = bh_sqlite_rows_make_record(row, 1, text_at(row, 0), error);

  if (record == NULL)
    return FALSE;
  g_ptr_array_add(contents->records, record);
  return TRUE;
}

static gboolean
take_entry(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  BhBackendEntry *entry = bh_sqlite_rows_make_entry(row, 0, error);

  if (entry == NULL)
    return FALSE;
  g_ptr_array_add(contents->entries, entry);
  return TRUE;
}

static gboolean
take_position(BhBackendContents *contents, sqlite3_stmt *row, GError **error)
{
  contents->position = sqlite3_column_int64(row, 0);
  contents->n_aside = sqlite3_column_int64(row, 1);
  return TRUE;
}

static gboolean
visit(sqlite3 *db, const char *sql, gint64 number, TakeRow take, BhBackendContents *contents,
      GError **error)
{
  sqlite3_stmt *statement = NULL;
  GError *problem = NULL;

  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
    bh_store_set_error(error, db);
    return FALSE;
  }
  if (sqlite3_bind_parameter_count(statement) > 0)
    sqlite3_bind_int64(statement, 1, number);
  while (problem == NULL && bh_sqlite_rows_next(db, statement, &problem))
    take(contents, statement, &problem);
  sqlite3_finalize(statement);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, problem);
  return FALSE;
}

static void
reverse(GPtrArray *array)
{
  for (guint i = 0; i < array->len / 2; i++) {
    gpointer other = array->pdata[i];

    array->pdata[i] = array->pdata[array->len - 1 - i];
    array->pdata[array->len - 1 - i] = other;
  }
}

BhBackendContents *
bh_sqlite_load(sqlite3 *db, GError **error)
{
  g_autoptr(BhBackendContents) contents = bh_backend_contents_new();
  const char *checkpoint;

  if (!visit(db, "SELECT name, value FROM property_value", 0, take_value, contents, error) ||
      !visit(db, "SELECT log_id, device_id, seq FROM property_log", 0, take_log, contents, error) ||
      !visit(db,
             "SELECT l.log_id, o.seq, count(*) + 1 FROM property_operation o"
             " JOIN property_log l USING (log) WHERE o.variant > 0 GROUP BY o.log, o.seq",
             0, take_fork, contents, error) ||
      !visit(db, "SELECT document FROM property_member", 0, take_member, contents, error) ||
      !visit(db,
             "SELECT e.name, r.touched_ms, r.content FROM property_record r"
             " JOIN property_entity e USING (entity) WHERE r.is_archived = 0",
             0, take_record, contents, error) ||
      !visit(db,
             "SELECT (SELECT max(position) FROM property_operation),"
             " (SELECT count(*) FROM property_operation WHERE aside > 0)",
             0, take_position, contents, error) ||
      !visit(db,
             "SELECT l.log_id, o.seq, e.name, o.aside FROM property_operation o"
             " JOIN property_log l USING (log) JOIN property_entity e USING (entity)"
             " WHERE o.aside > 0 ORDER BY o.position DESC LIMIT ?1",
             BH_BACKEND_MAX_ASIDE, take_aside, contents, error))
    return NULL;
  reverse(contents->aside);
  checkpoint = g_hash_table_lookup(contents->values, "checkpoint");
  contents->checkpoint = checkpoint != NULL ? g_ascii_strtoll(checkpoint, NULL, 10) : 0;
  if (!visit(db,
             "SELECT aside, sig, text FROM property_operation WHERE position > ?1"
             " ORDER BY position",
             contents->checkpoint, take_entry, contents, error))
    return NULL;
  return g_steal_pointer(&contents);
}
