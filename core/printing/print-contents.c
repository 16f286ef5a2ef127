/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-queue-private.h"
#include "print-rows.h"

/* What a device's jobs print, for whoever has submitted them. Main context only. */

/* More than a kitchen prints in half a day; the newest where it is more. */
#define MAX_CONTENTS 5000

typedef struct {
  char *device_id;
  char *job_id; /* (nullable) */
  gint64 since_ms;
  json_t *jobs; /* out */
} Contents;

static void
contents_free(gpointer data)
{
  Contents *contents = data;

  g_free(contents->device_id);
  g_free(contents->job_id);
  json_decref(contents->jobs);
  g_free(contents);
}

#define SELECT_CONTENTS                                                                            \
  "SELECT " BH_PRINT_ROWS_JOB ", content FROM print_job"                                           \
  " WHERE device_id = ?1 AND created_ms >= ?2 AND content_bytes > 0"
#define CONTENT_COLUMN 11

static void
add_job(json_t *jobs, BhPrintRow *row)
{
  g_autoptr(BhPrintJob) job = bh_print_rows_read_job(row);
  g_autofree char *text = bh_print_rows_dup_text(row, CONTENT_COLUMN);
  json_t *content = text != NULL ? json_loads(text, 0, NULL) : NULL;
  json_t *one;

  if (content == NULL)
    return;
  one = bh_print_job_to_json(job);
  json_object_set_new(one, "content", content);
  json_array_append_new(jobs, one);
}

static gboolean
run_contents(sqlite3 *db, gpointer data, GError **error)
{
  Contents *contents = data;
  GError *problem = NULL;
  g_autoptr(BhPrintRow) find = bh_print_rows_prepare(
      db,
      contents->job_id != NULL ? SELECT_CONTENTS " AND job_id = ?3"
                               : "SELECT * FROM (" SELECT_CONTENTS
                                 " ORDER BY number DESC LIMIT ?3) ORDER BY number",
      error);

  json_decref(contents->jobs);
  contents->jobs = json_array();
  if (find == NULL)
    return FALSE;
  bh_print_rows_bind_text(find, 1, contents->device_id);
  sqlite3_bind_int64(find, 2, contents->since_ms);
  if (contents->job_id != NULL)
    bh_print_rows_bind_text(find, 3, contents->job_id);
  else
    sqlite3_bind_int64(find, 3, MAX_CONTENTS);
  while (bh_print_rows_next(db, find, &problem))
    add_job(contents->jobs, find);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
contents_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Contents *contents = bh_store_get_task_data(result);
  GError *error = NULL;

  if (bh_store_read_finish(BH_STORE(source), result, &error))
    g_task_return_pointer(task, g_steal_pointer(&contents->jobs), (GDestroyNotify)json_decref);
  else
    g_task_return_error(task, bh_print_error_translate(error));
}

void
bh_print_queue_list_contents_async(BhPrintQueue *queue, const char *device_id, const char *job_id,
                                   gint64 since_ms, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  Contents *contents;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue));

  contents = g_new0(Contents, 1);
  contents->device_id = g_strdup(device_id);
  contents->job_id = g_strdup(job_id);
  contents->since_ms = since_ms;
  bh_store_read_async(bh_print_queue_get_store(queue), run_contents, contents, contents_free, NULL,
                      contents_cb, g_task_new(queue, NULL, callback, user_data));
}

json_t *
bh_print_queue_list_contents_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}
