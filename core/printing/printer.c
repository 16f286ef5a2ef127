/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer.h"

#include <string.h>

#include "backoff.h"
#include "print-content.h"
#include "print-job-store.h"
#include "printer-address.h"
#include "printer-status.h"
#include "tcp-transport.h"

/*
 * The first job of `jobs` is the one at hand. One commit of it, one transport and one timer at a
 * time; what comes back from an earlier transport is known by not being `transport`. Completions
 * hold a reference to the printer and look at `state` again.
 */
typedef enum {
  STATE_IDLE,       /* no job -> LOADING */
  STATE_LOADING,    /* content is read and laid out -> CONNECTING; paper: FINISHING */
  STATE_CONNECTING, /* -> ASKING, WAITING */
  STATE_ASKING,     /* DLE EOT is out -> MARKING when fine or silent, HELD, WAITING */
  STATE_HELD,       /* it said what it lacks; asked again -> MARKING, WAITING */
  STATE_MARKING,    /* `printing` is being committed -> SENDING, RETURNING */
  STATE_SENDING,    /* -> SETTLING with the last byte, FINISHING (uncertain), RETURNING */
  STATE_SETTLING,   /* `sent` is being committed -> CONFIRMING, FINISHING */
  STATE_CONFIRMING, /* -> FINISHING (done, uncertain), LINGERING */
  STATE_LINGERING,  /* no confirmation; unread bytes must not be lost by closing -> FINISHING */
  STATE_FINISHING,  /* the last state is being committed -> IDLE */
  STATE_RETURNING,  /* no byte left: `queued` is being committed again -> WAITING */
  STATE_WAITING,    /* until the next try -> LOADING */
  STATE_CLOSED,
} State;

struct _BhPrinter {
  GObject parent_instance;

  char *name;
  BhPrinterAddress address;
  BhStore *store; /* owned reference */
  gsize max_bytes;
  BhPrinterTiming timing;

  State state;
  GQueue jobs;         /* of BhPrintJob, owned */
  const char *trouble; /* (nullable): interned: why nothing is printed now */
  BhBackoff backoff;
  GSource *timer; /* (nullable) */

  /* What is being committed of the first job, kept for another try. */
  BhPrintState commit_state;
  const char *commit_detail;
  GBytes *commit_paper;

  /* The try at hand. */
  GBytes *payload;
  gsize sent_bytes;
  char id[BH_PRINTER_STATUS_ID_LENGTH + 1];
  BhPrintTransport *transport;
  BhPrinterStatus status;
  guint unanswered;  /* questions in a row */
  const char *noted; /* (nullable): interned: what was last said of it in mid-job */
  gboolean is_ended, is_broken, is_late;
  guint attended_ms;

  /* What is known of the printer since the start of the program. */
  gboolean is_heard, has_confirmed;
  guint unconfirmed; /* jobs in a row */
};

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
    .retry_max_ms = 30000,
};

/* One time limit covers one slice, so that a printer that stops reading is noticed in the middle.
 */
#define SLICE_BYTES 4096

/* Questions in a row that a printer which lacks something may leave open. */
#define MAX_UNANSWERED 5

/* Jobs in a row without a confirmation, after which it is waited for less. */
#define PATIENT_JOBS 3

/* GS a: automatic status of online, error and paper (not of the drawer). */
static const guint8 enable_status[] = {0x1d, 'a', 0x0e};

/* DLE EOT: printer, cause of offline, paper sensor. */
static const guint8 questions[] = {0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 4};

/* GS ( H, function 48: six bytes follow, m = 48, then the id. */
static const guint8 ask_confirmation[] = {0x1d, '(', 'H', 6, 0, 0x30, 0x30};

static void start_next(BhPrinter *self);
static void send_slice(BhPrinter *self);
static void commit(BhPrinter *self);
static void ask(BhPrinter *self);

static BhPrintJob *
get_job(BhPrinter *self)
{
  return g_queue_peek_head(&self->jobs);
}

static void
set_state(BhPrinter *self, State state)
{
  self->state = state;
}

static void
stop_timer(BhPrinter *self)
{
  if (self->timer != NULL)
    g_source_destroy(self->timer);
  g_clear_pointer(&self->timer, g_source_unref);
}

/* @callback runs once, at most; the printer destroys the source before it goes. */
static void
start_timer(BhPrinter *self, guint64 delay_ms, GSourceFunc callback)
{
  g_autoptr(GMainContext) context = g_main_context_ref_thread_default();

  stop_timer(self);
  self->timer = g_timeout_source_new((guint)MIN(delay_ms, G_MAXUINT));
  g_source_set_callback(self->timer, callback, self, NULL);
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

static const char *
get_plain_detail(const BhPrintJob *job)
{
  return job->reprints > 0 ? g_intern_static_string("reprint") : NULL;
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
  if (!bh_store_write_finish(BH_STORE(source), result, NULL) || self->state == STATE_CLOSED ||
      job == NULL || job->state > advance->job->state)
    return;
  job->state = advance->job->state;
  job->detail = advance->job->detail;
  emit_job(self, job);
}

static void
note(BhPrinter *self, const BhPrintJob *job, BhPrintState state, const char *detail)
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
  for (guint i = 0; i < told->len && self->state != STATE_CLOSED; i++)
    emit_job(self, told->pdata[i]);
}

/* Why all that waits here is waiting. */
static void
set_trouble(BhPrinter *self, const char *detail)
{
  BhPrintTrouble *trouble;

  detail = g_intern_string(detail);
  if (detail == self->trouble)
    return;
  self->trouble = detail;
  trouble = g_new0(BhPrintTrouble, 1);
  trouble->printer = g_strdup(self->name);
  trouble->detail = detail;
  bh_store_write_async(self->store, bh_print_job_run_trouble, trouble,
                       (GDestroyNotify)bh_print_trouble_free, NULL, trouble_cb, g_object_ref(self));
  g_signal_emit(self, signals[CHANGED], 0);
}

/* Ends of a try ------------------------------------------------------------------------------- */

static void
end_try(BhPrinter *self)
{
  stop_timer(self);
  drop_transport(self);
  g_clear_pointer(&self->payload, g_bytes_unref);
}

static gboolean
on_retry(gpointer data)
{
  BhPrinter *self = data;

  stop_timer(self);
  set_state(self, STATE_IDLE);
  start_next(self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_retry(BhPrinter *self)
{
  set_state(self, STATE_WAITING);
  start_timer(self, bh_backoff_next(&self->backoff, g_random_double()), on_retry);
}

static void
start_commit(BhPrinter *self, State state, BhPrintState job_state, const char *detail)
{
  set_state(self, state);
  self->commit_state = job_state;
  self->commit_detail = g_intern_string(detail);
  commit(self);
}

/* No byte of the job has left: it stays where it is and is tried again. */
static void
retry_later(BhPrinter *self, const char *trouble)
{
  end_try(self);
  set_trouble(self, trouble);
  if (get_job(self)->state == BH_PRINT_PRINTING)
    start_commit(self, STATE_RETURNING, BH_PRINT_QUEUED, trouble);
  else
    wait_for_retry(self);
}

static void
finish_job(BhPrinter *self, BhPrintState state, const char *detail)
{
  end_try(self);
  start_commit(self, STATE_FINISHING, state,
               detail != NULL ? detail : get_plain_detail(get_job(self)));
}

static gboolean
on_lingered(gpointer data)
{
  BhPrinter *self = data;

  finish_job(self, BH_PRINT_SENT, "no-feedback");
  return G_SOURCE_REMOVE;
}

/*
 * Closing a socket with something unread resets it, and a reset may take away what the printer has
 * not read yet; so it gets a moment to close by itself.
 */
static void
linger(BhPrinter *self)
{
  set_state(self, STATE_LINGERING);
  self->unconfirmed++;
  bh_print_transport_end_output(self->transport);
  start_timer(self, self->timing.linger_ms, on_lingered);
}

/* The confirmation ---------------------------------------------------------------------------- */

static guint64
get_confirm_ms(BhPrinter *self)
{
  guint64 kib = g_bytes_get_size(self->payload) / 1024;

  if (self->has_confirmed || (self->is_heard && self->unconfirmed < PATIENT_JOBS))
    return self->timing.confirm_base_ms + kib * self->timing.confirm_kib_ms;
  if (self->is_heard || self->unconfirmed < PATIENT_JOBS)
    return self->timing.confirm_quiet_ms;
  return self->timing.confirm_quiet_ms / 6;
}

/*
 * In the middle of a job a printer that says what it lacks is waited for: a roll is changed in a
 * minute, and printing goes on where it stopped.
 */
static gboolean
is_attended(BhPrinter *self, guint more_ms)
{
  if (bh_printer_status_get_trouble(&self->status) == NULL ||
      self->attended_ms >= self->timing.attended_ms)
    return FALSE;
  self->attended_ms += more_ms;
  return TRUE;
}

static gboolean
on_confirm_late(gpointer data)
{
  BhPrinter *self = data;
  const char *trouble = bh_printer_status_get_trouble(&self->status);

  if (is_attended(self, self->timing.confirm_base_ms))
    start_timer(self, self->timing.confirm_base_ms, on_confirm_late);
  else if (trouble != NULL)
    finish_job(self, BH_PRINT_UNCERTAIN, trouble);
  else
    linger(self);
  return G_SOURCE_REMOVE;
}

/* In CONFIRMING, whenever something was learned. */
static void
judge_confirmation(BhPrinter *self)
{
  if (g_str_equal(self->status.confirmed, self->id)) {
    self->has_confirmed = TRUE;
    self->unconfirmed = 0;
    finish_job(self, BH_PRINT_DONE, NULL);
  } else if (self->is_broken || (self->is_ended && self->has_confirmed)) {
    finish_job(self, BH_PRINT_UNCERTAIN, "connection-lost");
  } else if (self->is_ended) {
    self->unconfirmed++;
    finish_job(self, BH_PRINT_SENT, "no-feedback");
  }
}

static void
start_confirming(BhPrinter *self)
{
  set_state(self, STATE_CONFIRMING);
  start_timer(self, get_confirm_ms(self), on_confirm_late);
  judge_confirmation(self);
}

/* Sending ------------------------------------------------------------------------------------- */

static void
break_off(BhPrinter *self)
{
  if (self->sent_bytes == 0)
    retry_later(self, "offline");
  else
    finish_job(self, BH_PRINT_UNCERTAIN, self->is_late ? "time-limit" : "connection-lost");
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  gsize written = 0;
  gboolean ok = bh_print_transport_write_finish(BH_PRINT_TRANSPORT(source), result, &written, NULL);

  if (self->state != STATE_SENDING || source != G_OBJECT(self->transport))
    return;
  self->sent_bytes += written;
  if (!ok || self->is_ended || self->is_late)
    break_off(self);
  else if (self->sent_bytes < g_bytes_get_size(self->payload))
    send_slice(self);
  else {
    stop_timer(self);
    start_commit(self, STATE_SETTLING, BH_PRINT_SENT, get_plain_detail(get_job(self)));
  }
}

static gboolean
on_write_late(gpointer data)
{
  BhPrinter *self = data;

  if (is_attended(self, self->timing.write_base_ms)) {
    start_timer(self, self->timing.write_base_ms, on_write_late);
  } else {
    /* The write comes back and says how much has left. */
    self->is_late = TRUE;
    stop_timer(self);
    bh_print_transport_close(self->transport);
  }
  return G_SOURCE_REMOVE;
}

static void
send_slice(BhPrinter *self)
{
  gsize left = g_bytes_get_size(self->payload) - self->sent_bytes;
  g_autoptr(GBytes) slice =
      g_bytes_new_from_bytes(self->payload, self->sent_bytes, MIN(left, SLICE_BYTES));

  start_timer(self,
              self->timing.write_base_ms +
                  (guint64)self->timing.write_kib_ms * g_bytes_get_size(slice) / 1024,
              on_write_late);
  bh_print_transport_write_async(self->transport, slice, write_cb, g_object_ref(self));
}

static void
start_sending(BhPrinter *self)
{
  if (self->is_ended) {
    retry_later(self, "offline");
    return;
  }
  if (self->status.is_heard) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gsize length;
    const guint8 *data = g_bytes_get_data(self->payload, &length);

    g_byte_array_append(bytes, enable_status, sizeof enable_status);
    g_byte_array_append(bytes, data, (guint)length);
    g_bytes_unref(self->payload);
    self->payload = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
  }
  set_state(self, STATE_SENDING);
  self->sent_bytes = 0;
  self->attended_ms = 0;
  self->noted = get_plain_detail(get_job(self));
  send_slice(self);
}

/* Before the first byte ----------------------------------------------------------------------- */

static void
start_marking(BhPrinter *self)
{
  stop_timer(self);
  set_trouble(self, NULL);
  start_commit(self, STATE_MARKING, BH_PRINT_PRINTING, get_plain_detail(get_job(self)));
}

static gboolean
on_ask_again(gpointer data)
{
  ask(data);
  return G_SOURCE_REMOVE;
}

static void
hold(BhPrinter *self)
{
  set_state(self, STATE_HELD);
  set_trouble(self, bh_printer_status_get_trouble(&self->status));
  start_timer(self, self->timing.ask_again_ms, on_ask_again);
}

/* In ASKING: all answers are there, or none more are waited for. */
static void
judge_answers(BhPrinter *self)
{
  if (bh_printer_status_get_trouble(&self->status) != NULL)
    hold(self);
  else
    start_marking(self);
}

static gboolean
on_ask_late(gpointer data)
{
  BhPrinter *self = data;

  /* Answers that come after all would be taken for those of the next question. */
  self->status.n_asked = 0;
  if (self->trouble != NULL && self->status.is_heard && ++self->unanswered >= MAX_UNANSWERED)
    retry_later(self, "offline");
  else
    judge_answers(self);
  return G_SOURCE_REMOVE;
}

static void
asked_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  g_autoptr(GError) error = NULL;
  gsize written = 0;

  if (!bh_print_transport_write_finish(BH_PRINT_TRANSPORT(source), result, &written, &error) &&
      source == G_OBJECT(self->transport) &&
      (self->state == STATE_ASKING || self->state == STATE_HELD))
    retry_later(self, "offline");
}

static void
ask(BhPrinter *self)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static(questions, sizeof questions);

  set_state(self, STATE_ASKING);
  for (gsize i = 2; i < sizeof questions; i += 3)
    bh_printer_status_expect(&self->status, questions[i]);
  start_timer(self, self->timing.ask_ms, on_ask_late);
  bh_print_transport_write_async(self->transport, bytes, asked_cb, g_object_ref(self));
}

static void
on_received(BhPrintTransport *transport, GBytes *bytes, BhPrinter *self)
{
  BhPrintJob *job = get_job(self);
  gsize length;
  const guint8 *data = g_bytes_get_data(bytes, &length);
  const char *trouble;

  bh_printer_status_feed(&self->status, data, length);
  self->is_heard |= self->status.is_heard;
  trouble = g_intern_string(bh_printer_status_get_trouble(&self->status));

  if (self->state == STATE_ASKING && !bh_printer_status_is_waiting(&self->status)) {
    self->unanswered = 0;
    judge_answers(self);
  } else if (self->state == STATE_SENDING || self->state == STATE_CONFIRMING) {
    if (trouble == NULL)
      trouble = get_plain_detail(job);
    if (trouble != self->noted)
      note(self, job, job->state, trouble);
    self->noted = trouble;
    if (self->state == STATE_CONFIRMING)
      judge_confirmation(self);
  }
}

static void
on_ended(BhPrintTransport *transport, const GError *error, BhPrinter *self)
{
  self->is_ended = TRUE;
  self->is_broken = error != NULL;
  if (self->state == STATE_ASKING || self->state == STATE_HELD)
    retry_later(self, "offline");
  else if (self->state == STATE_SENDING)
    /* The write comes back and says how much has left. */
    bh_print_transport_close(self->transport);
  else if (self->state == STATE_CONFIRMING)
    judge_confirmation(self);
  else if (self->state == STATE_LINGERING)
    finish_job(self, BH_PRINT_SENT, "no-feedback");
}

static void
open_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  gboolean ok = bh_print_transport_open_finish(BH_PRINT_TRANSPORT(source), result, NULL);

  if (self->state != STATE_CONNECTING || source != G_OBJECT(self->transport))
    return;
  if (ok)
    ask(self);
  else
    retry_later(self, "offline");
}

static gboolean
on_connect_late(gpointer data)
{
  retry_later(data, "offline");
  return G_SOURCE_REMOVE;
}

static void
start_connecting(BhPrinter *self)
{
  set_state(self, STATE_CONNECTING);
  self->transport = bh_tcp_transport_new(self->address.host, self->address.port);
  g_signal_connect(self->transport, "received", G_CALLBACK(on_received), self);
  g_signal_connect(self->transport, "ended", G_CALLBACK(on_ended), self);
  bh_printer_status_init(&self->status);
  self->unanswered = 0;
  self->is_ended = self->is_broken = self->is_late = FALSE;
  start_timer(self, self->timing.connect_ms, on_connect_late);
  bh_print_transport_open_async(self->transport, open_cb, g_object_ref(self));
}

/* Laying out ---------------------------------------------------------------------------------- */

static void
append_bytes(GByteArray *array, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data(bytes, &length);

  g_byte_array_append(array, data, (guint)length);
}

static GBytes *
lay_out(BhPrinter *self, const char *text, GError **error)
{
  const BhPrintJob *job = get_job(self);
  const BhPrintContentOptions options = {.columns = 42, .reprint = job->reprints > 0};
  g_autoptr(json_t) content = bh_json_parse(text, strlen(text), error);
  g_autoptr(GBytes) first =
      content != NULL ? bh_print_content_encode(content, &options, self->max_bytes, error) : NULL;
  g_autoptr(GByteArray) all = g_byte_array_new();

  if (first == NULL)
    return NULL;
  append_bytes(all, first);
  if (job->copies > 1) {
    g_autoptr(GBytes) further = bh_print_content_without_drawer(first);

    for (guint i = 1; i < job->copies; i++)
      append_bytes(all, further);
  }
  if (self->address.kind == BH_PRINTER_TCP) {
    g_byte_array_append(all, ask_confirmation, sizeof ask_confirmation);
    g_byte_array_append(all, (const guint8 *)self->id, BH_PRINTER_STATUS_ID_LENGTH);
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

/* New for each try: a late confirmation of another one must not count. */
static void
make_id(BhPrinter *self)
{
  for (guint i = 0; i < BH_PRINTER_STATUS_ID_LENGTH; i++)
    self->id[i] = (char)g_random_int_range('A', 'Z' + 1);
}

static void
content_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  g_autoptr(GError) error = NULL;
  BhPrintJobContent *content = bh_store_get_task_data(result);
  gboolean ok = bh_store_read_finish(BH_STORE(source), result, &error);

  if (self->state != STATE_LOADING)
    return;
  if (!ok) {
    retry_later(self, "storage");
    return;
  }
  make_id(self);
  self->payload = lay_out(self, content->content, &error);
  if (self->payload == NULL) {
    g_info("a job for %s cannot be laid out any more: %s", self->name, error->message);
    finish_job(self, BH_PRINT_FAILED, "bad-content");
  } else if (self->address.kind == BH_PRINTER_PAPER) {
    self->commit_paper = g_steal_pointer(&self->payload);
    finish_job(self, BH_PRINT_DONE, NULL);
  } else {
    start_connecting(self);
  }
}

static void
start_next(BhPrinter *self)
{
  BhPrintJobContent *content;

  if (self->state != STATE_IDLE)
    return;
  g_signal_emit(self, signals[CHANGED], 0);
  if (self->state != STATE_IDLE || get_job(self) == NULL)
    return;
  set_state(self, STATE_LOADING);
  content = g_new0(BhPrintJobContent, 1);
  content->number = get_job(self)->number;
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
  case STATE_MARKING:
    start_sending(self);
    break;
  case STATE_SETTLING:
    start_confirming(self);
    break;
  case STATE_RETURNING:
    wait_for_retry(self);
    break;
  case STATE_FINISHING:
    bh_print_job_free(g_queue_pop_head(&self->jobs));
    bh_backoff_reset(&self->backoff);
    set_state(self, STATE_IDLE);
    start_next(self);
    break;
  default:
    g_assert_not_reached();
  }
}

static void
commit_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  g_autoptr(GError) error = NULL;
  gboolean ok = bh_store_write_finish(BH_STORE(source), result, &error);
  BhPrintJob *job = get_job(self);

  if (self->state == STATE_CLOSED)
    return;
  if (!ok && self->state == STATE_MARKING) {
    retry_later(self, "storage");
    return;
  }
  if (!ok) {
    /* What has happened on paper must get into the book; nothing else is printed until then. */
    start_timer(self, bh_backoff_next(&self->backoff, g_random_double()), on_commit_again);
    return;
  }
  g_clear_pointer(&self->commit_paper, g_bytes_unref);
  job->state = self->commit_state;
  job->detail = self->commit_detail;
  emit_job(self, job);
  if (self->state != STATE_CLOSED)
    go_on(self);
}

static void
commit(BhPrinter *self)
{
  BhPrintAdvance *advance = g_new0(BhPrintAdvance, 1);
  gsize size = sizeof *advance;

  stop_timer(self);
  advance->job = bh_print_job_copy(get_job(self));
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

void
bh_printer_take_job(BhPrinter *printer, BhPrintJob *job)
{
  if (printer->state == STATE_CLOSED) {
    bh_print_job_free(job);
    return;
  }
  g_queue_push_tail(&printer->jobs, job);
  if (printer->state == STATE_IDLE) {
    start_next(printer);
    return;
  }
  if (job->state == BH_PRINT_ACCEPTED)
    note(printer, job, BH_PRINT_QUEUED, printer->trouble);
  g_signal_emit(printer, signals[CHANGED], 0);
}

guint
bh_printer_get_n_jobs(BhPrinter *printer)
{
  return g_queue_get_length(&printer->jobs);
}

gboolean
bh_printer_has_job(BhPrinter *printer, const char *device_id, const char *job_id)
{
  for (GList *l = printer->jobs.head; l != NULL; l = l->next) {
    const BhPrintJob *job = l->data;

    if (g_str_equal(job->job_id, job_id) && g_str_equal(job->device_id, device_id))
      return TRUE;
  }
  return FALSE;
}

json_t *
bh_printer_describe(BhPrinter *printer)
{
  const char *state = "printing";
  json_t *json;

  if (printer->trouble != NULL)
    state = "waiting";
  else if (get_job(printer) == NULL)
    state = "idle";
  json = json_pack("{s:s, s:s, s:s, s:i}", "name", printer->name, "kind",
                   printer->address.kind == BH_PRINTER_PAPER ? "paper" : "receipt", "state", state,
                   "waiting", (int)g_queue_get_length(&printer->jobs));
  if (printer->trouble != NULL)
    json_object_set_new(json, "detail", json_string(printer->trouble));
  return json;
}

void
bh_printer_close(BhPrinter *printer)
{
  State state = printer->state;

  set_state(printer, STATE_CLOSED);
  end_try(printer);
  /* The store commits these before it closes, and after what is under way. */
  if (state == STATE_MARKING || state == STATE_RETURNING)
    note(printer, get_job(printer), BH_PRINT_QUEUED, printer->trouble);
  else if (state == STATE_SENDING)
    note(printer, get_job(printer), BH_PRINT_UNCERTAIN, g_intern_static_string("stopped"));
  else if (state == STATE_FINISHING && printer->commit_paper == NULL)
    note(printer, get_job(printer), printer->commit_state, printer->commit_detail);
}
