/* SPDX-License-Identifier: Apache-2.0 */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
assert_refused(const char *folder, const BhStoreMigration *migrations, guint n_migrations,
               BhStoreError code, const char *says)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhStore) store = bh_store_open(folder, migrations, n_migrations, &error);

  g_assert_null(store);
  g_assert_error(error, BH_STORE_ERROR, (gint)code);
  if (strstr(error->message, says) == NULL)
    g_error("“%s” does not say “%s”", error->message, says);
}

static void
close_store(Fixture *fixture)
{
  bh_store_close(fixture->store);
  g_clear_object(&fixture->store);
}

static void
test_second_instance_is_told_who_holds_it(void)
{
  Fixture fixture;
  g_autofree char *pid = g_strdup_printf("test-store-open (process %ld)", (long)getpid());

  fixture_init(&fixture);
  assert_refused(fixture.folder, fixture_migrations, fixture_n_migrations, BH_STORE_ERROR_HELD,
                 pid);
  /* The refusal took nothing away from the holder. */
  assert_refused(fixture.folder, fixture_migrations, fixture_n_migrations, BH_STORE_ERROR_HELD,
                 pid);
  fixture_write(&fixture, "1", "INSERT INTO word(text) VALUES('a')");
  fixture_wait(&fixture, 1);
  fixture_assert_ok(&fixture, "1");
  close_store(&fixture);
  fixture_open(&fixture);
  fixture_clear(&fixture);
}

static void
test_holder_that_cannot_be_read(void)
{
  static const char *const texts[] = {"", "junk\n", "0 x\n", "12\n", "77 \xff\xfe\n"};
  Fixture fixture;
  g_autofree char *lock = NULL;

  fixture_init(&fixture);
  lock = g_build_filename(fixture.folder, "lock", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    FILE *file = g_fopen(lock, "w");

    fputs(texts[i], file);
    fclose(file);
    assert_refused(fixture.folder, fixture_migrations, fixture_n_migrations, BH_STORE_ERROR_HELD,
                   "is in use by another program");
  }
  fixture_clear(&fixture);
}

static void
test_folder_and_files_are_private(void)
{
  g_autofree char *parent = g_dir_make_tmp("bellhop-store-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename(parent, "deep", NULL);
  g_autoptr(GError) error = NULL;
  BhStore *store = bh_store_open(folder, fixture_migrations, fixture_n_migrations, &error);
  static const char *const names[] = {"bellhop.db", "bellhop.db-wal", "bellhop.db-shm", "lock"};
  GStatBuf info;

  g_assert_no_error(error);
  g_assert_cmpstr(bh_store_get_folder(store), ==, folder);
  g_assert_cmpint(g_stat(folder, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);

    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0600);
  }
  bh_store_close(store);
  g_assert_finalize_object(store);
  fixture_remove_folder(folder);
  fixture_remove_folder(parent);
}

static void
test_folder_that_cannot_be_made(void)
{
  assert_refused("/proc/bellhop", fixture_migrations, fixture_n_migrations, BH_STORE_ERROR_FAILED,
                 "/proc/bellhop");
}

static void
write_over(const char *path, long offset, const char *bytes, gsize length)
{
  FILE *file = g_fopen(path, "r+");

  g_assert_nonnull(file);
  g_assert_cmpint(fseek(file, offset, SEEK_SET), ==, 0);
  g_assert_cmpuint(fwrite(bytes, 1, length, file), ==, length);
  fclose(file);
}

static void
assert_damage_is_told_and_left_alone(long offset, gsize length)
{
  Fixture fixture;
  g_autofree char *path = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *junk = g_strnfill(length, 'x');
  gsize before_length = 0, after_length = 0;

  fixture_init(&fixture);
  fixture_write(&fixture, "1", "INSERT INTO word(text) VALUES(hex(zeroblob(20000)))");
  fixture_wait(&fixture, 1);
  close_store(&fixture);
  path = g_build_filename(fixture.folder, "bellhop.db", NULL);
  write_over(path, offset, junk, length);
  g_assert_true(g_file_get_contents(path, &before, &before_length, NULL));
  assert_refused(fixture.folder, fixture_migrations, fixture_n_migrations, BH_STORE_ERROR_CORRUPT,
                 "is damaged");
  g_assert_true(g_file_get_contents(path, &after, &after_length, NULL));
  g_assert_cmpmem(before, before_length, after, after_length);

  /* Moved away, the hub starts again. */
  g_assert_cmpint(g_remove(path), ==, 0);
  fixture_open(&fixture);
  fixture_clear(&fixture);
}

static void
test_damage_is_told(void)
{
  /* The header, the schema page, and a page in the middle. */
  assert_damage_is_told_and_left_alone(0, 100);
  assert_damage_is_told_and_left_alone(100, 200);
  assert_damage_is_told_and_left_alone(8192, 4096);
}

static void
test_migrations_run_once_each(void)
{
  static const BhStoreMigration migrations[] = {
      {"CREATE TABLE word (text TEXT PRIMARY KEY)"},
      {"INSERT INTO word VALUES('two')"},
      {"INSERT INTO word VALUES('three'); ALTER TABLE word ADD COLUMN more TEXT"},
  };
  Fixture fixture;
  g_autofree char *words = NULL;

  fixture_init(&fixture);
  close_store(&fixture);
  {
    g_autofree char *path = g_build_filename(fixture.folder, "bellhop.db", NULL);

    g_assert_cmpint(g_remove(path), ==, 0);
  }
  for (guint n = 1; n <= 3; n++) {
    for (guint again = 0; again < 2; again++) {
      fixture.store = bh_store_open(fixture.folder, migrations, n, NULL);
      g_assert_nonnull(fixture.store);
      close_store(&fixture);
    }
  }
  words = fixture_dump(&fixture);
  g_assert_cmpstr(words, ==, "three,two");

  assert_refused(fixture.folder, migrations, 2, BH_STORE_ERROR_NEWER, "later version");
  fixture.store = bh_store_open(fixture.folder, migrations, 3, NULL);
  fixture_clear(&fixture);
}

static void
test_failed_migration_changes_nothing(void)
{
  static const BhStoreMigration broken[] = {
      {NULL}, /* done already, not looked at */
      {"INSERT INTO word(text) VALUES('half'); NONSENSE"},
  };
  static const BhStoreMigration orphaning[] = {
      {NULL},
      {"INSERT INTO word(text,after) VALUES('orphan','nobody')"},
  };
  Fixture fixture;
  g_autofree char *words = NULL;

  fixture_init(&fixture);
  close_store(&fixture);
  assert_refused(fixture.folder, broken, 2, BH_STORE_ERROR_FAILED, "version 2");
  assert_refused(fixture.folder, orphaning, 2, BH_STORE_ERROR_FAILED, "point nowhere");
  fixture_open(&fixture);
  words = fixture_dump(&fixture);
  g_assert_cmpstr(words, ==, "");
  fixture_clear(&fixture);
}

static void
test_foreign_keys_are_on(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  fixture_write(&fixture, "1", "INSERT INTO word(text,after) VALUES('orphan','nobody')");
  fixture_wait(&fixture, 1);
  fixture_assert_failed(&fixture, "1", BH_STORE_ERROR_FAILED);
  fixture_clear(&fixture);
}

static gboolean
run_read_pragmas(sqlite3 *db, gpointer data, GError **error)
{
  static const char *const pragmas[] = {"PRAGMA journal_mode", "PRAGMA synchronous"};
  GString *out = data;

  for (gsize i = 0; i < G_N_ELEMENTS(pragmas); i++) {
    sqlite3_stmt *statement = NULL;

    sqlite3_prepare_v2(db, pragmas[i], -1, &statement, NULL);
    g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
    g_string_append_printf(out, "%s ", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
  }
  return TRUE;
}

static void
count_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  ((Fixture *)data)->completed++;
}

static void
test_a_commit_is_a_real_fsync(void)
{
  Fixture fixture;
  g_autoptr(GString) pragmas = g_string_new(NULL);

  fixture_init(&fixture);
  bh_store_write_async(fixture.store, run_read_pragmas, pragmas, NULL, NULL, count_cb, &fixture);
  fixture_wait(&fixture, 1);
  /* 2 is FULL. */
  g_assert_cmpstr(pragmas->str, ==, "wal 2 ");
  fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store-open/second-instance", test_second_instance_is_told_who_holds_it);
  g_test_add_func("/store-open/unreadable-holder", test_holder_that_cannot_be_read);
  g_test_add_func("/store-open/private", test_folder_and_files_are_private);
  g_test_add_func("/store-open/folder-that-cannot-be-made", test_folder_that_cannot_be_made);
  g_test_add_func("/store-open/damage-is-told", test_damage_is_told);
  g_test_add_func("/store-open/migrations-run-once", test_migrations_run_once_each);
  g_test_add_func("/store-open/failed-migration", test_failed_migration_changes_nothing);
  g_test_add_func("/store-open/foreign-keys", test_foreign_keys_are_on);
  g_test_add_func("/store-open/real-fsync", test_a_commit_is_a_real_fsync);
  return g_test_run();
}
