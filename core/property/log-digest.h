/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log-digest: digests of parts of logs, by which two replicas see whether they hold the same
 * operations and not only as many of them: SHA-256 of the label `bellhop range v1` and the
 * signatures, by seq, those of one identity in ascending order of their bytes. What was redacted
 * has no signature and adds nothing.
 */
#pragma once

#include "property.h"

typedef struct {
  char *log_id;
  gint64 from, to; /* both belong to it */
  char *digest;    /* (nullable): base64url */
} BhLogRange;

/** bh_log_ranges_new: Returns: (transfer full) (element-type BhLogRange): owns its elements */
GPtrArray *bh_log_ranges_new(void);

/** bh_log_ranges_add: @digest: (nullable): */
void bh_log_ranges_add(GPtrArray *ranges, const char *log_id, gint64 from, gint64 to,
                       const char *digest);

/**
 * bh_log_ranges_digest_async:
 * @ranges: (transfer none): referenced; nobody else uses it until the callback
 * @cancellable: (nullable): those that are not read yet are not read any more
 *
 * Gives each its digest, one after the other; %NULL where not all of it is here.
 */
void bh_log_ranges_digest_async(BhProperty *property, GPtrArray *ranges, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
/** Returns: %FALSE: they could not all be read: BH_PROPERTY_ERROR, or it was cancelled */
gboolean bh_log_ranges_digest_finish(BhProperty *property, GAsyncResult *result, GError **error);

/** bh_log_digest: @signatures: (element-type BhBackendSignature): by seq; those of one seq are put
 * in order. Returns: (transfer full): base64url */
char *bh_log_digest(GArray *signatures);
