/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "token-bucket.h"

#define MICRO G_GUINT64_CONSTANT(1000000)

void
bh_token_bucket_init(BhTokenBucket *bucket, guint64 per_second, guint64 burst, gint64 now_us)
{
  *bucket = (BhTokenBucket){.per_second = per_second,
                            .burst = burst,
                            .tokens_micro = burst * MICRO,
                            .updated_us = now_us};
}

static guint64
get_elapsed_us(const BhTokenBucket *bucket, gint64 now_us)
{
  return now_us > bucket->updated_us ? (guint64)(now_us - bucket->updated_us) : 0;
}

/* Compared by division: a bucket left alone for weeks must not overflow. */
gboolean
bh_token_bucket_is_rested(const BhTokenBucket *bucket, gint64 now_us)
{
  return get_elapsed_us(bucket, now_us) >= bucket->burst * MICRO / bucket->per_second;
}

gboolean
bh_token_bucket_take(BhTokenBucket *bucket, gint64 now_us)
{
  guint64 full = bucket->burst * MICRO;

  if (bh_token_bucket_is_rested(bucket, now_us))
    bucket->tokens_micro = full;
  else
    bucket->tokens_micro =
        MIN(full, bucket->tokens_micro + get_elapsed_us(bucket, now_us) * bucket->per_second);
  bucket->updated_us = now_us;

  if (bucket->tokens_micro < MICRO)
    return FALSE;
  bucket->tokens_micro -= MICRO;
  return TRUE;
}

gboolean
bh_token_bucket_is_half_full(const BhTokenBucket *bucket)
{
  return bucket->tokens_micro >= bucket->burst * MICRO / 2;
}
