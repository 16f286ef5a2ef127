/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-item.h"

struct _BhHouseItem {
  GObject parent_instance;

  char *key;
  json_t *facts;
};

G_DEFINE_FINAL_TYPE(BhHouseItem, bh_house_item, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
bh_house_item_finalize(GObject *object)
{
  BhHouseItem *self = BH_HOUSE_ITEM(object);

  g_free(self->key);
  json_decref(self->facts);
  G_OBJECT_CLASS(bh_house_item_parent_class)->finalize(object);
}

static void
bh_house_item_class_init(BhHouseItemClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_house_item_finalize;
  signals[CHANGED] = g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_house_item_init(BhHouseItem *self)
{
}

BhHouseItem *
bh_house_item_new(const char *key, json_t *facts)
{
  BhHouseItem *self = g_object_new(BH_TYPE_HOUSE_ITEM, NULL);

  self->key = g_strdup(key);
  self->facts = json_incref(facts);
  return self;
}

gboolean
bh_house_item_set_facts(BhHouseItem *item, json_t *facts)
{
  if (json_equal(item->facts, facts))
    return FALSE;
  json_decref(item->facts);
  item->facts = json_incref(facts);
  g_signal_emit(item, signals[CHANGED], 0);
  return TRUE;
}

const char *
bh_house_item_get_key(BhHouseItem *item)
{
  return item->key;
}

const json_t *
bh_house_item_get_facts(BhHouseItem *item)
{
  return item->facts;
}

const char *
bh_house_item_get_text(BhHouseItem *item, const char *member)
{
  const char *text = json_string_value(json_object_get(item->facts, member));

  return text != NULL ? text : "";
}

gint64
bh_house_item_get_number(BhHouseItem *item, const char *member)
{
  return json_integer_value(json_object_get(item->facts, member));
}

gboolean
bh_house_item_get_flag(BhHouseItem *item, const char *member)
{
  return json_is_true(json_object_get(item->facts, member));
}
