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

/* How many of @count addresses of a network may do something once. */
static guint
take_each(BhRateTable *table, const char *network, guint count)
{
  guint passed = 0;

  for (guint i = 0; i < count; i++) {
    g_autofree char *address = g_strdup_printf("%s:%x", network, i + 1);

    passed += bh_rate_table_take_address(table, address, NOW) ? 1 : 0;
  }
  return passed;
}

static guint
take_all_of_address(BhRateTable *table, const char *address)
{
  guint count = 0;

  while (bh_rate_table_take_address(table, address, NOW))
    count++;
  return count;
}

/* A phone with all the addresses of its network leaves other networks theirs. */
static void
test_many_addresses_of_one_network(void)
{
  g_autoptr(BhRateTable) table = bh_rate_table_new(20, 1024);
  guint passed = take_each(table, "2001:db8:0:1:", 5000);

  g_assert_cmpuint(passed, >=, 20 * BH_RATE_TABLE_HOUSEHOLD);
  g_assert_cmpuint(passed, <, 21 * BH_RATE_TABLE_HOUSEHOLD);
  g_assert_cmpuint(bh_rate_table_get_size(table), ==, passed + 1);
  g_assert_false(bh_rate_table_take_address(table, "2001:db8:0:1::ffff", NOW));
  g_assert_cmpuint(take_all_of_address(table, "192.168.1.7"), ==, 20);
  g_assert_cmpuint(take_all_of_address(table, "2001:db8:0:2::7"), ==, 20);
  g_assert_cmpuint(take_all_of_address(table, "guest-7"), ==, 20);
}

/* All phones of a house are in one network: each has its own, and takes nothing of the others when
 * it asks in vain. */
static void
test_house_in_one_network(void)
{
  g_autoptr(BhRateTable) table = bh_rate_table_new(20, 1024);

  for (guint i = 0; i < BH_RATE_TABLE_HOUSEHOLD; i++) {
    g_autofree char *address = g_strdup_printf("2001:db8:0:1::%x", i + 1);

    g_assert_cmpuint(take_all_of_address(table, address), ==, 20);
    for (guint k = 0; k < 1000; k++)
      g_assert_false(bh_rate_table_take_address(table, address, NOW));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rate-table/each-has-an-allowance", test_each_has_an_allowance);
  g_test_add_func("/rate-table/clock-set-back", test_clock_set_back);
  g_test_add_func("/rate-table/is-bounded", test_is_bounded);
  g_test_add_func("/rate-table/many-addresses-of-one-network", test_many_addresses_of_one_network);
  g_test_add_func("/rate-table/house-in-one-network", test_house_in_one_network);
  return g_test_run();
}
