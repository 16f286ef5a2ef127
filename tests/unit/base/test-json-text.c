/* SPDX-License-Identifier: Apache-2.0 */
#include "json-text.h"

#include <string.h>

static void
assert_refused(const char *text, gsize length, BhJsonError code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) value = bh_json_parse(text, length, &error);

  g_assert_null(value);
  g_assert_error(error, BH_JSON_ERROR, (gint)code);
}

static void
test_refuses_what_is_not_json(void)
{
  static const char *const texts[] = {
      "",        "{",  "nul",  "{\"a\":1,}", "{'a':1}",           "[1] [2]", "// x\n1",
      "\"\\x\"", "01", "\xff", "\"\xc3\"",   "{\"a\":1,\"a\":2}", "1e999"};

  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    assert_refused(texts[i], strlen(texts[i]), BH_JSON_ERROR_SYNTAX);
  assert_refused("\"a\\u0000b\"", 10, BH_JSON_ERROR_SYNTAX);
  assert_refused("1\0002", 3, BH_JSON_ERROR_SYNTAX);
}

static void
test_bounds_depth(void)
{
  g_autofree char *deep = g_strnfill(100000, '[');
  g_autofree char *open = g_strnfill(BH_JSON_MAX_DEPTH, '[');
  g_autofree char *close = g_strnfill(BH_JSON_MAX_DEPTH, ']');
  g_autofree char *just = g_strconcat(open, close, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) value = bh_json_parse(just, strlen(just), &error);
  g_autoptr(json_t) text = NULL;

  g_assert_no_error(error);
  g_assert_nonnull(value);
  assert_refused(deep, 100000, BH_JSON_ERROR_DEPTH);

  /* Brackets inside a string nest nothing. */
  text = bh_json_parse("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"", 46, &error);
  g_assert_no_error(error);
  g_assert_true(json_is_string(text));
}

static void
test_getters_judge(void)
{
  const char source[] = "{\"name\":\"Till 1\",\"count\":3,\"empty\":\"\",\"none\":null}";
  g_autoptr(json_t) value = bh_json_parse(source, strlen(source), NULL);
  g_autoptr(GError) error = NULL;
  const char *text = NULL;
  gint64 number = 7;

  g_assert_cmpstr(bh_json_get_text(value, "name", 10, &error), ==, "Till 1");
  g_assert_no_error(error);
  g_assert_null(bh_json_get_text(value, "name", 5, &error));
  g_assert_error(error, BH_JSON_ERROR, BH_JSON_ERROR_TYPE);
  g_clear_error(&error);
  g_assert_null(bh_json_get_text(value, "count", 5, &error));
  g_assert_error(error, BH_JSON_ERROR, BH_JSON_ERROR_TYPE);
  g_clear_error(&error);
  g_assert_null(bh_json_get_text(value, "empty", 5, &error));
  g_assert_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING);
  g_clear_error(&error);
  g_assert_true(bh_json_get_optional_text(value, "none", 5, &text, &error));
  g_assert_null(text);
  g_assert_true(bh_json_get_optional_integer(value, "none", 0, 9, &number, &error));
  g_assert_cmpint(number, ==, 7);
  g_assert_true(bh_json_get_optional_integer(value, "count", 0, 9, &number, &error));
  g_assert_cmpint(number, ==, 3);
  g_assert_false(bh_json_get_optional_integer(value, "count", 4, 9, &number, &error));
  g_assert_error(error, BH_JSON_ERROR, BH_JSON_ERROR_TYPE);
}

static void
test_round_trip(void)
{
  const char source[] = "{\"b\":[1,2.5,true,null],\"a\":\"caf\xc3\xa9\"}";
  g_autoptr(json_t) value = bh_json_parse(source, strlen(source), NULL);
  g_autofree char *text = bh_json_to_text(value);

  g_assert_cmpstr(text, ==, source);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/json-text/refuses-what-is-not-json", test_refuses_what_is_not_json);
  g_test_add_func("/json-text/bounds-depth", test_bounds_depth);
  g_test_add_func("/json-text/getters-judge", test_getters_judge);
  g_test_add_func("/json-text/round-trip", test_round_trip);
  return g_test_run();
}
