/* SPDX-License-Identifier: Apache-2.0 */
#include "premises.h"

static void
test_has(void)
{
  g_autoptr(BhAddressSet) networks = bh_address_set_new();
  const char *const inside[] = {"203.0.113.7",     "2001:db8:1::9", "10.8.0.2",  "192.168.7.1",
                                "::ffff:10.8.0.2", "fd12::1",       "fe80::1%2", "127.0.0.1"};
  const char *const outside[] = {
      "203.0.114.7", "2001:db8:2::9", "100.64.0.1", "172.32.0.1", "fe00::1", "", "nowhere"};

  bh_address_set_add(networks, "203.0.113.0/24", NULL);
  bh_address_set_add(networks, "2001:db8:1::/64", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(inside); i++)
    g_assert_true(bh_premises_has(networks, inside[i]));
  for (gsize i = 0; i < G_N_ELEMENTS(outside); i++)
    g_assert_false(bh_premises_has(networks, outside[i]));
  g_assert_false(bh_premises_has(NULL, "203.0.113.7"));
  g_assert_true(bh_premises_has(NULL, "192.168.7.1"));
  g_assert_false(bh_premises_has(NULL, NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/premises/has", test_has);
  return g_test_run();
}
