/* SPDX-License-Identifier: Apache-2.0 */
#include "rate-table.h"

#define NOW G_GINT64_CONSTANT(1800000000000)

static guint
take_all(BhRateTable *table, const char *key, gint64 now_ms)
{
  guint count = 0;

  while (bh_rate_table_take(table, key, now_ms))
    count++;
  return count;
}

static void
test_each_has_an_allowance(void)
{
  g_autoptr(BhRateTable) table = bh_rate_table_new(20, 100);

  g_assert_cmpuint(take_all(table, "a", NOW), ==, 20);
  g_assert_cmpuint(take_all(table, "b", NOW), ==, 20);
  /* Three seconds give one back; asking in vain costs nothing. */
  g_assert_cmpuint(take_all(table, "a", NOW + 2999), ==, 0);
  g_assert_cmpuint(take_all(table, "a", NOW + 3000), ==, 1);
  g_assert_cmpuint(take_all(table, "a", NOW + 33000), ==, 10);
  /* A long pause gives no more than the whole. */
  g_assert_cmpuint(take_all(table, "a", NOW + 86400000), ==, 20);
}

static void
test_clock_set_back(void)
{
  g_autoptr(BhRateTable) table = bh_rate_table_new(20, 100);

  g_assert_cmpuint(take_all(table, "a", NOW), ==, 20);
  g_assert_cmpuint(take_all(table, "a", NOW - 86400000), ==, 0);
  g_assert_cmpuint(take_all(table, "a", NOW - 86400000 + 60000), ==, 20);
}

static void
test_is_bounded(void)
{
  g_autoptr(BhRateTable) table = bh_rate_table_new(20, 100);
  guint passed = 0;

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *key = g_strdup_printf("key %u", i);

    passed += bh_rate_table_take(table, key, NOW) ? 1 : 0;
  }
  g_assert_cmpuint(bh_rate_table_get_size(table), ==, 100);
  /* Those for whom there was no room had one allowance between them. */
  g_assert_cmpuint(passed, ==, 120);
  /* Who was there first is not worse off. */
  g_assert_cmpuint(take_all(table, "key 7", NOW), ==, 19);
  /* Once the others are quiet again there is room. */
  g_assert_cmpuint(take_all(table, "late", NOW + 30000), ==, 20);
  g_assert_cmpuint(bh_rate_table_get_size(table), ==, 2);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rate-table/each-has-an-allowance", test_each_has_an_allowance);
  g_test_add_func("/rate-table/clock-set-back", test_clock_set_back);
  g_test_add_func("/rate-table/is-bounded", test_is_bounded);
  return g_test_run();
}
