/* SPDX-License-Identifier: Apache-2.0 */
#include "limit-set.h"

static void
test_parse(void)
{
  BhLimitSet limits;
  g_autoptr(GError) error = NULL;

  bh_limit_set_init(&limits);
  g_assert_cmpuint(bh_limit_set_get(&limits, BH_LIMIT_MESSAGE_BYTES), ==, 65536);
  g_assert_true(bh_limit_set_parse(&limits, "peers=3", &error));
  g_assert_no_error(error);
  g_assert_cmpuint(bh_limit_set_get(&limits, BH_LIMIT_PEERS), ==, 3);
}

static void
test_refuses(void)
{
  static const struct {
    const char *text;
    gint code;
  } cases[] = {
      {"peers", BH_LIMIT_ERROR_VALUE},    {"peers=", BH_LIMIT_ERROR_VALUE},
      {"peers=x", BH_LIMIT_ERROR_VALUE},  {"peers=0", BH_LIMIT_ERROR_VALUE},
      {"peers=-1", BH_LIMIT_ERROR_VALUE}, {"peers=99999999999999999999", BH_LIMIT_ERROR_VALUE},
      {"peer=3", BH_LIMIT_ERROR_NAME},    {"", BH_LIMIT_ERROR_NAME},
      {"=3", BH_LIMIT_ERROR_NAME},
  };
  BhLimitSet limits;

  bh_limit_set_init(&limits);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_false(bh_limit_set_parse(&limits, cases[i].text, &error));
    g_assert_error(error, BH_LIMIT_ERROR, cases[i].code);
  }
  g_assert_cmpuint(bh_limit_set_get(&limits, BH_LIMIT_PEERS), ==, 10000);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/limit-set/parse", test_parse);
  g_test_add_func("/limit-set/refuses", test_refuses);
  return g_test_run();
}
