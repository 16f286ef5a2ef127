/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer-private: what the parts of BhPrinter share. printer.c has the jobs and what is committed
 * of them; printer-jobs.c what others do with those that wait; printer-connection.c one try to
 * print one.
 */
#pragma once

#include "backoff.h"
#include "print-transport.h"
#include "printer-address.h"
#include "printer-status.h"
#include "printer.h"

/* Tries in a row that wait for a printer which has answered and takes connections only: with the
 * backoff, about a minute. */
#define BH_PRINTER_SILENT_TRIES 8

/*
 * The first job of `jobs` is the one at hand. One commit of it, one transport and one timer at a
 * time; what comes back from an earlier transport is known by not being `transport`. Completions
 * hold a reference to the printer and look at `state` again.
 */
typedef enum {
  BH_PRINTER_IDLE,     /* no job -> LOADING, PROBING */
  BH_PRINTER_PROBING,  /* is it there? gives way to a job at once -> IDLE */
  BH_PRINTER_LOADING,  /* content is read and laid out -> CONNECTING, DROPPING; paper: FINISHING */
  BH_PRINTER_DROPPING, /* its job was withdrawn in LOADING, which is still to end -> WAITING */
  BH_PRINTER_CONNECTING, /* -> ASKING, WAITING */
  BH_PRINTER_ASKING,     /* DLE EOT is out -> MARKING when fine or silent, HELD, WAITING */
  BH_PRINTER_HELD,       /* it said what it lacks; asked again -> MARKING, WAITING */
  BH_PRINTER_MARKING,    /* `printing` is being committed -> SENDING, RETURNING */
  BH_PRINTER_SENDING,    /* -> SETTLING with the last byte, FINISHING (uncertain), RETURNING */
  BH_PRINTER_SETTLING,   /* `sent` is being committed -> CONFIRMING, FINISHING */
  BH_PRINTER_CONFIRMING, /* -> FINISHING (done, uncertain), LINGERING */
  BH_PRINTER_LINGERING, /* no confirmation; unread bytes must not be lost by closing -> FINISHING */
  BH_PRINTER_FINISHING, /* the last state is being committed -> IDLE */
  BH_PRINTER_RETURNING, /* no byte left: `queued` is being committed again -> WAITING */
  BH_PRINTER_WAITING,   /* until the next try -> LOADING */
  BH_PRINTER_CLOSED,
} BhPrinterState;

struct _BhPrinter {
  GObject parent_instance;

  char *name;
  char *label;
  char *uri;
  BhPrinterSource source;
  BhPrinterAddress address;
  BhStore *store; /* owned reference */
  gsize max_bytes;
  BhPrinterTiming timing;

  BhPrinterState state;
  gboolean is_retired;
  GQueue jobs;         /* of BhPrintJob, owned */
  const char *trouble; /* (nullable): interned: why nothing is printed now */
  BhBackoff backoff;
  GSource *timer; /* (nullable) */

  /* What is being committed of the first job, kept for another try. */
  BhPrintState commit_state;
  const char *commit_detail;
  gboolean is_commit_late; /* the disk takes nothing at the moment */
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
  gsize unsent_bytes; /* when that was looked at last */
  guint stalled_ms;   /* since they have become fewer */

  /* What is known of the printer since the start of the program. */
  gboolean is_seen; /* looked for, found or not */
  gboolean is_asked;
  gboolean is_heard, has_confirmed;
  gboolean has_answered; /* DLE EOT */
  gboolean was_away;     /* since it last confirmed a job */
  guint unconfirmed;     /* jobs in a row, and since it may be another printer */
  guint silent_tries;    /* in a row, of one that has answered */
  const char *paper; /* (nullable): static: `ok`, `low` or `out`, as it last said itself */
};

/* printer.c */

/* What bh_printer_describe() says is another. */
void bh_printer_emit_changed(BhPrinter *self);

/* Whether it is looked for while it has nothing to do. */
gboolean bh_printer_is_probed(BhPrinter *self);

/* Lets go of the printer, and of what was to be sent. */
void bh_printer_end_try(BhPrinter *self);

/* The job at hand is tried again later. */
void bh_printer_wait_for_retry(BhPrinter *self);

/* The job at hand. */
BhPrintJob *bh_printer_get_job(BhPrinter *self);
void bh_printer_set_state(BhPrinter *self, BhPrinterState state);
void bh_printer_stop_timer(BhPrinter *self);

/* @callback runs once, at most. The source holds the printer until then, or until it is closed. */
void bh_printer_start_timer(BhPrinter *self, guint64 delay_ms, GSourceFunc callback);

/* What is told of a job with which nothing is wrong. */
const char *bh_printer_get_plain_detail(const BhPrintJob *job);

/* Whether it only takes jobs, each as a whole, and never says anything. */
gboolean bh_printer_is_blind(BhPrinter *self);

/* Returns: (transfer full): a way to the printer, not open yet. */
BhPrintTransport *bh_printer_make_transport(BhPrinter *self);

/* Takes what the printer sent into `status`, and what is to be kept of it. */
void bh_printer_feed_status(BhPrinter *self, GBytes *bytes);

/* Writes and tells a job's detail that changes nothing for a new start. */
void bh_printer_note(BhPrinter *self, const BhPrintJob *job, BhPrintState state,
                     const char *detail);

/* Why all that waits here is waiting; %NULL: no more. */
void bh_printer_set_trouble(BhPrinter *self, const char *detail);

/* Goes to @state, commits the job's own, and goes on from there. */
void bh_printer_start_commit(BhPrinter *self, BhPrinterState state, BhPrintState job_state,
                             const char *detail);

/* Ends the try: no byte of the job has left, it is tried again. */
void bh_printer_retry_later(BhPrinter *self, const char *trouble);

/* Ends the try and the job. */
void bh_printer_finish_job(BhPrinter *self, BhPrintState state, const char *detail);

/* Ends a look at the printer. @trouble: (nullable): what was seen */
void bh_printer_finish_probe(BhPrinter *self, const char *trouble);

/* printer-probe.c */

/* Connects, asks for its status, and lets go of it. */
void bh_printer_start_probing(BhPrinter *self);

/* printer-connection.c */

/* A try: `payload` is there. Commits `printing` before its first byte. */
void bh_printer_start_connecting(BhPrinter *self);

/* `printing` is committed. */
void bh_printer_start_sending(BhPrinter *self);

/* `sent` is committed. */
void bh_printer_start_confirming(BhPrinter *self);
