/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-rows.h"

BhPrintRow *
bh_print_rows_prepare(sqlite3 *db, const char *sql, GError **error)
{
  BhPrintRow *statement = NULL;

  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
    bh_store_set_error(error, db);
  return statement;
}

void
bh_print_rows_bind_text(BhPrintRow *statement, int at, const char *text)
{
  sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

/* A row is there; FALSE with @error unset: none. */
gboolean
bh_print_rows_next(sqlite3 *db, BhPrintRow *statement, GError **error)
{
  int code = sqlite3_step(statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    bh_store_set_error(error, db);
  return code == SQLITE_ROW;
}

char *
bh_print_rows_dup_text(BhPrintRow *statement, int at)
{
  return g_strdup((const char *)sqlite3_column_text(statement, at));
}

/* From a row that begins with BH_PRINT_ROWS_JOB. */
BhPrintJob *
bh_print_rows_read_job(BhPrintRow *row)
{
  BhPrintJob *job = bh_print_job_new();

  job->number = sqlite3_column_int64(row, 0);
  job->device_id = bh_print_rows_dup_text(row, 1);
  job->job_id = bh_print_rows_dup_text(row, 2);
  job->printer = bh_print_rows_dup_text(row, 3);
  if (!bh_print_state_from_name((const char *)sqlite3_column_text(row, 4), &job->state))
    job->state = BH_PRINT_UNCERTAIN;
  job->detail = g_intern_string((const char *)sqlite3_column_text(row, 5));
  job->created_ms = sqlite3_column_int64(row, 6);
  job->copies = (guint)sqlite3_column_int(row, 7);
  job->reprints = (guint)sqlite3_column_int(row, 8);
  job->person_id = bh_print_rows_dup_text(row, 9);
  job->person_name = bh_print_rows_dup_text(row, 10);
  return job;
}

gboolean
bh_print_rows_read_jobs(sqlite3 *db, BhPrintRow *statement, GPtrArray *jobs, GError **error)
{
  GError *problem = NULL;

  while (bh_print_rows_next(db, statement, &problem))
    g_ptr_array_add(jobs, bh_print_rows_read_job(statement));
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

GPtrArray *
bh_print_rows_new_jobs(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)bh_print_job_free);
}
