/* SPDX-License-Identifier: Apache-2.0 */
#include "base64url.h"

#include <string.h>

static void
test_published(void)
{
  /* RFC 4648 section 10, without padding. */
  static const struct {
    const char *plain, *text;
  } cases[] = {{"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
               {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text =
        bh_base64url_encode((const guint8 *)cases[i].plain, strlen(cases[i].plain));
    g_autoptr(GBytes) bytes = bh_base64url_decode(cases[i].text, 16);

    g_assert_cmpstr(text, ==, cases[i].text);
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), cases[i].plain,
                    strlen(cases[i].plain));
  }
}

/* GLib's base64 is the independent witness. */
static void
test_every_length_and_byte(void)
{
  guint8 plain[256 + 3];

  for (gsize i = 0; i < sizeof plain; i++)
    plain[i] = (guint8)(i * 167 + 13);
  for (gsize length = 0; length <= sizeof plain; length++) {
    g_autofree char *text = bh_base64url_encode(plain, length);
    g_autofree char *expected = g_base64_encode(plain, length);
    g_autoptr(GBytes) bytes = bh_base64url_decode(text, sizeof plain);

    g_strdelimit(expected, "+", '-');
    g_strdelimit(expected, "/", '_');
    expected[strcspn(expected, "=")] = '\0';
    g_assert_cmpstr(text, ==, expected);
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), plain, length);
  }
}

static void
test_refused(void)
{
  /* Padding, standard base64, a lone character, bits that belong to no byte, spaces. */
  static const char *const bad[] = {"Zg==", "Zm9v+A", "Zm9v/A", "Z",      "Zm9vY",  "Zh",
                                    "Zm9",  "Zm9vYm", "Zm 9v",  "Zm9v\n", "Zm\377v"};

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    g_assert_null(bh_base64url_decode(bad[i], 64));
  g_assert_null(bh_base64url_decode("Zm9vYmFy", 5));
}

/* No character but the 64 anywhere in a group. */
static void
test_every_character(void)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  for (guint c = 1; c < 256; c++) {
    for (gsize at = 0; at < 7; at++) {
      char text[] = "AAAAAAA";
      g_autoptr(GBytes) bytes = NULL;

      text[at] = (char)c;
      bytes = bh_base64url_decode(text, 64);
      if (strchr(alphabet, (int)c) == NULL)
        g_assert_null(bytes);
      else if (at < 6)
        g_assert_nonnull(bytes);
    }
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base64url/published", test_published);
  g_test_add_func("/base64url/lengths", test_every_length_and_byte);
  g_test_add_func("/base64url/refused", test_refused);
  g_test_add_func("/base64url/characters", test_every_character);
  return g_test_run();
}
