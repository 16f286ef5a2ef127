/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-private.h"

/*
 * One try to print one job on a connection of its own: is the printer able to, then the job, then
 * its confirmation. Each end is bh_printer_retry_later() or bh_printer_finish_job().
 */

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

static void send_slice(BhPrinter *self);
static void ask(BhPrinter *self);

/*
 * In mid-job, and after each commit in between: it speaks once, when something changes. What waits
 * behind this job waits for the same.
 */
static void
tell_trouble(BhPrinter *self)
{
  const BhPrintJob *job = bh_printer_get_job(self);
  const char *trouble = g_intern_string(bh_printer_status_get_trouble(&self->status));

  bh_printer_set_trouble(self, trouble);
  if (trouble == NULL)
    trouble = bh_printer_get_plain_detail(job);
  if (trouble != self->noted)
    bh_printer_note(self, job, job->state, trouble);
  self->noted = trouble;
}

/* The confirmation ---------------------------------------------------------------------------- */

static void
end_lingering(BhPrinter *self)
{
  const char *trouble = bh_printer_status_get_trouble(&self->status);

  if (trouble != NULL)
    bh_printer_finish_job(self, BH_PRINT_UNCERTAIN, trouble);
  else
    bh_printer_finish_job(self, BH_PRINT_SENT, "no-feedback");
}

static gboolean
on_lingered(gpointer data)
{
  end_lingering(data);
  return G_SOURCE_REMOVE;
}

/*
 * Closing a socket with something unread resets it, and a reset may take away what the printer has
 * not read yet; so it gets a moment to close by itself.
 */
static void
linger(BhPrinter *self)
{
  bh_printer_set_state(self, BH_PRINTER_LINGERING);
  bh_print_transport_end_output(self->transport);
  bh_printer_start_timer(self, self->timing.linger_ms, on_lingered);
}

/*
 * Whether it confirms what it prints. One that was away, and has not confirmed since, may be
 * another printer.
 */
static gboolean
is_confirming(BhPrinter *self)
{
  return self->has_confirmed && !(self->was_away && self->unconfirmed >= PATIENT_JOBS);
}

/* Whether it has answered before, and says nothing on this connection. */
static gboolean
is_silent(BhPrinter *self)
{
  return self->has_answered && !self->status.is_heard;
}

/*
 * All has been handed over, and no confirmation comes: only a printer that lacks nothing, is not
 * expected to say anything, and has taken it all, may leave it at that.
 *
 * Returns: (nullable): why that is in doubt
 */
static const char *
find_doubt(BhPrinter *self)
{
  const char *trouble = bh_printer_status_get_trouble(&self->status);

  if (trouble != NULL)
    return trouble;
  if (is_confirming(self) || is_silent(self))
    return self->is_ended ? "connection-lost" : "time-limit";
  return bh_print_transport_get_unsent(self->transport) > 0 ? "connection-lost" : NULL;
}

static guint64
get_confirm_ms(BhPrinter *self)
{
  guint64 kib = g_bytes_get_size(self->payload) / 1024;

  if (is_confirming(self) || (self->is_heard && self->unconfirmed < PATIENT_JOBS))
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

/* One that never says anything may be slow: it still takes what this computer holds for it. */
static gboolean
is_taking(BhPrinter *self)
{
  gsize unsent = bh_print_transport_get_unsent(self->transport);

  self->stalled_ms =
      unsent < self->unsent_bytes ? 0 : self->stalled_ms + self->timing.confirm_quiet_ms;
  self->unsent_bytes = unsent;
  return unsent > 0 && self->stalled_ms < self->timing.confirm_base_ms;
}

static void
give_up_waiting(BhPrinter *self)
{
  const char *doubt = find_doubt(self);

  self->unconfirmed++;
  if (doubt != NULL)
    bh_printer_finish_job(self, BH_PRINT_UNCERTAIN, doubt);
  else
    linger(self);
}

static gboolean
on_confirm_late(gpointer data)
{
  BhPrinter *self = data;

  if (is_attended(self, self->timing.confirm_base_ms))
    bh_printer_start_timer(self, self->timing.confirm_base_ms, on_confirm_late);
  else if (!is_confirming(self) && is_taking(self))
    bh_printer_start_timer(self, self->timing.confirm_quiet_ms, on_confirm_late);
  else
    give_up_waiting(self);
  return G_SOURCE_REMOVE;
}

/* In CONFIRMING and LINGERING, whenever something was learned. */
static void
judge_confirmation(BhPrinter *self)
{
  if (g_str_equal(self->status.confirmed, self->id)) {
    self->has_confirmed = TRUE;
    self->was_away = FALSE;
    self->unconfirmed = 0;
    bh_printer_set_trouble(self, NULL);
    bh_printer_finish_job(self, BH_PRINT_DONE, NULL);
  } else if (self->is_broken) {
    bh_printer_finish_job(self, BH_PRINT_UNCERTAIN, "connection-lost");
  } else if (self->is_ended) {
    const char *doubt = find_doubt(self);

    self->unconfirmed++;
    if (doubt != NULL)
      bh_printer_finish_job(self, BH_PRINT_UNCERTAIN, doubt);
    else
      bh_printer_finish_job(self, BH_PRINT_SENT, "no-feedback");
  }
}

void
bh_printer_start_confirming(BhPrinter *self)
{
  if (bh_printer_is_blind(self)) {
    bh_printer_finish_job(self, BH_PRINT_SENT, "no-feedback");
    return;
  }
  bh_printer_set_state(self, BH_PRINTER_CONFIRMING);
  self->unsent_bytes = G_MAXSIZE;
  self->stalled_ms = 0;
  /* `sent` has taken the place of what was noted before. */
  self->noted = bh_printer_get_plain_detail(bh_printer_get_job(self));
  tell_trouble(self);
  bh_printer_start_timer(self, get_confirm_ms(self), on_confirm_late);
  judge_confirmation(self);
}

/* Sending ------------------------------------------------------------------------------------- */

static void
break_off(BhPrinter *self)
{
  if (self->sent_bytes == 0)
    bh_printer_retry_later(self, "offline");
  else
    bh_printer_finish_job(self, BH_PRINT_UNCERTAIN,
                          self->is_late ? "time-limit" : "connection-lost");
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  gsize written = 0;
  gboolean ok = bh_print_transport_write_finish(BH_PRINT_TRANSPORT(source), result, &written, NULL);

  if (self->state != BH_PRINTER_SENDING || source != G_OBJECT(self->transport))
    return;
  self->sent_bytes += written;
  if (!ok || self->is_ended || self->is_late)
    break_off(self);
  else if (self->sent_bytes < g_bytes_get_size(self->payload))
    send_slice(self);
  else {
    bh_printer_stop_timer(self);
    bh_printer_start_commit(self, BH_PRINTER_SETTLING, BH_PRINT_SENT,
                            bh_printer_get_plain_detail(bh_printer_get_job(self)));
  }
}

static gboolean
on_write_late(gpointer data)
{
  BhPrinter *self = data;

  if (is_attended(self, self->timing.write_base_ms)) {
    bh_printer_start_timer(self, self->timing.write_base_ms, on_write_late);
  } else {
    /* The write comes back and says how much has left. */
    self->is_late = TRUE;
    bh_printer_stop_timer(self);
    bh_print_transport_close(self->transport);
  }
  return G_SOURCE_REMOVE;
}

static void
send_slice(BhPrinter *self)
{
  gsize left = g_bytes_get_size(self->payload) - self->sent_bytes;
  g_autoptr(GBytes) slice = g_bytes_new_from_bytes(
      self->payload, self->sent_bytes, bh_printer_is_blind(self) ? left : MIN(left, SLICE_BYTES));

  bh_printer_start_timer(self,
                         self->timing.write_base_ms +
                             (guint64)self->timing.write_kib_ms * g_bytes_get_size(slice) / 1024,
                         on_write_late);
  bh_print_transport_write_async(self->transport, slice, write_cb, g_object_ref(self));
}

void
bh_printer_start_sending(BhPrinter *self)
{
  if (self->is_ended) {
    bh_printer_retry_later(self, "offline");
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
  bh_printer_set_state(self, BH_PRINTER_SENDING);
  self->sent_bytes = 0;
  self->attended_ms = 0;
  self->noted = bh_printer_get_plain_detail(bh_printer_get_job(self));
  tell_trouble(self);
  send_slice(self);
}

/* Before the first byte ----------------------------------------------------------------------- */

static void
start_marking(BhPrinter *self)
{
  bh_printer_stop_timer(self);
  bh_printer_set_trouble(self, NULL);
  bh_printer_start_commit(self, BH_PRINTER_MARKING, BH_PRINT_PRINTING,
                          bh_printer_get_plain_detail(bh_printer_get_job(self)));
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
  bh_printer_set_state(self, BH_PRINTER_HELD);
  bh_printer_set_trouble(self, bh_printer_status_get_trouble(&self->status));
  bh_printer_start_timer(self, self->timing.ask_again_ms, on_ask_again);
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

/*
 * No byte of the job has left yet, so that it is asked again. Some printers answer only now and
 * then, and another one may have taken its place: after that the job is tried, and in the end the
 * printer is one that says nothing.
 */
static void
judge_silence(BhPrinter *self)
{
  if (self->silent_tries < BH_PRINTER_SILENT_TRIES && ++self->unanswered < MAX_UNANSWERED) {
    ask(self);
    return;
  }
  if (++self->silent_tries <= BH_PRINTER_SILENT_TRIES) {
    bh_printer_retry_later(self, "offline");
    return;
  }
  self->has_answered = self->silent_tries <= BH_PRINTER_SILENT_TRIES + PATIENT_JOBS;
  start_marking(self);
}

static gboolean
on_ask_late(gpointer data)
{
  BhPrinter *self = data;

  /* Answers that come after all would be taken for those of the next question. */
  self->status.n_asked = 0;
  if (is_silent(self))
    judge_silence(self);
  else if (self->trouble != NULL && self->status.is_heard && ++self->unanswered >= MAX_UNANSWERED)
    bh_printer_retry_later(self, "offline");
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
      (self->state == BH_PRINTER_ASKING || self->state == BH_PRINTER_HELD))
    bh_printer_retry_later(self, "offline");
}

/* One that never said anything is not waited for as long as one that may. */
static guint
get_ask_ms(BhPrinter *self)
{
  gboolean is_mute = !self->is_heard && self->unconfirmed >= PATIENT_JOBS;

  return is_mute ? self->timing.ask_ms / 4 : self->timing.ask_ms;
}

static void
ask(BhPrinter *self)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static(questions, sizeof questions);

  bh_printer_set_state(self, BH_PRINTER_ASKING);
  for (gsize i = 2; i < sizeof questions; i += 3)
    bh_printer_status_expect(&self->status, questions[i]);
  bh_printer_start_timer(self, get_ask_ms(self), on_ask_late);
  bh_print_transport_write_async(self->transport, bytes, asked_cb, g_object_ref(self));
}

static void
on_received(BhPrintTransport *transport, GBytes *bytes, BhPrinter *self)
{
  bh_printer_feed_status(self, bytes);
  if (self->state == BH_PRINTER_ASKING && !bh_printer_status_is_waiting(&self->status)) {
    self->unanswered = 0;
    judge_answers(self);
  } else if (self->state == BH_PRINTER_SENDING || self->state == BH_PRINTER_CONFIRMING) {
    tell_trouble(self);
    if (self->state == BH_PRINTER_CONFIRMING)
      judge_confirmation(self);
  } else if (self->state == BH_PRINTER_LINGERING) {
    judge_confirmation(self);
  }
}

static void
on_ended(BhPrintTransport *transport, const GError *error, BhPrinter *self)
{
  self->is_ended = TRUE;
  self->is_broken = error != NULL;
  if (self->state == BH_PRINTER_ASKING || self->state == BH_PRINTER_HELD)
    bh_printer_retry_later(self, "offline");
  else if (self->state == BH_PRINTER_SENDING)
    /* The write comes back and says how much has left. */
    bh_print_transport_close(self->transport);
  else if (self->state == BH_PRINTER_CONFIRMING)
    judge_confirmation(self);
  else if (self->state == BH_PRINTER_LINGERING)
    end_lingering(self);
}

static void
open_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  gboolean ok = bh_print_transport_open_finish(BH_PRINT_TRANSPORT(source), result, NULL);

  if (self->state != BH_PRINTER_CONNECTING || source != G_OBJECT(self->transport))
    return;
  if (ok && bh_printer_is_blind(self))
    start_marking(self);
  else if (ok)
    ask(self);
  else
    bh_printer_retry_later(self, "offline");
}

static gboolean
on_connect_late(gpointer data)
{
  bh_printer_retry_later(data, "offline");
  return G_SOURCE_REMOVE;
}

void
bh_printer_start_connecting(BhPrinter *self)
{
  bh_printer_set_state(self, BH_PRINTER_CONNECTING);
  self->transport = bh_printer_make_transport(self);
  g_signal_connect_object(self->transport, "received", G_CALLBACK(on_received), self, 0);
  g_signal_connect_object(self->transport, "ended", G_CALLBACK(on_ended), self, 0);
  bh_printer_status_init(&self->status);
  self->unanswered = 0;
  self->is_ended = self->is_broken = self->is_late = FALSE;
  bh_printer_start_timer(self, self->timing.connect_ms, on_connect_late);
  bh_print_transport_open_async(self->transport, open_cb, g_object_ref(self));
}
