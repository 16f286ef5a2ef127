/* SPDX-License-Identifier: Apache-2.0 */
#include "host-name.h"

static void
test_follows_from_the_id(void)
{
  /* printf 'abc' | sha256sum: ba7816bf... (FIPS 180-4's own example) */
  g_autofree char *name = bh_host_name_for_hub("abc");
  g_autofree char *other = bh_host_name_for_hub("abd");

  g_assert_cmpstr(name, ==, "bellhop-ba78.local");
  g_assert_cmpstr(other, !=, name);
}

/* The next ones of the same hash; the first is the name. */
static void
test_list(void)
{
  g_auto(GStrv) names = bh_host_name_list_for_hub("abc");

  g_assert_cmpuint(g_strv_length(names), ==, BH_HOST_NAME_COUNT);
  g_assert_cmpstr(names[0], ==, "bellhop-ba78.local");
  g_assert_cmpstr(names[1], ==, "bellhop-16bf.local");
  for (guint i = 1; i < BH_HOST_NAME_COUNT; i++)
    g_assert_cmpstr(names[i], !=, names[i - 1]);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/host-name/follows-from-the-id", test_follows_from_the_id);
  g_test_add_func("/host-name/list", test_list);
  return g_test_run();
}
