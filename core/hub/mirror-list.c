/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "mirror-list.h"

struct _BhMirrorList {
  BhProperty *property;
  GPtrArray *entries; /* of Entry */
};

typedef struct {
  const char *kind;
  char *entity;
  json_t *body;
} Entry;

static void
entry_free(gpointer data)
{
  Entry *entry = data;

  g_free(entry->entity);
  json_decref(entry->body);
  g_free(entry);
}

BhMirrorList *
bh_mirror_list_new(BhProperty *property)
{
  BhMirrorList *list = g_new0(BhMirrorList, 1);

  list->property = g_object_ref(property);
  list->entries = g_ptr_array_new_with_free_func(entry_free);
  return list;
}

void
bh_mirror_list_free(BhMirrorList *list)
{
  g_ptr_array_unref(list->entries);
  g_object_unref(list->property);
  g_free(list);
}

void
bh_mirror_list_add(BhMirrorList *list, const char *kind, const char *entity, json_t *body)
{
  Entry *entry = g_new0(Entry, 1);

  *entry = (Entry){.kind = kind, .entity = g_strdup(entity), .body = body};
  g_ptr_array_add(list->entries, entry);
}

void
bh_mirror_list_set(BhMirrorList *list, const char *kind, const char *entity, json_t *wanted)
{
  g_autoptr(json_t) all = wanted;
  g_autoptr(json_t) set = json_object();
  const BhRecord *record = bh_property_get_record(list->property, entity);
  const char *name;
  json_t *value;

  json_object_foreach(all, name, value)
  {
    const json_t *there = record != NULL ? bh_record_get_register(record, name) : NULL;

    if (there == NULL || !json_equal(there, value))
      json_object_set(set, name, value);
  }
  if (json_object_size(set) > 0)
    bh_mirror_list_add(list, kind, entity,
                       json_pack("{s:I, s:O}", "version",
                                 (json_int_t)bh_property_next_version(list->property, entity),
                                 "set", set));
}

guint
bh_mirror_list_get_length(const BhMirrorList *list)
{
  return list->entries->len;
}

BhPropertyDraft *
bh_mirror_list_make_drafts(const BhMirrorList *list, guint count)
{
  BhPropertyDraft *drafts = g_new0(BhPropertyDraft, MAX(count, 1));

  for (guint i = 0; i < count; i++) {
    const Entry *entry = list->entries->pdata[i];

    drafts[i] =
        (BhPropertyDraft){.kind = entry->kind, .entity = entry->entity, .body = entry->body};
  }
  return drafts;
}
