/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-queue.h"

#include <string.h>

#include "print-content.h"
#include "print-job-store.h"
#include "print-queue-private.h"
#include "print-request.h"
#include "printer-store.h"

G_DEFINE_FINAL_TYPE(BhPrintQueue, bh_print_queue, G_TYPE_OBJECT)

enum { JOB_CHANGED, PRINTER_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

#define MAX_CHECKING_BYTES    (64 * 1024 * 1024)
#define NOMINAL_CONTENT_BYTES 4096

#define KEPT_MS          (30 * G_GINT64_CONSTANT(86400000))
#define PRUNE_INTERVAL_S 86400

/* Of what may be kept: with that much more it is looked at earlier. */
#define PRUNE_SHARE 8

static gint64
get_now_ms(void)
{
  return g_get_real_time() / 1000;
}

BhPrinter *
bh_print_queue_find_printer(BhPrintQueue *self, const char *name)
{
  for (guint i = 0; i < self->printers->len; i++) {
    BhPrinter *printer = self->printers->pdata[i];

    if (g_strcmp0(bh_printer_get_name(printer), name) == 0)
      return printer;
  }
  return NULL;
}

gboolean
bh_print_queue_has_job(BhPrintQueue *self, const char *device_id, const char *job_id)
{
  for (guint i = 0; i < self->printers->len; i++) {
    if (bh_printer_has_job(self->printers->pdata[i], device_id, job_id))
      return TRUE;
  }
  for (guint i = 0; i < self->leaving->len; i++) {
    if (bh_printer_has_job(self->leaving->pdata[i], device_id, job_id))
      return TRUE;
  }
  return FALSE;
}

void
bh_print_queue_emit_job(BhPrintQueue *self, const BhPrintJob *job)
{
  BhPrintJobInfo info;

  bh_print_job_describe(job, &info);
  g_signal_emit(self, signals[JOB_CHANGED], 0, &info);
}

static void
on_printer_job_changed(BhPrinter *printer, const BhPrintJobInfo *info, BhPrintQueue *self)
{
  g_signal_emit(self, signals[JOB_CHANGED], 0, info);
}

static void
on_printer_changed(BhPrinter *printer, BhPrintQueue *self)
{
  g_signal_emit(self, signals[PRINTER_CHANGED], 0, bh_printer_get_name(printer));
}

void
bh_print_queue_watch_printer(BhPrintQueue *self, BhPrinter *printer)
{
  g_signal_connect_object(printer, "job-changed", G_CALLBACK(on_printer_job_changed), self, 0);
  g_signal_connect_object(printer, "changed", G_CALLBACK(on_printer_changed), self, 0);
}

void
bh_print_queue_hand_over(BhPrintQueue *self, const BhPrintJob *job)
{
  BhPrinter *printer = bh_print_queue_find_printer(self, job->printer);

  if (printer != NULL)
    bh_printer_take_job(printer, bh_print_job_copy(job));
  else if (self->is_removing)
    g_ptr_array_add(self->stranded, bh_print_job_copy(job));
}

/* Submit -------------------------------------------------------------------------------------- */

static guint
count_submitting(BhPrintQueue *self, const char *printer)
{
  return GPOINTER_TO_UINT(g_hash_table_lookup(self->submitting, printer));
}

static void
add_submitting(BhPrintQueue *self, const char *printer, int change)
{
  guint count = (guint)((int)count_submitting(self, printer) + change);

  if (count > 0)
    g_hash_table_replace(self->submitting, g_strdup(printer), GUINT_TO_POINTER(count));
  else
    g_hash_table_remove(self->submitting, printer);
}

/* What the task of a submission holds. */
typedef struct {
  char *printer; /* also what it is counted for */
  json_t *print_job;
  BhPrintRequest request; /* borrows from @print_job */
  guint columns;
  gsize max_bytes, size_bytes;
  BhPrintSubmit *submit; /* (nullable): until it goes to the store */
  GError *error;         /* (nullable): of the check */
  gboolean is_checked;
  BhPrintJob *job; /* (nullable): what is in the store, once it answered */
} SubmitCall;

static void
submit_call_free(gpointer data)
{
  SubmitCall *call = data;

  g_free(call->printer);
  json_decref(call->print_job);
  g_clear_pointer(&call->submit, bh_print_submit_free);
  g_clear_error(&call->error);
  g_clear_pointer(&call->job, bh_print_job_free);
  g_free(call);
}

static BhPrintPrune
make_prune(BhPrintQueue *self)
{
  return (BhPrintPrune){
      .cutoff_ms = get_now_ms() - KEPT_MS,
      .max_bytes = (gint64)bh_limit_set_get(&self->limits, BH_LIMIT_PRINT_KEPT_BYTES),
  };
}

static void
prune(BhPrintQueue *self)
{
  BhPrintPrune *what = g_new(BhPrintPrune, 1);

  *what = make_prune(self);
  self->unpruned_bytes = 0;
  /* What cannot be pruned now is pruned later. */
  bh_store_write_async(self->store, bh_print_job_run_prune, what, g_free, NULL, NULL, NULL);
}

static void
count_content(BhPrintQueue *self, const char *content)
{
  self->unpruned_bytes += strlen(content);
  if (self->unpruned_bytes >=
      bh_limit_set_get(&self->limits, BH_LIMIT_PRINT_KEPT_BYTES) / PRUNE_SHARE)
    prune(self);
}

static void
submit_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  SubmitCall *call = g_task_get_task_data(task);
  const BhPrintSubmit *submit = bh_store_get_task_data(result);
  GError *error = NULL;

  add_submitting(self, call->printer, -1);
  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, bh_print_error_translate(error));
    return;
  }
  call->job = bh_print_job_copy(submit->job);
  if (!submit->was_there && !self->is_closed)
    count_content(self, submit->content);
  g_task_return_boolean(task, TRUE);

  if (submit->was_there || !self->is_started || self->is_closed)
    return;
  if (submit->job->state == BH_PRINT_UNCERTAIN)
    bh_print_queue_emit_job(self, submit->job);
  else
    bh_print_queue_hand_over(self, submit->job);
}

/*
 * Jobs are checked on workers: laying out a small receipt takes 0.02 ms and a full one 0.1 ms, but
 * the first drawn line of the program 5 to 15 ms (later ones 0.05 ms) and a PNG of 1 MB 5 to 13 ms
 * (one core of a small virtual machine). The JSON is only read here, and its references are the
 * loop's.
 */
static void
run_check(GTask *check, gpointer source, gpointer data, GCancellable *cancellable)
{
  SubmitCall *call = data;

  if (bh_print_request_check_content(&call->request, call->columns, call->max_bytes,
                                     &call->error)) {
    call->submit->content = bh_json_to_text(call->request.content);
    call->submit->hash = bh_print_request_hash(&call->request);
  }
  g_task_return_boolean(check, TRUE);
}

static void
store_submit(BhPrintQueue *self, GTask *task)
{
  SubmitCall *call = g_task_get_task_data(task);
  BhPrintSubmit *submit = g_steal_pointer(&call->submit);

  self->checking_bytes -= call->size_bytes;
  if (call->error == NULL && bh_print_queue_find_printer(self, call->printer) == NULL)
    g_set_error(&call->error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER,
                "the printer “%s” was removed", call->printer);
  if (call->error != NULL) {
    bh_print_submit_free(submit);
    add_submitting(self, call->printer, -1);
    g_task_return_error(task, g_steal_pointer(&call->error));
    g_object_unref(task);
    return;
  }
  bh_store_write_sized_async(self->store, bh_print_job_run_submit, submit,
                             (GDestroyNotify)bh_print_submit_free,
                             sizeof *submit + strlen(submit->content), NULL, submit_cb, task);
}

/* Workers overtake each other; jobs do not. */
static void
check_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  SubmitCall *checked = g_task_get_task_data(task);

  checked->is_checked = TRUE;
  while (!g_queue_is_empty(&self->checking)) {
    SubmitCall *call = g_task_get_task_data(g_queue_peek_head(&self->checking));

    if (!call->is_checked)
      break;
    store_submit(self, g_queue_pop_head(&self->checking));
  }
}

static BhPrintSubmit *
make_submit(const BhPrintSender *sender, const BhPrintRequest *request, BhPrinter *printer)
{
  BhPrintSubmit *submit = g_new0(BhPrintSubmit, 1);

  submit->job = bh_print_job_new();
  submit->job->device_id = g_strdup(sender->device_id);
  submit->job->person_id = g_strdup(sender->person_id);
  submit->job->person_name = g_strdup(sender->person_name);
  submit->job->job_id = g_strdup(request->job_id);
  submit->job->printer = g_strdup(bh_printer_get_name(printer));
  submit->job->created_ms = get_now_ms();
  submit->job->copies = request->copies;
  submit->names_printer = request->printer != NULL;
  submit->is_in_doubt = sender->has_heard;
  return submit;
}

/* About what the content takes in memory: it is one long string, or a receipt. */
static gsize
measure_content(const json_t *content)
{
  gsize size = NOMINAL_CONTENT_BYTES;
  const char *name;
  json_t *part;

  json_object_foreach((json_t *)content, name, part) size += json_string_length(part);
  return size;
}

static BhPrinter *
choose_printer(BhPrintQueue *self, const BhPrintRequest *request, GError **error)
{
  BhPrinter *printer = NULL;

  if (request->printer != NULL)
    printer = bh_print_queue_find_printer(self, request->printer);
  else if (self->printers->len > 0)
    printer = self->printers->pdata[0];
  if (printer == NULL && request->printer != NULL)
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER, "there is no printer “%s”",
                request->printer);
  else if (printer == NULL)
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER, "there is no printer yet");
  return printer;
}

/* What is being checked is bounded like what waits for the disk. */
static gboolean
reserve_check(BhPrintQueue *self, SubmitCall *call, GError **error)
{
  call->size_bytes = measure_content(call->request.content);
  if (call->size_bytes > MAX_CHECKING_BYTES - self->checking_bytes) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_FULL,
                "too much is being printed at this moment; try again later");
    return FALSE;
  }
  self->checking_bytes += call->size_bytes;
  return TRUE;
}

void
bh_print_queue_submit_async(BhPrintQueue *queue, const BhPrintSender *sender,
                            const json_t *print_job, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GTask) check = NULL;
  SubmitCall *call;
  BhPrinter *printer;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && sender->device_id != NULL &&
                   *sender->device_id != '\0');

  task = g_task_new(queue, NULL, callback, user_data);
  call = g_new0(SubmitCall, 1);
  call->print_job = json_incref((json_t *)print_job);
  g_task_set_task_data(task, call, submit_call_free);
  if (!bh_print_request_parse(print_job, &call->request, &error) ||
      (printer = choose_printer(queue, &call->request, &error)) == NULL ||
      !reserve_check(queue, call, &error)) {
    g_task_return_error(task, error);
    return;
  }
  call->printer = g_strdup(bh_printer_get_name(printer));
  call->columns = bh_printer_get_columns(printer);
  call->max_bytes = (gsize)bh_limit_set_get(&queue->limits, BH_LIMIT_PRINT_JOB_BYTES);
  call->submit = make_submit(sender, &call->request, printer);
  call->submit->is_full = bh_printer_get_n_jobs(printer) + count_submitting(queue, call->printer) >=
                          bh_limit_set_get(&queue->limits, BH_LIMIT_PRINT_JOBS);
  add_submitting(queue, call->printer, 1);

  /* Owns nothing but its callback's argument: a worker may be the last to let go of its task. */
  check = g_task_new(NULL, NULL, check_cb, g_object_ref(task));
  g_task_set_task_data(check, call, NULL);
  g_queue_push_tail(&queue->checking, g_steal_pointer(&task));
  g_task_run_in_thread(check, run_check);
}

gboolean
bh_print_queue_submit_finish(BhPrintQueue *queue, GAsyncResult *result, BhPrintState *state,
                             char **job_id, GError **error)
{
  const SubmitCall *call;

  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  if (!g_task_propagate_boolean(G_TASK(result), error))
    return FALSE;
  call = g_task_get_task_data(G_TASK(result));
  if (state != NULL)
    *state = call->job->state;
  if (job_id != NULL)
    *job_id = g_strdup(call->job->job_id);
  return TRUE;
}

void
bh_print_queue_get_submitted(GAsyncResult *result, BhPrintJobInfo *info)
{
  const SubmitCall *call = g_task_get_task_data(G_TASK(result));

  g_return_if_fail(call != NULL && call->job != NULL);

  bh_print_job_describe(call->job, info);
}

/* Before the start, and blank ---------------------------------------------------------------- */

void
bh_print_queue_set_fleeting(BhPrintQueue *queue, const char *device_id, const char *prefix)
{
  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && !queue->is_started);

  g_free(queue->fleeting_device);
  g_free(queue->fleeting_prefix);
  queue->fleeting_device = g_strdup(device_id);
  queue->fleeting_prefix = g_strdup(prefix);
}

static void
blank_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (bh_store_write_finish(BH_STORE(source), result, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, bh_print_error_translate(error));
}

void
bh_print_queue_blank_async(BhPrintQueue *queue, const char *device_id, GStrv job_ids,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  BhPrintBlank *blank;

  g_return_if_fail(BH_IS_PRINT_QUEUE(queue) && device_id != NULL && job_ids != NULL);

  blank = g_new0(BhPrintBlank, 1);
  blank->device_id = g_strdup(device_id);
  blank->job_ids = g_strdupv(job_ids);
  bh_store_write_async(queue->store, bh_print_job_run_blank, blank,
                       (GDestroyNotify)bh_print_blank_free, NULL, blank_cb,
                       g_task_new(queue, NULL, callback, user_data));
}

gboolean
bh_print_queue_blank_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/* Start and prune ----------------------------------------------------------------------------- */

static gboolean
on_prune(gpointer data)
{
  prune(data);
  return G_SOURCE_CONTINUE;
}

/* Who asks for these jobs is told so as well. */
static void
note_missing(BhPrintQueue *self, const char *name)
{
  BhPrintTrouble *trouble = g_new0(BhPrintTrouble, 1);

  trouble->printer = g_strdup(name);
  trouble->detail = g_intern_static_string("no-printer");
  bh_store_write_async(self->store, bh_print_job_run_trouble, trouble,
                       (GDestroyNotify)bh_print_trouble_free, NULL, NULL, NULL);
}

/* Signals may close the queue at any point. */
static void
resume(BhPrintQueue *self, const BhPrintRestore *restore)
{
  g_autoptr(GHashTable) missing = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; i < restore->uncertain->len && !self->is_closed; i++)
    bh_print_queue_emit_job(self, restore->uncertain->pdata[i]);
  for (guint i = 0; i < restore->waiting->len && !self->is_closed; i++) {
    BhPrintJob *job = restore->waiting->pdata[i];
    BhPrinter *printer = bh_print_queue_find_printer(self, job->printer);

    if (printer != NULL) {
      bh_printer_take_job(printer, bh_print_job_copy(job));
    } else {
      job->detail = g_intern_static_string("no-printer");
      if (g_hash_table_add(missing, job->printer))
        note_missing(self, job->printer);
      bh_print_queue_emit_job(self, job);
    }
  }
}

static void
start_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  const BhPrintRestore *restore = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    g_task_return_new_error(task, BH_PRINT_ERROR, BH_PRINT_ERROR_FAILED,
                            "the print jobs of the last run cannot be taken up: %s",
                            error->message);
    g_error_free(error);
    return;
  }
  self->is_started = TRUE;
  if (!self->is_closed) {
    self->prune_source = g_timeout_add_seconds(PRUNE_INTERVAL_S, on_prune, self);
    resume(self, restore);
    for (guint i = 0; i < self->printers->len && !self->is_closed; i++)
      bh_printer_start(self->printers->pdata[i]);
  }
  g_task_return_boolean(task, TRUE);
}

static void
restore_jobs(BhPrintQueue *queue, GTask *task)
{
  BhPrintRestore *restore = g_new0(BhPrintRestore, 1);

  restore->prune = make_prune(queue);
  restore->fleeting_device = g_strdup(queue->fleeting_device);
  restore->fleeting_prefix = g_strdup(queue->fleeting_prefix);
  bh_store_write_async(queue->store, bh_print_job_run_restore, restore,
                       (GDestroyNotify)bh_print_restore_free, NULL, start_cb, task);
}

static void
list_printers_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPrintQueue *self = g_task_get_source_object(task);
  const BhPrinterList *list = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_new_error(task, BH_PRINT_ERROR, BH_PRINT_ERROR_FAILED,
                            "the printers cannot be read: %s", error->message);
    g_error_free(error);
    return;
  }
  if (!self->is_closed)
    bh_print_queue_load_printers(self, list->printers);
  restore_jobs(self, g_steal_pointer(&task));
}

void
bh_print_queue_start_async(BhPrintQueue *queue, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_PRINT_QUEUE(queue));

  bh_store_read_async(queue->store, bh_printer_run_list, g_new0(BhPrinterList, 1),
                      (GDestroyNotify)bh_printer_list_free, NULL, list_printers_cb,
                      g_task_new(queue, NULL, callback, user_data));
}

gboolean
bh_print_queue_start_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, queue), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

json_t *
bh_print_queue_describe_printers(BhPrintQueue *queue, gboolean with_addresses)
{
  json_t *array;

  g_return_val_if_fail(BH_IS_PRINT_QUEUE(queue), NULL);

  array = json_array();
  for (guint i = 0; i < queue->printers->len; i++)
    json_array_append_new(array, bh_printer_describe(queue->printers->pdata[i], with_addresses));
  return array;
}

/* The object ---------------------------------------------------------------------------------- */

static void
bh_print_queue_dispose(GObject *object)
{
  BhPrintQueue *self = BH_PRINT_QUEUE(object);

  bh_print_queue_close(self);
  G_OBJECT_CLASS(bh_print_queue_parent_class)->dispose(object);
}

static void
bh_print_queue_finalize(GObject *object)
{
  BhPrintQueue *self = BH_PRINT_QUEUE(object);

  g_ptr_array_unref(self->printers);
  g_ptr_array_unref(self->leaving);
  g_ptr_array_unref(self->stranded);
  g_hash_table_unref(self->adding);
  g_ptr_array_unref(self->coming);
  g_hash_table_unref(self->submitting);
  g_hash_table_unref(self->recalling);
  g_free(self->fleeting_device);
  g_free(self->fleeting_prefix);
  g_clear_object(&self->store);
  G_OBJECT_CLASS(bh_print_queue_parent_class)->finalize(object);
}

static void
bh_print_queue_class_init(BhPrintQueueClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_print_queue_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_print_queue_finalize;
  signals[JOB_CHANGED] = g_signal_new("job-changed", BH_TYPE_PRINT_QUEUE, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[PRINTER_CHANGED] = g_signal_new("printer-changed", BH_TYPE_PRINT_QUEUE, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_print_queue_init(BhPrintQueue *self)
{
  g_queue_init(&self->checking);
  self->printers = g_ptr_array_new_with_free_func(g_object_unref);
  self->leaving = g_ptr_array_new_with_free_func(g_object_unref);
  self->stranded = g_ptr_array_new_with_free_func((GDestroyNotify)bh_print_job_free);
  self->adding = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->coming = g_ptr_array_new_with_free_func(g_object_unref);
  self->submitting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->recalling = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->timing = bh_printer_default_timing;
}

BhPrintQueue *
bh_print_queue_new(BhStore *store, const BhLimitSet *limits)
{
  BhPrintQueue *self = g_object_new(BH_TYPE_PRINT_QUEUE, NULL);

  self->store = g_object_ref(store);
  self->limits = *limits;
  return self;
}

BhStore *
bh_print_queue_get_store(BhPrintQueue *queue)
{
  return queue->store;
}

void
bh_print_queue_set_timing(BhPrintQueue *queue, const BhPrinterTiming *timing)
{
  queue->timing = *timing;
}

void
bh_print_queue_close(BhPrintQueue *queue)
{
  g_return_if_fail(BH_IS_PRINT_QUEUE(queue));

  if (queue->is_closed)
    return;
  queue->is_closed = TRUE;
  g_clear_handle_id(&queue->prune_source, g_source_remove);
  for (guint i = 0; i < queue->printers->len; i++)
    bh_printer_close(queue->printers->pdata[i]);
  for (guint i = 0; i < queue->leaving->len; i++)
    bh_printer_close(queue->leaving->pdata[i]);
}
