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

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/host-name/follows-from-the-id", test_follows_from_the_id);
  return g_test_run();
}
