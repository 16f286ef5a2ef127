/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "order-parts.h"

#include <string.h>

/* --- order --- */

static int
compare_ids(const char *a, gsize a_length, const char *b, gsize b_length)
{
  if (a_length != b_length)
    return a_length < b_length ? -1 : 1;
  return memcmp(a, b, a_length);
}

int
bh_order_part_compare(gconstpointer a, gconstpointer b)
{
  const BhOrderPart *one = a;
  const BhOrderPart *other = b;
  int order = bh_stamp_compare(one->stamp, other->stamp);

  if (order == 0)
    order = compare_ids(one->id, strlen(one->id), other->id, strlen(other->id));
  if (order == 0)
    order = compare_ids(one->of, one->of_length, other->of, other->of_length);
  return order;
}

static int
compare_texts(gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp(a, b);
}

/* --- lists --- */

typedef struct {
  GArray *list;
  gsize prefix_length;
  gboolean has_of; /* `<of>/<id>` stands behind the prefix */
} Listing;

static void
list_item(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  Listing *listing = data;
  BhOrderPart part = {.of = "", .id = path + listing->prefix_length, value, stamp};
  const char *slash = strchr(part.id, '/');

  if (!json_is_object(value) || (slash != NULL) != listing->has_of)
    return;
  if (slash != NULL) {
    part.of = part.id;
    part.of_length = (gsize)(slash - part.id);
    part.id = slash + 1;
  }
  g_array_append_val(listing->list, part);
}

static GArray *
list_parts(const BhRecord *record, const char *prefix, gboolean has_of)
{
  Listing listing = {.list = g_array_new(FALSE, FALSE, sizeof(BhOrderPart)),
                     .prefix_length = strlen(prefix),
                     .has_of = has_of};

  bh_record_visit_items(record, prefix, list_item, &listing);
  g_array_sort(listing.list, bh_order_part_compare);
  return listing.list;
}

GArray *
bh_order_parts_list(const BhRecord *record, const char *prefix)
{
  return list_parts(record, prefix, FALSE);
}

/* --- splits --- */

static void
free_part(gpointer data)
{
  g_free(data);
}

/* The oldest split into each line that is none by itself. */
static GTree *
find_splits(const BhRecord *record)
{
  GTree *splits = g_tree_new_full(compare_texts, NULL, NULL, free_part);
  g_autoptr(GArray) all = list_parts(record, "split/", TRUE);

  for (guint i = 0; i < all->len; i++) {
    const BhOrderPart *split = &g_array_index(all, BhOrderPart, i);
    g_autofree char *path = g_strconcat("line/", split->id, NULL);

    if (g_tree_lookup(splits, split->id) == NULL && bh_record_get_item(record, path) == NULL)
      g_tree_insert(splits, (gpointer)split->id, g_memdup2(split, sizeof *split));
  }
  return splits;
}

GArray *
bh_order_parts_dup_splits(const BhOrderParts *parts, const char *line_id)
{
  g_autofree char *prefix = g_strdup_printf("split/%s/", line_id);
  GArray *splits = bh_order_parts_list(parts->record, prefix);

  for (guint i = 0; i < splits->len;) {
    const BhOrderPart *split = &g_array_index(splits, BhOrderPart, i);
    const BhOrderPart *winner = g_tree_lookup(parts->splits, split->id);

    /* One item has one stamp, in one place. */
    if (winner != NULL && winner->stamp == split->stamp)
      i++;
    else
      g_array_remove_index(splits, i);
  }
  return splits;
}

/* --- discounts --- */

gboolean
bh_order_parts_is_undone(const BhRecord *record, const char *operation)
{
  g_autofree char *path = g_strconcat("undo/", operation, NULL);

  return bh_record_get_item(record, path) != NULL;
}

static GArray *
find_discounts(const BhRecord *record)
{
  g_autoptr(GArray) all = bh_order_parts_list(record, "discount/");
  GArray *discounts = g_array_new(FALSE, FALSE, sizeof(BhOrderPart));
  char name[BH_STAMP_NAME_BYTES];

  for (guint i = 0; i < all->len; i++) {
    const BhOrderPart *discount = &g_array_index(all, BhOrderPart, i);

    if (!bh_order_parts_is_undone(record, bh_stamp_get_name(discount->stamp, name)))
      g_array_append_val(discounts, *discount);
  }
  return discounts;
}

static void
unref_list(gpointer list)
{
  g_ptr_array_unref(list);
}

static GTree *
index_discounts(GArray *discounts)
{
  GTree *by_line = g_tree_new_full(compare_texts, NULL, NULL, unref_list);

  for (guint i = 0; i < discounts->len; i++) {
    BhOrderPart *discount = &g_array_index(discounts, BhOrderPart, i);
    const char *line_id = bh_order_part_get_text(discount->value, "lineId");
    GPtrArray *list = line_id != NULL ? g_tree_lookup(by_line, line_id) : NULL;

    if (line_id == NULL)
      continue;
    if (list == NULL) {
      list = g_ptr_array_new();
      g_tree_insert(by_line, (gpointer)line_id, list);
    }
    g_ptr_array_add(list, discount);
  }
  return by_line;
}

/* --- all of it --- */

BhOrderParts *
bh_order_parts_new(const char *record_id, const BhRecord *record)
{
  BhOrderParts *parts = g_new0(BhOrderParts, 1);

  parts->record_id = record_id;
  parts->record = record;
  parts->lines = bh_order_parts_list(record, "line/");
  parts->splits = find_splits(record);
  parts->discounts = find_discounts(record);
  parts->by_line = index_discounts(parts->discounts);
  return parts;
}

void
bh_order_parts_free(BhOrderParts *parts)
{
  if (parts == NULL)
    return;
  g_array_unref(parts->lines);
  g_array_unref(parts->discounts);
  g_tree_unref(parts->splits);
  g_tree_unref(parts->by_line);
  g_free(parts);
}

const char *
bh_order_part_get_text(const json_t *value, const char *name)
{
  return json_string_value(json_object_get(value, name));
}

gint64
bh_order_part_get_integer(const json_t *value, const char *name, gint64 other)
{
  const json_t *member = json_object_get(value, name);

  return json_is_integer(member) ? json_integer_value(member) : other;
}
