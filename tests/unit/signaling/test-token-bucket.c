/* SPDX-License-Identifier: Apache-2.0 */
#include "token-bucket.h"

static void
test_bucket(void)
{
  BhTokenBucket bucket;
  gint64 now_us = 1000;

  bh_token_bucket_init(&bucket, 10, 3, now_us);
  for (guint i = 0; i < 3; i++)
    g_assert_true(bh_token_bucket_take(&bucket, now_us));
  g_assert_false(bh_token_bucket_take(&bucket, now_us));
  g_assert_false(bh_token_bucket_take(&bucket, now_us + 99999));
  g_assert_true(bh_token_bucket_take(&bucket, now_us + 100000));
  g_assert_false(bh_token_bucket_take(&bucket, now_us + 100000));
  g_assert_false(bh_token_bucket_is_half_full(&bucket));

  /* Time that goes back takes nothing away; ages overflow nothing. */
  g_assert_false(bh_token_bucket_take(&bucket, 0));
  g_assert_true(bh_token_bucket_take(&bucket, G_MAXINT64));
  g_assert_true(bh_token_bucket_is_half_full(&bucket));
  g_assert_true(bh_token_bucket_take(&bucket, G_MAXINT64));
  g_assert_true(bh_token_bucket_take(&bucket, G_MAXINT64));
  g_assert_false(bh_token_bucket_take(&bucket, G_MAXINT64));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/token-bucket/bucket", test_bucket);
  return g_test_run();
}
