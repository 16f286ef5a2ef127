/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-store.h"

#include "print-rows.h"

/* List ---------------------------------------------------------------------------------------- */

static void
stored_printer_free(gpointer data)
{
  BhStoredPrinter *printer = data;

  g_free(printer->name);
  g_free(printer->label);
  g_free(printer->uri);
  g_free(printer);
}

gboolean
bh_printer_run_list(sqlite3 *db, gpointer data, GError **error)
{
  BhPrinterList *list = data;
  GError *problem = NULL;
  g_autoptr(BhPrintRow) find =
      bh_print_rows_prepare(db, "SELECT name, label, uri FROM printer ORDER BY number", error);

  g_clear_pointer(&list->printers, g_ptr_array_unref);
  list->printers = g_ptr_array_new_with_free_func(stored_printer_free);
  if (find == NULL)
    return FALSE;
  while (bh_print_rows_next(db, find, &problem)) {
    BhStoredPrinter *printer = g_new0(BhStoredPrinter, 1);

    printer->name = bh_print_rows_dup_text(find, 0);
    printer->label = bh_print_rows_dup_text(find, 1);
    printer->uri = bh_print_rows_dup_text(find, 2);
    g_ptr_array_add(list->printers, printer);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

void
bh_printer_list_free(BhPrinterList *list)
{
  g_clear_pointer(&list->printers, g_ptr_array_unref);
  g_free(list);
}

/* Addition ------------------------------------------------------------------------------------ */

gboolean
bh_printer_run_add(sqlite3 *db, gpointer data, GError **error)
{
  BhPrinterAddition *addition = data;
  g_autoptr(BhPrintRow) insert = bh_print_rows_prepare(
      db, "INSERT OR REPLACE INTO printer (name, label, uri) VALUES (?1, ?2, ?3)", error);
  g_autoptr(BhPrintRow) find =
      insert == NULL
          ? NULL
          : bh_print_rows_prepare(db,
                                  "SELECT " BH_PRINT_ROWS_JOB " FROM print_job WHERE printer = ?1"
                                  " AND state IN ('accepted', 'queued') ORDER BY turn",
                                  error);

  g_clear_pointer(&addition->waiting, g_ptr_array_unref);
  addition->waiting = bh_print_rows_new_jobs();
  if (find == NULL)
    return FALSE;
  bh_print_rows_bind_text(insert, 1, addition->name);
  bh_print_rows_bind_text(insert, 2, addition->label);
  bh_print_rows_bind_text(insert, 3, addition->uri);
  bh_print_rows_bind_text(find, 1, addition->name);
  return bh_store_step(db, insert, error) &&
         bh_print_rows_read_jobs(db, find, addition->waiting, error);
}

void
bh_printer_addition_free(BhPrinterAddition *addition)
{
  g_free(addition->name);
  g_free(addition->label);
  g_free(addition->uri);
  g_clear_pointer(&addition->waiting, g_ptr_array_unref);
  g_free(addition);
}

/* Renaming ------------------------------------------------------------------------------------ */

gboolean
bh_printer_run_rename(sqlite3 *db, gpointer data, GError **error)
{
  const BhPrinterRenaming *renaming = data;
  g_autoptr(BhPrintRow) update =
      bh_print_rows_prepare(db, "UPDATE printer SET label = ?2 WHERE name = ?1", error);

  if (update == NULL)
    return FALSE;
  bh_print_rows_bind_text(update, 1, renaming->name);
  bh_print_rows_bind_text(update, 2, renaming->label);
  return bh_store_step(db, update, error);
}

void
bh_printer_renaming_free(BhPrinterRenaming *renaming)
{
  g_free(renaming->name);
  g_free(renaming->label);
  g_free(renaming);
}

/* Removal ------------------------------------------------------------------------------------- */

static gboolean
delete_printer(sqlite3 *db, const char *name, GError **error)
{
  g_autoptr(BhPrintRow) statement =
      bh_print_rows_prepare(db, "DELETE FROM printer WHERE name = ?1", error);

  if (statement == NULL)
    return FALSE;
  bh_print_rows_bind_text(statement, 1, name);
  return bh_store_step(db, statement, error);
}

/* Which jobs it is about. */
#define REMOVED_JOBS                                                                               \
  " FROM print_job WHERE printer = ?1 AND state IN ('accepted', 'queued') AND number <> ?2"        \
  " AND (?3 = 0 OR number = ?3)"

/* They keep their order among themselves. */
#define MOVE_JOBS                                                                                  \
  "UPDATE print_job SET printer = ?4, is_moved = 1, state = 'queued',"                             \
  " detail = CASE WHEN reprints > 0 THEN 'reprint' END,"                                           \
  " turn = turn + (SELECT max(turn) FROM print_job)"

#define END_JOBS "UPDATE print_job SET state = 'failed', detail = 'printer-removed'"

static void
bind_removal(BhPrintRow *statement, const BhPrinterRemoval *removal)
{
  bh_print_rows_bind_text(statement, 1, removal->name);
  sqlite3_bind_int64(statement, 2, removal->except_number);
  sqlite3_bind_int64(statement, 3, removal->only_number);
}

/* As the update has left it. */
static void
apply_removal(const BhPrinterRemoval *removal, BhPrintJob *job)
{
  if (removal->to == NULL) {
    job->state = BH_PRINT_FAILED;
    job->detail = g_intern_static_string("printer-removed");
    return;
  }
  g_free(job->printer);
  job->printer = g_strdup(removal->to);
  job->state = BH_PRINT_QUEUED;
  job->detail = job->reprints > 0 ? g_intern_static_string("reprint") : NULL;
}

gboolean
bh_printer_run_remove(sqlite3 *db, gpointer data, GError **error)
{
  BhPrinterRemoval *removal = data;
  g_autoptr(BhPrintRow) find =
      bh_print_rows_prepare(db, "SELECT " BH_PRINT_ROWS_JOB REMOVED_JOBS " ORDER BY turn", error);
  g_autoptr(BhPrintRow) update =
      find == NULL
          ? NULL
          : bh_print_rows_prepare(db,
                                  removal->to != NULL
                                      ? MOVE_JOBS " WHERE number IN (SELECT number" REMOVED_JOBS ")"
                                      : END_JOBS " WHERE number IN (SELECT number" REMOVED_JOBS ")",
                                  error);

  g_clear_pointer(&removal->jobs, g_ptr_array_unref);
  removal->jobs = bh_print_rows_new_jobs();
  if (update == NULL || (removal->only_number == 0 && !delete_printer(db, removal->name, error)))
    return FALSE;
  bind_removal(find, removal);
  bind_removal(update, removal);
  if (removal->to != NULL)
    bh_print_rows_bind_text(update, 4, removal->to);
  if (!bh_print_rows_read_jobs(db, find, removal->jobs, error) || !bh_store_step(db, update, error))
    return FALSE;
  for (guint i = 0; i < removal->jobs->len; i++)
    apply_removal(removal, removal->jobs->pdata[i]);
  return TRUE;
}

void
bh_printer_removal_free(BhPrinterRemoval *removal)
{
  g_free(removal->name);
  g_free(removal->to);
  g_clear_pointer(&removal->jobs, g_ptr_array_unref);
  g_free(removal);
}
