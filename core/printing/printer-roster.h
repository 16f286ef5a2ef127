/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer-roster: the printers of a BhPrintQueue, as people add, rename and remove them while it
 * prints. They are kept in the store; bh_print_queue_start_async() brings them back.
 *
 * A printer has a name, which devices and jobs know it by and which stays, and a label, which
 * people read and may change. What settings.ini or the command line name, and the built-in printer,
 * are not for people to change here: BH_PRINT_ERROR_FIXED.
 */
#pragma once

#include "print-queue.h"

/* Longest name and label, in bytes. */
#define BH_PRINTER_MAX_NAME_BYTES 64

/* Most that people may add. */
#define BH_PRINTER_ROSTER_MAX 64

/**
 * bh_print_queue_add_built_in: the printer that is always there and keeps what it printed. Before
 * the start. Where one of that name is there already it is the one.
 */
gboolean bh_print_queue_add_built_in(BhPrintQueue *queue, const char *name, GError **error);

/**
 * bh_print_queue_store_printer_async:
 * @label: 1 to BH_PRINTER_MAX_NAME_BYTES bytes, without control characters; nobody else has it
 * @name: (nullable): as bh_print_queue_add_printer() takes it; otherwise made of the label
 * @uri: as bh_print_queue_add_printer() takes it; nobody else has it
 *
 * What was left waiting for a printer of that name is printed. BH_PRINT_ERROR_BAD_NAME,
 * BAD_ADDRESS, EXISTS, FULL (BH_PRINTER_ROSTER_MAX), STATE (it was removed, and has not come to the
 * end of a job yet), FAILED.
 */
void bh_print_queue_store_printer_async(BhPrintQueue *queue, const char *label, const char *name,
                                        const char *uri, GAsyncReadyCallback callback,
                                        gpointer user_data);

/** bh_print_queue_store_printer_finish: Returns: (transfer full) (nullable): its name */
char *bh_print_queue_store_printer_finish(BhPrintQueue *queue, GAsyncResult *result,
                                          GError **error);

/** bh_print_queue_rename_printer_async: @label: as above. Its name stays. */
void bh_print_queue_rename_printer_async(BhPrintQueue *queue, const char *name, const char *label,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_print_queue_rename_printer_finish(BhPrintQueue *queue, GAsyncResult *result,
                                              GError **error);

/* What becomes of the jobs that wait for a printer when it is removed. */
typedef enum {
  BH_PRINTER_JOBS_ASK,    /* there must be none: BH_PRINT_ERROR_JOBS_WAIT */
  BH_PRINTER_JOBS_CANCEL, /* `failed` (`printer-removed`) */
  BH_PRINTER_JOBS_MOVE,   /* they wait for another printer */
} BhPrinterJobs;

/**
 * bh_print_queue_remove_printer_async:
 * @to: (nullable): with BH_PRINTER_JOBS_MOVE: the name of another printer
 *
 * It takes no jobs from now on. A job that it has begun comes to its end there; where no byte of it
 * left after all it fares as the others. BH_PRINT_ERROR_UNKNOWN_PRINTER, FIXED, JOBS_WAIT, STATE
 * (another one is being removed at this moment), FAILED: then it is there as before.
 */
void bh_print_queue_remove_printer_async(BhPrintQueue *queue, const char *name, BhPrinterJobs jobs,
                                         const char *to, GAsyncReadyCallback callback,
                                         gpointer user_data);

/** bh_print_queue_remove_printer_finish: @n_jobs: (out): moved or cancelled */
gboolean bh_print_queue_remove_printer_finish(BhPrintQueue *queue, GAsyncResult *result,
                                              guint *n_jobs, GError **error);

/**
 * bh_print_queue_find_address:
 * @uri: of a printer
 *
 * Returns: (transfer none) (nullable): the name of the printer that has this address
 */
const char *bh_print_queue_find_address(BhPrintQueue *queue, const char *uri);
