/* SPDX-License-Identifier: Apache-2.0 */
#include "base64.h"

#include <string.h>

static void
test_published(void)
{
  /* RFC 4648 section 10. */
  static const struct {
    const char *plain, *text;
  } cases[] = {{"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
               {"\xfb\xff", "+/8="}};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GBytes) bytes = bh_base64_decode(cases[i].text, strlen(cases[i].text));

    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), cases[i].plain,
                    strlen(cases[i].plain));
  }
}

static void
test_refused(void)
{
  /* Nothing, no padding or too much, base64url, spaces, what is no text. */
  static const char *const bad[] = {"",
                                    "Zg",
                                    "Zg=",
                                    "Z===",
                                    "====",
                                    "Zm9v=",
                                    "-_8=",
                                    "Zm 9v",
                                    "Zm9v\n",
                                    "Z=m9",
                                    ("Zm\xff"
                                     "v")};

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    g_assert_null(bh_base64_decode(bad[i], strlen(bad[i])));
  g_assert_null(bh_base64_decode(NULL, 0));
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base64/published", test_published);
  g_test_add_func("/base64/refused", test_refused);
  return g_test_run();
}
