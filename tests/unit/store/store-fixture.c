/* SPDX-License-Identifier: Apache-2.0 */
#include "store-fixture.h"

#include <glib/gstdio.h>

const BhStoreMigration fixture_migrations[] = {
    {"CREATE TABLE word (text TEXT PRIMARY KEY, "
     "after TEXT REFERENCES word(text) DEFERRABLE INITIALLY DEFERRED)"},
};
const guint fixture_n_migrations = G_N_ELEMENTS(fixture_migrations);

typedef struct {
  Fixture *fixture;
  char *name;
  char *sql;
  GThread *caller;
} SqlWork;

static GMutex gate;
static GCond gate_cond;
static gboolean gate_is_shut, gate_is_met;

static void
sql_work_free(gpointer data)
{
  SqlWork *work = data;

  g_assert_true(work->caller == g_thread_self());
  g_free(work->name);
  g_free(work->sql);
  g_free(work);
}

static gboolean
run_sql(sqlite3 *db, gpointer data, GError **error)
{
  SqlWork *work = data;
  g_auto(GStrv) statements = g_strsplit(work->sql, ";", -1);

  g_assert_true(work->caller != g_thread_self());
  for (guint i = 0; statements[i] != NULL; i++) {
    sqlite3_stmt *statement = NULL;
    gboolean ok;

    if (g_str_equal(statements[i], "hold")) {
      g_mutex_lock(&gate);
      gate_is_met = TRUE;
      g_cond_broadcast(&gate_cond);
      while (gate_is_shut)
        g_cond_wait(&gate_cond, &gate);
      g_mutex_unlock(&gate);
      continue;
    }
    sqlite3_prepare_v2(db, statements[i], -1, &statement, NULL);
    ok = bh_store_step(db, statement, error);
    sqlite3_finalize(statement);
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

static void
record(GAsyncResult *result, GError *error)
{
  SqlWork *work = bh_store_get_task_data(result);
  Fixture *fixture = work->fixture;

  fixture->completed++;
  g_string_append_printf(fixture->order, "%s%s", fixture->order->len > 0 ? "," : "", work->name);
  g_assert_false(g_hash_table_contains(fixture->seen, work->name));
  g_hash_table_insert(fixture->seen, g_strdup(work->name), error);
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  g_assert_true(bh_store_write_finish(BH_STORE(source), result, &error) == (error == NULL));
  record(result, error);
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  g_assert_true(bh_store_read_finish(BH_STORE(source), result, &error) == (error == NULL));
  record(result, error);
}

static SqlWork *
sql_work_new(Fixture *fixture, const char *name, const char *sql)
{
  SqlWork *work = g_new0(SqlWork, 1);

  work->fixture = fixture;
  work->name = g_strdup(name);
  work->sql = g_strdup(sql);
  work->caller = g_thread_self();
  return work;
}

static void
error_free(gpointer data)
{
  if (data != NULL)
    g_error_free(data);
}

void
fixture_init(Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp("bellhop-store-XXXXXX", &error);
  g_assert_no_error(error);
  fixture->store = NULL;
  fixture->completed = 0;
  fixture->order = g_string_new(NULL);
  fixture->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, error_free);
  fixture_open(fixture);
}

void
fixture_open(Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(fixture->store);
  fixture->store = bh_store_open(fixture->folder, fixture_migrations, fixture_n_migrations, &error);
  g_assert_no_error(error);
  g_assert_nonnull(fixture->store);
}

void
fixture_clear(Fixture *fixture)
{
  if (fixture->store != NULL)
    bh_store_close(fixture->store);
  g_assert_finalize_object(fixture->store);
  fixture_remove_folder(fixture->folder);
  g_free(fixture->folder);
  g_string_free(fixture->order, TRUE);
  g_hash_table_unref(fixture->seen);
}

void
fixture_write_cancellable(Fixture *fixture, const char *name, const char *sql,
                          GCancellable *cancellable)
{
  bh_store_write_async(fixture->store, run_sql, sql_work_new(fixture, name, sql), sql_work_free,
                       cancellable, write_cb, NULL);
}

void
fixture_write(Fixture *fixture, const char *name, const char *sql)
{
  fixture_write_cancellable(fixture, name, sql, NULL);
}

void
fixture_read(Fixture *fixture, const char *name, const char *sql)
{
  bh_store_read_async(fixture->store, run_sql, sql_work_new(fixture, name, sql), sql_work_free,
                      NULL, read_cb, NULL);
}

void
fixture_hold(Fixture *fixture)
{
  g_mutex_lock(&gate);
  gate_is_shut = TRUE;
  gate_is_met = FALSE;
  fixture_write(fixture, "hold", "hold");
  /* Once the thread stands before it, what comes is in no group yet. */
  while (!gate_is_met)
    g_cond_wait(&gate_cond, &gate);
  g_mutex_unlock(&gate);
}

void
fixture_release(Fixture *fixture)
{
  g_mutex_lock(&gate);
  gate_is_shut = FALSE;
  g_cond_broadcast(&gate_cond);
  g_mutex_unlock(&gate);
}

static gboolean
on_time_out(gpointer data)
{
  g_error("nothing came within 20 s");
  return G_SOURCE_REMOVE;
}

void
fixture_wait(Fixture *fixture, guint n)
{
  guint source = g_timeout_add_seconds(20, on_time_out, NULL);

  while (fixture->completed < n)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(source);
  g_assert_cmpuint(fixture->completed, ==, n);
}

void
fixture_assert_ok(Fixture *fixture, const char *name)
{
  gpointer error = NULL;

  g_assert_true(g_hash_table_lookup_extended(fixture->seen, name, NULL, &error));
  g_assert_no_error((GError *)error);
}

void
fixture_assert_failed(Fixture *fixture, const char *name, BhStoreError code)
{
  GError *error = g_hash_table_lookup(fixture->seen, name);

  g_assert_error(error, BH_STORE_ERROR, (gint)code);
}

char *
fixture_dump(Fixture *fixture)
{
  g_autofree char *path = g_build_filename(fixture->folder, "bellhop.db", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  char *text;

  g_assert_cmpint(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_prepare_v2(db,
                     "SELECT ifnull(group_concat(text), '') FROM (SELECT text FROM word "
                     "WHERE text NOT LIKE 'fill%' ORDER BY text)",
                     -1, &statement, NULL);
  g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
  text = g_strdup((const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return text;
}

void
fixture_remove_folder(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_remove(path);
  }
  g_rmdir(folder);
}
