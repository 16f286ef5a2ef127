/* SPDX-License-Identifier: Apache-2.0 */
#include "text-cells.h"

#include <string.h>

static void
test_clean(void)
{
  static const struct {
    const char *text, *clean;
  } cases[] = {
      {"Tea", "Tea"},
      {"a\x1b@b\x07", "a @b "},
      {"a\nb\tc\x7f", "a b c "},
      {"e\u0301", "é"},                   /* composed, so that a code page may have it */
      {"a\u202eb\u2066c\u200bd", "abcd"}, /* what turns or hides text */
      {"a\u2028b", "a b"},
      {"a\u0316\u0317\u0318\u0319\u031c\u031d", "a\u0316\u0317\u0318\u0319"},
      {"\u22125", "-5"},
      {"a\xff", "a\uFFFD"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *clean = bh_text_clean(cases[i].text, FALSE);

    g_assert_cmpstr(clean, ==, cases[i].clean);
  }
}

/* Controls that are two bytes long in UTF-8 (C1) are controls too. */
static void
test_clean_c1(void)
{
  g_autofree char *clean = bh_text_clean("a\xc2\x9bz", FALSE);

  g_assert_cmpstr(clean, ==, "a z");
}

static void
test_newlines(void)
{
  g_autofree char *clean = bh_text_clean("a\r\nb\rc\n", TRUE);

  g_assert_cmpstr(clean, ==, "a\nb\nc\n");
}

static void
test_cells(void)
{
  g_assert_cmpuint(bh_text_get_cells(""), ==, 0);
  g_assert_cmpuint(bh_text_get_cells("Löwe"), ==, 4);
  g_assert_cmpuint(bh_text_get_cells("烤鸭"), ==, 4);
  g_assert_cmpuint(bh_text_get_cells("a\u0316b"), ==, 2);
}

static void
test_wrap(void)
{
  static const struct {
    const char *text;
    guint first, rest;
    const char *lines;
  } cases[] = {
      {"", 10, 10, ""},
      {"one two", 7, 7, "one two"},
      {"one two", 6, 6, "one|two"},
      {"one two three", 8, 5, "one two|three"},
      {"abcdefgh", 3, 3, "abc|def|gh"},
      {"ab cdefghij", 6, 4, "ab cde|fghi|j"},
      {"烤鸭烤鸭", 5, 5, "烤鸭|烤鸭"},
      {"  indented text", 10, 10, "  indented|text"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GPtrArray) lines = bh_text_wrap(cases[i].text, cases[i].first, cases[i].rest);
    g_autofree char *joined = NULL;

    g_ptr_array_add(lines, NULL);
    joined = g_strjoinv("|", (char **)lines->pdata);
    g_assert_cmpstr(joined, ==, cases[i].lines);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printing/text-cells/clean", test_clean);
  g_test_add_func("/printing/text-cells/clean-c1", test_clean_c1);
  g_test_add_func("/printing/text-cells/newlines", test_newlines);
  g_test_add_func("/printing/text-cells/cells", test_cells);
  g_test_add_func("/printing/text-cells/wrap", test_wrap);
  return g_test_run();
}
