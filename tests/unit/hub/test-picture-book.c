/* SPDX-License-Identifier: Apache-2.0 */
#include "picture-book.h"

#include <glib/gstdio.h>
#include <string.h>

#include "schema.h"

#define NOW_MS     G_GINT64_CONSTANT(1700000000000)
#define PNG        "\x89PNG\r\n\x1a\n"
#define MAX_COUNT  3
#define WAIT_MS    20000
#define NO_FAILURE (-1)

typedef struct {
  char *folder;
  BhStore *store;
  BhPictureBook *book;
  GHashTable *used; /* a set of ids */
  gint64 now_ms;
} Fixture;

static void
take_result(GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref(result);
}

static GAsyncResult *
wait_for(GAsyncResult **result)
{
  gint64 end_us = g_get_monotonic_time() + WAIT_MS * G_TIME_SPAN_MILLISECOND;

  while (*result == NULL) {
    g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    g_main_context_iteration(NULL, TRUE);
  }
  return *result;
}

static GHashTable *
list_used(gpointer user_data)
{
  return g_hash_table_ref(((Fixture *)user_data)->used);
}

static void
open_book(Fixture *f)
{
  guint n_migrations;
  g_autofree BhStoreMigration *migrations = bh_schema_list(&n_migrations);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  BhLimitSet limits;

  bh_limit_set_init(&limits);
  bh_limit_set_put(&limits, BH_LIMIT_PICTURES, MAX_COUNT);
  f->store = bh_store_open(f->folder, migrations, n_migrations, &error);
  g_assert_no_error(error);
  f->book = bh_picture_book_new(f->store, &limits);
  bh_picture_book_set_usage(f->book, list_used, f);
  bh_picture_book_load_async(f->book, take_result, &result);
  bh_picture_book_load_finish(f->book, wait_for(&result), &error);
  g_assert_no_error(error);
}

static void
close_book(Fixture *f)
{
  bh_store_close(f->store);
  g_clear_object(&f->book);
  g_clear_object(&f->store);
}

static void
set_up(Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp("pictures-XXXXXX", NULL);
  f->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  f->now_ms = NOW_MS;
  open_book(f);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  static const char *const files[] = {"bellhop.db", "bellhop.db-wal", "bellhop.db-shm", "lock"};

  close_book(f);
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(f->folder, files[i], NULL);

    g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(f->folder), ==, 0);
  g_free(f->folder);
  g_hash_table_unref(f->used);
}

static GBytes *
make_content(const char *words)
{
  g_autofree char *text = g_strconcat(PNG, words, NULL);

  return g_bytes_new(text, strlen(text));
}

/* Returns: (nullable): its id; %NULL: it was refused with @code */
static char *
add(Fixture *f, const char *type, const char *words, int code)
{
  g_autoptr(GBytes) content = make_content(words);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  char *picture_id;

  bh_picture_book_add_async(f->book, type, content, f->now_ms, take_result, &result);
  g_assert_null(result);
  picture_id = bh_picture_book_add_finish(f->book, wait_for(&result), &error);
  if (code == NO_FAILURE)
    g_assert_no_error(error);
  else
    g_assert_error(error, BH_PICTURE_ERROR, code);
  return picture_id;
}

static void
assert_content(Fixture *f, const char *picture_id, const char *words)
{
  g_autoptr(GBytes) expected = make_content(words);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = NULL;

  bh_picture_book_read_async(f->book, picture_id, take_result, &result);
  g_assert_null(result);
  content = bh_picture_book_read_finish(f->book, wait_for(&result), &error);
  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(content, expected));
}

static void
assert_gone(Fixture *f, const char *picture_id)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null(bh_picture_book_get_type_of(f->book, picture_id));
  bh_picture_book_read_async(f->book, picture_id, take_result, &result);
  g_assert_null(bh_picture_book_read_finish(f->book, wait_for(&result), &error));
  g_assert_error(error, BH_PICTURE_ERROR, BH_PICTURE_ERROR_UNKNOWN);
}

static void
test_kept(Fixture *f, gconstpointer data)
{
  g_autofree char *soup = add(f, "image/png", "soup", NO_FAILURE);
  g_autofree char *again = add(f, "image/png", "soup", NO_FAILURE);

  g_assert_cmpuint(strlen(soup), ==, BH_PICTURE_ID_BYTES);
  g_assert_cmpstr(soup, ==, again);
  g_assert_cmpuint(bh_picture_book_get_count(f->book), ==, 1);
  assert_content(f, soup, "soup");
  close_book(f);
  open_book(f);
  g_assert_cmpstr(bh_picture_book_get_type_of(f->book, soup), ==, "image/png");
  assert_content(f, soup, "soup");
  assert_content(f, soup, "soup"); /* from memory now */
  assert_gone(f, "nobody");
}

static void
test_refused(Fixture *f, gconstpointer data)
{
  g_autofree char *large = g_strnfill(BH_PICTURE_MAX_BYTES - strlen(PNG) + 1, 'x');

  g_assert_null(add(f, "image/jpeg", "soup", BH_PICTURE_ERROR_TYPE));
  g_assert_null(add(f, "image/gif", "soup", BH_PICTURE_ERROR_TYPE));
  g_assert_null(add(f, "image/png", large, BH_PICTURE_ERROR_TOO_LARGE));
  large[strlen(large) - 1] = '\0';
  g_free(add(f, "image/png", large, NO_FAILURE));
}

/* Only what nothing shows, and only after a day, makes room; the oldest first. */
static void
test_room(Fixture *f, gconstpointer data)
{
  g_autofree char *shown = add(f, "image/png", "shown", NO_FAILURE);
  g_autofree char *old = NULL, *older = NULL, *fresh = NULL, *last = NULL;

  g_hash_table_add(f->used, g_strdup(shown));
  older = add(f, "image/png", "older", NO_FAILURE);
  f->now_ms++;
  old = add(f, "image/png", "old", NO_FAILURE);
  g_assert_null(add(f, "image/png", "fresh", BH_PICTURE_ERROR_FULL));
  f->now_ms += BH_PICTURE_GRACE_MS - 2;
  g_assert_null(add(f, "image/png", "fresh", BH_PICTURE_ERROR_FULL));
  g_free(add(f, "image/png", "shown", NO_FAILURE)); /* needs no room */
  f->now_ms++;
  fresh = add(f, "image/png", "fresh", NO_FAILURE);
  assert_gone(f, older);
  assert_content(f, old, "old");
  g_free(add(f, "image/png", "old", NO_FAILURE)); /* wanted again: its day begins anew */
  f->now_ms++;
  g_assert_null(add(f, "image/png", "last", BH_PICTURE_ERROR_FULL));
  close_book(f);
  open_book(f);
  f->now_ms += BH_PICTURE_GRACE_MS;
  last = add(f, "image/png", "last", NO_FAILURE);
  assert_gone(f, fresh);
  assert_content(f, shown, "shown");
  assert_content(f, old, "old");
  g_assert_cmpuint(bh_picture_book_get_count(f->book), ==, MAX_COUNT);
}

/* Those at once count each other; the same one counts once. */
static void
test_at_once(Fixture *f, gconstpointer data)
{
  static const char *const words[] = {"a", "b", "a", "c", "d", "b"};
  GAsyncResult *results[G_N_ELEMENTS(words)] = {NULL};
  guint n_refused = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    g_autoptr(GBytes) content = make_content(words[i]);

    bh_picture_book_add_async(f->book, "image/png", content, f->now_ms, take_result, &results[i]);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    g_autofree char *picture_id = bh_picture_book_add_finish(f->book, wait_for(&results[i]), NULL);

    n_refused += picture_id == NULL;
    g_object_unref(results[i]);
  }
  g_assert_cmpuint(n_refused, ==, 3); /* they are counted before it is known that they are there */
  g_assert_cmpuint(bh_picture_book_get_count(f->book), ==, 2);
  g_free(add(f, "image/png", "d", NO_FAILURE));
  g_assert_null(add(f, "image/png", "e", BH_PICTURE_ERROR_FULL));
}

/* What the disk does not take is not there, and what was to make room for it is. */
static void
test_not_stored(Fixture *f, gconstpointer data)
{
  g_autofree char *old = add(f, "image/png", "old", NO_FAILURE);
  g_autoptr(GBytes) content = make_content("new");
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_free(add(f, "image/png", "b", NO_FAILURE));
  g_free(add(f, "image/png", "c", NO_FAILURE));
  f->now_ms += BH_PICTURE_GRACE_MS;
  bh_store_close(f->store);
  bh_picture_book_add_async(f->book, "image/png", content, f->now_ms, take_result, &result);
  g_assert_null(bh_picture_book_add_finish(f->book, wait_for(&result), &error));
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_CLOSED);
  g_assert_cmpuint(bh_picture_book_get_count(f->book), ==, MAX_COUNT);
  assert_content(f, old, "old");
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add("/picture-book/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add("/picture-book/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add("/picture-book/room", Fixture, NULL, set_up, test_room, tear_down);
  g_test_add("/picture-book/at-once", Fixture, NULL, set_up, test_at_once, tear_down);
  g_test_add("/picture-book/not-stored", Fixture, NULL, set_up, test_not_stored, tear_down);
  return g_test_run();
}
