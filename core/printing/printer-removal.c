/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include <glib/gi18n.h>

#include "print-queue-private.h"
#include "printer-roster.h"
#include "printer-store.h"

/*
 * A printer that is taken out while it prints. Main context only. What waits is taken from it
 * first, so that nothing of it begins while the store is asked; what it has begun it keeps, and
 * stays among those that leave until that has come to its end.
 */

/* What the task of a removal holds. */
typedef struct {
  BhPrinter *printer;
  GPtrArray *withdrawn; /* of BhPrintJob: goes back where the store does not take it */
  char *to;             /* (nullable) */
  guint n_jobs;
} RemovalCall;

static void
removal_call_free(gpointer data)
{
  RemovalCall *call = data;

  g_object_unref(call->printer);
  g_ptr_array_unref(call->withdrawn);
  g_free(call->to);
  g_free(call);
}

/* Keeps others' hands off the job, or not any longer. */
static void
hold_job(BhPrintQueue *self, const BhPrintJob *job, gboolean hold)
{
  char *key = bh_print_queue_make_key(job->device_id, job->job_id);

  if (hold) {
    g_hash_table_add(self->recalling, key);
  } else {
    g_hash_table_remove(self->recalling, key);
    g_free(key);
  }
}

static void
hold_jobs(BhPrintQueue *self, GPtrArray *jobs, gboolean hold)
{
  for (guint i = 0; i < jobs->len; i++)
    hold_job(self, jobs->pdata[i], hold);
}

static void
hand_out(BhPrintQueue *self, GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len && !self->is_closed; i++) {
    const BhPrintJob *job = jobs->pdata[i];
    BhPrinter *printer = NULL;

    bh_print_queue_emit_job(self, job);
    if (job->state == BH_PRINT_QUEUED && !self->is_closed)
      printer = bh_print_queue_find_printer(self, job->printer);
    if (printer != NULL)
      bh_printer_take_job(printer, bh_print_job_copy(job));
  }
}

/* A job that came back --------------------------------------------------------------------------
 */

/* What hears of a printer that leaves: the queue, which owns it, and where its jobs go. */
typedef struct {
  BhPrintQueue *queue;
  char *to; /* (nullable) */
} Departure;

static void
departure_free(gpointer data, GClosure *closure)
{
  Departure *departure = data;

  g_free(departure->to);
  g_free(departure);
}

typedef struct {
  BhPrintQueue *queue; /* owned reference */
  BhPrintJob *job;     /* held */
} ComeBack;

static void
come_back_free(ComeBack *come_back)
{
  g_object_unref(come_back->queue);
  bh_print_job_free(come_back->job);
  g_free(come_back);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ComeBack, come_back_free)

/* Where it could not be written it waits for a printer that is not there, which it says. */
static void
came_back_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(ComeBack) come_back = data;
  BhPrintQueue *self = come_back->queue;
  const BhPrinterRemoval *removal = bh_store_get_task_data(result);
  g_autoptr(GError) error = NULL;

  hold_job(self, come_back->job, FALSE);
  if (!bh_store_write_finish(BH_STORE(source), result, &error))
    g_warning("A print job waits for a printer that was removed, and cannot be given to another "
              "one: %s",
              error->message);
  else
    hand_out(self, removal->jobs);
}

static void
settle(BhPrintQueue *self, BhPrinter *printer, const char *to)
{
  g_autoptr(GPtrArray) jobs = bh_printer_withdraw_all(printer);

  /* That one may have been removed since. */
  if (to != NULL && bh_print_queue_find_printer(self, to) == NULL)
    to = NULL;
  for (guint i = 0; i < jobs->len; i++) {
    const BhPrintJob *job = jobs->pdata[i];
    BhPrinterRemoval *removal = g_new0(BhPrinterRemoval, 1);
    ComeBack *come_back = g_new0(ComeBack, 1);

    come_back->queue = g_object_ref(self);
    come_back->job = bh_print_job_copy(job);
    hold_job(self, job, TRUE);
    removal->name = g_strdup(bh_printer_get_name(printer));
    removal->to = g_strdup(to);
    removal->only_number = job->number;
    bh_store_write_async(self->store, bh_printer_run_remove, removal,
                         (GDestroyNotify)bh_printer_removal_free, NULL, came_back_cb, come_back);
  }
  if (bh_printer_get_n_jobs(printer) > 0)
    return;
  g_signal_handlers_disconnect_by_data(printer, self);
  bh_printer_close(printer);
  g_ptr_array_remove(self->leaving, printer);
}

static void
on_leaving_changed(BhPrinter *printer, Departure *departure)
{
  g_autoptr(BhPrinter) held G_GNUC_UNUSED = g_object_ref(printer);
  BhPrintQueue *self = departure->queue;

  if (!self->is_closed && g_ptr_array_find(self->leaving, printer, NULL))
    settle(self, printer, departure->to);
}

static void
let_go(BhPrintQueue *self, BhPrinter *printer, const char *to)
{
  Departure *departure = g_new0(Departure, 1);

  departure->queue = self;
  departure->to = g_strdup(to);
  g_signal_connect_data(printer, "changed", G_CALLBACK(on_leaving_changed), departure,
                        departure_free, 0);
  bh_printer_retire(printer);
  settle(self, printer, to);
}

/* The removal -----------------------------------------------------------------------------------
 */

/* As if nobody had asked; also for what came in meanwhile. */
static void
put_back(BhPrintQueue *self, RemovalCall *call, GPtrArray *stranded)
{
  g_object_ref(call->printer);
  g_ptr_array_remove(self->leaving, call->printer);
  bh_print_queue_insert_printer(self, call->printer);
  for (guint i = 0; i < call->withdrawn->len; i++)
    bh_printer_take_job(call->printer, bh_print_job_copy(call->withdrawn->pdata[i]));
  for (guint i = 0; i < stranded->len; i++)
    bh_printer_take_job(call->printer, bh_print_job_copy(stranded->pdata[i]));
}

static void
remove_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  RemovalCall *call = g_task_get_task_data(task);
  const BhPrinterRemoval *removal = bh_store_get_task_data(result);
  /* Of a removal that came to be, these are among its jobs. */
  g_autoptr(GPtrArray) stranded = g_steal_pointer(&self->stranded);
  GError *error = NULL;

  self->stranded = g_ptr_array_new_with_free_func((GDestroyNotify)bh_print_job_free);
  self->is_removing = FALSE;
  hold_jobs(self, call->withdrawn, FALSE);
  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    if (!self->is_closed)
      put_back(self, call, stranded);
    g_task_return_error(task, bh_print_error_translate(error));
    return;
  }
  call->n_jobs = removal->jobs->len;
  g_task_return_boolean(task, TRUE);
  hand_out(self, removal->jobs);
  if (!self->is_closed)
    let_go(self, call->printer, call->to);
}

static guint
count_waiting(BhPrinter *printer)
{
  return bh_printer_get_n_jobs(printer) - (bh_printer_get_begun(printer) != NULL ? 1 : 0);
}

/* Returns: (transfer none) (nullable): the printer, which may go */
static BhPrinter *
check_removal(BhPrintQueue *self, const char *name, BhPrinterJobs jobs, const char *to,
              GError **error)
{
  BhPrinter *printer = bh_print_queue_find_stored(self, name, error);
  guint n_waiting = printer != NULL ? count_waiting(printer) : 0;

  if (printer == NULL)
    return NULL;
  if (self->is_removing) {
    g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_STATE,
                        _("Another printer is being removed at this moment."));
    return NULL;
  }
  if (jobs == BH_PRINTER_JOBS_MOVE &&
      (to == NULL || g_str_equal(to, name) || bh_print_queue_find_printer(self, to) == NULL)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER,
                _("There is no printer “%s”."), to != NULL ? to : "");
    return NULL;
  }
  if (jobs == BH_PRINTER_JOBS_ASK && n_waiting > 0) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_JOBS_WAIT,
                ngettext("%u job waits for the printer “%s”: say whether it goes to another one, "
                         "or is cancelled.",
                         "%u jobs wait for the printer “%s”: say whether they go to another one, "
                         "or are cancelled.",
                         n_waiting),
                n_waiting, bh_printer_get_label(printer));
    return NULL;
  }
  return printer;
}

void
bh_print_queue_remove_printer_async(BhPrintQueue *queue, const char *name, BhPrinterJobs jobs,
                                    const char *to, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  BhPrinterRemoval *removal;
  RemovalCall *call;
  BhPrinter *printer;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && name != NULL);

  task = g_task_new(queue, NULL, callback, user_data);
  printer = check_removal(queue, name, jobs, to, &error);
  if (printer == NULL) {
    g_task_return_error(task, error);
    return;
  }
  call = g_new0(RemovalCall, 1);
  call->printer = g_object_ref(printer);
  call->to = jobs == BH_PRINTER_JOBS_MOVE ? g_strdup(to) : NULL;
  g_task_set_task_data(task, call, removal_call_free);
  queue->is_removing = TRUE;
  g_ptr_array_add(queue->leaving, g_object_ref(printer));
  g_ptr_array_remove(queue->printers, printer);
  call->withdrawn = bh_printer_withdraw_all(printer);
  hold_jobs(queue, call->withdrawn, TRUE);

  removal = g_new0(BhPrinterRemoval, 1);
  removal->name = g_strdup(name);
  removal->to = g_strdup(call->to);
  if (bh_printer_get_begun(printer) != NULL)
    removal->except_number = bh_printer_get_begun(printer)->number;
  bh_store_write_async(queue->store, bh_printer_run_remove, removal,
                       (GDestroyNotify)bh_printer_removal_free, NULL, remove_cb,
                       g_steal_pointer(&task));
}

gboolean
bh_print_queue_remove_printer_finish(BhPrintQueue *queue, GAsyncResult *result, guint *n_jobs,
                                     GError **error)
{
  const RemovalCall *call;

  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  if (!g_task_propagate_boolean(G_TASK(result), error))
    return FALSE;
  call = g_task_get_task_data(G_TASK(result));
  *n_jobs = call->n_jobs;
  return TRUE;
}
