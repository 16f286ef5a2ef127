/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-job-store.h"

#include <glib/gi18n.h>

#include "print-rows.h"

/*
 * `turn` orders what waits: a reprint goes to the end. `content` is what the device sent, kept so
 * that a reprint can be laid out and marked afresh.
 */
const BhStoreMigration bh_print_queue_migrations[] = {
    {"CREATE TABLE print_job ("
     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
     " device_id TEXT NOT NULL,"
     " job_id TEXT NOT NULL,"
     " printer TEXT NOT NULL,"
     " state TEXT NOT NULL,"
     " detail TEXT,"
     " created_ms INTEGER NOT NULL,"
     " copies INTEGER NOT NULL,"
     " reprints INTEGER NOT NULL DEFAULT 0,"
     " turn INTEGER NOT NULL,"
     " hash BLOB NOT NULL,"
     " content TEXT NOT NULL,"
     " UNIQUE (device_id, job_id));"
     "CREATE INDEX print_job_turn ON print_job (turn);"
     "CREATE INDEX print_job_created ON print_job (created_ms);"
     "CREATE INDEX print_job_open ON print_job (printer, turn)"
     " WHERE state IN ('accepted', 'queued', 'printing');"
     "CREATE TABLE print_paper ("
     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
     " device_id TEXT NOT NULL,"
     " job_id TEXT NOT NULL,"
     " printed_ms INTEGER NOT NULL,"
     " is_reprint INTEGER NOT NULL,"
     " bytes BLOB NOT NULL)"},
    /* A person sent it to another printer than the device asked for. */
    {"ALTER TABLE print_job ADD COLUMN is_moved INTEGER NOT NULL DEFAULT 0"},
    /* Who was signed in at the device that sent it. */
    {"ALTER TABLE print_job ADD COLUMN person_id TEXT;"
     "ALTER TABLE print_job ADD COLUMN person_name TEXT"},
    /* Those that people added in the window; see printer-store.h. */
    {"CREATE TABLE printer ("
     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
     " name TEXT NOT NULL UNIQUE,"
     " label TEXT NOT NULL,"
     " uri TEXT NOT NULL) STRICT"},
    /* 0: it is kept no longer. Behind the content it is read at the price of all of it, so that the
     * index has it too. */
    {"ALTER TABLE print_job ADD COLUMN content_bytes INTEGER NOT NULL DEFAULT 0;"
     "UPDATE print_job SET content_bytes = length(CAST(content AS BLOB)) WHERE content <> '{}';"
     "CREATE INDEX print_job_kept ON print_job (state, number, content_bytes)"
     " WHERE content_bytes > 0"},
    /* What waits for a person is listed first. */
    {"CREATE INDEX print_job_uncertain ON print_job (number) WHERE state = 'uncertain'"},
};
const guint bh_print_queue_n_migrations = G_N_ELEMENTS(bh_print_queue_migrations);

static void
bind_bytes(BhPrintRow *statement, int at, GBytes *bytes)
{
  gsize length;
  const void *data = g_bytes_get_data(bytes, &length);

  sqlite3_bind_blob64(statement, at, data != NULL ? data : "", length, SQLITE_STATIC);
}

static GBytes *
dup_bytes(BhPrintRow *statement, int at)
{
  const void *data = sqlite3_column_blob(statement, at);

  return g_bytes_new(data, (gsize)sqlite3_column_bytes(statement, at));
}

/* Submit ------------------------------------------------------------------------------------- */

static gboolean
judge_same(BhPrintSubmit *submit, BhPrintJob *there, GBytes *hash, gboolean is_moved,
           GError **error)
{
  gboolean is_same =
      g_bytes_equal(hash, submit->hash) &&
      (!submit->names_printer || is_moved || g_str_equal(there->printer, submit->job->printer));

  if (!is_same) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_CONFLICT,
                "the job “%s” is known already, with other content", there->job_id);
    bh_print_job_free(there);
    return FALSE;
  }
  bh_print_job_free(submit->job);
  submit->job = there;
  submit->was_there = TRUE;
  return TRUE;
}

static gboolean
has_room_for_doubt(sqlite3 *db, GError **error)
{
  GError *problem = NULL;
  g_autoptr(BhPrintRow) find = bh_print_rows_prepare(
      db, "SELECT 1 FROM print_job WHERE state = 'uncertain' LIMIT 1 OFFSET ?1", error);
  gboolean is_full;

  if (find == NULL)
    return FALSE;
  sqlite3_bind_int(find, 1, BH_PRINT_JOB_STORE_MAX_DOUBTS - 1);
  is_full = bh_print_rows_next(db, find, &problem);
  if (is_full)
    g_set_error(&problem, BH_PRINT_ERROR, BH_PRINT_ERROR_FULL,
                "too many jobs wait for a person already");
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static gboolean
insert_job(sqlite3 *db, BhPrintSubmit *submit, GError **error)
{
  BhPrintJob *job = submit->job;
  g_autoptr(BhPrintRow) statement = bh_print_rows_prepare(
      db,
      "INSERT INTO print_job"
      " (device_id, job_id, printer, state, created_ms, copies, turn, hash, content,"
      "  person_id, person_name, content_bytes, detail)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
      "  (SELECT ifnull(max(turn), 0) + 1 FROM print_job), ?7, ?8, ?9, ?10,"
      "  length(CAST(?8 AS BLOB)), ?11)",
      error);

  if (statement == NULL)
    return FALSE;
  bh_print_rows_bind_text(statement, 1, job->device_id);
  bh_print_rows_bind_text(statement, 2, job->job_id);
  bh_print_rows_bind_text(statement, 3, job->printer);
  job->state = submit->is_in_doubt ? BH_PRINT_UNCERTAIN : BH_PRINT_ACCEPTED;
  job->detail = submit->is_in_doubt ? "stopped" : NULL;
  bh_print_rows_bind_text(statement, 4, bh_print_state_get_name(job->state));
  sqlite3_bind_int64(statement, 5, job->created_ms);
  sqlite3_bind_int64(statement, 6, job->copies);
  bind_bytes(statement, 7, submit->hash);
  bh_print_rows_bind_text(statement, 8, submit->content);
  bh_print_rows_bind_text(statement, 9, job->person_id);
  bh_print_rows_bind_text(statement, 10, job->person_name);
  bh_print_rows_bind_text(statement, 11, job->detail);
  if (!bh_store_step(db, statement, error))
    return FALSE;
  job->number = sqlite3_last_insert_rowid(db);
  return TRUE;
}

gboolean
bh_print_job_run_submit(sqlite3 *db, gpointer data, GError **error)
{
  BhPrintSubmit *submit = data;
  GError *problem = NULL;
  g_autoptr(BhPrintRow) find =
      bh_print_rows_prepare(db,
                            "SELECT " BH_PRINT_ROWS_JOB
                            ", hash, is_moved FROM print_job WHERE device_id = ?1 AND job_id = ?2",
                            error);

  submit->was_there = FALSE;
  if (find == NULL)
    return FALSE;
  bh_print_rows_bind_text(find, 1, submit->job->device_id);
  bh_print_rows_bind_text(find, 2, submit->job->job_id);
  if (bh_print_rows_next(db, find, &problem)) {
    g_autoptr(GBytes) hash = dup_bytes(find, 11);

    return judge_same(submit, bh_print_rows_read_job(find), hash, sqlite3_column_int(find, 12) != 0,
                      error);
  }
  if (problem != NULL) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  if (submit->is_full) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_FULL,
                "too many jobs wait for the printer “%s”; try again later", submit->job->printer);
    return FALSE;
  }
  return (!submit->is_in_doubt || has_room_for_doubt(db, error)) && insert_job(db, submit, error);
}

void
bh_print_submit_free(BhPrintSubmit *submit)
{
  bh_print_job_free(submit->job);
  g_free(submit->content);
  g_clear_pointer(&submit->hash, g_bytes_unref);
  g_free(submit);
}

/* Reprint ------------------------------------------------------------------------------------ */

static gboolean
judge_reprint(BhPrintReprint *reprint, GError **error)
{
  const BhPrintJob *job = reprint->job;
  const char *to = reprint->to_printer != NULL ? reprint->to_printer : job->printer;
  /* What waits for a printer that is gone, or was taken back from one, is in nobody's hands. */
  gboolean is_orphan = reprint->is_withdrawn ||
                       !g_strv_contains((const char *const *)reprint->printers, job->printer);

  if (job->state == BH_PRINT_PRINTING || (job->state <= BH_PRINT_QUEUED && !is_orphan)) {
    g_set_error_literal(
        error, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
        _("This print job is not finished: it prints without being asked for again."));
    return FALSE;
  }
  if (!g_strv_contains((const char *const *)reprint->printers, to)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER,
                "the printer “%s” is not there any more: choose another one", to);
    return FALSE;
  }
  if (!reprint->is_kept) {
    g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
                        _("What this job printed is not kept any longer."));
    return FALSE;
  }
  return TRUE;
}

/* A job of which no byte ever left is no reprint on another printer. */
static void
apply_reprint(BhPrintReprint *reprint)
{
  BhPrintJob *job = reprint->job;

  if (job->state > BH_PRINT_QUEUED)
    job->reprints++;
  job->state = BH_PRINT_QUEUED;
  job->detail = job->reprints > 0 ? g_intern_static_string("reprint") : NULL;
  if (reprint->to_printer != NULL) {
    g_free(job->printer);
    job->printer = g_strdup(reprint->to_printer);
  }
}

gboolean
bh_print_job_run_reprint(sqlite3 *db, gpointer data, GError **error)
{
  BhPrintReprint *reprint = data;
  GError *problem = NULL;
  g_autoptr(BhPrintRow) find = bh_print_rows_prepare(
      db,
      "SELECT " BH_PRINT_ROWS_JOB
      ", content_bytes > 0 FROM print_job WHERE device_id = ?1 AND job_id = ?2",
      error);
  g_autoptr(BhPrintRow) update =
      find == NULL ? NULL
                   : bh_print_rows_prepare(
                         db,
                         "UPDATE print_job SET state = 'queued', detail = ?2, reprints = ?3,"
                         " is_moved = is_moved OR printer <> ?4, printer = ?4,"
                         " turn = (SELECT max(turn) + 1 FROM print_job) WHERE number = ?1",
                         error);

  if (update == NULL)
    return FALSE;
  bh_print_rows_bind_text(find, 1, reprint->job->device_id);
  bh_print_rows_bind_text(find, 2, reprint->job->job_id);
  if (!bh_print_rows_next(db, find, &problem)) {
    if (problem == NULL)
      g_set_error_literal(&problem, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
                          _("There is no such print job any more."));
    g_propagate_error(error, problem);
    return FALSE;
  }
  bh_print_job_free(reprint->job);
  reprint->job = bh_print_rows_read_job(find);
  reprint->is_kept = sqlite3_column_int(find, 11) != 0;
  sqlite3_reset(find);
  if (!judge_reprint(reprint, error))
    return FALSE;

  apply_reprint(reprint);
  sqlite3_bind_int64(update, 1, reprint->job->number);
  bh_print_rows_bind_text(update, 2, reprint->job->detail);
  sqlite3_bind_int64(update, 3, reprint->job->reprints);
  bh_print_rows_bind_text(update, 4, reprint->job->printer);
  return bh_store_step(db, update, error);
}

void
bh_print_reprint_free(BhPrintReprint *reprint)
{
  bh_print_job_free(reprint->job);
  g_free(reprint->to_printer);
  g_strfreev(reprint->printers);
  g_free(reprint);
}

/* Cancelling --------------------------------------------------------------------------------- */

gboolean
bh_print_job_run_cancel(sqlite3 *db, gpointer data, GError **error)
{
  BhPrintCancelling *cancelling = data;
  g_autoptr(GPtrArray) jobs = bh_print_rows_new_jobs();
  g_autoptr(BhPrintRow) update =
      bh_print_rows_prepare(db,
                            "UPDATE print_job SET state = 'failed', detail = CASE state"
                            " WHEN 'uncertain' THEN 'given-up' ELSE 'cancelled' END"
                            " WHERE device_id = ?1 AND job_id = ?2"
                            " AND state IN ('accepted', 'queued', 'uncertain')"
                            " RETURNING " BH_PRINT_ROWS_JOB,
                            error);

  if (update == NULL)
    return FALSE;
  bh_print_rows_bind_text(update, 1, cancelling->job->device_id);
  bh_print_rows_bind_text(update, 2, cancelling->job->job_id);
  if (!bh_print_rows_read_jobs(db, update, jobs, error))
    return FALSE;
  if (jobs->len == 0) {
    g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
                        _("This print job does not wait any more."));
    return FALSE;
  }
  sqlite3_reset(update);
  bh_print_job_free(cancelling->job);
  cancelling->job = bh_print_job_copy(jobs->pdata[0]);
  return TRUE;
}

void
bh_print_cancelling_free(BhPrintCancelling *cancelling)
{
  bh_print_job_free(cancelling->job);
  g_free(cancelling);
}

/* Advance and trouble ------------------------------------------------------------------------ */

static gboolean
insert_paper(sqlite3 *db, const BhPrintAdvance *advance, GError **error)
{
  g_autoptr(BhPrintRow) insert = bh_print_rows_prepare(
      db,
      "INSERT INTO print_paper (device_id, job_id, printed_ms, is_reprint, bytes)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      error);
  g_autoptr(BhPrintRow) prune =
      insert == NULL ? NULL
                     : bh_print_rows_prepare(db,
                                             "DELETE FROM print_paper WHERE number <="
                                             " (SELECT max(number) FROM print_paper) - ?1",
                                             error);

  if (prune == NULL)
    return FALSE;
  bh_print_rows_bind_text(insert, 1, advance->job->device_id);
  bh_print_rows_bind_text(insert, 2, advance->job->job_id);
  sqlite3_bind_int64(insert, 3, advance->printed_ms);
  sqlite3_bind_int(insert, 4, advance->job->reprints > 0);
  bind_bytes(insert, 5, advance->paper);
  sqlite3_bind_int(prune, 1, BH_PRINT_JOB_STORE_MAX_PAPERS);
  return bh_store_step(db, insert, error) && bh_store_step(db, prune, error);
}

gboolean
bh_print_job_run_advance(sqlite3 *db, gpointer data, GError **error)
{
  const BhPrintAdvance *advance = data;
  g_autoptr(BhPrintRow) update = bh_print_rows_prepare(
      db, "UPDATE print_job SET state = ?2, detail = ?3 WHERE number = ?1", error);

  if (update == NULL)
    return FALSE;
  sqlite3_bind_int64(update, 1, advance->job->number);
  bh_print_rows_bind_text(update, 2, bh_print_state_get_name(advance->job->state));
  bh_print_rows_bind_text(update, 3, advance->job->detail);
  return bh_store_step(db, update, error) &&
         (advance->paper == NULL || insert_paper(db, advance, error));
}

void
bh_print_advance_free(BhPrintAdvance *advance)
{
  bh_print_job_free(advance->job);
  g_clear_pointer(&advance->paper, g_bytes_unref);
  g_free(advance);
}

gboolean
bh_print_job_run_trouble(sqlite3 *db, gpointer data, GError **error)
{
  const BhPrintTrouble *trouble = data;
  g_autoptr(BhPrintRow) update =
      bh_print_rows_prepare(db,
                            "UPDATE print_job SET state = 'queued', detail = ?2 WHERE printer = ?1"
                            " AND state IN ('accepted', 'queued')",
                            error);

  if (update == NULL)
    return FALSE;
  bh_print_rows_bind_text(update, 1, trouble->printer);
  bh_print_rows_bind_text(update, 2, trouble->detail);
  return bh_store_step(db, update, error);
}

void
bh_print_trouble_free(BhPrintTrouble *trouble)
{
  g_free(trouble->printer);
  g_free(trouble);
}

/* Blank -------------------------------------------------------------------------------------- */

static gboolean
run_for_job(sqlite3 *db, BhPrintRow *statement, const char *device_id, const char *job_id,
            GError **error)
{
  sqlite3_reset(statement);
  bh_print_rows_bind_text(statement, 1, device_id);
  bh_print_rows_bind_text(statement, 2, job_id);
  return bh_store_step(db, statement, error);
}

gboolean
bh_print_job_run_blank(sqlite3 *db, gpointer data, GError **error)
{
  const BhPrintBlank *blank = data;
  g_autoptr(BhPrintRow) update =
      bh_print_rows_prepare(db,
                            "UPDATE print_job SET content = '{}', content_bytes = 0"
                            " WHERE device_id = ?1 AND job_id = ?2",
                            error);
  g_autoptr(BhPrintRow) remove =
      update == NULL
          ? NULL
          : bh_print_rows_prepare(
                db, "DELETE FROM print_paper WHERE device_id = ?1 AND job_id = ?2", error);

  if (remove == NULL)
    return FALSE;
  for (guint i = 0; blank->job_ids[i] != NULL; i++)
    if (!run_for_job(db, update, blank->device_id, blank->job_ids[i], error) ||
        !run_for_job(db, remove, blank->device_id, blank->job_ids[i], error))
      return FALSE;
  return TRUE;
}

void
bh_print_blank_free(BhPrintBlank *blank)
{
  g_free(blank->device_id);
  g_strfreev(blank->job_ids);
  g_free(blank);
}

/* Restore ------------------------------------------------------------------------------------ */

static gboolean
end_fleeting(sqlite3 *db, const BhPrintRestore *restore, GError **error)
{
  g_autoptr(BhPrintRow) update = NULL;

  if (restore->fleeting_device == NULL)
    return TRUE;
  update = bh_print_rows_prepare(
      db,
      "UPDATE print_job SET state = 'failed', detail = 'old'"
      " WHERE state IN ('accepted', 'queued') AND reprints = 0 AND is_moved = 0"
      " AND device_id = ?1"
      " AND substr(job_id, 1, length(?2)) = ?2",
      error);
  if (update == NULL)
    return FALSE;
  bh_print_rows_bind_text(update, 1, restore->fleeting_device);
  bh_print_rows_bind_text(update, 2, restore->fleeting_prefix);
  return bh_store_step(db, update, error);
}

gboolean
bh_print_job_run_restore(sqlite3 *db, gpointer data, GError **error)
{
  BhPrintRestore *restore = data;
  /* All bytes of what was `sent` had been handed to this computer's network, and no end of it was
   * written down: a power cut may have taken them from there. */
  g_autoptr(BhPrintRow) mark =
      bh_print_rows_prepare(db,
                            "UPDATE print_job SET state = 'uncertain', detail = 'stopped'"
                            " WHERE state = 'printing'"
                            " OR (state = 'sent' AND detail IS NOT 'no-feedback')"
                            " RETURNING " BH_PRINT_ROWS_JOB,
                            error);
  /* What was known of the printers is not known any more. */
  g_autoptr(BhPrintRow) queue =
      mark == NULL ? NULL
                   : bh_print_rows_prepare(db,
                                           "UPDATE print_job SET state = 'queued', detail = NULL"
                                           " WHERE state IN ('accepted', 'queued')",
                                           error);
  g_autoptr(BhPrintRow) find =
      queue == NULL ? NULL
                    : bh_print_rows_prepare(db,
                                            "SELECT " BH_PRINT_ROWS_JOB " FROM print_job"
                                            " WHERE state = 'queued' ORDER BY turn",
                                            error);

  g_clear_pointer(&restore->uncertain, g_ptr_array_unref);
  g_clear_pointer(&restore->waiting, g_ptr_array_unref);
  restore->uncertain = bh_print_rows_new_jobs();
  restore->waiting = bh_print_rows_new_jobs();
  return find != NULL && bh_print_job_run_prune(db, &restore->prune, error) &&
         end_fleeting(db, restore, error) &&
         bh_print_rows_read_jobs(db, mark, restore->uncertain, error) &&
         bh_store_step(db, queue, error) &&
         bh_print_rows_read_jobs(db, find, restore->waiting, error);
}

void
bh_print_restore_free(BhPrintRestore *restore)
{
  g_free(restore->fleeting_device);
  g_free(restore->fleeting_prefix);
  g_clear_pointer(&restore->uncertain, g_ptr_array_unref);
  g_clear_pointer(&restore->waiting, g_ptr_array_unref);
  g_free(restore);
}

/* Reads -------------------------------------------------------------------------------------- */

gboolean
bh_print_job_run_content(sqlite3 *db, gpointer data, GError **error)
{
  BhPrintJobContent *content = data;
  GError *problem = NULL;
  g_autoptr(BhPrintRow) find =
      bh_print_rows_prepare(db, "SELECT content FROM print_job WHERE number = ?1", error);

  g_clear_pointer(&content->content, g_free);
  if (find == NULL)
    return FALSE;
  sqlite3_bind_int64(find, 1, content->number);
  if (bh_print_rows_next(db, find, &problem))
    content->content = bh_print_rows_dup_text(find, 0);
  else if (problem == NULL)
    g_set_error(&problem, BH_PRINT_ERROR, BH_PRINT_ERROR_FAILED, "the job is gone");
  if (problem != NULL)
    g_propagate_error(error, problem);
  return content->content != NULL;
}

void
bh_print_job_content_free(BhPrintJobContent *content)
{
  g_free(content->content);
  g_free(content);
}

/* However many wait for a person, what came last is there too. */
gboolean
bh_print_job_run_list(sqlite3 *db, gpointer data, GError **error)
{
  BhPrintList *list = data;
  g_autoptr(BhPrintRow) first =
      bh_print_rows_prepare(db,
                            "SELECT " BH_PRINT_ROWS_JOB " FROM print_job"
                            " WHERE state = 'uncertain' ORDER BY number DESC LIMIT ?1",
                            error);
  g_autoptr(BhPrintRow) rest =
      first == NULL ? NULL
                    : bh_print_rows_prepare(db,
                                            "SELECT " BH_PRINT_ROWS_JOB " FROM print_job"
                                            " WHERE NOT (state = 'uncertain' AND number >= ?2)"
                                            " ORDER BY number DESC LIMIT ?1",
                                            error);
  const BhPrintJob *last;

  g_clear_pointer(&list->jobs, g_ptr_array_unref);
  list->jobs = bh_print_rows_new_jobs();
  if (rest == NULL)
    return FALSE;
  sqlite3_bind_int64(first, 1, list->limit / 2);
  if (!bh_print_rows_read_jobs(db, first, list->jobs, error))
    return FALSE;
  last = list->jobs->len > 0 ? list->jobs->pdata[list->jobs->len - 1] : NULL;
  sqlite3_bind_int64(rest, 1, list->limit - list->jobs->len);
  sqlite3_bind_int64(rest, 2, last != NULL ? last->number : G_MAXINT64);
  return bh_print_rows_read_jobs(db, rest, list->jobs, error);
}

void
bh_print_list_free(BhPrintList *list)
{
  g_clear_pointer(&list->jobs, g_ptr_array_unref);
  g_free(list);
}

static void
paper_free(gpointer data)
{
  BhPrintPaper *paper = data;

  g_free(paper->device_id);
  g_free(paper->job_id);
  g_bytes_unref(paper->bytes);
  g_free(paper);
}

gboolean
bh_print_job_run_papers(sqlite3 *db, gpointer data, GError **error)
{
  BhPrintPaperList *list = data;
  GError *problem = NULL;
  g_autoptr(BhPrintRow) find = bh_print_rows_prepare(
      db,
      "SELECT device_id, job_id, printed_ms, is_reprint, bytes FROM print_paper"
      " ORDER BY number DESC LIMIT ?1",
      error);

  g_clear_pointer(&list->papers, g_ptr_array_unref);
  list->papers = g_ptr_array_new_with_free_func(paper_free);
  if (find == NULL)
    return FALSE;
  sqlite3_bind_int(find, 1, BH_PRINT_JOB_STORE_MAX_PAPERS);
  while (bh_print_rows_next(db, find, &problem)) {
    BhPrintPaper *paper = g_new0(BhPrintPaper, 1);

    paper->device_id = bh_print_rows_dup_text(find, 0);
    paper->job_id = bh_print_rows_dup_text(find, 1);
    paper->printed_ms = sqlite3_column_int64(find, 2);
    paper->is_reprint = sqlite3_column_int(find, 3) != 0;
    paper->bytes = dup_bytes(find, 4);
    g_ptr_array_add(list->papers, paper);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

void
bh_print_paper_list_free(BhPrintPaperList *list)
{
  g_clear_pointer(&list->papers, g_ptr_array_unref);
  g_free(list);
}

gboolean
bh_print_job_run_restored(sqlite3 *db, gpointer data, GError **error)
{
  g_autoptr(BhPrintRow) mark =
      bh_print_rows_prepare(db,
                            "UPDATE print_job SET state = 'uncertain', detail = 'stopped'"
                            " WHERE state IN ('accepted', 'queued', 'printing')",
                            error);
  g_autoptr(BhPrintRow) forget =
      mark == NULL ? NULL
                   : bh_print_rows_prepare(db,
                                           "UPDATE print_job SET content = json_remove(content,"
                                           " '$.told') WHERE instr(content, '\"told\"') > 0",
                                           error);

  return forget != NULL && bh_store_step(db, mark, error) && bh_store_step(db, forget, error);
}
