/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "kind-table.h"
#include "operation-fixture.h"

#define N_OPERATIONS 60
#define N_ROUNDS     300

static char *
dup_text(const BhRecord *record)
{
  g_autoptr(json_t) value = bh_record_to_json(record);

  return bh_json_to_text(value);
}

static void
assert_text(const BhRecord *record, const char *expected)
{
  g_autofree char *text = dup_text(record);
  g_autofree char *quoted = g_strdelimit(g_strdup(expected), "'", '"');

  g_assert_cmpstr(text, ==, quoted);
}

static BhStamp
make_stamp(gint64 ms, guint log, gint64 seq)
{
  g_autofree char *log_id = fixture_log(log);
  BhStamp stamp = {.ms = ms, .seq = seq};

  g_strlcpy(stamp.log_id, log_id, sizeof stamp.log_id);
  return stamp;
}

static gboolean
add_item(BhRecord *record, const char *path, const char *value, BhStamp stamp)
{
  g_autoptr(json_t) json = json_string(value);

  return bh_record_add_item(record, path, json, &stamp);
}

static gboolean
add_register(BhRecord *record, const char *path, const char *value, gint64 version, BhStamp stamp)
{
  g_autoptr(json_t) json = json_string(value);

  return bh_record_add_register(record, path, json, version, &stamp);
}

static void
test_items(void)
{
  g_autoptr(BhRecord) record = bh_record_new();

  g_assert_true(bh_record_is_empty(record));
  g_assert_true(add_item(record, "b", "late", make_stamp(9, 1, 1)));
  g_assert_true(add_item(record, "b", "early", make_stamp(3, 1, 1)));
  g_assert_false(add_item(record, "b", "later", make_stamp(4, 1, 1)));
  g_assert_false(add_item(record, "b", "early", make_stamp(3, 1, 1)));
  g_assert_true(add_item(record, "b", "by log", make_stamp(3, 0, 8)));
  /* Of one stamp, as forks have, the bytes decide. */
  g_assert_true(add_item(record, "b", "by bytes", make_stamp(3, 0, 8)));
  g_assert_false(add_item(record, "b", "by log", make_stamp(3, 0, 8)));
  g_assert_true(add_item(record, "a", "", make_stamp(1, 0, 1)));
  assert_text(record, "{'items':{'a':['',1,0,'LogNumber-000000000000',1],"
                      "'b':['by bytes',3,0,'LogNumber-000000000000',8]},'registers':{}}");
  g_assert_cmpuint(bh_record_get_size(record), ==, 2);
}

static void
test_registers(void)
{
  g_autoptr(BhRecord) record = bh_record_new();
  const BhStamp *stamp = NULL;

  g_assert_cmpint(bh_record_get_version(record), ==, 0);
  g_assert_true(add_register(record, "x", "one", 2, make_stamp(9, 1, 1)));
  g_assert_false(add_register(record, "x", "lower version", 1, make_stamp(99, 1, 1)));
  g_assert_false(add_register(record, "x", "older", 2, make_stamp(8, 1, 1)));
  g_assert_true(add_register(record, "x", "newer", 2, make_stamp(9, 2, 1)));
  g_assert_true(add_register(record, "x", "oldest, higher", 3, make_stamp(1, 2, 1)));
  g_assert_true(add_register(record, "x", "z", 3, make_stamp(1, 2, 1)));
  g_assert_false(add_register(record, "x", "y", 3, make_stamp(1, 2, 1)));
  g_assert_cmpint(bh_record_get_version(record), ==, 3);
  g_assert_cmpstr(json_string_value(bh_record_get_register_stamped(record, "x", &stamp)), ==, "z");
  g_assert_cmpint(stamp->ms, ==, 1);
  g_assert_null(bh_record_get_item(record, "x"));
  assert_text(record, "{'items':{},'registers':{'x':['z',3,1,0,'LogNumber-000000000002',1]}}");
}

static void
test_redaction(void)
{
  g_autoptr(BhRecord) record = bh_record_new();
  g_autoptr(BhRecord) other = bh_record_new();
  BhStamp bad = make_stamp(5, 1, 7);
  BhStamp hub = make_stamp(9, 0, 1);

  add_item(record, "header", "words", bad);
  add_register(record, "note", "words", 4, bad);
  g_assert_false(bh_record_has_redaction(record, &bad));
  g_assert_true(add_item(record, "redacted/LogNumber-000000000001:7", "", hub));
  g_assert_true(bh_record_has_redaction(record, &bad));
  g_assert_true(json_is_null(bh_record_get_item(record, "header")));
  g_assert_true(json_is_null(bh_record_get_register(record, "note")));
  g_assert_cmpint(bh_record_get_version(record), ==, 4);
  /* What comes again stays away; another operation's words do not. */
  g_assert_false(add_item(record, "header", "words", bad));
  g_assert_true(add_item(record, "more", "words", bad));
  g_assert_true(json_is_null(bh_record_get_item(record, "more")));
  g_assert_true(add_register(record, "note", "later", 5, make_stamp(6, 1, 8)));
  g_assert_cmpstr(json_string_value(bh_record_get_register(record, "note")), ==, "later");
  /* Merged in the other direction it is gone as well. */
  add_item(other, "header", "words", bad);
  g_assert_true(bh_record_merge(other, record));
  g_assert_true(json_is_null(bh_record_get_item(other, "header")));
}

static void
count_path(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  g_string_append_printf(data, " %s=%" G_GINT64_FORMAT, path, stamp->ms);
}

static void
test_visits(void)
{
  g_autoptr(BhRecord) record = bh_record_new();
  g_autoptr(GString) seen = g_string_new(NULL);

  bh_record_visit_items(record, NULL, count_path, seen);
  add_item(record, "line/b", "", make_stamp(2, 0, 1));
  add_item(record, "line/a", "", make_stamp(1, 0, 1));
  add_item(record, "line0", "", make_stamp(3, 0, 1));
  add_item(record, "header", "", make_stamp(4, 0, 1));
  add_register(record, "line/c", "", 1, make_stamp(5, 0, 1));
  bh_record_visit_items(record, "line/", count_path, seen);
  g_assert_cmpstr(seen->str, ==, " line/a=1 line/b=2");
  bh_record_visit_items(record, "z", count_path, seen);
  bh_record_visit_registers(record, NULL, count_path, seen);
  g_assert_cmpstr(seen->str, ==, " line/a=1 line/b=2 line/c=5");
}

/* --- any order, any number of times --- */

static const char *const kinds[][2] = {
    {"order.open", "{'number':'A-%u','currency':'EUR','source':'staff'}"},
    {"order.set", "{'version':%u,'set':{'note':null,'guests':%u}}"},
    {"order.lines", "{'lines':[{'lineId':'l%u','name':'Soup %u','quantity':1,'price':%u},"
                    "{'lineId':'m%u','name':'Tea','quantity':2,'price':250}]}"},
    {"line.set", "{'lineId':'l%u','version':%u,'set':{'quantity':3,'course':%u}}"},
    {"line.state", "{'lineIds':['l%u','m1'],'state':'ready'}"},
    {"undo", "{'op':'LogNumber-000000000001:%u'}"},
    {"redact", "{'op':'LogNumber-000000000000:%u'}"},
    {"redact", "{'op':'LogNumber-000000000002:%u'}"},
};

/* Each %u is a small number, so that paths, stamps and identities meet. */
static char *
fill_body(const char *body, GRand *random)
{
  g_auto(GStrv) parts = g_strsplit(body, "%u", -1);
  g_autoptr(GString) filled = g_string_new(parts[0]);

  for (guint i = 1; parts[i] != NULL; i++)
    g_string_append_printf(filled, "%d%s", g_rand_int_range(random, 1, 6), parts[i]);
  return g_string_free(g_steal_pointer(&filled), FALSE);
}

static GPtrArray *
make_operations(GRand *random)
{
  GPtrArray *operations = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);

  for (guint i = 0; i < N_OPERATIONS; i++) {
    const char *const *kind = kinds[g_rand_int_range(random, 0, G_N_ELEMENTS(kinds))];
    g_autofree char *body = fill_body(kind[1], random);
    BhOperation *op =
        fixture_operation((guint)g_rand_int_range(random, 0, 3), g_rand_int_range(random, 1, 6),
                          g_rand_int_range(random, 0, 3), kind[0], "order/o1", body);

    g_assert_null(bh_kind_table_judge(op));
    g_ptr_array_add(operations, op);
  }
  return operations;
}

static BhRecord *
lift_one(BhOperation *op)
{
  BhRecord *record = bh_record_new();

  bh_kind_table_lift(op, record);
  return record;
}

/* Each of @operations at least once, in any order: one by one, in heaps, or by way of JSON. */
static BhRecord *
build(GPtrArray *operations, GRand *random)
{
  g_autoptr(GPtrArray) heaps = g_ptr_array_new_with_free_func((GDestroyNotify)bh_record_unref);

  for (guint i = 0; i < operations->len; i++)
    g_ptr_array_add(heaps, lift_one(operations->pdata[i]));
  for (guint i = 0; i < operations->len / 3; i++)
    g_ptr_array_add(
        heaps, lift_one(operations->pdata[g_rand_int_range(random, 0, (gint)operations->len)]));
  while (heaps->len > 1) {
    guint at = (guint)g_rand_int_range(random, 0, (gint)heaps->len);
    g_autoptr(BhRecord) from = g_ptr_array_steal_index_fast(heaps, at);
    BhRecord *into = heaps->pdata[g_rand_int_range(random, 0, (gint)heaps->len)];

    if (g_rand_int_range(random, 0, 8) == 0) {
      g_autoptr(json_t) value = bh_record_to_json(from);

      bh_record_unref(from);
      from = bh_record_from_json(value, NULL);
      g_assert_nonnull(from);
    }
    bh_record_merge(into, from);
    g_assert_false(bh_record_merge(into, from));
  }
  return g_ptr_array_steal_index(heaps, 0);
}

static void
test_any_order(void)
{
  /* g_test_rand_int() follows the seed that the test program prints and takes as --seed. */
  g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());

  for (guint round = 0; round < N_ROUNDS; round++) {
    g_autoptr(GPtrArray) operations = make_operations(random);
    g_autoptr(BhRecord) one = bh_record_new();
    g_autoptr(BhRecord) other = build(operations, random);
    g_autofree char *one_text = NULL;
    g_autofree char *other_text = dup_text(other);

    for (guint i = 0; i < operations->len; i++)
      bh_kind_table_lift(operations->pdata[i], one);
    one_text = dup_text(one);
    g_assert_cmpstr(one_text, ==, other_text);
  }
}

/* Whether a change is reported exactly when the text differs. */
static void
test_changes(void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());

  for (guint round = 0; round < 20; round++) {
    g_autoptr(GPtrArray) operations = make_operations(random);
    g_autoptr(BhRecord) record = bh_record_new();

    for (guint i = 0; i < operations->len; i++) {
      g_autofree char *before = dup_text(record);
      gboolean has_changed = bh_kind_table_lift(operations->pdata[i], record);
      g_autofree char *after = dup_text(record);

      g_assert_cmpint(has_changed, ==, strcmp(before, after) != 0);
    }
  }
}

static void
test_json(void)
{
  static const char *const bad[] = {
      "[]",
      "{}",
      "{'items':{}}",
      "{'items':[],'registers':{}}",
      "{'items':{},'registers':{},'more':{}}",
      "{'items':{'a':[1,1,0,'LogNumber-000000000000']},'registers':{}}",
      "{'items':{'a':[1,1,0,'LogNumber-000000000000',0]},'registers':{}}",
      "{'items':{'a':[1,-1,0,'LogNumber-000000000000',1]},'registers':{}}",
      "{'items':{'a':[1,1,0,'Log',1]},'registers':{}}",
      "{'items':{'a':[1.5,1,0,'LogNumber-000000000000',1]},'registers':{}}",
      "{'items':{'a':[{'a b':1},1,0,'LogNumber-000000000000',1]},'registers':{}}",
      "{'items':{'a b':[1,1,0,'LogNumber-000000000000',1]},'registers':{}}",
      "{'items':{'':[1,1,0,'LogNumber-000000000000',1]},'registers':{}}",
      "{'items':{'1':[1,1,0,'LogNumber-000000000000',1]},'registers':{}}",
      "{'items':{},'registers':{'a':[1,1,0,'LogNumber-000000000000',1]}}",
      "{'items':{},'registers':{'a':[1,0,1,0,'LogNumber-000000000000',1]}}",
      "{'items':{},'registers':{'a':[1,'2',1,0,'LogNumber-000000000000',1]}}",
  };
  const char *good = "{'items':{'b':[{'x':[null]},1,0,'LogNumber-000000000000',1],"
                     "'a/p.x:1':[null,1,2147483647,'LogNumber-000000000000',1]},"
                     "'registers':{'a':['',7,1,0,'p.LogNumber-000000000000',1]}}";
  g_autoptr(json_t) value = fixture_json(good);
  g_autoptr(BhRecord) record = bh_record_from_json(value, NULL);

  g_assert_nonnull(record);
  g_assert_cmpint(bh_record_get_version(record), ==, 7);
  assert_text(record, "{'items':{'a/p.x:1':[null,1,2147483647,'LogNumber-000000000000',1],"
                      "'b':[{'x':[null]},1,0,'LogNumber-000000000000',1]},"
                      "'registers':{'a':['',7,1,0,'p.LogNumber-000000000000',1]}}");
  g_assert_null(bh_record_from_json(NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(json_t) foreign = fixture_json(bad[i]);
    g_autoptr(GError) error = NULL;

    g_assert_null(bh_record_from_json(foreign, &error));
    g_assert_error(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_BAD);
  }
}

static void
test_copy(void)
{
  g_autoptr(BhRecord) record = bh_record_new();
  g_autoptr(BhRecord) copy = NULL;

  add_item(record, "a", "1", make_stamp(1, 0, 1));
  copy = bh_record_copy(record);
  add_item(record, "b", "2", make_stamp(1, 0, 2));
  g_assert_cmpuint(bh_record_get_size(copy), ==, 1);
  g_assert_cmpuint(bh_record_get_size(record), ==, 2);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/record/items", test_items);
  g_test_add_func("/record/registers", test_registers);
  g_test_add_func("/record/redaction", test_redaction);
  g_test_add_func("/record/visits", test_visits);
  g_test_add_func("/record/any-order", test_any_order);
  g_test_add_func("/record/changes", test_changes);
  g_test_add_func("/record/json", test_json);
  g_test_add_func("/record/copy", test_copy);
  return g_test_run();
}
