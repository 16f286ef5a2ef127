/* SPDX-License-Identifier: Apache-2.0 */
#include "hybrid-clock.h"

#define NOW_MS G_GINT64_CONSTANT(1764000000000)

static void
assert_time(BhHybridTime time, gint64 ms, guint32 counter)
{
  g_assert_cmpint(time.ms, ==, ms);
  g_assert_cmpuint(time.counter, ==, counter);
}

static void
test_next(void)
{
  g_autoptr(BhHybridClock) clock = bh_hybrid_clock_new();

  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS, 0);
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS, 1);
  assert_time(bh_hybrid_clock_next(clock, NOW_MS + 1), NOW_MS + 1, 0);
  /* The wall clock is set back a year. */
  assert_time(bh_hybrid_clock_next(clock, 0), NOW_MS + 1, 1);
  assert_time(bh_hybrid_clock_get(clock), NOW_MS + 1, 1);
}

static void
test_hear(void)
{
  g_autoptr(BhHybridClock) clock = bh_hybrid_clock_new();

  bh_hybrid_clock_hear(clock, NOW_MS, (BhHybridTime){NOW_MS + 500, 7});
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS + 500, 8);
  bh_hybrid_clock_hear(clock, NOW_MS, (BhHybridTime){NOW_MS + 500, 3});
  bh_hybrid_clock_hear(clock, NOW_MS, (BhHybridTime){NOW_MS - 500, 99});
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS + 500, 9);
  /* A century ahead moves it by a minute, as often as it is said. */
  for (guint i = 0; i < 3; i++)
    bh_hybrid_clock_hear(clock, NOW_MS,
                         (BhHybridTime){BH_HYBRID_CLOCK_MAX_MS, BH_HYBRID_CLOCK_MAX_COUNTER});
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS + BH_HYBRID_CLOCK_MAX_AHEAD_MS, 1);
}

static void
test_offset(void)
{
  g_autoptr(BhHybridClock) clock = bh_hybrid_clock_new();

  bh_hybrid_clock_set_offset(clock, 1000);
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS + 1000, 0);
  bh_hybrid_clock_set_offset(clock, -NOW_MS);
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS + 1000, 1);
  bh_hybrid_clock_set_offset(clock, G_MAXINT64);
  g_assert_cmpint(bh_hybrid_clock_next(clock, NOW_MS).ms, <=, BH_HYBRID_CLOCK_MAX_MS);
}

static void
test_bounds(void)
{
  g_autoptr(BhHybridClock) clock = bh_hybrid_clock_new();
  g_autoptr(BhHybridClock) early = bh_hybrid_clock_new();

  bh_hybrid_clock_restore(clock, (BhHybridTime){NOW_MS, BH_HYBRID_CLOCK_MAX_COUNTER});
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), NOW_MS + 1, 0);
  bh_hybrid_clock_restore(clock, (BhHybridTime){NOW_MS, 5});
  assert_time(bh_hybrid_clock_get(clock), NOW_MS + 1, 0);
  assert_time(bh_hybrid_clock_next(clock, G_MAXINT64), BH_HYBRID_CLOCK_MAX_MS, 0);
  assert_time(bh_hybrid_clock_next(early, -5), 0, 1);
}

static void
test_restore(void)
{
  g_autoptr(BhHybridClock) clock = bh_hybrid_clock_new();

  /* What it gave itself stays given, however wrong the wall clock was then. */
  bh_hybrid_clock_restore(clock, (BhHybridTime){2 * NOW_MS, 3});
  assert_time(bh_hybrid_clock_next(clock, NOW_MS), 2 * NOW_MS, 4);
}

static void
test_compare(void)
{
  g_assert_cmpint(bh_hybrid_time_compare((BhHybridTime){1, 9}, (BhHybridTime){2, 0}), <, 0);
  g_assert_cmpint(bh_hybrid_time_compare((BhHybridTime){2, 1}, (BhHybridTime){2, 0}), >, 0);
  g_assert_cmpint(bh_hybrid_time_compare((BhHybridTime){2, 1}, (BhHybridTime){2, 1}), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/hybrid-clock/next", test_next);
  g_test_add_func("/hybrid-clock/hear", test_hear);
  g_test_add_func("/hybrid-clock/offset", test_offset);
  g_test_add_func("/hybrid-clock/bounds", test_bounds);
  g_test_add_func("/hybrid-clock/restore", test_restore);
  g_test_add_func("/hybrid-clock/compare", test_compare);
  return g_test_run();
}
