/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print-queue-private: what the queue's files share, and what a test may hold in its own hands.
 * print-queue.c takes jobs in and hands them to their printers; print-recall.c prints them again or
 * not at all; printer-roster.c has the printers, printer-removal.c
 * lets them go; print-listing.c what is told of the past, print-contents.c
 * what was printed.
 */
#pragma once

#include "print-queue.h"
#include "printer.h"

/*
 * Main context only. The queue owns its printers; calls in flight hold the queue. What was
 * submitted before `is_started` is not handed to its printer by its own completion but by the
 * start, which finds it among what was left.
 */
struct _BhPrintQueue {
  GObject parent_instance;

  BhStore *store;
  BhLimitSet limits;
  BhPrinterTiming timing;
  GPtrArray *printers; /* of BhPrinter, by their source; the first is the default */
  GPtrArray *leaving;  /* of BhPrinter: removed, with a job that they have begun */
  GHashTable *adding;  /* set of names and labels of printers that are being stored */
  GPtrArray *coming; /* of owned BhPrinter: being stored */
  gboolean is_removing;   /* a printer, at this moment */
  GPtrArray *stranded;    /* of BhPrintJob: stored for that printer meanwhile */
  GHashTable *submitting; /* printer's name (owned) -> calls in flight */
  GQueue checking;        /* of GTask, owned: calls in the order of their submission */
  gsize checking_bytes;
  GHashTable *recalling;                   /* set of "device\njob" with a call in flight */
  char *fleeting_device, *fleeting_prefix; /* (nullable) */
  guint prune_source;
  guint64 unpruned_bytes; /* of contents that came since */
  gboolean is_started, is_closed;
};

/** bh_print_queue_find_printer: Returns: (transfer none) (nullable) */
BhPrinter *bh_print_queue_find_printer(BhPrintQueue *self, const char *name);

/** bh_print_queue_has_job: does a printer have it in its hands, also one that is leaving? */
gboolean bh_print_queue_has_job(BhPrintQueue *self, const char *device_id, const char *job_id);

/** bh_print_queue_hand_over: gives a copy of @job, which is stored, to its printer; where that is
 * being removed, to whatever comes of that. */
void bh_print_queue_hand_over(BhPrintQueue *self, const BhPrintJob *job);

/** bh_print_queue_emit_job: tells it. */
void bh_print_queue_emit_job(BhPrintQueue *self, const BhPrintJob *job);

/** bh_print_queue_make_key: Returns: (transfer full): of `recalling` */
char *bh_print_queue_make_key(const char *device_id, const char *job_id);

/** bh_print_queue_watch_printer: tells what it tells. */
void bh_print_queue_watch_printer(BhPrintQueue *self, BhPrinter *printer);

/** bh_print_queue_insert_printer: @printer: (transfer full) */
void bh_print_queue_insert_printer(BhPrintQueue *self, BhPrinter *printer);

/** bh_print_queue_find_stored: Returns: (transfer none) (nullable): a printer that people may
 * change
 */
BhPrinter *bh_print_queue_find_stored(BhPrintQueue *self, const char *name, GError **error);

/** bh_print_queue_load_printers: adds those that are stored. @printers: (element-type
 * BhStoredPrinter) */
void bh_print_queue_load_printers(BhPrintQueue *self, GPtrArray *printers);

/** bh_print_queue_set_timing: for the printers added from now on. */
void bh_print_queue_set_timing(BhPrintQueue *queue, const BhPrinterTiming *timing);

/** bh_print_queue_get_store: Returns: (transfer none) */
BhStore *bh_print_queue_get_store(BhPrintQueue *queue);

/**
 * bh_print_error_translate:
 * @error: (transfer full)
 *
 * The queue's callers know this room's errors only.
 *
 * Returns: (transfer full): a BH_PRINT_ERROR
 */
GError *bh_print_error_translate(GError *error);
