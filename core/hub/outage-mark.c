/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "outage-mark.h"

#include "statement.h"

static gboolean
run_read(sqlite3 *db, gpointer data, GError **error)
{
  gint64 *told_ms = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) find =
      bh_statement_new(db, "SELECT value FROM hub_value WHERE name = 'told-after-outage'", error);

  *told_ms = 0;
  if (find == NULL)
    return FALSE;
  if (bh_statement_next(find, &problem))
    *told_ms = sqlite3_column_int64(find, 0);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

void
bh_outage_mark_read_async(BhStore *store, GAsyncReadyCallback callback, gpointer user_data)
{
  bh_store_read_async(store, run_read, g_new0(gint64, 1), g_free, NULL, callback, user_data);
}

gint64
bh_outage_mark_read_finish(BhStore *store, GAsyncResult *result)
{
  const gint64 *told_ms = bh_store_get_task_data(result);
  g_autoptr(GError) error = NULL;

  if (bh_store_read_finish(store, result, &error))
    return *told_ms;
  g_info("It is not known what was told after an outage: %s", error->message);
  return 0;
}

static gboolean
run_write(sqlite3 *db, gpointer data, GError **error)
{
  const gint64 *told_ms = data;
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, *told_ms);
  g_autoptr(BhStatement) put =
      bh_statement_new(db,
                       "INSERT INTO hub_value (name, value) VALUES ('told-after-outage', ?1)"
                       " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                       error);

  if (put == NULL)
    return FALSE;
  bh_statement_bind_text(put, 1, text);
  return bh_store_step(db, put, error);
}

void
bh_outage_mark_write(BhStore *store, gint64 told_ms)
{
  bh_store_write_async(store, run_write, g_memdup2(&told_ms, sizeof told_ms), g_free, NULL, NULL,
                       NULL);
}
