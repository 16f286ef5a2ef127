/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "sqlite-rows.h"

#include <string.h>

#include "property-error.h"

#define COLUMNS "aside, sig, text"

static const char *const texts[BH_N_SQL] = {
    [BH_SQL_FIND_LOG] = "SELECT log, device_id, seq FROM property_log WHERE log_id = ?1",
    [BH_SQL_ADD_LOG] = "INSERT INTO property_log (log_id, device_id, seq) VALUES (?1, ?2, 0)",
    [BH_SQL_SET_LOG] = "UPDATE property_log SET device_id = ?2, seq = ?3 WHERE log = ?1",
    [BH_SQL_FIND_ENTITY] = "SELECT entity FROM property_entity WHERE name = ?1",
    [BH_SQL_ADD_ENTITY] = "INSERT INTO property_entity (name) VALUES (?1)",
    [BH_SQL_ADD_OPERATION] =
        "INSERT INTO property_operation (log, seq, variant, entity, aside, sig, text)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [BH_SQL_FIND_IDENTITY] = "SELECT position, " COLUMNS " FROM property_operation"
                             " WHERE log = ?1 AND seq = ?2 ORDER BY variant",
    [BH_SQL_COUNT_FORKS] = "SELECT count(DISTINCT seq) FROM property_operation"
                           " WHERE log = ?1 AND variant > 0",
    [BH_SQL_REDACT] = "UPDATE property_operation SET sig = NULL, text = ?2 WHERE position = ?1",
    [BH_SQL_SET_ASIDE] = "UPDATE property_operation SET aside = ?3 WHERE seq = ?2"
                         " AND log = (SELECT log FROM property_log WHERE log_id = ?1)",
    [BH_SQL_PUT_MEMBER] = "INSERT OR REPLACE INTO property_member"
                          " (device_id, role, public_key, document) VALUES (?1, ?2, ?3, ?4)",
    [BH_SQL_PUT_VALUE] = "INSERT OR REPLACE INTO property_value (name, value) VALUES (?1, ?2)",
    [BH_SQL_TAKE_VALUE] = "DELETE FROM property_value WHERE name = ?1",
    [BH_SQL_PUT_RECORD] =
        "INSERT INTO property_record (entity, touched_ms, is_archived, content)"
        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (entity) DO UPDATE SET touched_ms ="
        " excluded.touched_ms, is_archived = excluded.is_archived, content = excluded.content",
    [BH_SQL_FIND_RECORD] = "SELECT r.touched_ms, r.content FROM property_record r"
                           " JOIN property_entity e USING (entity) WHERE e.name = ?1",
    [BH_SQL_SET_CONTENT] = "UPDATE property_record SET content = ?2 WHERE entity ="
                           " (SELECT entity FROM property_entity WHERE name = ?1)",
    [BH_SQL_READ_LOG] = "SELECT " COLUMNS " FROM property_operation"
                        " WHERE log = (SELECT log FROM property_log WHERE log_id = ?1)"
                        " AND seq >= ?2 ORDER BY seq, variant",
    [BH_SQL_READ_SIGNATURES] = "SELECT seq, sig FROM property_operation"
                               " WHERE log = (SELECT log FROM property_log WHERE log_id = ?1)"
                               " AND seq BETWEEN ?2 AND ?3 ORDER BY seq",
    [BH_SQL_READ_ENTITY] = "SELECT " COLUMNS " FROM property_operation"
                           " WHERE entity = (SELECT entity FROM property_entity WHERE name = ?1)"
                           " ORDER BY position",
    [BH_SQL_LIST_ENTITIES] = "SELECT DISTINCT e.name"
                             " FROM property_operation o JOIN property_entity e USING (entity)"
                             " WHERE o.log = (SELECT log FROM property_log WHERE log_id = ?1)"
                             " AND o.seq BETWEEN ?2 AND ?3",
    [BH_SQL_LIST_ASIDE] = "SELECT DISTINCT e.name"
                          " FROM property_operation o JOIN property_entity e USING (entity)"
                          " WHERE o.aside > 0 AND o.aside <> ?1",
};

/* The statements of one connection. */
typedef struct {
  sqlite3 *db; /* NULL: not used yet */
  sqlite3_stmt *statements[BH_N_SQL];
} Set;

struct _BhSqliteRows {
  gatomicrefcount refs;
  Set sets[2]; /* the store's writer and its reader, whichever comes first */
};

BhSqliteRows *
bh_sqlite_rows_new(void)
{
  BhSqliteRows *rows = g_new0(BhSqliteRows, 1);

  g_atomic_ref_count_init(&rows->refs);
  return rows;
}

BhSqliteRows *
bh_sqlite_rows_ref(BhSqliteRows *rows)
{
  g_atomic_ref_count_inc(&rows->refs);
  return rows;
}

void
bh_sqlite_rows_unref(BhSqliteRows *rows)
{
  if (!g_atomic_ref_count_dec(&rows->refs))
    return;
  /* Nothing is left where the backend was closed before its store. */
  bh_sqlite_rows_clear(rows);
  g_free(rows);
}

void
bh_sqlite_rows_clear(BhSqliteRows *rows)
{
  for (guint i = 0; i < G_N_ELEMENTS(rows->sets); i++) {
    for (guint j = 0; j < BH_N_SQL; j++)
      g_clear_pointer(&rows->sets[i].statements[j], sqlite3_finalize);
    rows->sets[i].db = NULL;
  }
}

sqlite3_stmt *
bh_sqlite_rows_get(BhSqliteRows *rows, sqlite3 *db, BhSql sql, GError **error)
{
  Set *set = &rows->sets[0];

  if (set->db != NULL && set->db != db)
    set = &rows->sets[1];
  g_assert(set->db == NULL || set->db == db);
  set->db = db;
  if (set->statements[sql] == NULL) {
    if (sqlite3_prepare_v3(db, texts[sql], -1, SQLITE_PREPARE_PERSISTENT, &set->statements[sql],
                           NULL) != SQLITE_OK) {
      bh_store_set_error(error, db);
      return NULL;
    }
  } else {
    sqlite3_reset(set->statements[sql]);
  }
  return set->statements[sql];
}

gboolean
bh_sqlite_rows_next(sqlite3 *db, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step(statement);

  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    bh_store_set_error(error, db);
  sqlite3_reset(statement);
  return FALSE;
}

gboolean
bh_sqlite_rows_set_values(BhSqliteRows *rows, sqlite3 *db, GHashTable *values, GError **error)
{
  GHashTableIter iter;
  gpointer name, text;

  g_hash_table_iter_init(&iter, values);
  while (g_hash_table_iter_next(&iter, &name, &text)) {
    sqlite3_stmt *put =
        bh_sqlite_rows_get(rows, db, text != NULL ? BH_SQL_PUT_VALUE : BH_SQL_TAKE_VALUE, error);

    if (put == NULL)
      return FALSE;
    sqlite3_bind_text(put, 1, name, -1, SQLITE_STATIC);
    if (text != NULL)
      sqlite3_bind_text(put, 2, text, -1, SQLITE_STATIC);
    if (!bh_store_step(db, put, error))
      return FALSE;
  }
  return TRUE;
}

/* --- what rows mean --- */

static void
set_damaged(GError **error, const char *what)
{
  g_set_error(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_FAILED,
              "the database holds %s that cannot be understood", what);
}

static BhOperation *
parse_stub(const char *text, gsize length)
{
  g_autoptr(json_t) wire = bh_json_parse(text, length, NULL);

  return bh_operation_from_wire(wire, NULL, NULL);
}

BhBackendEntry *
bh_sqlite_rows_make_entry(sqlite3_stmt *statement, int at, GError **error)
{
  const guint8 *sig = sqlite3_column_blob(statement, at + 1);
  const char *text = (const char *)sqlite3_column_text(statement, at + 2);
  gsize length = (gsize)sqlite3_column_bytes(statement, at + 2);
  g_autoptr(BhOperation) op = NULL;
  BhBackendEntry *entry;

  if (sig == NULL)
    op = parse_stub(text, length);
  else if (sqlite3_column_bytes(statement, at + 1) == BH_OPERATION_SIG_BYTES)
    op = bh_operation_parse(text, length, sig, NULL, NULL);
  if (op == NULL) {
    set_damaged(error, "an operation");
    return NULL;
  }
  entry = bh_backend_entry_new(op);
  entry->reason = bh_backend_reason_from_code((guint)sqlite3_column_int64(statement, at));
  return entry;
}

BhBackendRecord *
bh_sqlite_rows_make_record(sqlite3_stmt *statement, int at, const char *entity, GError **error)
{
  const char *text = (const char *)sqlite3_column_text(statement, at + 1);
  g_autoptr(json_t) json =
      text != NULL ? bh_json_parse(text, (gsize)sqlite3_column_bytes(statement, at + 1), NULL)
                   : NULL;
  g_autoptr(BhRecord) record = bh_record_from_json(json, NULL);

  if (record == NULL) {
    set_damaged(error, "a record");
    return NULL;
  }
  return bh_backend_record_new(entity, record, sqlite3_column_int64(statement, at));
}
