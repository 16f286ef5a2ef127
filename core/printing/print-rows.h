/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print-rows: what the tables of this room have in common when they are read and written. For work
 * of BhStore, on its thread. Private to the room.
 */
#pragma once

#include <sqlite3.h>

#include "print-job.h"

typedef sqlite3_stmt BhPrintRow;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhPrintRow, sqlite3_finalize)

/* What a row has to begin with to be read as a job. */
#define BH_PRINT_ROWS_JOB                                                                          \
  "number, device_id, job_id, printer, state, detail, created_ms, copies, reprints,"               \
  " person_id, person_name"

/** bh_print_rows_prepare: Returns: (transfer full) (nullable): %NULL exactly when @error is set */
BhPrintRow *bh_print_rows_prepare(sqlite3 *db, const char *sql, GError **error);

/** bh_print_rows_bind_text: @text: (nullable): must outlive the statement's use */
void bh_print_rows_bind_text(BhPrintRow *statement, int at, const char *text);

/** bh_print_rows_next: Returns: %TRUE: a row is there; %FALSE with @error unset: none */
gboolean bh_print_rows_next(sqlite3 *db, BhPrintRow *statement, GError **error);

char *bh_print_rows_dup_text(BhPrintRow *statement, int at);

/** bh_print_rows_new_jobs: Returns: (transfer full) (element-type BhPrintJob) */
GPtrArray *bh_print_rows_new_jobs(void);

/** bh_print_rows_read_job: @row: begins with BH_PRINT_ROWS_JOB */
BhPrintJob *bh_print_rows_read_job(BhPrintRow *row);

/** bh_print_rows_read_jobs: adds all that @statement gives. */
gboolean bh_print_rows_read_jobs(sqlite3 *db, BhPrintRow *statement, GPtrArray *jobs,
                                 GError **error);
