/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include <glib/gi18n.h>

#include "print-job-store.h"
#include "print-queue-private.h"

/*
 * Jobs that are to be printed again, elsewhere, or not at all. Main context only. `recalling` keeps
 * two such wishes for one job apart while the store is asked.
 */

char *
bh_print_queue_make_key(const char *device_id, const char *job_id)
{
  return g_strconcat(device_id, "\n", job_id, NULL);
}

/* Reprint ------------------------------------------------------------------------------------- */

/* What the task of a reprint holds. */
typedef struct {
  char *key;
  BhPrintJob *withdrawn; /* (nullable): from its printer, where it goes again if that fails */
  gboolean is_marked;    /* as a reprint, once it is stored */
} ReprintCall;

static void
reprint_call_free(gpointer data)
{
  ReprintCall *call = data;

  g_free(call->key);
  g_clear_pointer(&call->withdrawn, bh_print_job_free);
  g_free(call);
}

static void
give_back(BhPrintQueue *self, ReprintCall *call)
{
  BhPrinter *printer =
      call->withdrawn != NULL ? bh_print_queue_find_printer(self, call->withdrawn->printer) : NULL;

  if (printer != NULL)
    bh_printer_take_job(printer, g_steal_pointer(&call->withdrawn));
}

/* Returns: whether the store has it; otherwise @task has ended, and the job is where it was */
static gboolean
end_call(GTask *task, GObject *source, GAsyncResult *result)
{
  BhPrintQueue *self = g_task_get_source_object(task);
  ReprintCall *call = g_task_get_task_data(task);
  GError *error = NULL;

  g_hash_table_remove(self->recalling, call->key);
  if (bh_store_write_finish(BH_STORE(source), result, &error))
    return TRUE;
  give_back(self, call);
  g_task_return_error(task, bh_print_error_translate(error));
  return FALSE;
}

static void
reprint_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  const BhPrintReprint *reprint = bh_store_get_task_data(result);
  ReprintCall *call = g_task_get_task_data(task);

  if (!end_call(task, source, result))
    return;
  call->is_marked = reprint->job->reprints > 0;
  g_task_return_boolean(task, TRUE);
  if (self->is_closed || !self->is_started)
    return;
  bh_print_queue_emit_job(self, reprint->job);
  if (!self->is_closed)
    bh_print_queue_hand_over(self, reprint->job);
}

static GStrv
list_names(BhPrintQueue *self)
{
  GStrvBuilder *builder = g_strv_builder_new();
  GStrv names;

  for (guint i = 0; i < self->printers->len; i++)
    g_strv_builder_add(builder, bh_printer_get_name(self->printers->pdata[i]));
  names = g_strv_builder_end(builder);
  g_strv_builder_unref(builder);
  return names;
}

static BhPrintJob *
withdraw_job(BhPrintQueue *self, const char *device_id, const char *job_id)
{
  BhPrintJob *job = NULL;

  for (guint i = 0; i < self->printers->len && job == NULL; i++)
    job = bh_printer_withdraw_job(self->printers->pdata[i], device_id, job_id);
  return job;
}

/*
 * Whether the store may be asked about the job. What waits for a printer that is just being added
 * is in nobody's hands, and may have been given to it there already.
 */
static gboolean
check_free(BhPrintQueue *self, const ReprintCall *call, const char *device_id, const char *job_id,
           const char *busy, GError **error)
{
  /* `sent` in the store may still be waiting for its confirmation here. */
  if (bh_print_queue_has_job(self, device_id, job_id) ||
      g_hash_table_contains(self->recalling, call->key)) {
    g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE, busy);
    return FALSE;
  }
  if (call->withdrawn == NULL && self->coming->len > 0) {
    g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
                        _("A printer is being added at this moment: try again."));
    return FALSE;
  }
  return TRUE;
}

void
bh_print_queue_reprint_async(BhPrintQueue *queue, const char *device_id, const char *job_id,
                             const char *printer, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  ReprintCall *call;
  BhPrintReprint *reprint;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && device_id != NULL && job_id != NULL);

  task = g_task_new(queue, NULL, callback, user_data);
  call = g_new0(ReprintCall, 1);
  call->key = bh_print_queue_make_key(device_id, job_id);
  g_task_set_task_data(task, call, reprint_call_free);
  if (printer != NULL && bh_print_queue_find_printer(queue, printer) == NULL) {
    g_task_return_new_error(task, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER,
                            "there is no printer “%s”", printer);
    return;
  }
  if (printer != NULL)
    call->withdrawn = withdraw_job(queue, device_id, job_id);
  if (!check_free(queue, call, device_id, job_id, _("This print job is not finished yet."),
                  &error)) {
    g_task_return_error(task, error);
    return;
  }
  g_hash_table_add(queue->recalling, g_strdup(call->key));
  reprint = g_new0(BhPrintReprint, 1);
  reprint->job = bh_print_job_new();
  reprint->job->device_id = g_strdup(device_id);
  reprint->job->job_id = g_strdup(job_id);
  reprint->to_printer = g_strdup(printer);
  reprint->is_withdrawn = call->withdrawn != NULL;
  reprint->printers = list_names(queue);
  bh_store_write_async(queue->store, bh_print_job_run_reprint, reprint,
                       (GDestroyNotify)bh_print_reprint_free, NULL, reprint_cb,
                       g_steal_pointer(&task));
}

gboolean
bh_print_queue_reprint_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/* Retry --------------------------------------------------------------------------------------- */

static void
retry_reprint_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  const ReprintCall *call = g_task_get_task_data(G_TASK(result));
  GError *error = NULL;

  if (bh_print_queue_reprint_finish(BH_PRINT_QUEUE(source), result, &error))
    g_task_return_int(task, call->is_marked);
  else
    g_task_return_error(task, error);
}

/* The printer where the job waits, or is at hand; (nullable). */
static BhPrinter *
find_holder(BhPrintQueue *self, const char *device_id, const char *job_id)
{
  for (guint i = 0; i < self->printers->len; i++)
    if (bh_printer_has_job(self->printers->pdata[i], device_id, job_id))
      return self->printers->pdata[i];
  return NULL;
}

static gboolean
is_begun(BhPrinter *printer, const char *device_id, const char *job_id)
{
  const BhPrintJob *begun = bh_printer_get_begun(printer);

  return begun != NULL && g_str_equal(begun->device_id, device_id) &&
         g_str_equal(begun->job_id, job_id);
}

void
bh_print_queue_retry_async(BhPrintQueue *queue, const char *device_id, const char *job_id,
                           const char *printer, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  BhPrinter *holder;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && device_id != NULL && job_id != NULL);

  task = g_task_new(queue, NULL, callback, user_data);
  holder = find_holder(queue, device_id, job_id);
  if (holder != NULL && is_begun(holder, device_id, job_id)) {
    g_task_return_new_error(task, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
                            _("This is being printed at this moment."));
  } else if (holder != NULL &&
             (printer == NULL || g_str_equal(printer, bh_printer_get_name(holder)))) {
    bh_printer_try_now(holder);
    g_task_return_int(task, FALSE);
  } else {
    bh_print_queue_reprint_async(queue, device_id, job_id, printer, retry_reprint_cb,
                                 g_steal_pointer(&task));
  }
}

gboolean
bh_print_queue_retry_finish(BhPrintQueue *queue, GAsyncResult *result, gboolean *is_reprint,
                            GError **error)
{
  gssize marked;

  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  marked = g_task_propagate_int(G_TASK(result), error);
  *is_reprint = marked == 1;
  return marked >= 0;
}

/* Withdraw ------------------------------------------------------------------------------------ */

static void
withdraw_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrintQueue) self = data;
  const BhPrintAdvance *advance = bh_store_get_task_data(result);
  g_autofree char *key = bh_print_queue_make_key(advance->job->device_id, advance->job->job_id);
  gboolean done = bh_store_write_finish(BH_STORE(source), result, NULL);
  BhPrinter *printer = bh_print_queue_find_printer(self, advance->job->printer);

  g_hash_table_remove(self->recalling, key);
  if (self->is_closed)
    return;
  if (done) {
    bh_print_queue_emit_job(self, advance->job);
  } else if (printer != NULL) {
    BhPrintJob *job = bh_print_job_copy(advance->job);

    job->state = BH_PRINT_QUEUED;
    job->detail = NULL;
    bh_printer_take_job(printer, job);
  }
}

gboolean
bh_print_queue_withdraw(BhPrintQueue *queue, const char *device_id, const char *job_id,
                        const char *detail)
{
  BhPrintAdvance *advance;
  BhPrintJob *job;

  g_return_val_if_fail(BH_IS_PRINT_QUEUE(queue) && device_id != NULL && job_id != NULL, FALSE);

  job = withdraw_job(queue, device_id, job_id);
  if (job == NULL)
    return FALSE;
  job->state = BH_PRINT_FAILED;
  job->detail = g_intern_static_string(detail);
  advance = g_new0(BhPrintAdvance, 1);
  advance->job = job;
  g_hash_table_add(queue->recalling, bh_print_queue_make_key(device_id, job_id));
  bh_store_write_async(queue->store, bh_print_job_run_advance, advance,
                       (GDestroyNotify)bh_print_advance_free, NULL, withdraw_cb,
                       g_object_ref(queue));
  return TRUE;
}

/* Cancel -------------------------------------------------------------------------------------- */

/* What the task of a cancellation holds: as that of a reprint. */
static void
cancel_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  const BhPrintCancelling *cancelling = bh_store_get_task_data(result);

  if (!end_call(task, source, result))
    return;
  g_task_return_boolean(task, TRUE);
  if (!self->is_closed)
    bh_print_queue_emit_job(self, cancelling->job);
}

void
bh_print_queue_cancel_async(BhPrintQueue *queue, const char *device_id, const char *job_id,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  ReprintCall *call;
  BhPrintCancelling *cancelling;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && device_id != NULL && job_id != NULL);

  task = g_task_new(queue, NULL, callback, user_data);
  call = g_new0(ReprintCall, 1);
  call->key = bh_print_queue_make_key(device_id, job_id);
  g_task_set_task_data(task, call, reprint_call_free);
  call->withdrawn = withdraw_job(queue, device_id, job_id);
  if (!check_free(queue, call, device_id, job_id, _("This is being printed at this moment."),
                  &error)) {
    g_task_return_error(task, error);
    return;
  }
  g_hash_table_add(queue->recalling, g_strdup(call->key));
  cancelling = g_new0(BhPrintCancelling, 1);
  cancelling->job = bh_print_job_new();
  cancelling->job->device_id = g_strdup(device_id);
  cancelling->job->job_id = g_strdup(job_id);
  bh_store_write_async(queue->store, bh_print_job_run_cancel, cancelling,
                       (GDestroyNotify)bh_print_cancelling_free, NULL, cancel_cb,
                       g_steal_pointer(&task));
}

gboolean
bh_print_queue_cancel_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}
