/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-content.h"
#include "print-job-store.h"
#include "print-queue-private.h"

/*
 * What the queue tells of the past: its jobs, and what the built-in printer printed. Read from the
 * store; main context only.
 */

#define MAX_LISTED 1000

static void
list_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  const BhPrintList *list = bh_store_get_task_data(result);
  GError *error = NULL;
  json_t *array;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, bh_print_error_translate(error));
    return;
  }
  array = json_array();
  for (guint i = 0; i < list->jobs->len; i++)
    json_array_append_new(array, bh_print_job_to_json(list->jobs->pdata[i]));
  g_task_return_pointer(task, array, (GDestroyNotify)json_decref);
}

void
bh_print_queue_list_async(BhPrintQueue *queue, guint limit, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  BhPrintList *list;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue));

  list = g_new0(BhPrintList, 1);
  list->limit = CLAMP(limit, 1, MAX_LISTED);
  bh_store_read_async(bh_print_queue_get_store(queue), bh_print_job_run_list, list,
                      (GDestroyNotify)bh_print_list_free, NULL, list_cb,
                      g_task_new(queue, NULL, callback, user_data));
}

json_t *
bh_print_queue_list_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

static json_t *
describe_paper(const BhPrintPaper *paper)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data(paper->bytes, &length);
  json_t *json =
      json_pack("{s:s, s:s, s:I, s:b}", "jobId", paper->job_id, "deviceId", paper->device_id,
                "printedAt", (json_int_t)paper->printed_ms, "reprint", paper->is_reprint);

  g_assert(json != NULL);
  json_object_set_new(json, "paper", bh_paper_render(bytes, length));
  return json;
}

/* Pictures take their time to be drawn; the loop does not wait for that. */
static void
render_papers(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const GPtrArray *papers = data;
  json_t *array = json_array();

  for (guint i = 0; i < papers->len; i++)
    json_array_append_new(array, describe_paper(papers->pdata[i]));
  g_task_return_pointer(task, array, (GDestroyNotify)json_decref);
}

static void
render_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;

  g_task_return_pointer(task, g_task_propagate_pointer(G_TASK(result), NULL),
                        (GDestroyNotify)json_decref);
}

static void
list_paper_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GTask) render = NULL;
  BhPrintPaperList *list = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, bh_print_error_translate(error));
    return;
  }
  render = g_task_new(NULL, NULL, render_cb, g_steal_pointer(&task));
  g_task_set_task_data(render, g_steal_pointer(&list->papers), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread(render, render_papers);
}

void
bh_print_queue_list_paper_async(BhPrintQueue *queue, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail(BH_IS_PRINT_QUEUE(queue));

  bh_store_read_async(bh_print_queue_get_store(queue), bh_print_job_run_papers,
                      g_new0(BhPrintPaperList, 1), (GDestroyNotify)bh_print_paper_list_free, NULL,
                      list_paper_cb, g_task_new(queue, NULL, callback, user_data));
}

json_t *
bh_print_queue_list_paper_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}
