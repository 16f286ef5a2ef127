/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "seating-map.h"

#include <string.h>

#include "base64url.h"

/*
 * `places` owns the places and each of them its sessions; the tables borrow, also their keys, which
 * are parts of the values.
 */
struct _BhSeatingMap {
  GPtrArray *places;       /* of BhPlace */
  GHashTable *by_id;       /* place_id -> BhPlace */
  GHashTable *by_code;     /* SHA-256 of the code (owned, GBytes) -> BhPlace */
  GHashTable *by_secret;   /* secret_hash (owned, GBytes) -> BhGuestSession */
  GHashTable *by_guest_id; /* guest_device_id -> BhGuestSession */
};

static void
place_free(gpointer data)
{
  BhPlace *place = data;

  g_free(place->place_id);
  g_free(place->kind);
  g_free(place->name);
  g_free(place->seating_id);
  g_ptr_array_unref(place->sessions);
  g_free(place);
}

/* Returns: (transfer full): SHA-256 of @secret, as the tables know it */
static GBytes *
make_key(const guint8 *secret, gsize length)
{
  guint8 hash[BH_DIGEST_BYTES];

  bh_digest_sha256(secret, length, hash);
  return g_bytes_new(hash, sizeof hash);
}

/* @text: (nullable): foreign. Returns: (transfer full) (nullable): as make_key() */
static GBytes *
make_key_of_text(const char *text, gsize length)
{
  g_autofree guint8 *secret = g_malloc(length);
  GBytes *key;

  if (!bh_base64url_decode_exact(text, secret, length))
    return NULL;
  key = make_key(secret, length);
  bh_digest_wipe(secret, length);
  return key;
}

static gpointer
find_by_text(GHashTable *table, const char *text, gsize length)
{
  g_autoptr(GBytes) key = make_key_of_text(text, length);

  return key != NULL ? g_hash_table_lookup(table, key) : NULL;
}

BhSeatingMap *
bh_seating_map_new(void)
{
  BhSeatingMap *map = g_new0(BhSeatingMap, 1);
  GDestroyNotify free_key = (GDestroyNotify)g_bytes_unref;

  map->places = g_ptr_array_new_with_free_func(place_free);
  map->by_id = g_hash_table_new(g_str_hash, g_str_equal);
  map->by_code = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, free_key, NULL);
  map->by_secret = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, free_key, NULL);
  map->by_guest_id = g_hash_table_new(g_str_hash, g_str_equal);
  return map;
}

void
bh_seating_map_free(BhSeatingMap *map)
{
  g_hash_table_unref(map->by_id);
  g_hash_table_unref(map->by_code);
  g_hash_table_unref(map->by_secret);
  g_hash_table_unref(map->by_guest_id);
  g_ptr_array_unref(map->places);
  g_free(map);
}

GPtrArray *
bh_seating_map_get_places(BhSeatingMap *map)
{
  return map->places;
}

guint
bh_seating_map_count_sessions(BhSeatingMap *map)
{
  return g_hash_table_size(map->by_guest_id);
}

/* Places ------------------------------------------------------------------------------------- */

BhPlace *
bh_seating_map_add_place(BhSeatingMap *map, const char *place_id, const char *kind,
                         const char *name, const guint8 *code)
{
  BhPlace *place = g_new0(BhPlace, 1);

  place->place_id = g_strdup(place_id);
  place->kind = g_strdup(kind);
  place->name = g_strdup(name);
  place->sessions = g_ptr_array_new_with_free_func((GDestroyNotify)bh_guest_session_free);
  memcpy(place->code, code, sizeof place->code);
  g_ptr_array_add(map->places, place);
  g_hash_table_insert(map->by_id, place->place_id, place);
  g_hash_table_insert(map->by_code, make_key(code, sizeof place->code), place);
  return place;
}

static void
forget_code(BhSeatingMap *map, BhPlace *place)
{
  g_autoptr(GBytes) key = make_key(place->code, sizeof place->code);

  g_hash_table_remove(map->by_code, key);
}

void
bh_seating_map_remove_place(BhSeatingMap *map, BhPlace *place)
{
  while (place->sessions->len > 0)
    bh_seating_map_remove_session(map, place->sessions->pdata[place->sessions->len - 1]);
  forget_code(map, place);
  g_hash_table_remove(map->by_id, place->place_id);
  g_ptr_array_remove(map->places, place);
}

void
bh_seating_map_set_code(BhSeatingMap *map, BhPlace *place, const guint8 *code)
{
  forget_code(map, place);
  memcpy(place->code, code, sizeof place->code);
  g_hash_table_insert(map->by_code, make_key(code, sizeof place->code), place);
}

static void
update_session(const BhPlace *place, BhGuestSession *session)
{
  if (session->seating_id != NULL)
    session->state = place->state == BH_SEATING_OPEN ? BH_GUEST_SEATED : BH_GUEST_REQUESTED;
}

void
bh_seating_map_set_seating(BhSeatingMap *map, BhPlace *place, const char *seating_id,
                           BhSeatingState state, gint64 since_ms)
{
  g_return_if_fail((seating_id == NULL) == (state == BH_SEATING_NONE));
  g_return_if_fail(seating_id != NULL || bh_seating_map_count_guests(place) == 0);

  if (place->seating_id != seating_id) {
    g_free(place->seating_id);
    place->seating_id = g_strdup(seating_id);
  }
  place->state = state;
  place->since_ms = since_ms;
  for (guint i = 0; i < place->sessions->len; i++)
    update_session(place, place->sessions->pdata[i]);
}

BhPlace *
bh_seating_map_find_place(BhSeatingMap *map, const char *place_id)
{
  return place_id != NULL ? g_hash_table_lookup(map->by_id, place_id) : NULL;
}

BhPlace *
bh_seating_map_find_code(BhSeatingMap *map, const char *code)
{
  return find_by_text(map->by_code, code, BH_SEATING_CODE_BYTES);
}

/* Sessions ----------------------------------------------------------------------------------- */

BhGuestSession *
bh_seating_map_find_secret(BhSeatingMap *map, const char *secret)
{
  return find_by_text(map->by_secret, secret, BH_GUEST_SECRET_BYTES);
}

BhGuestSession *
bh_seating_map_find_session(BhSeatingMap *map, const char *guest_device_id)
{
  return guest_device_id != NULL ? g_hash_table_lookup(map->by_guest_id, guest_device_id) : NULL;
}

void
bh_seating_map_take_session(BhSeatingMap *map, BhGuestSession *session)
{
  BhPlace *place = bh_seating_map_find_place(map, session->place_id);

  g_return_if_fail(place != NULL);

  g_ptr_array_add(place->sessions, session);
  g_hash_table_insert(map->by_guest_id, session->guest_device_id, session);
  g_hash_table_insert(map->by_secret,
                      g_bytes_new(session->secret_hash, sizeof session->secret_hash), session);
  update_session(place, session);
}

void
bh_seating_map_attach(BhSeatingMap *map, BhGuestSession *session)
{
  BhPlace *place = bh_seating_map_find_place(map, session->place_id);

  g_return_if_fail(place != NULL && place->seating_id != NULL);

  g_free(session->seating_id);
  session->seating_id = g_strdup(place->seating_id);
  update_session(place, session);
}

void
bh_seating_map_remove_session(BhSeatingMap *map, BhGuestSession *session)
{
  g_autoptr(GBytes) key = g_bytes_new_static(session->secret_hash, sizeof session->secret_hash);
  BhPlace *place = bh_seating_map_find_place(map, session->place_id);

  g_return_if_fail(place != NULL);

  g_hash_table_remove(map->by_secret, key);
  g_hash_table_remove(map->by_guest_id, session->guest_device_id);
  g_ptr_array_remove(place->sessions, session);
}

guint
bh_seating_map_count_guests(const BhPlace *place)
{
  guint count = 0;

  for (guint i = 0; i < place->sessions->len; i++)
    count += ((const BhGuestSession *)place->sessions->pdata[i])->seating_id != NULL;
  return count;
}

/* Description -------------------------------------------------------------------------------- */

json_t *
bh_seating_map_describe_place(const BhPlace *place)
{
  return json_pack("{s:s, s:s, s:s}", "placeId", place->place_id, "kind", place->kind, "name",
                   place->name);
}

static json_t *
describe_seating(const BhPlace *place)
{
  if (place->state == BH_SEATING_NONE)
    return json_null();
  return json_pack("{s:s, s:s, s:I, s:i}", "seatingId", place->seating_id, "state",
                   place->state == BH_SEATING_OPEN ? "open" : "requested", "sinceMs",
                   (json_int_t)place->since_ms, "guests", (int)bh_seating_map_count_guests(place));
}

json_t *
bh_seating_map_describe_places(BhSeatingMap *map)
{
  json_t *list = json_array();

  for (guint i = 0; i < map->places->len; i++) {
    const BhPlace *place = map->places->pdata[i];
    json_t *item = bh_seating_map_describe_place(place);

    json_object_set_new(item, "seating", describe_seating(place));
    json_array_append_new(list, item);
  }
  return list;
}

json_t *
bh_seating_map_describe_codes(BhSeatingMap *map)
{
  json_t *list = json_array();

  for (guint i = 0; i < map->places->len; i++) {
    const BhPlace *place = map->places->pdata[i];
    g_autofree char *code = bh_base64url_encode(place->code, sizeof place->code);
    json_t *item = bh_seating_map_describe_place(place);

    json_object_set_new(item, "code", json_string(code));
    json_array_append_new(list, item);
  }
  return list;
}
