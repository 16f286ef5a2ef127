/* SPDX-License-Identifier: Apache-2.0 */
#include "try-count.h"

#define NOW     G_GINT64_CONSTANT(1800000000000)
#define HOUR_MS G_GINT64_CONSTANT(3600000)

static void
test_waits_grow(void)
{
  static const gint64 expected_s[] = {0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600};
  BhTryCount count = {0};
  gint64 now_ms = NOW;

  for (gsize i = 0; i < G_N_ELEMENTS(expected_s); i++) {
    gint64 wait_ms;

    bh_try_count_add(&count, HOUR_MS, FALSE, now_ms);
    wait_ms = bh_try_count_get_wait_ms(&count, HOUR_MS, now_ms);
    g_assert_cmpint(wait_ms, ==, expected_s[i] * 1000);
    if (wait_ms > 0)
      g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, now_ms + wait_ms - 1), ==, 1);
    g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, now_ms + wait_ms), ==, 0);
    now_ms += wait_ms;
  }
}

static void
test_never_overflows(void)
{
  BhTryCount count = {.wrong = G_MAXINT, .day_wrong = G_MAXINT, .day_ms = NOW};

  bh_try_count_add(&count, HOUR_MS, TRUE, NOW);
  g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, NOW), ==, HOUR_MS);
}

static void
test_right_one_forgives_a_row_and_not_a_day(void)
{
  BhTryCount count = {0};

  /* Four behind each right one: never five in a row. */
  for (guint i = 0; i < BH_TRY_COUNT_DAY_FREE - 1; i++) {
    bh_try_count_add(&count, HOUR_MS, TRUE, NOW + i);
    g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, NOW + i), ==, 0);
    if (i % 4 == 3)
      bh_try_count_forgive(&count);
  }
  bh_try_count_forgive(&count);
  bh_try_count_add(&count, HOUR_MS, TRUE, NOW + 100);
  g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, NOW + 100), ==,
                  BH_TRY_COUNT_FIRST_WAIT_MS);
  bh_try_count_forgive(&count);
  bh_try_count_add(&count, HOUR_MS, TRUE, NOW + 200);
  g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, NOW + 200), ==,
                  2 * BH_TRY_COUNT_FIRST_WAIT_MS);
  /* Tomorrow is another day. */
  bh_try_count_forgive(&count);
  bh_try_count_add(&count, HOUR_MS, TRUE, NOW + BH_TRY_COUNT_DAY_MS);
  g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, NOW + BH_TRY_COUNT_DAY_MS), ==, 0);
}

static void
test_wrong_clock(void)
{
  BhTryCount count = {0};

  for (guint i = 0; i < 10; i++)
    bh_try_count_add(&count, HOUR_MS, FALSE, NOW);
  g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, NOW), >, 0);
  /* The clock was a year ahead: nobody waits that year. */
  g_assert_cmpint(bh_try_count_get_wait_ms(&count, HOUR_MS, NOW - 365 * BH_TRY_COUNT_DAY_MS), ==,
                  0);
  g_assert_true(bh_try_count_is_stale(&count, NOW - 365 * BH_TRY_COUNT_DAY_MS));
  g_assert_false(bh_try_count_is_stale(&count, NOW + BH_TRY_COUNT_DAY_MS));
  g_assert_true(bh_try_count_is_stale(&count, NOW + 3 * BH_TRY_COUNT_DAY_MS));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/try-count/waits-grow", test_waits_grow);
  g_test_add_func("/try-count/never-overflows", test_never_overflows);
  g_test_add_func("/try-count/right-one-forgives-a-row-and-not-a-day",
                  test_right_one_forgives_a_row_and_not_a_day);
  g_test_add_func("/try-count/wrong-clock", test_wrong_clock);
  return g_test_run();
}
