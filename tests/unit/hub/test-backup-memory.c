/* SPDX-License-Identifier: Apache-2.0 */
#include "backup-memory.h"

#include <glib/gstdio.h>

#include "schema.h"

#define WAIT_MS 20000

typedef struct {
  char *folder;
  BhStore *store;
  BhBackupMemory *memory;
} Fixture;

static void
take_result(GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref(result);
}

/* A hub begins: with what the one before has left. */
static void
begin(Fixture *f)
{
  guint n_migrations;
  g_autofree BhStoreMigration *migrations = bh_schema_list(&n_migrations);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  gint64 end_us = g_get_monotonic_time() + WAIT_MS * G_TIME_SPAN_MILLISECOND;

  f->store = bh_store_open(f->folder, migrations, n_migrations, &error);
  g_assert_no_error(error);
  f->memory = bh_backup_memory_new();
  bh_backup_memory_load_async(f->memory, f->store, take_result, &result);
  while (result == NULL) {
    g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    g_main_context_iteration(NULL, TRUE);
  }
  bh_backup_memory_load_finish(f->memory, f->store, result);
}

static void
end(Fixture *f)
{
  bh_store_close(f->store);
  g_clear_object(&f->store);
  g_clear_pointer(&f->memory, bh_backup_memory_free);
}

static void
set_up(Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp("memory-XXXXXX", NULL);
  begin(f);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  static const char *const files[] = {"bellhop.db", "bellhop.db-wal", "bellhop.db-shm", "lock"};

  end(f);
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(f->folder, files[i], NULL);

    g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(f->folder), ==, 0);
  g_free(f->folder);
}

static void
succeed(Fixture *f, guint number, const char *file)
{
  BhBackupRun run = {.file = (char *)file, .folder = (char *)"/b", .now_ms = 1000};

  bh_backup_memory_succeed(f->memory, number, &run, TRUE);
}

/* Returns: of what is told, the run; -1: nothing is told */
static gint64
find_run(Fixture *f, const char *outcome)
{
  g_autoptr(json_t) told = json_object();
  const json_t *object;

  bh_backup_memory_describe(f->memory, told);
  object = json_object_get(told, outcome);
  return json_is_object(object) ? json_integer_value(json_object_get(object, "run")) : -1;
}

/* Whoever has asked for run 1 of this hub waits for that one. */
static void
test_runs_of_before_are_none_of_now(Fixture *f, gconstpointer data)
{
  succeed(f, 1, "morning.bellhop");
  bh_backup_memory_fail(f->memory, 2, 2000, "The disk is full.");
  g_assert_cmpint(find_run(f, "last"), ==, 1);
  g_assert_cmpint(find_run(f, "error"), ==, 2);
  bh_backup_memory_save(f->memory, f->store);
  end(f);
  begin(f);
  g_assert_cmpint(find_run(f, "last"), ==, 0);
  g_assert_cmpint(find_run(f, "error"), ==, 0);
  g_assert_cmpint(bh_backup_memory_get_night_ms(f->memory, "/b"), ==, 1000);
}

/* Whether the last run failed is not a matter of clocks. */
static void
test_a_success_ends_the_error(Fixture *f, gconstpointer data)
{
  g_assert_true(bh_backup_memory_fail(f->memory, 1, 2000, "The disk is full."));
  g_assert_false(bh_backup_memory_fail(f->memory, 2, 3000, "The disk is full."));
  succeed(f, 3, "evening.bellhop");
  g_assert_cmpint(find_run(f, "last"), ==, 3);
  g_assert_cmpint(find_run(f, "error"), ==, -1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(path, run) g_test_add("/hub/backup-memory/" path, Fixture, NULL, set_up, run, tear_down)
  ADD("runs", test_runs_of_before_are_none_of_now);
  ADD("success", test_a_success_ends_the_error);
#undef ADD
  return g_test_run();
}
