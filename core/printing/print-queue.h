/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintQueue: the durable queue in front of all printers (protocol section 5).
 *
 * A job is accepted once it is committed, and committed again before its first byte leaves: so a
 * start after a crash knows which jobs may be printed (no byte left) and which may not
 * (`uncertain`: a person decides). Jobs are idempotent by (deviceId, jobId), kept 30 days;
 * what they print may be forgotten earlier (BH_LIMIT_PRINT_KEPT_BYTES).
 * Each printer works through its own jobs in order; none waits for another.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"
#include "limit-set.h"
#include "store.h"

#define BH_TYPE_PRINT_QUEUE (bh_print_queue_get_type())
G_DECLARE_FINAL_TYPE(BhPrintQueue, bh_print_queue, BH, PRINT_QUEUE, GObject)

#define BH_PRINT_ERROR (bh_print_error_quark())

typedef enum {
  BH_PRINT_ERROR_BAD_JOB,         /* the job cannot be understood; the message says what to mend */
  BH_PRINT_ERROR_UNKNOWN_PRINTER, /* no printer has that name */
  BH_PRINT_ERROR_TOO_LARGE,       /* over the limit print-job-bytes */
  BH_PRINT_ERROR_FULL,            /* the printer's queue is at its cap: try later */
  BH_PRINT_ERROR_CONFLICT,        /* the same jobId with other content */
  BH_PRINT_ERROR_STATE,           /* the job is in no state for this (reprint, cancel) */
  BH_PRINT_ERROR_BAD_ADDRESS,     /* a printer address that is none */
  BH_PRINT_ERROR_BAD_NAME,        /* a printer's name that is none */
  BH_PRINT_ERROR_EXISTS,          /* there is such a printer already; the message names it */
  BH_PRINT_ERROR_FIXED,           /* the printer is not one that people added: it stays as it is */
  BH_PRINT_ERROR_JOBS_WAIT,       /* say first what becomes of the jobs that wait for the printer */
  BH_PRINT_ERROR_FAILED,          /* the store could not keep it */
} BhPrintError;

GQuark bh_print_error_quark(void);

/* In the order of a job's life; names on the wire by bh_print_state_get_name(). */
typedef enum {
  BH_PRINT_ACCEPTED,  /* committed */
  BH_PRINT_QUEUED,    /* waits for its printer */
  BH_PRINT_PRINTING,  /* committed before the first byte leaves */
  BH_PRINT_SENT,      /* all bytes handed over; final where the printer gives no feedback */
  BH_PRINT_DONE,      /* the printer itself confirmed; final */
  BH_PRINT_UNCERTAIN, /* broken off after the first byte; waits for a person */
  BH_PRINT_FAILED,    /* no byte left and none will, or a person gave it up; final */
} BhPrintState;

const char *bh_print_state_get_name(BhPrintState state);

/* Where a printer comes from; in the order in which they are listed. */
typedef enum {
  BH_PRINTER_SET,      /* settings.ini or the command line */
  BH_PRINTER_STORED,   /* added by people, see printer-roster.h */
  BH_PRINTER_BUILT_IN, /* always there */
} BhPrinterSource;

/* Who asks for a job: texts that are kept with it and not looked into. Borrowed for the call. */
typedef struct {
  const char *device_id;   /* whose job; not empty */
  const char *person_id;   /* (nullable): who was at the device */
  const char *person_name; /* (nullable): with person_id, as it was at that time */
  gboolean has_heard;      /* it was told a state of the job before */
} BhPrintSender;

/* What is known of one job. Borrowed strings, valid during the signal or callback only. */
typedef struct {
  const char *device_id;
  const char *job_id;
  const char *printer;
  BhPrintState state;
  const char *detail; /* (nullable): why it waits (`offline`, `cover-open`, `paper-out`,
                         `printer-error`, `storage`, `no-printer`), why nobody knows (`no-feedback`,
                         `connection-lost`, `time-limit`, `stopped`, `paper-out`...), why it failed
                         (`bad-content`, `old`, `cancelled`, `given-up` (it was in doubt),
                         `printer-removed`, or what it was withdrawn for), or `reprint` */
  gint64 created_ms;  /* UTC */
  guint copies;
  guint reprints; /* times a person asked for it again */
} BhPrintJobInfo;

/* The migrations of this room's tables, for bh_store_open(). */
extern const BhStoreMigration bh_print_queue_migrations[];
extern const guint bh_print_queue_n_migrations;

/*
 * Signals
 *   job-changed (const BhPrintJobInfo *info): committed before it is told; not for `accepted`,
 * which bh_print_queue_submit_finish() tells printer-changed (const char *name)
 */

/** bh_print_queue_new: copies @limits; reads nothing yet. */
BhPrintQueue *bh_print_queue_new(BhStore *store, const BhLimitSet *limits);

/**
 * bh_print_queue_add_printer:
 * @name: 1 to 64 of a-z 0-9 - _
 * @uri: "tcp://HOST:PORT" (port 9100 where it is missing), with "?columns=32" for paper 58 mm wide;
 *   or "usb:/dev/usb/lp0" or "cups:QUEUE", with the same; or "paper:" for the built-in printer
 *
 * The first one added is where jobs without `printer` go.
 */
gboolean bh_print_queue_add_printer(BhPrintQueue *queue, const char *name, const char *uri,
                                    GError **error);

/**
 * bh_print_queue_start_async:
 *
 * Reads what was left from the last run, marks what was `printing` as `uncertain`, and starts the
 * printers. Called once, after the printers were added; jobs submitted before are printed then.
 * What waits for a printer that was not added again stays `queued` (`no-printer`).
 */
void bh_print_queue_start_async(BhPrintQueue *queue, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean bh_print_queue_start_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error);

/**
 * bh_print_queue_submit_async:
 * @sender: the person is no part of what makes two jobs the same: the first one's stays
 * @print_job: (nullable): the `printJob` of the message, any JSON: {jobId: 1 to 128 printable
 * ASCII, content, printer?, copies? (1 to 10)}
 *
 * Checks, encodes, commits. A job already known (same content and copies, and the same printer
 * where one is named) completes with its present state. One that is not known, though its device
 * has heard of it, was taken by this hub after the backup it now stands on: it may have been
 * printed, and begins `uncertain`.
 */
void bh_print_queue_submit_async(BhPrintQueue *queue, const BhPrintSender *sender,
                                 const json_t *print_job, GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * bh_print_queue_submit_finish:
 * @state: (out)
 * @job_id: (out) (transfer full)
 *
 * Returns: %TRUE: it is on the disk; %FALSE exactly when @error is set
 */
gboolean bh_print_queue_submit_finish(BhPrintQueue *queue, GAsyncResult *result,
                                      BhPrintState *state, char **job_id, GError **error);

/**
 * bh_print_queue_get_submitted:
 *
 * In the callback of a submission that has succeeded: what is known of the job.
 */
void bh_print_queue_get_submitted(GAsyncResult *result, BhPrintJobInfo *info);

/**
 * bh_print_queue_reprint_async:
 * @printer: (nullable): to print it there; %NULL: where it was to be printed
 *
 * A person asks for a job that is `uncertain`, `failed`, `sent` or `done` once more; it is printed
 * with a line that says it is a reprint. With @printer also for a job that waits for a printer
 * which does not print it, or is not there any more; that is no reprint. BH_PRINT_ERROR_STATE where
 * the job is unknown, being printed, or waits and no other printer is named, or where what it
 * prints is not kept any longer;
 * BH_PRINT_ERROR_UNKNOWN_PRINTER where the printer is none.
 */
void bh_print_queue_reprint_async(BhPrintQueue *queue, const char *device_id, const char *job_id,
                                  const char *printer, GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean bh_print_queue_reprint_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error);

/**
 * bh_print_queue_retry_async:
 * @printer: (nullable): as for a reprint
 *
 * A person wants a job now. One that waits for its printer is tried at once, without the wait that
 * comes after a try in vain. Any other as by bh_print_queue_reprint_async().
 */
void bh_print_queue_retry_async(BhPrintQueue *queue, const char *device_id, const char *job_id,
                                const char *printer, GAsyncReadyCallback callback,
                                gpointer user_data);

/** bh_print_queue_retry_finish: @is_reprint: (out): whether it is printed with the line that says
 * so
 */
gboolean bh_print_queue_retry_finish(BhPrintQueue *queue, GAsyncResult *result,
                                     gboolean *is_reprint, GError **error);

/**
 * bh_print_queue_cancel_async:
 *
 * A person does not want a job any more: what waits, for whichever printer, is `failed`
 * (`cancelled`); what is `uncertain` is `failed` (`given-up`). BH_PRINT_ERROR_STATE where the job
 * is unknown, being printed, or at its end.
 */
void bh_print_queue_cancel_async(BhPrintQueue *queue, const char *device_id, const char *job_id,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_print_queue_cancel_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error);

/**
 * bh_print_queue_withdraw:
 * @detail: static: why; the job is `failed` with it
 *
 * Nobody needs the paper any more. Where that cannot be written the job goes back to its printer.
 *
 * Returns: %FALSE: it does not wait, or its printer is at it
 */
gboolean bh_print_queue_withdraw(BhPrintQueue *queue, const char *device_id, const char *job_id,
                                 const char *detail);

/**
 * bh_print_queue_set_fleeting:
 *
 * Before the start: what the last run left waiting of @device_id's jobs whose ids begin with
 * @prefix is `failed` (`old`), for it would come too late; but for what a person has asked for.
 */
void bh_print_queue_set_fleeting(BhPrintQueue *queue, const char *device_id, const char *prefix);

/**
 * bh_print_queue_blank_async:
 * @job_ids: of @device_id
 *
 * What these jobs print, and have printed on the printer of kind `paper`, is erased from the disk.
 * One that still waits fails (`bad-content`).
 */
void bh_print_queue_blank_async(BhPrintQueue *queue, const char *device_id, GStrv job_ids,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_print_queue_blank_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error);

/**
 * bh_print_queue_list_async: newest first, at most @limit (1 to 1000); before all others, in up to
 * half of it, those that wait for a person (`uncertain`): {deviceId, jobId, printer, state, detail?,
 * createdAt (UTC milliseconds), copies, reprints, person: {personId, name} or null}
 */
void bh_print_queue_list_async(BhPrintQueue *queue, guint limit, GAsyncReadyCallback callback,
                               gpointer user_data);

/** bh_print_queue_list_finish: Returns: (transfer full) (nullable): array of job objects */
json_t *bh_print_queue_list_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error);

/**
 * bh_print_queue_list_contents_async: as above, of one device and with what they print, in the
 * order in which they came; not of jobs whose `content` is kept no longer
 * @job_id: (nullable): of this job alone
 * @since_ms: of none that was created before, UTC
 */
void bh_print_queue_list_contents_async(BhPrintQueue *queue, const char *device_id,
                                        const char *job_id, gint64 since_ms,
                                        GAsyncReadyCallback callback, gpointer user_data);

/** bh_print_queue_list_contents_finish: Returns: (transfer full) (nullable): array of job objects,
 * each with `content` */
json_t *bh_print_queue_list_contents_finish(BhPrintQueue *queue, GAsyncResult *result,
                                            GError **error);

/**
 * bh_print_queue_describe_printers:
 * @with_addresses: not for everybody
 *
 * Returns: (transfer full): array of printer objects, the first is where jobs go that name none:
 *   {name: on the wire, label: as people call it, kind: `receipt` or `paper`, source: `settings`,
 *   `stored` or `built-in`, state, detail?, paper: `ok`, `low`, `out`, or null: not known, columns,
 *   waiting: number of jobs, address?}. States: `unknown` (not looked for yet), `idle` (seen in the
 *   last half minute), `printing`, `waiting` (prints nothing now; detail says why: `offline`,
 *   `paper-out`...)
 */
json_t *bh_print_queue_describe_printers(BhPrintQueue *queue, gboolean with_addresses);

/**
 * bh_print_queue_list_paper_async: what the printer of kind `paper` printed, newest first: array of
 * {jobId, deviceId, printedAt (UTC milliseconds), reprint, paper: bh_paper_render()'s} for the page
 * /paper; the latest 100 are kept.
 */
void bh_print_queue_list_paper_async(BhPrintQueue *queue, GAsyncReadyCallback callback,
                                     gpointer user_data);
json_t *bh_print_queue_list_paper_finish(BhPrintQueue *queue, GAsyncResult *result, GError **error);

/**
 * bh_print_queue_close: stops the printers; what has begun ends `uncertain`. Before
 * bh_store_close(), which commits that. No signal comes after; what is pending still completes.
 * Twice is fine.
 */
void bh_print_queue_close(BhPrintQueue *queue);
