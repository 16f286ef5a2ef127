/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-store"

#include "work-group.h"

/*
 * A group is one transaction with a savepoint around each piece of work. Three things end a group
 * as a whole: SQLite rolls the transaction back by itself (a full disk does that inside the
 * statement that met it), undoing one piece fails, or COMMIT fails (also for one piece's deferred
 * constraint). Nothing of the group is kept then, and each piece is run again in a transaction of
 * its own, so that only the guilty fail.
 */

static gboolean
take_cancelled(BhWorkItem *item)
{
  return g_cancellable_set_error_if_cancelled(item->cancellable, &item->error);
}

/* A statement left half way would keep its transaction from ending. */
static void
reset_statements(sqlite3 *db)
{
  for (sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s != NULL; s = sqlite3_next_stmt(db, s)) {
    if (sqlite3_stmt_busy(s))
      sqlite3_reset(s);
  }
}

static void
run_work(BhDatabase *database, sqlite3 *db, BhWorkItem *item)
{
  gboolean ok;

  database->in_work = TRUE;
  ok = item->work(db, item->data, &item->error);
  database->in_work = FALSE;
  if (ok)
    g_clear_error(&item->error);
  else if (item->error == NULL)
    g_set_error(&item->error, BH_STORE_ERROR, BH_STORE_ERROR_FAILED, "the work failed");
  reset_statements(db);
}

static void
rollback(sqlite3 *db)
{
  if (!sqlite3_get_autocommit(db))
    bh_database_exec(db, "ROLLBACK", NULL);
}

static void
run_alone(BhDatabase *database, sqlite3 *db, const char *begin, BhWorkItem *item)
{
  g_clear_error(&item->error);
  if (take_cancelled(item) || !bh_database_exec(db, begin, &item->error))
    return;
  run_work(database, db, item);
  if (item->error == NULL && sqlite3_get_autocommit(db))
    g_set_error(&item->error, BH_STORE_ERROR, BH_STORE_ERROR_FAILED,
                "the database undid the work by itself");
  if (item->error == NULL)
    bh_database_exec(db, "COMMIT", &item->error);
  rollback(db);
}

/* FALSE: the transaction is gone, and with it all that the group did. */
static gboolean
run_in_group(BhDatabase *database, BhWorkItem *item)
{
  sqlite3 *db = database->writer;

  if (take_cancelled(item))
    return TRUE;
  if (!bh_database_exec(db, "SAVEPOINT work", NULL))
    return FALSE;
  run_work(database, db, item);
  if (sqlite3_get_autocommit(db))
    return FALSE;
  if (item->error != NULL && !bh_database_exec(db, "ROLLBACK TO work", NULL))
    return FALSE;
  return bh_database_exec(db, "RELEASE work", NULL);
}

static gboolean
try_together(BhDatabase *database, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++) {
    if (!run_in_group(database, items->pdata[i]))
      return FALSE;
  }
  return bh_database_exec(database->writer, "COMMIT", NULL);
}

void
bh_work_group_write(BhDatabase *database, GPtrArray *items)
{
  g_autoptr(GError) error = NULL;

  if (items->len > 1) {
    if (!bh_database_exec(database->writer, "BEGIN IMMEDIATE", &error)) {
      /* Alone each would wait for the same lock again. */
      for (guint i = 0; i < items->len; i++)
        ((BhWorkItem *)items->pdata[i])->error = g_error_copy(error);
      return;
    }
    if (try_together(database, items))
      return;
    rollback(database->writer);
  }
  for (guint i = 0; i < items->len; i++)
    run_alone(database, database->writer, "BEGIN IMMEDIATE", items->pdata[i]);
}

void
bh_work_group_read(BhDatabase *database, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    run_alone(database, database->reader, "BEGIN", items->pdata[i]);
}
