/* SPDX-License-Identifier: Apache-2.0 */
#include "verb.h"

typedef struct {
  const char *line;
  int at;
} Case;

static void
test_where_it_stands(void)
{
  static const Case cases[] = {
      {"bellhop", 0},
      {"bellhop --daemon", 0},
      {"bellhop --port 8080", 0}, /* a value, not a verb */
      {"bellhop --state /tmp/x", 0},
      {"bellhop --state", 0},
      {"bellhop pair --role staff", 1},
      {"bellhop pare", 1}, /* to be told that it is none */
      {"bellhop --state /tmp/x pair", 3},
      {"bellhop --state=/tmp/x --json devices", 3},
      {"bellhop --daemon pair", 0},
      {"bellhop --help", 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(GStrv) words = g_strsplit(cases[i].line, " ", -1);

    g_assert_cmpint(bh_verb_find((int)g_strv_length(words), words), ==, cases[i].at);
  }
}

static BhVerbLine *
parse(const BhVerb *verb, const char *text, GError **error)
{
  g_auto(GStrv) words = g_strsplit(text, " ", -1);

  return bh_verb_line_new(verb, (int)g_strv_length(words), words, error);
}

static const BhVerb example = {
    .name = "example",
    .words = "A B",
    .meaning = "For this test",
    .options = BH_VERB_ROLE | BH_VERB_NAME,
    .min_words = 1,
    .max_words = 2,
};

static void
test_line_is_understood(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhVerbLine) line =
      parse(&example, "bellhop --state /tmp/x one --role=pos --name T\xc3\xbcr --json two", &error);

  g_assert_no_error(error);
  g_assert_cmpstr(line->state_folder, ==, "/tmp/x");
  g_assert_cmpstr(line->role, ==, "pos");
  g_assert_cmpstr(line->name, ==, "Tür");
  g_assert_true(line->json);
  g_assert_cmpuint(g_strv_length(line->words), ==, 2);
  g_assert_cmpstr(line->words[0], ==, "one");
  g_assert_cmpstr(line->words[1], ==, "two");
  g_assert_nonnull(line->client);
}

static void
test_line_is_refused(void)
{
  static const char *const lines[] = {
      "bellhop one",              /* no role */
      "bellhop one --role cook",  /* no such role */
      "bellhop one --role guest", /* none that a device has */
      "bellhop --role pos",       /* too few words */
      "bellhop --role pos one two three",
      "bellhop --role pos one --wait",
      "bellhop --role pos one --port 1",
      "bellhop --role pos \xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(parse(&example, lines[i], &error));
    g_assert_nonnull(error);
    g_assert_true(error->domain == G_OPTION_ERROR);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/verb/where-it-stands", test_where_it_stands);
  g_test_add_func("/verb/line-is-understood", test_line_is_understood);
  g_test_add_func("/verb/line-is-refused", test_line_is_refused);
  return g_test_run();
}
