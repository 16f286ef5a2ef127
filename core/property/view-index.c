/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "view-index.h"

#include "guest-view.h"
#include "keyed-hash.h"
#include "order-state.h"

#include <stdlib.h>
#include <string.h>

struct _BhViewIndex {
  BhProperty *property;
  GHashTable *entries; /* name -> BhViewEntry, owned */
  GHashTable *by_key;  /* key -> set of BhViewEntry, both owned by it */
  guint sweep_at;
};

/* Orders that are archived are looked for when there are twice as many entries as after the last
 * time. */
#define SWEEP_AT 1024

static void
entry_free(gpointer data)
{
  BhViewEntry *entry = data;

  g_ptr_array_unref(entry->keys);
  g_ptr_array_unref(entry->moves);
  json_decref(entry->shared);
  g_free(entry->name);
  g_free(entry);
}

/* --- whose a record is --- */

static void
add_key(GPtrArray *keys, const char *type, const char *id)
{
  if (id != NULL)
    g_ptr_array_add(keys, g_strconcat(type, "/", id, NULL));
}

static char *
dup_seating_of(const BhRecord *record)
{
  const json_t *header = bh_record_get_item(record, "header");
  const json_t *moved = bh_record_get_register(record, "seatingId");

  /* A register that was redacted or says nobody's counts as well. */
  return g_strdup(json_string_value(moved != NULL ? moved : json_object_get(header, "seatingId")));
}

char *
bh_view_index_dup_seating(BhProperty *property, const char *order_id)
{
  g_autofree char *name = g_strconcat("order/", order_id, NULL);
  const BhRecord *record = bh_property_get_record(property, name);

  return record != NULL ? dup_seating_of(record) : NULL;
}

typedef struct {
  BhViewIndex *index;
  GPtrArray *keys, *moves;
  const char *self; /* id of the order whose record it is */
} Moves;

static void
add_move(const char *line_id, const char *order_id, gpointer data)
{
  Moves *moves = data;
  g_autofree char *seating = NULL;

  if (g_str_equal(order_id, moves->self))
    return;
  g_ptr_array_add(moves->moves, g_strdup_printf("%s %s", line_id, order_id));
  seating = bh_view_index_dup_seating(moves->index->property, order_id);
  add_key(moves->keys, "lines", seating);
}

static void
list_order(BhViewIndex *index, const char *name, const BhRecord *record, GPtrArray *keys,
           GPtrArray *moves)
{
  Moves closure = {index, keys, moves, name + strlen("order/")};
  g_autofree char *seating = dup_seating_of(record);

  add_key(keys, "seating", seating);
  bh_order_state_visit_moves(record, add_move, &closure);
}

static void
list_message(BhViewIndex *index, const BhRecord *record, GPtrArray *keys)
{
  const BhStamp *stamp = NULL;
  const json_t *header = bh_record_get_item_stamped(record, "header", &stamp);
  const json_t *to = json_object_get(header, "to");

  add_key(keys, "seating", json_string_value(json_object_get(to, "seatingId")));
  add_key(keys, "guest", json_string_value(json_object_get(header, "guestId")));
  if (stamp == NULL || !bh_operation_is_private_log(stamp->log_id))
    return;
  add_key(keys, "device", json_string_value(json_object_get(to, "deviceId")));
  add_key(keys, "person", json_string_value(json_object_get(to, "personId")));
  add_key(keys, "role", json_string_value(json_object_get(to, "role")));
  add_key(keys, "device", bh_property_get_author(index->property, stamp->log_id));
}

static void
list_request(const BhRecord *record, GPtrArray *keys)
{
  const json_t *header = bh_record_get_item(record, "header");

  add_key(keys, "seating", json_string_value(json_object_get(header, "seatingId")));
  add_key(keys, "guest", json_string_value(json_object_get(header, "guestId")));
}

static void
list_keys(BhViewIndex *index, const char *name, const BhRecord *record, GPtrArray *keys,
          GPtrArray *moves)
{
  if (bh_guest_view_is_shared(name))
    g_ptr_array_add(keys, g_strdup("menu"));
  else if (g_str_has_prefix(name, "place/") || g_str_has_prefix(name, "seating/"))
    g_ptr_array_add(keys, g_strdup(name));
  else if (g_str_has_prefix(name, "order/"))
    list_order(index, name, record, keys, moves);
  else if (g_str_has_prefix(name, "request/"))
    list_request(record, keys);
  else if (g_str_has_prefix(name, "message/"))
    list_message(index, record, keys);
}

GPtrArray *
bh_view_index_list_keys(BhViewKind kind, const BhViewFacts *facts)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

  if (kind == BH_VIEW_PRIVATE) {
    add_key(keys, "device", facts->device_id);
    add_key(keys, "person", facts->person_id);
    if (facts->role != BH_ROLE_NONE)
      add_key(keys, "role", bh_role_get_name(facts->role));
    return keys;
  }
  g_ptr_array_add(keys, g_strdup("menu"));
  add_key(keys, "place", facts->place_id);
  add_key(keys, "seating", facts->seating_id);
  add_key(keys, "lines", facts->seating_id);
  add_key(keys, "guest", facts->guest_device_id);
  return keys;
}

/* --- texts, sorted, each once --- */

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
bh_view_index_sort(GPtrArray *texts)
{
  guint kept = 0;

  g_ptr_array_sort(texts, compare_texts);
  for (guint i = 0; i < texts->len; i++) {
    char *text = g_steal_pointer(&texts->pdata[i]);

    if (kept > 0 && g_str_equal(texts->pdata[kept - 1], text))
      g_free(text);
    else
      texts->pdata[kept++] = text;
  }
  g_ptr_array_set_size(texts, (gint)kept);
}

/* @texts: sorted */
static gboolean
has_text(GPtrArray *texts, const char *text)
{
  return texts->len > 0 &&
         bsearch(&text, texts->pdata, texts->len, sizeof(gpointer), compare_texts) != NULL;
}

static gboolean
has_all(GPtrArray *texts, GPtrArray *wanted)
{
  for (guint i = 0; i < wanted->len; i++)
    if (!has_text(texts, wanted->pdata[i]))
      return FALSE;
  return TRUE;
}

/* --- keeping it --- */

static void
set_keys(BhViewIndex *index, BhViewEntry *entry, GPtrArray *keys)
{
  for (guint i = 0; i < entry->keys->len; i++) {
    GHashTable *set = g_hash_table_lookup(index->by_key, entry->keys->pdata[i]);

    g_hash_table_remove(set, entry);
    if (g_hash_table_size(set) == 0)
      g_hash_table_remove(index->by_key, entry->keys->pdata[i]);
  }
  g_ptr_array_unref(entry->keys);
  entry->keys = keys;
  for (guint i = 0; i < keys->len; i++) {
    GHashTable *set = g_hash_table_lookup(index->by_key, keys->pdata[i]);

    if (set == NULL) {
      set = g_hash_table_new(NULL, NULL);
      g_hash_table_insert(index->by_key, g_strdup(keys->pdata[i]), set);
    }
    g_hash_table_add(set, entry);
  }
}

static BhViewEntry *
get_entry(BhViewIndex *index, const char *name)
{
  BhViewEntry *entry = g_hash_table_lookup(index->entries, name);

  if (entry != NULL)
    return entry;
  entry = g_new0(BhViewEntry, 1);
  entry->name = g_strdup(name);
  entry->keys = g_ptr_array_new_with_free_func(g_free);
  entry->moves = g_ptr_array_new_with_free_func(g_free);
  g_hash_table_insert(index->entries, entry->name, entry);
  return entry;
}

static void
note_lost(BhViewEntry *entry, GPtrArray *keys, GPtrArray *moves, guint size, GPtrArray *lost)
{
  /* Parts only ever come, but for what a cut-off takes away and lines that moved on. */
  gboolean became_less = size < entry->size || !has_all(moves, entry->moves);

  for (guint i = 0; lost != NULL && i < entry->keys->len; i++)
    if (became_less || !has_text(keys, entry->keys->pdata[i]))
      g_ptr_array_add(lost, g_strdup(entry->keys->pdata[i]));
}

static BhViewEntry *
update(BhViewIndex *index, const char *name, const BhRecord *record, gint64 number, GPtrArray *lost)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
  GPtrArray *moves = g_ptr_array_new_with_free_func(g_free);
  BhViewEntry *entry;
  guint size = record != NULL ? bh_record_get_size(record) : 0;

  if (record != NULL)
    list_keys(index, name, record, keys, moves);
  entry = g_hash_table_lookup(index->entries, name);
  if (entry == NULL && keys->len == 0 && moves->len == 0) {
    g_ptr_array_unref(keys);
    g_ptr_array_unref(moves);
    return NULL;
  }
  entry = get_entry(index, name);
  bh_view_index_sort(keys);
  bh_view_index_sort(moves);
  note_lost(entry, keys, moves, size, lost);
  set_keys(index, entry, keys);
  g_ptr_array_unref(entry->moves);
  entry->moves = moves;
  entry->number = number;
  entry->size = size;
  g_clear_pointer(&entry->shared, json_decref);
  return entry;
}

/* Archived: nobody new is shown it, and who was keeps it. */
static void
sweep(BhViewIndex *index)
{
  GHashTableIter iter;
  gpointer value;

  if (g_hash_table_size(index->entries) < index->sweep_at)
    return;
  g_hash_table_iter_init(&iter, index->entries);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    BhViewEntry *entry = value;

    if (bh_property_get_record(index->property, entry->name) != NULL)
      continue;
    set_keys(index, entry, g_ptr_array_new_with_free_func(g_free));
    g_hash_table_iter_remove(&iter);
  }
  index->sweep_at = MAX(SWEEP_AT, 2 * g_hash_table_size(index->entries));
}

BhViewEntry *
bh_view_index_update(BhViewIndex *index, const char *name, gint64 number, GPtrArray *lost)
{
  sweep(index);
  return update(index, name, bh_property_get_record(index->property, name), number, lost);
}

BhViewEntry *
bh_view_index_find(BhViewIndex *index, const char *name)
{
  return g_hash_table_lookup(index->entries, name);
}

GPtrArray *
bh_view_index_list(BhViewIndex *index, GPtrArray *keys, gint64 after)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  for (guint i = 0; i < keys->len; i++) {
    GHashTable *set = g_hash_table_lookup(index->by_key, keys->pdata[i]);
    GHashTableIter iter;
    gpointer value;

    if (set == NULL)
      continue;
    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &value, NULL)) {
      const BhViewEntry *entry = value;

      if (entry->number > after)
        g_ptr_array_add(names, g_strdup(entry->name));
    }
  }
  bh_view_index_sort(names); /* a record with two of the keys came twice */
  return names;
}

/* --- life --- */

static void
survey_one(const char *name, BhRecord *record, gpointer data)
{
  (void)record;
  g_ptr_array_add(data, g_strdup(name));
}

BhViewIndex *
bh_view_index_new(BhProperty *property)
{
  BhViewIndex *index = g_new0(BhViewIndex, 1);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

  index->property = property;
  index->entries = g_hash_table_new_full(bh_keyed_hash, g_str_equal, NULL, entry_free);
  index->by_key =
      g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  /* Names first: a record's keys may need another record. */
  bh_property_visit_records(property, NULL, survey_one, names);
  index->sweep_at = MAX(SWEEP_AT, 2 * names->len);
  for (guint i = 0; i < names->len; i++)
    update(index, names->pdata[i], bh_property_get_record(property, names->pdata[i]), 0, NULL);
  return index;
}

void
bh_view_index_free(BhViewIndex *index)
{
  if (index == NULL)
    return;
  g_hash_table_unref(index->by_key);
  g_hash_table_unref(index->entries);
  g_free(index);
}
