/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "person-map.h"

#include <string.h>

#include "digest.h"

struct _BhPersonMap {
  GPtrArray *people;     /* of BhPerson, in the order they came */
  GHashTable *by_id;     /* person_id -> BhPerson, both borrowed */
  GHashTable *signed_in; /* device_id -> person_id, both owned */
  GHashTable *tries;     /* make_key() (owned) -> BhTryCount (owned) */
};

static void
person_free(gpointer data)
{
  BhPerson *person = data;

  bh_digest_wipe(person->pin_hash, sizeof person->pin_hash);
  g_free(person->person_id);
  g_free(person->name);
  g_free(person);
}

BhPersonMap *
bh_person_map_new(void)
{
  BhPersonMap *map = g_new0(BhPersonMap, 1);

  map->people = g_ptr_array_new_with_free_func(person_free);
  map->by_id = g_hash_table_new(g_str_hash, g_str_equal);
  map->signed_in = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  map->tries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return map;
}

void
bh_person_map_free(BhPersonMap *map)
{
  g_hash_table_unref(map->by_id);
  g_ptr_array_unref(map->people);
  g_hash_table_unref(map->signed_in);
  g_hash_table_unref(map->tries);
  g_free(map);
}

/* People ------------------------------------------------------------------------------------- */

guint
bh_person_map_count(BhPersonMap *map)
{
  return map->people->len;
}

BhPerson *
bh_person_map_add(BhPersonMap *map, const char *person_id, const char *name)
{
  BhPerson *person = g_new0(BhPerson, 1);

  person->person_id = g_strdup(person_id);
  person->name = g_strdup(name);
  g_ptr_array_add(map->people, person);
  g_hash_table_insert(map->by_id, person->person_id, person);
  return person;
}

void
bh_person_map_remove(BhPersonMap *map, BhPerson *person)
{
  g_hash_table_remove(map->by_id, person->person_id);
  g_ptr_array_remove(map->people, person);
}

BhPerson *
bh_person_map_find(BhPersonMap *map, const char *person_id)
{
  return person_id != NULL ? g_hash_table_lookup(map->by_id, person_id) : NULL;
}

/* Sign-ins ----------------------------------------------------------------------------------- */

void
bh_person_map_sign_in(BhPersonMap *map, const char *device_id, const char *person_id)
{
  g_hash_table_replace(map->signed_in, g_strdup(device_id), g_strdup(person_id));
}

gboolean
bh_person_map_sign_out(BhPersonMap *map, const char *device_id)
{
  return g_hash_table_remove(map->signed_in, device_id);
}

BhPerson *
bh_person_map_find_signed_in(BhPersonMap *map, const char *device_id)
{
  if (device_id == NULL)
    return NULL;
  return bh_person_map_find(map, g_hash_table_lookup(map->signed_in, device_id));
}

GPtrArray *
bh_person_map_list_devices(BhPersonMap *map, const char *person_id)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func(g_free);
  GHashTableIter iter;
  gpointer device_id, signed_in;

  g_hash_table_iter_init(&iter, map->signed_in);
  while (g_hash_table_iter_next(&iter, &device_id, &signed_in)) {
    if (g_str_equal(signed_in, person_id))
      g_ptr_array_add(devices, g_strdup(device_id));
  }
  return devices;
}

/* Wrong tries -------------------------------------------------------------------------------- */

/* Ids are UUIDs of our own, or empty. */
static char *
make_key(const char *person_id, const char *device_id)
{
  return g_strconcat(person_id, "\n", device_id, NULL);
}

BhTryCount
bh_person_map_get_tries(BhPersonMap *map, const char *person_id, const char *device_id)
{
  g_autofree char *key = make_key(person_id, device_id);
  const BhTryCount *count = g_hash_table_lookup(map->tries, key);

  return count != NULL ? *count : (BhTryCount){0};
}

void
bh_person_map_set_tries(BhPersonMap *map, const char *person_id, const char *device_id,
                        const BhTryCount *count)
{
  g_hash_table_replace(map->tries, make_key(person_id, device_id), g_memdup2(count, sizeof *count));
}

guint
bh_person_map_count_tries(BhPersonMap *map)
{
  return g_hash_table_size(map->tries);
}

static gboolean
has_prefix(gpointer key, gpointer value, gpointer prefix)
{
  return g_str_has_prefix(key, prefix);
}

void
bh_person_map_forget_tries(BhPersonMap *map, const char *person_id)
{
  g_autofree char *prefix = make_key(person_id, "");

  g_hash_table_foreach_remove(map->tries, has_prefix, prefix);
}

static gboolean
is_stale(gpointer key, gpointer value, gpointer now_ms)
{
  return bh_try_count_is_stale(value, *(const gint64 *)now_ms);
}

guint
bh_person_map_forget_stale_tries(BhPersonMap *map, gint64 now_ms)
{
  return g_hash_table_foreach_remove(map->tries, is_stale, &now_ms);
}

/* Description -------------------------------------------------------------------------------- */

json_t *
bh_person_map_describe_person(const BhPerson *person)
{
  return json_pack("{s:s, s:s}", "personId", person->person_id, "name", person->name);
}

json_t *
bh_person_map_describe_people(BhPersonMap *map)
{
  json_t *list = json_array();

  for (guint i = 0; i < map->people->len; i++)
    json_array_append_new(list, bh_person_map_describe_person(map->people->pdata[i]));
  return list;
}
