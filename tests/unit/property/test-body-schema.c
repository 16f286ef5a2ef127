/* SPDX-License-Identifier: Apache-2.0 */
#include "body-schema.h"
#include "operation-fixture.h"

static void
assert_judged(const char *schema_text, const char *value_text, gboolean is_good)
{
  g_autoptr(json_t) from = fixture_json(schema_text);
  g_autoptr(json_t) holder = NULL;
  g_autofree char *wrapped = g_strdup_printf("[%s]", value_text);
  g_autoptr(BhBodySchema) schema = bh_body_schema_new(from);

  holder = fixture_json(wrapped);
  if (bh_body_schema_accepts(schema, json_array_get(holder, 0)) != is_good)
    g_error("%s %s %s", schema_text, is_good ? "takes" : "refuses", value_text);
}

#define OBJECT                                                                                     \
  "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':['string','null']}},"         \
  "'required':['a'],'additionalProperties':false}"

static void
test_keywords(void)
{
  static const struct {
    const char *schema;
    const char *good;
    const char *bad; /* each part between | */
  } cases[] = {
      {"{'type':'integer'}", "0|-5|9007199254740991", "'1'|true|null|1.0|[]|{}"},
      {"{'type':'integer','minimum':-2,'maximum':3}", "-2|3|0", "-3|4"},
      {"{'type':['integer','null'],'minimum':1}", "1|null", "0|''"},
      {"{'type':'boolean'}", "true|false", "0|null|'true'"},
      {"{'type':'string'}", "''|'x'", "null|1|['x']"},
      {"{'type':'string','minLength':1,'maxLength':2}", "'a'|'é€'|'😀😀'", "''|'abc'|'😀😀😀'"},
      {"{'type':['string','null'],'minLength':1,'enum':['a','b']}", "'a'|'b'|null", "'c'|''|'A'"},
      {"{'type':'string','format':'id'}", "'a'|'A_-9'", "''|'a b'|'a/b'|'é'"},
      {"{'type':'string','format':'log'}", "'LogNumber-000000000000'|'p.LogNumber-000000000000'",
       "'LogNumber-00000000000'|''|'p.'"},
      {"{'type':'string','format':'op'}", "'LogNumber-000000000000:1'",
       "'LogNumber-000000000000:0'|'LogNumber-000000000000'|':1'"},
      {"{'type':'string','format':'currency'}", "'EUR'", "'eur'|'EURO'|'EU'|''|'€€€'"},
      {"{'type':'array','items':{'type':'integer'},'minItems':1,'maxItems':2}", "[1]|[1,2]",
       "[]|[1,2,3]|['a']|[1,null]|{}"},
      {OBJECT, "{'a':1}|{'b':null,'a':1}|{'a':1,'b':'x'}",
       "{}|{'b':'x'}|{'a':'1'}|{'a':null}|{'a':1,'c':1}|{'a':1,'b':1}|[]|null"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(GStrv) good = g_strsplit(cases[i].good, "|", -1);
    g_auto(GStrv) bad = g_strsplit(cases[i].bad, "|", -1);

    for (guint j = 0; good[j] != NULL; j++)
      assert_judged(cases[i].schema, good[j], TRUE);
    for (guint j = 0; bad[j] != NULL; j++)
      assert_judged(cases[i].schema, bad[j], FALSE);
  }
}

static void
test_nothing(void)
{
  g_autoptr(json_t) from = fixture_json(OBJECT);
  g_autoptr(BhBodySchema) schema = bh_body_schema_new(from);

  g_assert_false(bh_body_schema_accepts(schema, NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/body-schema/keywords", test_keywords);
  g_test_add_func("/body-schema/nothing", test_nothing);
  return g_test_run();
}
