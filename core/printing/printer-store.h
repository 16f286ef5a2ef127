/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer-store: the printers that people added while the program ran, as work for BhStore.
 *
 * As in print-job-store.h each bh_printer_run_*() is a BhStoreWork with the struct named beside it
 * as its data, freed with its own free function on the loop.
 */
#pragma once

#include "print-job.h"

/* List: read. */
typedef struct {
  char *name;
  char *label;
  char *uri;
} BhStoredPrinter;

typedef struct {
  GPtrArray *printers; /* out: (element-type BhStoredPrinter), in the order they were added */
} BhPrinterList;

gboolean bh_printer_run_list(sqlite3 *db, gpointer list, GError **error);
void bh_printer_list_free(BhPrinterList *list);

/* Addition: write. */
typedef struct {
  char *name;
  char *label;
  char *uri;
  GPtrArray *waiting; /* out: (element-type BhPrintJob): what waits for one of that name */
} BhPrinterAddition;

gboolean bh_printer_run_add(sqlite3 *db, gpointer addition, GError **error);
void bh_printer_addition_free(BhPrinterAddition *addition);

/* Renaming: write. */
typedef struct {
  char *name;
  char *label;
} BhPrinterRenaming;

gboolean bh_printer_run_rename(sqlite3 *db, gpointer renaming, GError **error);
void bh_printer_renaming_free(BhPrinterRenaming *renaming);

/*
 * Removal: write. All that waits for the printer goes to the end of another one's queue, or fails
 * (`printer-removed`), in the commit that takes the printer out.
 */
typedef struct {
  char *name;
  char *to;             /* in (nullable): where its jobs go; %NULL: nowhere */
  gint64 except_number; /* in: a job that the printer has begun and still has in its hands */
  gint64 only_number;   /* in: not 0: such a job, which came back; the printer is gone already */
  GPtrArray *jobs;      /* out: (element-type BhPrintJob), in their order, as they are now */
} BhPrinterRemoval;

gboolean bh_printer_run_remove(sqlite3 *db, gpointer removal, GError **error);
void bh_printer_removal_free(BhPrinterRemoval *removal);
