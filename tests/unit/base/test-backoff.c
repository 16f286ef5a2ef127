/* SPDX-License-Identifier: Apache-2.0 */
#include "backoff.h"

static void
test_grows_to_its_bound(void)
{
  BhBackoff backoff = BH_BACKOFF_INIT(100, 1000);

  g_assert_cmpuint(bh_backoff_next(&backoff, 1.0), ==, 100);
  g_assert_cmpuint(bh_backoff_next(&backoff, 1.0), ==, 200);
  g_assert_cmpuint(bh_backoff_next(&backoff, 0.0), ==, 200);
  g_assert_cmpuint(bh_backoff_next(&backoff, 1.0), ==, 800);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint(bh_backoff_next(&backoff, 1.0), ==, 1000);
  bh_backoff_reset(&backoff);
  g_assert_cmpuint(bh_backoff_next(&backoff, 0.0), ==, 50);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/backoff/grows-to-its-bound", test_grows_to_its_bound);
  return g_test_run();
}
