/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-private.h"

/*
 * A look at a printer that has nothing to do, so that a person sees that it is off, open or out of
 * paper before a job waits for it. Short, since many receipt printers take one connection at a
 * time. Each end is bh_printer_finish_probe(), or a job that comes.
 */

/* DLE EOT: printer, cause of offline, paper sensor. */
static const guint8 questions[] = {0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 4};

static gboolean
is_at_hand(BhPrinter *self, gpointer transport)
{
  return self->state == BH_PRINTER_PROBING && transport == (gpointer)self->transport;
}

/* It took the connection; what it answered until now is all that is known. */
static gboolean
on_answers_late(gpointer data)
{
  BhPrinter *self = data;

  bh_printer_finish_probe(self, bh_printer_status_get_trouble(&self->status));
  return G_SOURCE_REMOVE;
}

static void
on_received(BhPrintTransport *transport, GBytes *bytes, BhPrinter *self)
{
  bh_printer_feed_status(self, bytes);
  if (is_at_hand(self, transport) && !bh_printer_status_is_waiting(&self->status))
    bh_printer_finish_probe(self, bh_printer_status_get_trouble(&self->status));
}

static void
on_ended(BhPrintTransport *transport, const GError *error, BhPrinter *self)
{
  if (is_at_hand(self, transport))
    bh_printer_finish_probe(self, "offline");
}

static void
asked_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  gsize written = 0;

  if (!bh_print_transport_write_finish(BH_PRINT_TRANSPORT(source), result, &written, NULL) &&
      is_at_hand(self, source))
    bh_printer_finish_probe(self, "offline");
}

static void
open_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhPrinter) self = data;
  g_autoptr(GBytes) bytes = g_bytes_new_static(questions, sizeof questions);
  gboolean ok = bh_print_transport_open_finish(BH_PRINT_TRANSPORT(source), result, NULL);

  if (!is_at_hand(self, source))
    return;
  if (!ok) {
    bh_printer_finish_probe(self, "offline");
    return;
  }
  /* Asked once: what does not answer may be no receipt printer, and print what it is asked. */
  if (bh_printer_is_blind(self) || (self->is_asked && !self->is_heard)) {
    bh_printer_finish_probe(self, NULL);
    return;
  }
  self->is_asked = TRUE;
  for (gsize i = 2; i < sizeof questions; i += 3)
    bh_printer_status_expect(&self->status, questions[i]);
  bh_printer_start_timer(self, self->timing.ask_ms, on_answers_late);
  bh_print_transport_write_async(self->transport, bytes, asked_cb, g_object_ref(self));
}

static gboolean
on_connect_late(gpointer data)
{
  bh_printer_finish_probe(data, "offline");
  return G_SOURCE_REMOVE;
}

void
bh_printer_start_probing(BhPrinter *self)
{
  bh_printer_set_state(self, BH_PRINTER_PROBING);
  self->transport = bh_printer_make_transport(self);
  g_signal_connect_object(self->transport, "received", G_CALLBACK(on_received), self, 0);
  g_signal_connect_object(self->transport, "ended", G_CALLBACK(on_ended), self, 0);
  bh_printer_status_init(&self->status);
  bh_printer_start_timer(self, self->timing.connect_ms, on_connect_late);
  bh_print_transport_open_async(self->transport, open_cb, g_object_ref(self));
}
