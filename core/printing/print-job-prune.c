/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-job-store.h"

#include "print-rows.h"

static gboolean
forget_old(sqlite3 *db, gint64 cutoff_ms, GError **error)
{
  g_autoptr(BhPrintRow) statement =
      bh_print_rows_prepare(db,
                            "DELETE FROM print_job WHERE created_ms < ?1"
                            " AND state IN ('sent', 'done', 'failed')",
                            error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, cutoff_ms);
  return bh_store_step(db, statement, error);
}

/* A page that prints without end is not to fill the disk that orders are written to. */
static gboolean
empty_oldest(sqlite3 *db, gint64 max_bytes, GError **error)
{
  g_autoptr(BhPrintRow) statement = bh_print_rows_prepare(
      db,
      "UPDATE print_job SET content = '{}', content_bytes = 0 WHERE number IN"
      " (SELECT number FROM"
      "  (SELECT number, sum(content_bytes) OVER (ORDER BY number DESC) AS total FROM print_job"
      "   WHERE state IN ('sent', 'done', 'failed', 'uncertain') AND content_bytes > 0)"
      "  WHERE total > ?1)",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, max_bytes);
  return bh_store_step(db, statement, error);
}

gboolean
bh_print_job_run_prune(sqlite3 *db, gpointer data, GError **error)
{
  const BhPrintPrune *prune = data;

  return forget_old(db, prune->cutoff_ms, error) && empty_oldest(db, prune->max_bytes, error);
}
