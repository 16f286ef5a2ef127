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
 *
 * Gives each its digest, one after the other; %NULL where not all of it is here.
 */
void bh_log_ranges_digest_async(BhProperty *property, GPtrArray *ranges,
                                GAsyncReadyCallback callback, gpointer data);
/** Returns: %FALSE: BH_PROPERTY_ERROR: they could not be read */
gboolean bh_log_ranges_digest_finish(BhProperty *property, GAsyncResult *result, GError **error);

/* --- one range, from operations that are at hand --- */

/* A plain struct; clear it with g_auto(BhLogDigest). */
typedef struct {
  GChecksum *sum;
  GPtrArray *identity; /* of BhOperation, owned: those of the last seq that came */
} BhLogDigest;

void bh_log_digest_init(BhLogDigest *digest);
void bh_log_digest_clear(BhLogDigest *digest);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BhLogDigest, bh_log_digest_clear)

/** bh_log_digest_add: @op: not of a lower seq than the one before it; referenced */
void bh_log_digest_add(BhLogDigest *digest, BhOperation *op);

/** bh_log_digest_end: Returns: (transfer full): base64url; nothing can be added after it */
char *bh_log_digest_end(BhLogDigest *digest);
