/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "hub-books.h"

#include "id.h"
#include "sleep-notice.h"

#define KEY_FILE "hub.key"

BhHubBooks *
bh_hub_books_open(BhStore *store, const BhLimitSet *limits, GError **error)
{
  g_autofree char *path = g_build_filename(bh_store_get_folder(store), KEY_FILE, NULL);
  g_autoptr(BhSignKey) key = bh_sign_key_open(path, error);
  BhHubBooks *books;

  if (key == NULL)
    return NULL;
  books = g_new0(BhHubBooks, 1);
  books->store = g_object_ref(store);
  books->key = g_steal_pointer(&key);
  books->devices = bh_device_book_new(store);
  books->people = bh_person_book_new(store);
  books->seatings = bh_seating_book_new(store);
  books->audit = bh_audit_log_new(store);
  books->alerts = bh_alert_desk_new(store, books->audit);
  books->pictures = bh_picture_book_new(store, limits);
  return books;
}

/* --- reading: the id, then book by book --- */

static gboolean
load_id(sqlite3 *db, gpointer data, GError **error)
{
  char **id = data;
  sqlite3_stmt *statement = NULL;
  g_autofree char *fresh = bh_id_new(g_get_real_time() / 1000);
  gboolean done = FALSE;

  g_clear_pointer(id, g_free);
  if (sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO hub_value (name, value) VALUES ('id', ?1)", -1,
                         &statement, NULL) == SQLITE_OK) {
    sqlite3_bind_text(statement, 1, fresh, -1, SQLITE_STATIC);
    done = bh_store_step(db, statement, error);
    sqlite3_finalize(statement);
    if (!done)
      return FALSE;
  }
  if (sqlite3_prepare_v2(db, "SELECT value FROM hub_value WHERE name = 'id'", -1, &statement,
                         NULL) == SQLITE_OK) {
    if (sqlite3_step(statement) == SQLITE_ROW)
      *id = g_strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
  }
  if (*id == NULL)
    bh_store_set_error(error, db);
  return *id != NULL;
}

static void
id_holder_free(gpointer data)
{
  char **id = data;

  g_free(*id);
  g_free(id);
}

typedef enum { DEVICES, PEOPLE, SEATINGS, ALERTS, PICTURES, N_STEPS } Step;

/* Data of the task. */
typedef struct {
  BhHubBooks *books;
  Step step; /* the book that is being read */
} Loading;

static void load_cb(GObject *source, GAsyncResult *result, gpointer user_data);

/* @task: (transfer full) */
static void
load_book(GTask *task)
{
  const Loading *loading = g_task_get_task_data(task);
  BhHubBooks *books = loading->books;
  gint64 now_ms = g_get_real_time() / 1000;

  switch (loading->step) {
  case DEVICES:
    bh_device_book_load_async(books->devices, load_cb, task);
    return;
  case PEOPLE:
    bh_person_book_load_async(books->people, now_ms, load_cb, task);
    return;
  case SEATINGS:
    bh_seating_book_load_async(books->seatings, now_ms, bh_sleep_notice_get_time_us() / 1000,
                               load_cb, task);
    return;
  case ALERTS:
    bh_alert_desk_load_async(books->alerts, load_cb, task);
    return;
  case PICTURES:
    bh_picture_book_load_async(books->pictures, load_cb, task);
    return;
  case N_STEPS:
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
    return;
  }
}

static gboolean
load_book_finish(const Loading *loading, GAsyncResult *result, GError **error)
{
  BhHubBooks *books = loading->books;

  switch (loading->step) {
  case DEVICES:
    return bh_device_book_load_finish(books->devices, result, error);
  case PEOPLE:
    return bh_person_book_load_finish(books->people, result, error);
  case SEATINGS:
    return bh_seating_book_load_finish(books->seatings, result, error);
  case ALERTS:
    return bh_alert_desk_load_finish(books->alerts, result, error);
  case PICTURES:
    return bh_picture_book_load_finish(books->pictures, result, error);
  case N_STEPS:
    break;
  }
  g_assert_not_reached();
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Loading *loading = g_task_get_task_data(task);
  GError *error = NULL;

  if (!load_book_finish(loading, result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  loading->step++;
  load_book(g_steal_pointer(&task));
}

static void
load_id_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  const Loading *loading = g_task_get_task_data(task);
  char **id = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  loading->books->hub_id = g_steal_pointer(id);
  load_book(g_steal_pointer(&task));
}

void
bh_hub_books_load_async(BhHubBooks *books, GObject *source, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new(source, NULL, callback, user_data);
  Loading *loading = g_new0(Loading, 1);

  loading->books = books;
  g_task_set_task_data(task, loading, g_free);
  bh_store_write_async(books->store, load_id, g_new0(char *, 1), id_holder_free, NULL, load_id_cb,
                       task);
}

gboolean
bh_hub_books_load_finish(BhHubBooks *books, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

void
bh_hub_books_close(BhHubBooks *books)
{
  bh_device_book_close(books->devices);
  bh_seating_book_close(books->seatings);
  bh_audit_log_close(books->audit);
}

void
bh_hub_books_free(BhHubBooks *books)
{
  g_object_unref(books->devices);
  g_object_unref(books->people);
  g_object_unref(books->seatings);
  g_object_unref(books->alerts);
  g_object_unref(books->audit);
  g_object_unref(books->pictures);
  g_object_unref(books->store);
  bh_sign_key_unref(books->key);
  g_free(books->hub_id);
  g_free(books);
}
