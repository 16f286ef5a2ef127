/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintJob: what is held in memory of a job that is not finished. Its content stays in the store
 * until its turn comes.
 */
#pragma once

#include "print-queue.h"

typedef struct {
  gint64 number; /* its row */
  char *device_id;
  char *job_id;
  char *printer;
  char *person_id;   /* (nullable): who asked for it first */
  char *person_name; /* (nullable): with person_id */
  BhPrintState state;
  const char *detail; /* (nullable): interned */
  gint64 created_ms;  /* UTC */
  guint copies;
  guint reprints;
} BhPrintJob;

BhPrintJob *bh_print_job_new(void);
BhPrintJob *bh_print_job_copy(const BhPrintJob *job);
void bh_print_job_free(BhPrintJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhPrintJob, bh_print_job_free)

/** bh_print_job_describe: @info borrows from @job. */
void bh_print_job_describe(const BhPrintJob *job, BhPrintJobInfo *info);

/** bh_print_job_to_json: Returns: (transfer full): as bh_print_queue_list_async() lists it */
json_t *bh_print_job_to_json(const BhPrintJob *job);

/** bh_print_state_from_name: Returns: %FALSE where no state has that name */
gboolean bh_print_state_from_name(const char *name, BhPrintState *out);
