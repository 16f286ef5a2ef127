/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintRequest: the `printJob` of a message, judged.
 */
#pragma once

#include "print-queue.h"

/* As data/protocol/print.schema.json has them. */
#define BH_PRINT_MAX_COPIES       10
#define BH_PRINT_MAX_JOB_ID_BYTES 128

typedef struct {
  const char *job_id;  /* borrowed from the JSON */
  const char *printer; /* (nullable): borrowed from the JSON */
  json_t *content;     /* borrowed from the JSON */
  guint copies;
} BhPrintRequest;

/** bh_print_request_parse: Returns: %FALSE exactly when @error is set: BH_PRINT_ERROR_BAD_JOB */
gboolean bh_print_request_parse(const json_t *print_job, BhPrintRequest *out, GError **error);

/**
 * bh_print_request_check_content:
 * @columns: of the printer's paper: 42 or 32
 * @max_bytes: for all copies together
 *
 * Lays the content out to see that it can be.
 *
 * Returns: %FALSE exactly when @error is set: BH_PRINT_ERROR_BAD_JOB, BH_PRINT_ERROR_TOO_LARGE
 */
gboolean bh_print_request_check_content(const BhPrintRequest *request, guint columns,
                                        gsize max_bytes, GError **error);

/**
 * bh_print_request_hash:
 *
 * Returns: (transfer full): SHA-256 over content and copies; the order of JSON members does not
 *   matter
 */
GBytes *bh_print_request_hash(const BhPrintRequest *request);
