/* SPDX-License-Identifier: Apache-2.0 */
#include "ticket-number.h"

#include <string.h>

static void
assert_series(guint index, const char *expected)
{
  g_autofree char *series = bh_ticket_series_make(index);
  guint back = 0;

  g_assert_cmpstr(series, ==, expected);
  g_assert_true(bh_ticket_series_parse(series, &back));
  g_assert_cmpuint(back, ==, index);
}

static void
test_series(void)
{
  assert_series(0, "A");
  assert_series(7, "H");
  assert_series(8, "J");
  assert_series(23, "Z");
  assert_series(24, "AA");
  assert_series(24 + 23, "AZ");
  assert_series(24 + 24, "BA");
  assert_series(24 + 24 * 24, "AAA");
}

static void
test_series_differ(void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 20000; i++) {
    char *series = bh_ticket_series_make(i);

    g_assert_null(strpbrk(series, "IO"));
    g_assert_true(g_hash_table_add(seen, series));
  }
}

static void
test_what_is_no_series(void)
{
  static const char *const bad[] = {NULL, "", "a", "I", "AO", "A1", "A-", "ZZZZZZZZ", "ZZZZZZZZZ"};
  guint index;

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    g_assert_false(bh_ticket_series_parse(bad[i], &index));
}

static void
test_random_series(void)
{
  g_autofree char *series = bh_ticket_series_make_random();
  guint index;

  g_assert_cmpuint(strlen(series), ==, 3);
  g_assert_true(bh_ticket_series_parse(series, &index));
}

static void
test_numbers(void)
{
  g_autofree char *number = bh_ticket_number_make("AB", 17);

  g_assert_cmpstr(number, ==, "AB-17");
  g_assert_cmpuint(bh_ticket_number_parse(number, "AB"), ==, 17);
  g_assert_cmpuint(bh_ticket_number_parse(number, "A"), ==, 0);
  g_assert_cmpuint(bh_ticket_number_parse("A-0", "A"), ==, 0);
  g_assert_cmpuint(bh_ticket_number_parse("A-1000", "A"), ==, 0);
  g_assert_cmpuint(bh_ticket_number_parse("A-", "A"), ==, 0);
  g_assert_cmpuint(bh_ticket_number_parse(NULL, "A"), ==, 0);
}

static void
test_round(void)
{
  g_assert_cmpuint(bh_ticket_number_next(0), ==, 1);
  g_assert_cmpuint(bh_ticket_number_next(1), ==, 2);
  g_assert_cmpuint(bh_ticket_number_next(BH_TICKET_LAST_NUMBER), ==, 1);
}

static void
test_after(void)
{
  g_assert_true(bh_ticket_number_is_after(1, 0));
  g_assert_true(bh_ticket_number_is_after(BH_TICKET_LAST_NUMBER, 0));
  g_assert_true(bh_ticket_number_is_after(18, 17));
  g_assert_false(bh_ticket_number_is_after(17, 17));
  g_assert_false(bh_ticket_number_is_after(16, 17));
  g_assert_true(bh_ticket_number_is_after(1, BH_TICKET_LAST_NUMBER));
  g_assert_false(bh_ticket_number_is_after(BH_TICKET_LAST_NUMBER, 1));
  g_assert_false(bh_ticket_number_is_after(0, 17));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ticket-number/series", test_series);
  g_test_add_func("/ticket-number/series-differ", test_series_differ);
  g_test_add_func("/ticket-number/no-series", test_what_is_no_series);
  g_test_add_func("/ticket-number/random-series", test_random_series);
  g_test_add_func("/ticket-number/numbers", test_numbers);
  g_test_add_func("/ticket-number/round", test_round);
  g_test_add_func("/ticket-number/after", test_after);
  return g_test_run();
}
