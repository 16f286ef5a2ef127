/* SPDX-License-Identifier: Apache-2.0 */
#include "house-list.h"

typedef struct {
  BhHouseList *list;
  guint n_told;                   /* items-changed */
  guint position, removed, added; /* the last of them, and all together */
  guint n_removed, n_added;
  GPtrArray *rows; /* borrowed items: what a view has made of it */
  guint n_changed; /* of items */
} Fixture;

static void
on_items_changed(GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->n_told++;
  fixture->position = position;
  fixture->removed = removed;
  fixture->added = added;
  fixture->n_removed += removed;
  fixture->n_added += added;
  if (removed > 0)
    g_ptr_array_remove_range(fixture->rows, position, removed);
  for (guint i = 0; i < added; i++) {
    g_autoptr(BhHouseItem) item = g_list_model_get_item(model, position + i);

    g_ptr_array_insert(fixture->rows, (gint)(position + i), item);
  }
  g_assert_cmpuint(fixture->rows->len, ==, g_list_model_get_n_items(model));
}

static void
on_changed(BhHouseItem *item, Fixture *fixture)
{
  fixture->n_changed++;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
  fixture->list = bh_house_list_new("id");
  fixture->rows = g_ptr_array_new();
  g_signal_connect(fixture->list, "items-changed", G_CALLBACK(on_items_changed), fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
  g_object_unref(fixture->list);
  g_ptr_array_unref(fixture->rows);
}

static gboolean
update(Fixture *fixture, const char *text)
{
  g_autoptr(json_t) json = json_loads(text, 0, NULL);

  g_assert_nonnull(json);
  fixture->n_told = fixture->n_removed = fixture->n_added = 0;
  return bh_house_list_update(fixture->list, json);
}

/* As the list says it, and the view. */
static char *
spell(Fixture *fixture)
{
  GString *keys = g_string_new(NULL);

  g_assert_cmpuint(fixture->rows->len, ==, bh_house_list_get_count(fixture->list));
  for (guint i = 0; i < bh_house_list_get_count(fixture->list); i++) {
    g_assert_true(fixture->rows->pdata[i] == bh_house_list_get(fixture->list, i));
    g_string_append(keys, bh_house_item_get_key(bh_house_list_get(fixture->list, i)));
  }
  return g_string_free(keys, FALSE);
}

#define assert_list(fixture, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *keys = spell(fixture);                                                        \
    g_assert_cmpstr(keys, ==, expected);                                                           \
  }                                                                                                \
  G_STMT_END

static void
test_what_stays_is_the_same_object(Fixture *fixture, gconstpointer data)
{
  BhHouseItem *b;

  g_assert_true(update(fixture, "[{\"id\":\"a\"},{\"id\":\"b\",\"n\":1},{\"id\":\"c\"}]"));
  b = bh_house_list_find(fixture->list, "b");
  g_signal_connect(b, "changed", G_CALLBACK(on_changed), fixture);
  g_assert_true(update(fixture, "[{\"id\":\"b\",\"n\":2},{\"id\":\"c\"},{\"id\":\"d\"}]"));
  assert_list(fixture, "bcd");
  g_assert_true(bh_house_list_find(fixture->list, "b") == b);
  g_assert_cmpint(bh_house_item_get_number(b, "n"), ==, 2);
  g_assert_cmpuint(fixture->n_changed, ==, 1);
  g_assert_null(bh_house_list_find(fixture->list, "a"));
}

static void
test_only_what_moved_is_told(Fixture *fixture, gconstpointer data)
{
  update(fixture, "[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"}]");
  g_assert_true(update(fixture, "[{\"id\":\"a\"},{\"id\":\"x\"},{\"id\":\"y\"},{\"id\":\"d\"}]"));
  assert_list(fixture, "axyd");
  g_assert_cmpuint(fixture->n_removed, ==, 2);
  g_assert_cmpuint(fixture->n_added, ==, 2);
  g_assert_cmpuint(fixture->position, ==, 1);
  g_assert_cmpuint(fixture->added, ==, 2);
}

/* The newest fifty: what is between keeps its rows, and a question that is asked in one. */
static void
test_one_comes_and_one_goes(Fixture *fixture, gconstpointer data)
{
  update(fixture, "[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"}]");
  g_assert_true(update(fixture, "[{\"id\":\"x\"},{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]"));
  assert_list(fixture, "xabc");
  g_assert_cmpuint(fixture->n_told, ==, 2);
  g_assert_cmpuint(fixture->n_removed, ==, 1);
  g_assert_cmpuint(fixture->n_added, ==, 1);
  /* In several places at once. */
  g_assert_true(update(fixture, "[{\"id\":\"y\"},{\"id\":\"x\"},{\"id\":\"b\"},{\"id\":\"p\"},"
                                "{\"id\":\"q\"},{\"id\":\"c\"},{\"id\":\"r\"}]"));
  assert_list(fixture, "yxbpqcr");
  g_assert_cmpuint(fixture->n_removed, ==, 1);
  g_assert_cmpuint(fixture->n_added, ==, 4);
}

/* What stands in another order is told as one change, of that part. */
static void
test_order_changes(Fixture *fixture, gconstpointer data)
{
  update(fixture, "[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"}]");
  g_assert_true(update(fixture, "[{\"id\":\"a\"},{\"id\":\"c\"},{\"id\":\"b\"},{\"id\":\"d\"}]"));
  assert_list(fixture, "acbd");
  g_assert_cmpuint(fixture->n_told, ==, 1);
  g_assert_cmpuint(fixture->position, ==, 1);
  g_assert_cmpuint(fixture->removed, ==, 2);
  g_assert_true(update(fixture, "[{\"id\":\"x\"},{\"id\":\"d\"},{\"id\":\"a\"}]"));
  assert_list(fixture, "xda");
}

static void
test_nothing_new_tells_nothing(Fixture *fixture, gconstpointer data)
{
  update(fixture, "[{\"id\":\"a\",\"n\":1},{\"id\":\"b\"}]");
  g_signal_connect(bh_house_list_get(fixture->list, 0), "changed", G_CALLBACK(on_changed), fixture);
  g_assert_false(update(fixture, "[{\"id\":\"a\",\"n\":1},{\"id\":\"b\"}]"));
  g_assert_cmpuint(fixture->n_told, ==, 0);
  g_assert_cmpuint(fixture->n_changed, ==, 0);
}

static void
test_what_makes_no_sense_is_left_out(Fixture *fixture, gconstpointer data)
{
  update(fixture, "[7,{\"id\":1},{},{\"id\":\"a\",\"n\":1},{\"id\":\"a\",\"n\":2},null]");
  assert_list(fixture, "a");
  g_assert_cmpint(bh_house_item_get_number(bh_house_list_get(fixture->list, 0), "n"), ==, 1);
  /* Also when it is there already: the first one counts. */
  update(fixture, "[{\"id\":\"a\",\"n\":3},{\"id\":\"a\",\"n\":4}]");
  g_assert_cmpint(bh_house_item_get_number(bh_house_list_get(fixture->list, 0), "n"), ==, 3);
  g_assert_true(update(fixture, "{}"));
  assert_list(fixture, "");
}

static void
test_there_is_a_cap(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) many = json_array();

  for (int i = 0; i < BH_HOUSE_LIST_MAX + 10; i++) {
    g_autofree char *id = g_strdup_printf("%d", i);

    json_array_append_new(many, json_pack("{s:s}", "id", id));
  }
  bh_house_list_update(fixture->list, many);
  g_assert_cmpuint(bh_house_list_get_count(fixture->list), ==, BH_HOUSE_LIST_MAX);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(path, run) g_test_add("/front/house-list/" path, Fixture, NULL, set_up, run, tear_down)
  ADD("same-object", test_what_stays_is_the_same_object);
  ADD("moved", test_only_what_moved_is_told);
  ADD("one-comes-one-goes", test_one_comes_and_one_goes);
  ADD("order", test_order_changes);
  ADD("unchanged", test_nothing_new_tells_nothing);
  ADD("nonsense", test_what_makes_no_sense_is_left_out);
  ADD("cap", test_there_is_a_cap);
#undef ADD
  return g_test_run();
}
