/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print-job-store: the tables of the print queue, as work for BhStore.
 *
 * Each bh_print_job_run_*() is a BhStoreWork: it runs on the store's thread with the struct named
 * beside it as its data, and each struct is freed with its own free function on the loop. It
 * returns %FALSE exactly when @error is set, of the store or of BH_PRINT_ERROR; then nothing is
 * written, and what is "out" is not to be looked at.
 */
#pragma once

#include "print-job.h"

/* What the printer of kind `paper` keeps. */
#define BH_PRINT_JOB_STORE_MAX_PAPERS 100
/* With so many that wait for a person no device says of one more that it may have been printed. */
#define BH_PRINT_JOB_STORE_MAX_DOUBTS 1000

/* Submit: write. Finds the job or makes it. */
typedef struct {
  BhPrintJob *job;        /* in: what was asked; out: what is there */
  char *content;          /* in: `printJob.content` as JSON text */
  GBytes *hash;           /* in: of content and copies */
  gboolean names_printer; /* in: the printer was asked for by name */
  gboolean is_full;       /* in: the printer takes no more new jobs */
  gboolean is_in_doubt;   /* in: one that is not there may have been printed */
  gboolean was_there;     /* out */
} BhPrintSubmit;

/** bh_print_job_run_submit: @submit: a BhPrintSubmit */
gboolean bh_print_job_run_submit(sqlite3 *db, gpointer submit, GError **error);
void bh_print_submit_free(BhPrintSubmit *submit);

/* Reprint: write. Puts a job that no printer has in its hands at the end of a printer's queue. */
typedef struct {
  BhPrintJob *job;       /* in: device_id and job_id; out: all of it */
  char *to_printer;      /* in (nullable): another printer than the job's */
  gboolean is_withdrawn; /* in: it was waiting, and was taken from its printer */
  GStrv printers;        /* in: the names there are */
  gboolean is_kept;      /* out: what it prints */
} BhPrintReprint;

/** bh_print_job_run_reprint: @reprint: a BhPrintReprint */
gboolean bh_print_job_run_reprint(sqlite3 *db, gpointer reprint, GError **error);
void bh_print_reprint_free(BhPrintReprint *reprint);

/* Cancelling: write. What waits fails (`cancelled`), and so does what is in doubt (`given-up`). */
typedef struct {
  BhPrintJob *job; /* in: device_id and job_id; out: all of it, as it is now */
} BhPrintCancelling;

/** bh_print_job_run_cancel: @cancelling: a BhPrintCancelling */
gboolean bh_print_job_run_cancel(sqlite3 *db, gpointer cancelling, GError **error);
void bh_print_cancelling_free(BhPrintCancelling *cancelling);

/* Advance: write. The job's new state; with `paper`, what was printed, in the same commit. */
typedef struct {
  BhPrintJob *job;   /* a copy with the new state and detail */
  GBytes *paper;     /* (nullable) */
  gint64 printed_ms; /* UTC; with paper */
} BhPrintAdvance;

/** bh_print_job_run_advance: @advance: a BhPrintAdvance */
gboolean bh_print_job_run_advance(sqlite3 *db, gpointer advance, GError **error);
void bh_print_advance_free(BhPrintAdvance *advance);

/* Trouble: write. All that waits for one printer is `queued` with @detail. */
typedef struct {
  char *printer;
  const char *detail; /* (nullable): interned */
} BhPrintTrouble;

/** bh_print_job_run_trouble: @trouble: a BhPrintTrouble */
gboolean bh_print_job_run_trouble(sqlite3 *db, gpointer trouble, GError **error);
void bh_print_trouble_free(BhPrintTrouble *trouble);

/* Blank: write. What the jobs print, and what was printed of them on paper, is erased. */
typedef struct {
  char *device_id;
  GStrv job_ids;
} BhPrintBlank;

/** bh_print_job_run_blank: @blank: a BhPrintBlank; jobs that are gone are passed over */
gboolean bh_print_job_run_blank(sqlite3 *db, gpointer blank, GError **error);
void bh_print_blank_free(BhPrintBlank *blank);

/* Prune: write. */
typedef struct {
  gint64 cutoff_ms; /* finished jobs made before are forgotten */
  gint64 max_bytes; /* of those that ended, the oldest contents go until the others fit */
} BhPrintPrune;

/** bh_print_job_run_prune: @prune: a BhPrintPrune. What is known of a job stays, so that nobody
 * prints it twice; it is not printed again. */
gboolean bh_print_job_run_prune(sqlite3 *db, gpointer prune, GError **error);

/* Restore: write. What was `printing` becomes `uncertain`; what is old goes. */
typedef struct {
  BhPrintPrune prune;                      /* in */
  char *fleeting_device, *fleeting_prefix; /* in (nullable): waiting jobs that fail */
  GPtrArray *uncertain;                    /* out: (element-type BhPrintJob) */
  GPtrArray *waiting;                      /* out: (element-type BhPrintJob), in their order */
} BhPrintRestore;

/** bh_print_job_run_restore: @restore: a BhPrintRestore */
gboolean bh_print_job_run_restore(sqlite3 *db, gpointer restore, GError **error);
void bh_print_restore_free(BhPrintRestore *restore);

/* Content: read. */
typedef struct {
  gint64 number;
  char *content; /* out: JSON text */
} BhPrintJobContent;

/** bh_print_job_run_content: @content: a BhPrintJobContent; fails where the job is gone */
gboolean bh_print_job_run_content(sqlite3 *db, gpointer content, GError **error);
void bh_print_job_content_free(BhPrintJobContent *content);

/* List: read. */
typedef struct {
  guint limit;
  GPtrArray *jobs; /* out: (element-type BhPrintJob): see bh_print_queue_list_async() */
} BhPrintList;

/** bh_print_job_run_list: @list: a BhPrintList */
gboolean bh_print_job_run_list(sqlite3 *db, gpointer list, GError **error);
void bh_print_list_free(BhPrintList *list);

/* Papers: read. */
typedef struct {
  char *device_id;
  char *job_id;
  gint64 printed_ms;
  gboolean is_reprint;
  GBytes *bytes;
} BhPrintPaper;

typedef struct {
  GPtrArray *papers; /* out: (element-type BhPrintPaper), newest first */
} BhPrintPaperList;

/** bh_print_job_run_papers: @list: a BhPrintPaperList; at most BH_PRINT_JOB_STORE_MAX_PAPERS */
gboolean bh_print_job_run_papers(sqlite3 *db, gpointer list, GError **error);
void bh_print_paper_list_free(BhPrintPaperList *list);

/** bh_print_job_run_restored: of a database that comes from a backup: what waited then may have
 * been printed since, and is not printed again without a person; nor is what has changed since the
 * ticket that says what it `told`. @data: %NULL */
gboolean bh_print_job_run_restored(sqlite3 *db, gpointer data, GError **error);
