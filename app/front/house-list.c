/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-list.h"

struct _BhHouseList {
  GObject parent_instance;

  const char *member; /* (nullable): static */
  BhHouseKey key;     /* (nullable): otherwise */
  GPtrArray *items;   /* of BhHouseItem, in order */
  GHashTable *by_key; /* borrowed key -> borrowed BhHouseItem */
};

static void bh_house_list_model_init(GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhHouseList, bh_house_list, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, bh_house_list_model_init))

static GType
bh_house_list_get_item_type(GListModel *model)
{
  return BH_TYPE_HOUSE_ITEM;
}

static guint
bh_house_list_get_n_items(GListModel *model)
{
  return BH_HOUSE_LIST(model)->items->len;
}

static gpointer
bh_house_list_get_item(GListModel *model, guint position)
{
  BhHouseList *self = BH_HOUSE_LIST(model);

  return position < self->items->len ? g_object_ref(self->items->pdata[position]) : NULL;
}

static void
bh_house_list_model_init(GListModelInterface *iface)
{
  iface->get_item_type = bh_house_list_get_item_type;
  iface->get_n_items = bh_house_list_get_n_items;
  iface->get_item = bh_house_list_get_item;
}

static void
bh_house_list_finalize(GObject *object)
{
  BhHouseList *self = BH_HOUSE_LIST(object);

  g_hash_table_unref(self->by_key);
  g_ptr_array_unref(self->items);
  G_OBJECT_CLASS(bh_house_list_parent_class)->finalize(object);
}

static void
bh_house_list_class_init(BhHouseListClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_house_list_finalize;
}

static void
bh_house_list_init(BhHouseList *self)
{
  self->items = g_ptr_array_new_with_free_func(g_object_unref);
  self->by_key = g_hash_table_new(g_str_hash, g_str_equal);
}

BhHouseList *
bh_house_list_new(const char *member)
{
  BhHouseList *self = g_object_new(BH_TYPE_HOUSE_LIST, NULL);

  self->member = member;
  return self;
}

BhHouseList *
bh_house_list_new_with_key(BhHouseKey key)
{
  BhHouseList *self = g_object_new(BH_TYPE_HOUSE_LIST, NULL);

  self->key = key;
  return self;
}

static char *
make_key(BhHouseList *self, const json_t *facts)
{
  if (!json_is_object(facts))
    return NULL;
  if (self->key != NULL)
    return self->key(facts);
  return g_strdup(json_string_value(json_object_get(facts, self->member)));
}

/* The items of @list in its order, old objects where there are. Returns: (transfer full) */
static GPtrArray *
collect(BhHouseList *self, const json_t *list, GHashTable *by_key)
{
  GPtrArray *items = g_ptr_array_new_with_free_func(g_object_unref);
  json_t *facts;
  gsize i;

  json_array_foreach(list, i, facts)
  {
    g_autofree char *key = make_key(self, facts);
    BhHouseItem *item;

    if (key == NULL || g_hash_table_contains(by_key, key) || items->len == BH_HOUSE_LIST_MAX)
      continue;
    item = g_hash_table_lookup(self->by_key, key);
    item = item != NULL ? g_object_ref(item) : bh_house_item_new(key, facts);
    g_ptr_array_add(items, item);
    g_hash_table_insert(by_key, (gpointer)bh_house_item_get_key(item), item);
  }
  return items;
}

/* What is new is known already; the others hear of it only once the list is right again. */
static gboolean
tell_facts(BhHouseList *self, const json_t *list)
{
  g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  gboolean any = FALSE;
  json_t *facts;
  gsize i;

  json_array_foreach(list, i, facts)
  {
    char *key = make_key(self, facts);
    g_autoptr(BhHouseItem) item = NULL;

    if (key == NULL || !g_hash_table_add(told, key))
      continue;
    g_set_object(&item, g_hash_table_lookup(self->by_key, key));
    if (item != NULL && bh_house_item_set_facts(item, facts))
      any = TRUE;
  }
  return any;
}

static gboolean
is_in(GHashTable *by_key, BhHouseItem *item)
{
  return g_hash_table_lookup(by_key, bh_house_item_get_key(item)) == item;
}

/* Returns: how many stay, one behind the other as before; 0: they do not, or none stays */
static guint
count_stays(GPtrArray *old, GHashTable *old_keys, GPtrArray *items, GHashTable *keys)
{
  guint n_stays = 0, at = 0;

  for (guint i = 0; i < old->len; i++) {
    if (!is_in(keys, old->pdata[i]))
      continue;
    while (!is_in(old_keys, items->pdata[at]))
      at++;
    if (items->pdata[at++] != old->pdata[i])
      return 0;
    n_stays++;
  }
  return n_stays;
}

static void
take_out(BhHouseList *self, GHashTable *keys)
{
  for (guint i = 0; i < self->items->len; i++) {
    guint n = 0;

    while (i + n < self->items->len && !is_in(keys, self->items->pdata[i + n]))
      n++;
    if (n > 0) {
      g_ptr_array_remove_range(self->items, i, n);
      g_list_model_items_changed(G_LIST_MODEL(self), i, n, 0);
    }
  }
}

static void
put_in(BhHouseList *self, GPtrArray *items, GHashTable *old_keys)
{
  for (guint i = 0; i < items->len; i++) {
    guint n = 0;

    for (; i + n < items->len && !is_in(old_keys, items->pdata[i + n]); n++)
      g_ptr_array_insert(self->items, (gint)(i + n), g_object_ref(items->pdata[i + n]));
    if (n > 0)
      g_list_model_items_changed(G_LIST_MODEL(self), i, 0, n);
    i += n;
  }
}

/* In one go, but for what stays at the ends. Returns: whether anything is elsewhere */
static gboolean
replace(BhHouseList *self, GPtrArray *old, GPtrArray *items)
{
  guint before = 0, behind = 0, shorter = MIN(old->len, items->len);

  while (before < shorter && old->pdata[before] == items->pdata[before])
    before++;
  while (behind < shorter - before &&
         old->pdata[old->len - 1 - behind] == items->pdata[items->len - 1 - behind])
    behind++;
  if (before + behind == MAX(old->len, items->len))
    return FALSE;
  g_ptr_array_unref(self->items);
  self->items = g_ptr_array_ref(items);
  g_list_model_items_changed(G_LIST_MODEL(self), before, old->len - before - behind,
                             items->len - before - behind);
  return TRUE;
}

static gpointer
ref_item(gconstpointer item, gpointer user_data)
{
  return g_object_ref((gpointer)item);
}

/* Of a list that has an end, one that comes in front puts another one out at the end: what is
 * between is shown by the same rows, with what a person has begun there. */
gboolean
bh_house_list_update(BhHouseList *self, const json_t *list)
{
  g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) old_keys = g_hash_table_ref(self->by_key);
  g_autoptr(GPtrArray) old = g_ptr_array_copy(self->items, ref_item, NULL);
  g_autoptr(GPtrArray) items = collect(self, list, keys);
  guint n_stays = count_stays(old, old_keys, items, keys);
  gboolean moved;

  g_hash_table_unref(self->by_key);
  self->by_key = g_hash_table_ref(keys);
  if (n_stays > 0) {
    moved = n_stays < old->len || n_stays < items->len;
    take_out(self, keys);
    put_in(self, items, old_keys);
  } else {
    moved = replace(self, old, items);
  }
  return tell_facts(self, list) || moved;
}

BhHouseItem *
bh_house_list_find(BhHouseList *self, const char *key)
{
  return g_hash_table_lookup(self->by_key, key);
}

BhHouseItem *
bh_house_list_get(BhHouseList *self, guint position)
{
  return self->items->pdata[position];
}

guint
bh_house_list_get_count(BhHouseList *self)
{
  return self->items->len;
}

json_t *
bh_house_list_to_json(BhHouseList *self)
{
  json_t *list = json_array();

  for (guint i = 0; i < self->items->len; i++)
    json_array_append(list, (json_t *)bh_house_item_get_facts(self->items->pdata[i]));
  return list;
}
