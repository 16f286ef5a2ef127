/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrinter: one printer and the jobs that wait for it, one at a time, in order.
 *
 * Main context only. Jobs come committed; each further state is committed before it is told. Before
 * the first byte of a job has left, whatever goes wrong is tried again; after it, nothing is.
 */
#pragma once

#include "print-job.h"
#include "printer-address.h"

#define BH_TYPE_PRINTER (bh_printer_get_type())
G_DECLARE_FINAL_TYPE(BhPrinter, bh_printer, BH, PRINTER, GObject)

/* How long to wait for what; a test shortens it. */
typedef struct {
  guint connect_ms;       /* for a connection */
  guint ask_ms;           /* for answers to DLE EOT before a job */
  guint ask_again_ms;     /* between questions while a lid is open or paper is out */
  guint write_base_ms;    /* for a slice of a job to be taken */
  guint write_kib_ms;     /* and that much more for each KiB of it */
  guint confirm_base_ms;  /* for the confirmation, from a printer that was ever heard */
  guint confirm_kib_ms;   /* and that much more for each KiB of the job */
  guint confirm_quiet_ms; /* for the confirmation, from one that never said anything */
  guint attended_ms;      /* in the middle of a job, while the printer says what it lacks */
  guint linger_ms;        /* for the printer to close after the last byte */
  guint retry_first_ms;   /* as BhBackoff */
  guint retry_max_ms;
  guint probe_ms; /* between two looks at a printer that has nothing to do; 0: none */
} BhPrinterTiming;

extern const BhPrinterTiming bh_printer_default_timing;

/*
 * Signals
 *   job-changed (const BhPrintJobInfo *info)
 *   changed: what bh_printer_describe() says
 */

/**
 * bh_printer_new:
 * @name: on the wire
 * @uri: as bh_print_queue_add_printer() takes it
 *
 * Returns: (transfer full) (nullable): idle; %NULL exactly when @error is set:
 *   BH_PRINT_ERROR_BAD_ADDRESS
 */
BhPrinter *bh_printer_new(const char *name, const char *uri, BhStore *store, gsize max_bytes,
                          const BhPrinterTiming *timing, GError **error);

const char *bh_printer_get_name(BhPrinter *printer);
const BhPrinterAddress *bh_printer_get_address(BhPrinter *printer);

/** bh_printer_get_label: how people call it; its name until bh_printer_set_label(). */
const char *bh_printer_get_label(BhPrinter *printer);
void bh_printer_set_label(BhPrinter *printer, const char *label);

/** bh_printer_get_source: where it comes from; set once, by the queue. */
BhPrinterSource bh_printer_get_source(BhPrinter *printer);
void bh_printer_set_source(BhPrinter *printer, BhPrinterSource source);

/** bh_printer_start: looks for the printer, now and then again while it has nothing to do. */
void bh_printer_start(BhPrinter *printer);

/** bh_printer_take_job: @job: (transfer full): committed; printed when its turn comes */
void bh_printer_take_job(BhPrinter *printer, BhPrintJob *job);

/** bh_printer_get_n_jobs: with the one that is being printed */
guint bh_printer_get_n_jobs(BhPrinter *printer);

guint bh_printer_get_columns(BhPrinter *printer);

/**
 * bh_printer_withdraw_job:
 *
 * For another printer. A job that is being printed, or is about to be, stays.
 *
 * Returns: (transfer full) (nullable): the job, of which no byte has left
 */
BhPrintJob *bh_printer_withdraw_job(BhPrinter *printer, const char *device_id, const char *job_id);

/**
 * bh_printer_withdraw_all: as bh_printer_withdraw_job(), of all its jobs.
 *
 * Returns: (transfer full) (element-type BhPrintJob): in their order; what was begun stays
 */
GPtrArray *bh_printer_withdraw_all(BhPrinter *printer);

/**
 * bh_printer_retire: it takes no job any more, but ends what it has begun. `changed` is emitted too
 * when such a job comes back, of which no byte has left: bh_printer_withdraw_all() gives it.
 */
void bh_printer_retire(BhPrinter *printer);

/** bh_printer_get_begun: Returns: (transfer none) (nullable): the job that cannot be withdrawn */
const BhPrintJob *bh_printer_get_begun(BhPrinter *printer);

/** bh_printer_try_now: what waits for the next try does not wait for it any longer. */
void bh_printer_try_now(BhPrinter *printer);

/** bh_printer_has_job: is it waiting here, or not finished yet? */
gboolean bh_printer_has_job(BhPrinter *printer, const char *device_id, const char *job_id);

/** bh_printer_describe: Returns: (transfer full): as bh_print_queue_describe_printers() says */
json_t *bh_printer_describe(BhPrinter *printer, gboolean with_address);

/** bh_printer_close: lets go of the printer at once; no signal comes after. Twice is fine. */
void bh_printer_close(BhPrinter *printer);
