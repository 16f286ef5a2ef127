/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite-log.h"

#include <string.h>

#include "figures.h"
#include "sqlite-backend.h"

static void
check(sqlite3 *db, int result)
{
  if (result != SQLITE_OK && result != SQLITE_DONE && result != SQLITE_ROW)
    bench_die("SQLite: %s", sqlite3_errmsg(db));
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  check(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
  return statement;
}

static void
run(sqlite3 *db, sqlite3_stmt *statement)
{
  check(db, sqlite3_step(statement));
  check(db, sqlite3_reset(statement));
}

static sqlite3 *
open_database(const char *folder, int flags)
{
  g_autofree char *path = g_build_filename(folder, "bellhop.db", NULL);
  sqlite3 *db = NULL;

  check(db, sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL));
  return db;
}

BenchSqliteLog *
bench_sqlite_log_open(const char *folder)
{
  BenchSqliteLog *log = g_new0(BenchSqliteLog, 1);
  sqlite3 *db = open_database(folder, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

  log->db = db;
  check(db, sqlite3_exec(db,
                         "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                         "PRAGMA journal_size_limit=16777216",
                         NULL, NULL, NULL));
  for (guint i = 0; i < bh_property_n_migrations; i++)
    check(db, sqlite3_exec(db, bh_property_migrations[i].sql, NULL, NULL, NULL));
  log->begin = prepare(db, "BEGIN IMMEDIATE");
  log->commit = prepare(db, "COMMIT");
  log->find_entity = prepare(db, "SELECT entity FROM property_entity WHERE name = ?1");
  log->add_entity = prepare(db, "INSERT INTO property_entity (name) VALUES (?1)");
  log->add_operation =
      prepare(db, "INSERT INTO property_operation (log, seq, variant, entity, aside, sig, text)"
                  " VALUES (?1, ?2, 0, ?3, 0, ?4, ?5)");
  log->add_log =
      prepare(db, "INSERT INTO property_log (log_id, device_id, seq) VALUES (?1, ?2, 0)");
  log->set_log = prepare(db, "UPDATE property_log SET seq = ?2 WHERE log = ?1");
  log->logs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return log;
}

void
bench_sqlite_log_close(BenchSqliteLog *log)
{
  sqlite3_stmt *const statements[] = {log->begin,      log->commit,        log->find_entity,
                                      log->add_entity, log->add_operation, log->add_log,
                                      log->set_log};

  for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
    sqlite3_finalize(statements[i]);
  check(log->db, sqlite3_close(log->db));
  g_hash_table_unref(log->logs);
  g_free(log);
}

static BenchSqliteRow *
ensure_log(BenchSqliteLog *log, const BhOperation *op)
{
  BenchSqliteRow *row = g_hash_table_lookup(log->logs, op->log_id);

  if (row != NULL)
    return row;
  row = g_new0(BenchSqliteRow, 1);
  sqlite3_bind_text(log->add_log, 1, op->log_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(log->add_log, 2, op->device_id, -1, SQLITE_STATIC);
  run(log->db, log->add_log);
  row->number = sqlite3_last_insert_rowid(log->db);
  g_hash_table_insert(log->logs, g_strdup(op->log_id), row);
  return row;
}

static gint64
ensure_entity(BenchSqliteLog *log, const char *name)
{
  gint64 number = 0;

  sqlite3_bind_text(log->find_entity, 1, name, -1, SQLITE_STATIC);
  if (sqlite3_step(log->find_entity) == SQLITE_ROW)
    number = sqlite3_column_int64(log->find_entity, 0);
  check(log->db, sqlite3_reset(log->find_entity));
  if (number != 0)
    return number;
  sqlite3_bind_text(log->add_entity, 1, name, -1, SQLITE_STATIC);
  run(log->db, log->add_entity);
  return sqlite3_last_insert_rowid(log->db);
}

static void
insert(BenchSqliteLog *log, const BhOperation *op, GHashTable *changed)
{
  BenchSqliteRow *row = ensure_log(log, op);
  sqlite3_stmt *add = log->add_operation;

  sqlite3_bind_int64(add, 1, row->number);
  sqlite3_bind_int64(add, 2, op->seq);
  sqlite3_bind_int64(add, 3, ensure_entity(log, op->entity));
  sqlite3_bind_blob(add, 4, op->sig, sizeof op->sig, SQLITE_STATIC);
  sqlite3_bind_text(add, 5, op->text, (int)op->length, SQLITE_STATIC);
  run(log->db, add);
  row->seq = op->seq;
  g_hash_table_add(changed, row);
}

void
bench_sqlite_log_append(BenchSqliteLog *log, GPtrArray *operations, guint first, guint n)
{
  g_autoptr(GHashTable) changed = g_hash_table_new(NULL, NULL);
  GHashTableIter iter;
  gpointer key;

  run(log->db, log->begin);
  for (guint i = first; i < first + n; i++)
    insert(log, operations->pdata[i], changed);
  g_hash_table_iter_init(&iter, changed);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    const BenchSqliteRow *row = key;

    sqlite3_bind_int64(log->set_log, 1, row->number);
    sqlite3_bind_int64(log->set_log, 2, row->seq);
    run(log->db, log->set_log);
  }
  run(log->db, log->commit);
}

guint
bench_sqlite_log_read(const char *folder)
{
  sqlite3 *db = open_database(folder, SQLITE_OPEN_READONLY);
  sqlite3_stmt *read =
      prepare(db, "SELECT l.log_id, o.seq, e.name, o.sig, o.text FROM property_operation o"
                  " JOIN property_log l USING (log) JOIN property_entity e USING (entity)"
                  " ORDER BY o.position");
  gsize bytes = 0;
  guint count = 0;

  while (sqlite3_step(read) == SQLITE_ROW) {
    for (int i = 0; i < 5; i++)
      bytes += sqlite3_column_text(read, i) != NULL ? (gsize)sqlite3_column_bytes(read, i) : 0;
    count++;
  }
  check(db, sqlite3_finalize(read));
  check(db, sqlite3_close(db));
  if (bytes < count)
    bench_die("the rows are empty");
  return count;
}
