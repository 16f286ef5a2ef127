/* SPDX-License-Identifier: Apache-2.0 */
#include "house-clock.h"

#define DAY_MS (G_GINT64_CONSTANT(24) * 3600 * 1000)
#define START  G_GINT64_CONSTANT(1764000000000)

static void
test_goes_on(void)
{
  BhHouseClock clock = {0};

  g_assert_cmpint(bh_house_clock_get(&clock, START, 5), ==, START);
  g_assert_cmpint(bh_house_clock_get(&clock, START + DAY_MS, 5 + DAY_MS), ==, START + DAY_MS);
  /* Kept right. */
  g_assert_cmpint(bh_house_clock_get(&clock, START + DAY_MS + 30000, 5 + DAY_MS), ==,
                  START + DAY_MS + 30000);
}

static void
test_does_not_jump(void)
{
  BhHouseClock clock = {0};

  bh_house_clock_get(&clock, START, 0);
  g_assert_cmpint(bh_house_clock_get(&clock, START + 9 * DAY_MS, 1000), ==, START + 1000);
  g_assert_cmpint(bh_house_clock_get(&clock, START + 9 * DAY_MS + 1000, 2000), ==, START + 2000);
  g_assert_cmpint(bh_house_clock_get(&clock, START - 9 * DAY_MS, 3000), ==, START + 3000);
  g_assert_cmpint(bh_house_clock_get(&clock, START + 4000, 4000), ==, START + 4000);
}

static void
test_believes_others(void)
{
  BhHouseClock clock = {0};

  bh_house_clock_get(&clock, START, 0);
  bh_house_clock_hear(&clock, START + 2 * DAY_MS);
  bh_house_clock_hear(&clock, START + DAY_MS);
  g_assert_cmpint(bh_house_clock_get(&clock, START + 1000, 1000), ==, START + 1000);
  g_assert_cmpint(bh_house_clock_get(&clock, START + 9 * DAY_MS, 2000), ==, START + 2 * DAY_MS);
  bh_house_clock_hear(&clock, START + 99 * DAY_MS);
  g_assert_cmpint(bh_house_clock_get(&clock, START + 9 * DAY_MS, 3000), ==, START + 9 * DAY_MS);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/house-clock/goes-on", test_goes_on);
  g_test_add_func("/house-clock/does-not-jump", test_does_not_jump);
  g_test_add_func("/house-clock/believes-others", test_believes_others);
  return g_test_run();
}
