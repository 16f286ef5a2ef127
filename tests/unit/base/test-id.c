/* SPDX-License-Identifier: Apache-2.0 */
#include "id.h"

#include <string.h>

static void
test_uuid_v7(void)
{
  /* The example of RFC 9562 appendix A.6: 0x017F22E279B0 milliseconds. */
  g_autofree char *id = bh_id_new(G_GINT64_CONSTANT(0x017F22E279B0));

  g_assert_cmpuint(strlen(id), ==, 36);
  g_assert_true(g_str_has_prefix(id, "017f22e2-79b0-7"));
  g_assert_true(g_uuid_string_is_valid(id));
  g_assert_nonnull(strchr("89ab", id[19]));
}

static void
test_sorts_by_time(void)
{
  g_autofree char *first = bh_id_new(1000);
  g_autofree char *second = bh_id_new(1001);

  g_assert_cmpstr(first, <, second);
}

static void
test_secrets_differ(void)
{
  g_autofree char *first = bh_id_new_secret();
  g_autofree char *second = bh_id_new_secret();

  g_assert_cmpuint(strlen(first), ==, 2 * BH_ID_SECRET_BYTES);
  g_assert_cmpuint(strspn(first, "0123456789abcdef"), ==, 2 * BH_ID_SECRET_BYTES);
  g_assert_cmpstr(first, !=, second);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/id/uuid-v7", test_uuid_v7);
  g_test_add_func("/id/sorts-by-time", test_sorts_by_time);
  g_test_add_func("/id/secrets-differ", test_secrets_differ);
  return g_test_run();
}
