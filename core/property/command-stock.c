/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "command-stock.h"

#include <string.h>

#define KIND "item.availability"

/* Trees: item ids are chosen by others. */
struct _BhCommandStock {
  BhProperty *property;
  GTree *writing; /* `item/<id>` (owned) -> Count, owned */
};

/* What the last of those that are being written leaves. */
typedef struct {
  gint64 version;
  gint64 left;
  guint n_writers;
} Count;

static int
compare_names(gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp(a, b);
}

BhCommandStock *
bh_command_stock_new(BhProperty *property)
{
  BhCommandStock *self = g_new0(BhCommandStock, 1);

  self->property = property;
  self->writing = g_tree_new_full(compare_names, NULL, g_free, g_free);
  return self;
}

void
bh_command_stock_free(BhCommandStock *stock)
{
  g_tree_unref(stock->writing);
  g_free(stock);
}

/* Returns: %FALSE: nobody counts it. @version: (out): of what is written next */
static gboolean
get_left(BhCommandStock *self, const char *entity, gint64 *left, gint64 *version)
{
  const Count *count = g_tree_lookup(self->writing, entity);
  const BhRecord *record = bh_property_get_record(self->property, entity);
  const json_t *remaining = record != NULL ? bh_record_get_register(record, "remaining") : NULL;

  *version = bh_property_next_version(self->property, entity);
  /* Unless somebody else has said something newer. */
  if (count != NULL && count->version + 1 >= *version) {
    *left = count->left;
    return TRUE;
  }
  *left = json_is_integer(remaining) ? json_integer_value(remaining) : 0;
  return json_is_integer(remaining);
}

/* Returns: (transfer full) (element-type utf8 guint): how many of each item, by `item/<id>` */
static GTree *
sum_up(const json_t *lines)
{
  GTree *sums = g_tree_new_full(compare_names, NULL, g_free, NULL);
  const json_t *line;
  gsize i;

  json_array_foreach((json_t *)lines, i, line)
  {
    const char *item_id = json_string_value(json_object_get(line, "itemId"));
    guint quantity = (guint)json_integer_value(json_object_get(line, "quantity"));
    char *entity;

    if (item_id == NULL)
      continue;
    entity = g_strconcat("item/", item_id, NULL);
    quantity += GPOINTER_TO_UINT(g_tree_lookup(sums, entity));
    g_tree_replace(sums, entity, GUINT_TO_POINTER(quantity));
  }
  return sums;
}

gboolean
bh_command_stock_check(BhCommandStock *stock, const json_t *lines, BhCommandPlan *plan)
{
  g_autoptr(GTree) sums = sum_up(lines);

  for (GTreeNode *node = g_tree_node_first(sums); node != NULL; node = g_tree_node_next(node)) {
    gint64 left, version;

    if (get_left(stock, g_tree_node_key(node), &left, &version) &&
        left < GPOINTER_TO_UINT(g_tree_node_value(node)))
      return bh_command_plan_refuse(plan, "not-available", "There are not so many of an item.");
  }
  return TRUE;
}

void
bh_command_stock_count_down(BhCommandStock *stock, const json_t *lines, BhCommandPlan *plan)
{
  g_autoptr(GTree) sums = sum_up(lines);

  for (GTreeNode *node = g_tree_node_first(sums); node != NULL; node = g_tree_node_next(node)) {
    const char *entity = g_tree_node_key(node);
    gint64 left, version;

    if (!get_left(stock, entity, &left, &version))
      continue;
    left = MAX(0, left - GPOINTER_TO_UINT(g_tree_node_value(node)));
    bh_command_plan_add(plan, KIND, entity,
                        json_pack("{s:I, s:{s:I}}", "version", (json_int_t)version, "set",
                                  "remaining", (json_int_t)left));
  }
}

void
bh_command_stock_begin(BhCommandStock *stock, const BhCommandPlan *plan)
{
  for (guint i = 0; i < plan->drafts->len; i++) {
    const BhCommandDraft *draft = plan->drafts->pdata[i];
    Count *count;

    if (!g_str_equal(draft->kind, KIND))
      continue;
    count = g_tree_lookup(stock->writing, draft->entity);
    if (count == NULL) {
      count = g_new0(Count, 1);
      g_tree_insert(stock->writing, g_strdup(draft->entity), count);
    }
    count->version = json_integer_value(json_object_get(draft->body, "version"));
    count->left =
        json_integer_value(json_object_get(json_object_get(draft->body, "set"), "remaining"));
    count->n_writers++;
  }
}

void
bh_command_stock_end(BhCommandStock *stock, const BhCommandPlan *plan)
{
  for (guint i = 0; i < plan->drafts->len; i++) {
    const BhCommandDraft *draft = plan->drafts->pdata[i];
    Count *count =
        g_str_equal(draft->kind, KIND) ? g_tree_lookup(stock->writing, draft->entity) : NULL;

    if (count != NULL && --count->n_writers == 0)
      g_tree_remove(stock->writing, draft->entity);
  }
}
