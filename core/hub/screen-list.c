/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "screen-list.h"

#include <string.h>

#include "statement.h"

/* stations: NULL: all; otherwise a JSON array of ids */
const BhStoreMigration bh_screen_list_migrations[] = {
    {"CREATE TABLE screen ("
     " device_id TEXT NOT NULL,"
     " screen_id TEXT NOT NULL,"
     " stations TEXT,"
     " is_visible INTEGER NOT NULL,"
     " PRIMARY KEY (device_id, screen_id)) STRICT, WITHOUT ROWID"},
};
const guint bh_screen_list_n_migrations = G_N_ELEMENTS(bh_screen_list_migrations);

/* What the store's thread gets: texts of its own. */
typedef struct {
  char *device_id;
  char *screen_id;
  char *stations; /* NULL: all */
  gboolean is_visible;
} Row;

static void
row_free(gpointer data)
{
  Row *row = data;

  g_free(row->device_id);
  g_free(row->screen_id);
  g_free(row->stations);
  g_free(row);
}

static GPtrArray *
make_rows(void)
{
  return g_ptr_array_new_with_free_func(row_free);
}

/* --- read --- */

static gboolean
run_read(sqlite3 *db, gpointer data, GError **error)
{
  GPtrArray *rows = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) find =
      bh_statement_new(db, "SELECT device_id, screen_id, stations, is_visible FROM screen", error);

  g_ptr_array_set_size(rows, 0);
  if (find == NULL)
    return FALSE;
  while (bh_statement_next(find, &problem)) {
    Row *row = g_new0(Row, 1);

    row->device_id = bh_statement_dup_text(find, 0);
    row->screen_id = bh_statement_dup_text(find, 1);
    row->stations = bh_statement_dup_text(find, 2);
    row->is_visible = sqlite3_column_int(find, 3) != 0;
    g_ptr_array_add(rows, row);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

void
bh_screen_list_read_async(BhStore *store, GAsyncReadyCallback callback, gpointer user_data)
{
  bh_store_read_async(store, run_read, make_rows(), (GDestroyNotify)g_ptr_array_unref, NULL,
                      callback, user_data);
}

static void
visit(const Row *row, BhScreenVisitor visitor, gpointer user_data)
{
  g_autoptr(json_t) stations =
      row->stations == NULL ? json_null()
                            : bh_json_parse(row->stations, strlen(row->stations), NULL);
  BhScreen screen = {row->device_id, row->screen_id, stations, row->is_visible, FALSE};

  if (stations != NULL)
    visitor(&screen, user_data);
}

void
bh_screen_list_read_finish(BhStore *store, GAsyncResult *result, BhScreenVisitor visitor,
                           gpointer user_data)
{
  const GPtrArray *rows = bh_store_get_task_data(result);
  g_autoptr(GError) error = NULL;

  if (!bh_store_read_finish(store, result, &error)) {
    g_info("It is not known which screens were there: %s", error->message);
    return;
  }
  for (guint i = 0; i < rows->len; i++)
    visit(rows->pdata[i], visitor, user_data);
}

/* --- write --- */

static gboolean
put_row(sqlite3 *db, BhStatement *put, const Row *row, GError **error)
{
  bh_statement_bind_text(put, 1, row->device_id);
  bh_statement_bind_text(put, 2, row->screen_id);
  bh_statement_bind_text(put, 3, row->stations);
  sqlite3_bind_int(put, 4, row->is_visible);
  return bh_store_step(db, put, error);
}

static gboolean
run_write(sqlite3 *db, gpointer data, GError **error)
{
  const GPtrArray *rows = data;
  g_autoptr(BhStatement) clear = bh_statement_new(db, "DELETE FROM screen", error);
  g_autoptr(BhStatement) put = NULL;

  if (clear == NULL || !bh_store_step(db, clear, error))
    return FALSE;
  put = bh_statement_new(db,
                         "INSERT INTO screen (device_id, screen_id, stations, is_visible)"
                         " VALUES (?1, ?2, ?3, ?4)",
                         error);
  if (put == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!put_row(db, put, rows->pdata[i], error))
      return FALSE;
  return TRUE;
}

static void
add_row(const BhScreen *screen, gpointer rows)
{
  Row *row = NULL;

  if (screen->is_silent)
    return;
  row = g_new0(Row, 1);
  row->device_id = g_strdup(screen->device_id);
  row->screen_id = g_strdup(screen->screen_id);
  row->stations = json_is_null(screen->stations) ? NULL : bh_json_to_text(screen->stations);
  row->is_visible = screen->is_visible;
  g_ptr_array_add(rows, row);
}

void
bh_screen_list_write_async(BhStore *store, const BhScreenBook *book, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GPtrArray *rows = make_rows();

  bh_screen_book_visit(book, add_row, rows);
  bh_store_write_async(store, run_write, rows, (GDestroyNotify)g_ptr_array_unref, NULL, callback,
                       user_data);
}

gboolean
bh_screen_list_write_finish(BhStore *store, GAsyncResult *result)
{
  g_autoptr(GError) error = NULL;

  if (bh_store_write_finish(store, result, &error))
    return TRUE;
  g_info("Which screens are there is not on the disk: %s", error->message);
  return FALSE;
}
