/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTokenBucket: how much may happen per second, and how much at once. A plain value without a
 * clock: time is passed in.
 */
#pragma once

#include <glib.h>

typedef struct {
  guint64 per_second;
  guint64 burst;
  guint64 tokens_micro; /* millionths of a token, so that a microsecond adds per_second of them */
  gint64 updated_us;
} BhTokenBucket;

/** bh_token_bucket_init: full. */
void bh_token_bucket_init(BhTokenBucket *bucket, guint64 per_second, guint64 burst, gint64 now_us);

/** bh_token_bucket_take: Returns: %FALSE where the bucket is empty; nothing is taken then */
gboolean bh_token_bucket_take(BhTokenBucket *bucket, gint64 now_us);

/** bh_token_bucket_is_rested: whether it has filled since the last take, however empty it was: one
 * that is made anew allows the same. */
gboolean bh_token_bucket_is_rested(const BhTokenBucket *bucket, gint64 now_us);

/** bh_token_bucket_is_half_full: as of the last take. */
gboolean bh_token_bucket_is_half_full(const BhTokenBucket *bucket);
