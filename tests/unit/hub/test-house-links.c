/* SPDX-License-Identifier: Apache-2.0 */
#include "house-links.h"

#include <sys/resource.h>

static void
on_changed(BhHouseLinks *links, guint *n_changed)
{
  ++*n_changed;
}

/* The system cannot be asked for this computer's addresses: they have not gone. What is configured
 * is heeded all the same. */
static void
test_no_descriptors(void)
{
  g_autoptr(BhHouseLinks) links = bh_house_links_new("bellhop-test.local", "::");
  g_auto(GStrv) addresses = g_strdupv((char **)bh_house_links_get_addresses(links));
  g_auto(GStrv) networks = bh_address_set_list(bh_house_links_get_networks(links));
  g_auto(GStrv) kept = NULL;
  g_autoptr(BhAddressSet) extra = bh_address_set_new();
  struct rlimit before, none;
  guint n_changed = 0;

  g_assert_true(bh_address_set_add(extra, "198.51.100.0/24", NULL));
  g_signal_connect(links, "changed", G_CALLBACK(on_changed), &n_changed);
  g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
  none = before;
  none.rlim_cur = 0;
  g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
  bh_house_links_look(links);
  g_assert_cmpuint(n_changed, ==, 0);
  kept = bh_address_set_list(bh_house_links_get_networks(links));
  g_assert_cmpstrv(kept, networks);
  g_assert_cmpstrv(bh_house_links_get_addresses(links), addresses);
  bh_house_links_set_networks(links, extra);
  g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
  g_assert_cmpuint(n_changed, ==, 1);
  g_assert_true(bh_address_set_contains(bh_house_links_get_networks(links), "198.51.100.7"));
  g_assert_true(bh_address_set_contains(bh_house_links_get_networks(links), "127.0.0.1"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/house-links/no-descriptors", test_no_descriptors);
  return g_test_run();
}
