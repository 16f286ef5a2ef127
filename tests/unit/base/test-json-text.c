/* SPDX-License-Identifier: Apache-2.0 */
#include "json-text.h"

#include <stdlib.h>
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

/* A value of up to so many levels, of every type and of strings that need care. */
static json_t *
make_value(GRand *random, guint levels)
{
  static const char texts[][16] = {"",      "plain", "\"\\/", "\b\f\n\r\t", "\x01\x1f\x7f",
                                   "Süß €", "😀"};
  json_t *value;

  switch (g_rand_int_range(random, 0, levels > 0 ? 8 : 6)) {
  case 0:
    return json_null();
  case 1:
    return json_boolean(g_rand_boolean(random));
  case 2:
    return json_integer((json_int_t)g_rand_int(random) << g_rand_int_range(random, 0, 32));
  case 3:
    return json_integer(g_rand_boolean(random) ? G_MININT64 : -(json_int_t)g_rand_int(random));
  case 4:
    return json_real(g_rand_double_range(random, -1e20, 1e20));
  case 5:
    return json_string(texts[g_rand_int_range(random, 0, G_N_ELEMENTS(texts))]);
  case 6:
    value = json_array();
    for (guint n = (guint)g_rand_int_range(random, 0, 4); n > 0; n--)
      json_array_append_new(value, make_value(random, levels - 1));
    return value;
  default:
    value = json_object();
    for (guint n = (guint)g_rand_int_range(random, 0, 7); n > 0; n--)
      json_object_set_new(value, texts[n], make_value(random, levels - 1));
    return value;
  }
}

static void
test_prints_as_jansson(void)
{
  GRand *random = g_rand_new_with_seed(4);

  for (guint i = 0; i < 3000; i++) {
    g_autoptr(json_t) value = make_value(random, 4);
    g_autofree char *text = bh_json_to_text(value);
    g_autoptr(GBytes) bytes = bh_json_to_bytes(value);
    char *expected = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

    g_assert_cmpstr(text, ==, expected);
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), text, strlen(text));
    free(expected);
  }
  g_rand_free(random);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/json-text/refuses-what-is-not-json", test_refuses_what_is_not_json);
  g_test_add_func("/json-text/bounds-depth", test_bounds_depth);
  g_test_add_func("/json-text/getters-judge", test_getters_judge);
  g_test_add_func("/json-text/round-trip", test_round_trip);
  g_test_add_func("/json-text/prints-as-jansson", test_prints_as_jansson);
  return g_test_run();
}
