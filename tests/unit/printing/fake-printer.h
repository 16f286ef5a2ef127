/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake-printer: a receipt printer on a loopback port, as well or as badly behaved as a test wants.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  /* Behaviour; may be changed at any time. */
  gboolean answers;        /* DLE EOT, with what `status` says */
  gboolean confirms;       /* GS ( H function 48 */
  gboolean holds;          /* its confirmations, until fake_printer_release() */
  gboolean is_byte_wise;   /* each byte of an answer in a turn of the loop of its own */
  gboolean never_reads;    /* takes connections only */
  gboolean hangs_up_first; /* closes as soon as it is connected */
  gboolean chatters;       /* sends without end */
  gsize hangs_up_after;    /* bytes of a job; 0: does not */
  gboolean resets;         /* hangs up with a reset */
  gboolean stays;          /* does not hang up when the other side has */
  int receive_bytes;       /* of the system's buffer, from the next switching on; 0: its own */
  gboolean is_paper_out;
  GSourceFunc on_job_byte; /* (nullable): at the first byte of a job */

  /* What it saw. */
  GByteArray *received; /* without questions and requests for confirmation */
  guint n_connections;
  guint n_questions;
  guint n_confirmed;

  guint16 port;

  /* Private */
  GSocket *keeper;         /* bound, never listening: nobody else gets the port */
  GSocketService *service; /* (nullable): off */
  GPtrArray *connections;
} FakePrinter;

/* A good printer, switched on. */
void fake_printer_init(FakePrinter *printer);
void fake_printer_clear(FakePrinter *printer);

/* Ends all connections and refuses new ones; its port stays its own. */
void fake_printer_switch_off(FakePrinter *printer);
void fake_printer_switch_on(FakePrinter *printer);

/* Confirms what it held back, and all from now on. */
void fake_printer_release(FakePrinter *printer);

/* It reads after all, on all its connections. */
void fake_printer_read(FakePrinter *printer);

/* How often @text was printed. */
guint fake_printer_count(FakePrinter *printer, const char *text);

/* Sends @bytes on all its connections. */
void fake_printer_say(FakePrinter *printer, const char *bytes, gsize length);
