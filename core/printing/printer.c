/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-private.h"

#include <string.h>

#include "print-content.h"
#include "cups-transport.h"
#include "device-transport.h"
#include "print-job-store.h"
#include "tcp-transport.h"

G_DEFINE_FINAL_TYPE(BhPrinter, bh_printer, G_TYPE_OBJECT)

enum { JOB_CHANGED, CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/*
 * TCP printers answer within tens of milliseconds; serial bridges pass 1 KiB in about a second.
 */
const BhPrinterTiming bh_printer_default_timing = {
    .connect_ms = 5000,
    .ask_ms = 400,
    .ask_again_ms = 1000,
    .write_base_ms = 10000,
    .write_kib_ms = 1000,
    .confirm_base_ms = 10000,
    .confirm_kib_ms = 1000,
    .confirm_quiet_ms = 3000,
    .attended_ms = 10 * 60 * 1000,
    .linger_ms = 500,
    .retry_first_ms = 1000,
    /* Within this what waited is sent to a printer that is switched on again. */
    .retry_max_ms = 10000,
    /* With the connect_ms of a printer that is off: known within 30 s. */
    .probe_ms = 20000,
};

/* GS ( H, function 48: six bytes follow, m = 48, then the id. */
static const guint8 ask_confirmation[] = {0x1d, '(', 'H', 6, 0, 0x30, 0x30};

static void start_next(BhPrinter *self);
static void commit(BhPrinter *self);

void
bh_printer_emit_changed(BhPrinter *self)
{
  g_signal_emit(self, signals[CHANGED], 0);
}

BhPrintJob *
bh_printer_get_job(BhPrinter *self)
{
  return g_queue_peek_head(&self->jobs);
}

void
bh_printer_set_state(BhPrinter *self, BhPrinterState state)
{
  self->state = state;
}

void
bh_printer_stop_timer(BhPrinter *self)
{
  if (self->timer != NULL)
    g_source_destroy(self->timer);
  g_clear_pointer(&self->timer, g_source_unref);
}

/* @callback runs once, at most. The source holds the printer until then, or until it is closed. */
void
bh_printer_start_timer(BhPrinter *self, guint64 delay_ms, GSourceFunc callback)
{
  g_autoptr(GMainContext) context = g_main_context_ref_thread_default();

  bh_printer_stop_timer(self);
  self->timer = g_timeout_source_new((guint)MIN(delay_ms, G_MAXUINT));
  g_source_set_callback(self->timer, callback, g_object_ref(self), g_object_unref);
  g_source_attach(self->timer, context);
}

static void
emit_job(BhPrinter *self, const BhPrintJob *job)
{
  BhPrintJobInfo info;

  bh_print_job_describe(job, &info);
  g_signal_emit(self, signals[JOB_CHANGED], 0, &info);
}

static void
drop_transport(BhPrinter *self)
{
  if (self->transport == NULL)
    return;
  g_signal_handlers_disconnect_by_data(self->transport, self);
  bh_print_transport_close(self->transport);
  g_clear_object(&self->transport);
}

const char *
bh_printer_get_plain_detail(const BhPrintJob *job)
{
  return job->reprints > 0 ? g_intern_static_string("reprint") : NULL;
}

gboolean
bh_printer_is_blind(BhPrinter *self)
{
  return self->address.kind == BH_PRINTER_CUPS;
}

BhPrintTransport *
bh_printer_make_transport(BhPrinter *self)
{
  if (self->address.kind == BH_PRINTER_DEVICE)
    return bh_device_transport_new(self->address.path);
  if (self->address.kind == BH_PRINTER_CUPS)
    return bh_cups_transport_new(self->address.path);
  return bh_tcp_transport_new(self->address.host, self->address.port);
}

/* It may be another printer from now on, and need not be: the jobs before say nothing of it. */
static void
expect_confirmation(BhPrinter *self)
{
  if (self->has_confirmed)
    self->unconfirmed = 0;
}

void
bh_printer_feed_status(BhPrinter *self, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data(bytes, &length);

  bh_printer_status_feed(&self->status, data, length);
  self->is_heard |= self->status.is_heard;
  if (self->status.has_answered) {
    self->has_answered = TRUE;
    if (self->silent_tries > BH_PRINTER_SILENT_TRIES)
      expect_confirmation(self);
    self->silent_tries = 0;
  }
  if (!self->status.is_heard || bh_printer_status_is_waiting(&self->status))
    return;
  if (self->status.is_paper_out || self->status.is_paper_ended)
    self->paper = "out";
  else
    self->paper = self->status.is_paper_low ? "low" : "ok";
}

/* What is told of waiting jobs ---------------------------------------------------------------- */

static BhPrintJob *
find_job(BhPrinter *self, gint64 number)
{
  for (GList *l = self->jobs.head; l != NULL; l = l->next) {
    BhPrintJob *job = l->data;

    if (job->number == number)
      return job;
  }
  return NULL;
}

/* Of a job whose turn has not come, or a detail that changes nothing for a new start. */
static void
note_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  const BhPrintAdvance *advance = bh_store_get_task_data(result);
  BhPrintJob *job = find_job(self, advance->job->number);

  /* Where it could not be written, the next change tells again. */
  if (!bh_store_write_finish(BH_STORE(source), result, NULL) || self->state == BH_PRINTER_CLOSED ||
      job == NULL || job->state > advance->job->state)
    return;
  job->state = advance->job->state;
  job->detail = advance->job->detail;
  emit_job(self, job);
}

void
bh_printer_note(BhPrinter *self, const BhPrintJob *job, BhPrintState state, const char *detail)
{
  BhPrintAdvance *advance = g_new0(BhPrintAdvance, 1);

  advance->job = bh_print_job_copy(job);
  advance->job->state = state;
  advance->job->detail = detail;
  bh_store_write_async(self->store, bh_print_job_run_advance, advance,
                       (GDestroyNotify)bh_print_advance_free, NULL, note_cb, g_object_ref(self));
}

static void
trouble_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  const BhPrintTrouble *trouble = bh_store_get_task_data(result);
  g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func((GDestroyNotify)bh_print_job_free);

  if (self->state == BH_PRINTER_CLOSED)
    return;
  g_signal_emit(self, signals[CHANGED], 0);
  /* Where it could not be written, the next change tells the jobs again. */
  if (!bh_store_write_finish(BH_STORE(source), result, NULL))
    return;
  for (GList *l = self->jobs.head; l != NULL; l = l->next) {
    BhPrintJob *job = l->data;

    if (job->state > BH_PRINT_QUEUED)
      continue;
    job->state = BH_PRINT_QUEUED;
    job->detail = trouble->detail;
    g_ptr_array_add(told, bh_print_job_copy(job));
  }
  /* Copies: who is told may change the queue. */
  for (guint i = 0; i < told->len && self->state != BH_PRINTER_CLOSED; i++)
    emit_job(self, told->pdata[i]);
}

/* Why all that waits here is waiting. */
void
bh_printer_set_trouble(BhPrinter *self, const char *detail)
{
  BhPrintTrouble *trouble;

  detail = g_intern_string(detail);
  if (detail == self->trouble)
    return;
  self->trouble = detail;
  if (g_strcmp0(detail, "offline") == 0 && !self->was_away) {
    self->was_away = TRUE;
    expect_confirmation(self);
  }
  trouble = g_new0(BhPrintTrouble, 1);
  trouble->printer = g_strdup(self->name);
  trouble->detail = detail;
  bh_store_write_async(self->store, bh_print_job_run_trouble, trouble,
                       (GDestroyNotify)bh_print_trouble_free, NULL, trouble_cb, g_object_ref(self));
}

/* Ends of a try ------------------------------------------------------------------------------- */

void
bh_printer_end_try(BhPrinter *self)
{
  bh_printer_stop_timer(self);
  drop_transport(self);
  g_clear_pointer(&self->payload, g_bytes_unref);
}

static gboolean
on_retry(gpointer data)
{
  BhPrinter *self = data;

  bh_printer_stop_timer(self);
  bh_printer_set_state(self, BH_PRINTER_IDLE);
  start_next(self);
  return G_SOURCE_REMOVE;
}

void
bh_printer_wait_for_retry(BhPrinter *self)
{
  bh_printer_set_state(self, BH_PRINTER_WAITING);
  bh_printer_start_timer(self, bh_backoff_next(&self->backoff, g_random_double()), on_retry);
  if (self->is_retired)
    g_signal_emit(self, signals[CHANGED], 0);
}

void
bh_printer_start_commit(BhPrinter *self, BhPrinterState state, BhPrintState job_state,
                        const char *detail)
{
  bh_printer_set_state(self, state);
  self->commit_state = job_state;
  self->commit_detail = g_intern_string(detail);
  commit(self);
}

/* No byte of the job has left: it stays where it is and is tried again. */
void
bh_printer_retry_later(BhPrinter *self, const char *trouble)
{
  bh_printer_end_try(self);
  bh_printer_set_trouble(self, trouble);
  if (bh_printer_get_job(self)->state == BH_PRINT_PRINTING)
    bh_printer_start_commit(self, BH_PRINTER_RETURNING, BH_PRINT_QUEUED, trouble);
  else
    bh_printer_wait_for_retry(self);
}

void
bh_printer_finish_job(BhPrinter *self, BhPrintState state, const char *detail)
{
  self->is_seen = TRUE;
  bh_printer_end_try(self);
  bh_printer_start_commit(self, BH_PRINTER_FINISHING, state,
                          detail != NULL ? detail
                                         : bh_printer_get_plain_detail(bh_printer_get_job(self)));
}

/* Laying out ---------------------------------------------------------------------------------- */

static void
append_bytes(GByteArray *array, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data(bytes, &length);

  g_byte_array_append(array, data, (guint)length);
}

/* All that the layout needs, owned: it is made on a worker. */
typedef struct {
  char *text; /* `printJob.content` */
  BhPrintContentOptions options;
  gsize max_bytes;
  guint copies;
  char id[BH_PRINTER_STATUS_ID_LENGTH + 1]; /* empty: no confirmation is asked for */
} Layout;

static void
layout_free(gpointer data)
{
  Layout *layout = data;

  g_free(layout->text);
  g_free(layout);
}

static GBytes *
lay_out(const Layout *layout, GError **error)
{
  g_autoptr(json_t) content = bh_json_parse(layout->text, strlen(layout->text), error);
  g_autoptr(GBytes) first =
      content != NULL ? bh_print_content_encode(content, &layout->options, layout->max_bytes, error)
                      : NULL;
  g_autoptr(GByteArray) all = g_byte_array_new();

  if (first == NULL)
    return NULL;
  append_bytes(all, first);
  if (layout->copies > 1) {
    g_autoptr(GBytes) further = bh_print_content_without_drawer(first);

    for (guint i = 1; i < layout->copies; i++)
      append_bytes(all, further);
  }
  if (*layout->id != '\0') {
    g_byte_array_append(all, ask_confirmation, sizeof ask_confirmation);
    g_byte_array_append(all, (const guint8 *)layout->id, BH_PRINTER_STATUS_ID_LENGTH);
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

static void
run_layout(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *bytes = lay_out(data, &error);

  if (bytes != NULL)
    g_task_return_pointer(task, bytes, (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error(task, error);
}

/* Out of LOADING lead its two steps alone, a withdrawal, which waits here, and the end. */
static gboolean
is_still_loading(BhPrinter *self)
{
  if (self->state == BH_PRINTER_DROPPING)
    bh_printer_wait_for_retry(self);
  return self->state == BH_PRINTER_LOADING;
}

static void
layout_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) payload = g_task_propagate_pointer(G_TASK(result), &error);

  if (!is_still_loading(self))
    return;
  if (payload == NULL) {
    g_info("a job for %s cannot be laid out any more: %s", self->name, error->message);
    bh_printer_finish_job(self, BH_PRINT_FAILED, "bad-content");
  } else if (self->address.kind == BH_PRINTER_PAPER) {
    self->commit_paper = g_steal_pointer(&payload);
    bh_printer_finish_job(self, BH_PRINT_DONE, NULL);
  } else {
    self->payload = g_steal_pointer(&payload);
    bh_printer_start_connecting(self);
  }
}

/* New for each try: a late confirmation of another one must not count. */
static void
make_id(BhPrinter *self)
{
  for (guint i = 0; i < BH_PRINTER_STATUS_ID_LENGTH; i++)
    self->id[i] = (char)g_random_int_range('A', 'Z' + 1);
}

/* The first line that is drawn loads the system's fonts, and pictures are large: not for the loop.
 */
static void
start_layout(BhPrinter *self, char *text)
{
  const BhPrintJob *job = bh_printer_get_job(self);
  Layout *layout = g_new0(Layout, 1);
  /* Owns no object: a worker may be the last to let go of its task. */
  g_autoptr(GTask) task = g_task_new(NULL, NULL, layout_cb, g_object_ref(self));

  layout->text = text;
  layout->options =
      (BhPrintContentOptions){.columns = self->address.columns, .reprint = job->reprints > 0};
  layout->max_bytes = self->max_bytes;
  layout->copies = job->copies;
  if (self->address.kind != BH_PRINTER_PAPER && !bh_printer_is_blind(self))
    g_strlcpy(layout->id, self->id, sizeof layout->id);
  g_task_set_task_data(task, layout, layout_free);
  g_task_run_in_thread(task, run_layout);
}

static void
content_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  g_autoptr(GError) error = NULL;
  BhPrintJobContent *content = bh_store_get_task_data(result);
  gboolean ok = bh_store_read_finish(BH_STORE(source), result, &error);

  if (!is_still_loading(self))
    return;
  if (!ok) {
    bh_printer_retry_later(self, "storage");
    return;
  }
  make_id(self);
  start_layout(self, g_steal_pointer(&content->content));
}

gboolean
bh_printer_is_probed(BhPrinter *self)
{
  return self->address.kind != BH_PRINTER_PAPER && self->timing.probe_ms > 0;
}

static gboolean
on_probe(gpointer data)
{
  BhPrinter *self = data;

  bh_printer_stop_timer(self);
  bh_printer_start_probing(self);
  return G_SOURCE_REMOVE;
}

void
bh_printer_finish_probe(BhPrinter *self, const char *trouble)
{
  bh_printer_end_try(self);
  self->is_seen = TRUE;
  bh_printer_set_state(self, BH_PRINTER_IDLE);
  bh_printer_set_trouble(self, trouble);
  start_next(self);
}

static void
start_next(BhPrinter *self)
{
  BhPrintJobContent *content;

  if (self->state != BH_PRINTER_IDLE)
    return;
  bh_printer_stop_timer(self);
  g_signal_emit(self, signals[CHANGED], 0);
  if (self->state != BH_PRINTER_IDLE)
    return;
  if (bh_printer_get_job(self) == NULL) {
    if (bh_printer_is_probed(self))
      bh_printer_start_timer(self, self->timing.probe_ms, on_probe);
    return;
  }
  bh_printer_set_state(self, BH_PRINTER_LOADING);
  content = g_new0(BhPrintJobContent, 1);
  content->number = bh_printer_get_job(self)->number;
  bh_store_read_async(self->store, bh_print_job_run_content, content,
                      (GDestroyNotify)bh_print_job_content_free, NULL, content_cb,
                      g_object_ref(self));
}

/* Commits ------------------------------------------------------------------------------------- */

static gboolean
on_commit_again(gpointer data)
{
  commit(data);
  return G_SOURCE_REMOVE;
}

static void
go_on(BhPrinter *self)
{
  switch (self->state) {
  case BH_PRINTER_MARKING:
    bh_printer_start_sending(self);
    break;
  case BH_PRINTER_SETTLING:
    bh_printer_start_confirming(self);
    break;
  case BH_PRINTER_RETURNING:
    bh_printer_wait_for_retry(self);
    break;
  case BH_PRINTER_FINISHING:
    bh_print_job_free(g_queue_pop_head(&self->jobs));
    bh_backoff_reset(&self->backoff);
    bh_printer_set_state(self, BH_PRINTER_IDLE);
    start_next(self);
    break;
  default:
    g_assert_not_reached();
  }
}

static void
set_commit_late(BhPrinter *self, gboolean is_late)
{
  if (self->is_commit_late == is_late)
    return;
  self->is_commit_late = is_late;
  if (is_late)
    g_warning("The state of a print job cannot be written to the disk; the printer %s waits. Is "
              "the disk full?",
              self->name);
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
commit_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  g_autoptr(GError) error = NULL;
  gboolean ok = bh_store_write_finish(BH_STORE(source), result, &error);
  BhPrintJob *job = bh_printer_get_job(self);

  if (self->state == BH_PRINTER_CLOSED)
    return;
  if (!ok && self->state == BH_PRINTER_MARKING) {
    bh_printer_retry_later(self, "storage");
    return;
  }
  if (!ok) {
    /* What has happened on paper must get into the book; nothing else is printed until then. */
    set_commit_late(self, TRUE);
    if (self->state == BH_PRINTER_CLOSED)
      return;
    bh_printer_start_timer(self, bh_backoff_next(&self->backoff, g_random_double()),
                           on_commit_again);
    return;
  }
  set_commit_late(self, FALSE);
  if (self->state == BH_PRINTER_CLOSED)
    return;
  g_clear_pointer(&self->commit_paper, g_bytes_unref);
  job->state = self->commit_state;
  job->detail = self->commit_detail;
  emit_job(self, job);
  if (self->state != BH_PRINTER_CLOSED)
    go_on(self);
}

static void
commit(BhPrinter *self)
{
  BhPrintAdvance *advance = g_new0(BhPrintAdvance, 1);
  gsize size = sizeof *advance;

  bh_printer_stop_timer(self);
  advance->job = bh_print_job_copy(bh_printer_get_job(self));
  advance->job->state = self->commit_state;
  advance->job->detail = self->commit_detail;
  if (self->commit_paper != NULL) {
    advance->paper = g_bytes_ref(self->commit_paper);
    advance->printed_ms = g_get_real_time() / 1000;
    size += g_bytes_get_size(advance->paper);
  }
  bh_store_write_sized_async(self->store, bh_print_job_run_advance, advance,
                             (GDestroyNotify)bh_print_advance_free, size, NULL, commit_cb,
                             g_object_ref(self));
}

/* The object ---------------------------------------------------------------------------------- */

static void
bh_printer_dispose(GObject *object)
{
  BhPrinter *self = BH_PRINTER(object);

  bh_printer_close(self);
  G_OBJECT_CLASS(bh_printer_parent_class)->dispose(object);
}

static void
bh_printer_finalize(GObject *object)
{
  BhPrinter *self = BH_PRINTER(object);

  g_queue_clear_full(&self->jobs, (GDestroyNotify)bh_print_job_free);
  g_clear_pointer(&self->commit_paper, g_bytes_unref);
  bh_printer_address_clear(&self->address);
  g_clear_object(&self->store);
  g_free(self->name);
  g_free(self->label);
  g_free(self->uri);
  G_OBJECT_CLASS(bh_printer_parent_class)->finalize(object);
}

static void
bh_printer_class_init(BhPrinterClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_printer_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_printer_finalize;
  signals[JOB_CHANGED] = g_signal_new("job-changed", BH_TYPE_PRINTER, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CHANGED] = g_signal_new("changed", BH_TYPE_PRINTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
bh_printer_init(BhPrinter *self)
{
  g_queue_init(&self->jobs);
}

BhPrinter *
bh_printer_new(const char *name, const char *uri, BhStore *store, gsize max_bytes,
               const BhPrinterTiming *timing, GError **error)
{
  g_autoptr(BhPrinter) self = g_object_new(BH_TYPE_PRINTER, NULL);

  self->name = g_strdup(name);
  self->label = g_strdup(name);
  self->uri = g_strdup(uri);
  self->store = g_object_ref(store);
  self->max_bytes = max_bytes;
  self->timing = *timing;
  self->backoff = BH_BACKOFF_INIT(timing->retry_first_ms, timing->retry_max_ms);
  if (!bh_printer_address_parse(uri, &self->address, error))
    return NULL;
  return g_steal_pointer(&self);
}

const char *
bh_printer_get_name(BhPrinter *printer)
{
  return printer->name;
}

const BhPrinterAddress *
bh_printer_get_address(BhPrinter *printer)
{
  return &printer->address;
}

const char *
bh_printer_get_label(BhPrinter *printer)
{
  return printer->label;
}

void
bh_printer_set_label(BhPrinter *printer, const char *label)
{
  g_free(printer->label);
  printer->label = g_strdup(label);
}

BhPrinterSource
bh_printer_get_source(BhPrinter *printer)
{
  return printer->source;
}

void
bh_printer_set_source(BhPrinter *printer, BhPrinterSource source)
{
  printer->source = source;
}

void
bh_printer_start(BhPrinter *printer)
{
  if (printer->state == BH_PRINTER_IDLE && bh_printer_get_job(printer) == NULL &&
      bh_printer_is_probed(printer))
    bh_printer_start_probing(printer);
}

void
bh_printer_take_job(BhPrinter *printer, BhPrintJob *job)
{
  if (printer->state == BH_PRINTER_CLOSED) {
    bh_print_job_free(job);
    return;
  }
  g_queue_push_tail(&printer->jobs, job);
  if (printer->state == BH_PRINTER_PROBING) {
    bh_printer_end_try(printer);
    bh_printer_set_state(printer, BH_PRINTER_IDLE);
  }
  /* It is tried all the same; who waits knows what was seen last. */
  if (printer->trouble != NULL ||
      (printer->state != BH_PRINTER_IDLE && job->state == BH_PRINT_ACCEPTED))
    bh_printer_note(printer, job, BH_PRINT_QUEUED, printer->trouble);
  if (printer->state == BH_PRINTER_IDLE) {
    start_next(printer);
    return;
  }
  g_signal_emit(printer, signals[CHANGED], 0);
}

guint
bh_printer_get_n_jobs(BhPrinter *printer)
{
  return g_queue_get_length(&printer->jobs);
}

guint
bh_printer_get_columns(BhPrinter *printer)
{
  return printer->address.columns;
}

void
bh_printer_try_now(BhPrinter *printer)
{
  if (printer->state != BH_PRINTER_WAITING)
    return;
  bh_backoff_reset(&printer->backoff);
  on_retry(printer);
}

void
bh_printer_close(BhPrinter *printer)
{
  BhPrinterState state = printer->state;

  bh_printer_set_state(printer, BH_PRINTER_CLOSED);
  bh_printer_end_try(printer);
  /* The store commits these before it closes, and after what is under way. */
  if (state == BH_PRINTER_MARKING || state == BH_PRINTER_RETURNING)
    bh_printer_note(printer, bh_printer_get_job(printer), BH_PRINT_QUEUED, printer->trouble);
  else if (state == BH_PRINTER_SENDING)
    bh_printer_note(printer, bh_printer_get_job(printer), BH_PRINT_UNCERTAIN,
                    g_intern_static_string("stopped"));
  else if (state == BH_PRINTER_LINGERING)
    bh_printer_note(printer, bh_printer_get_job(printer), BH_PRINT_SENT,
                    g_intern_static_string("no-feedback"));
  else if (state == BH_PRINTER_FINISHING && printer->commit_paper == NULL)
    bh_printer_note(printer, bh_printer_get_job(printer), printer->commit_state,
                    printer->commit_detail);
}
