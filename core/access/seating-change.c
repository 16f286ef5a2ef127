/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "seating-change.h"

#include <string.h>

#include "base64url.h"
#include "device.h"
#include "id.h"
#include "seating-book.h"

/* What one kind of change does; `apply` runs only where `prepare` had something to write. */
typedef struct {
  gboolean (*prepare)(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list,
                      GError **error);
  void (*apply)(BhSeatingChange *change, BhSeatingMap *map);
} Rule;

BhSeatingChange *
bh_seating_change_new(BhSeatingChangeKind kind, gint64 now_ms)
{
  BhSeatingChange *change = g_new0(BhSeatingChange, 1);

  change->kind = kind;
  change->now_ms = now_ms;
  change->places = g_ptr_array_new_with_free_func(g_free);
  change->guests = g_ptr_array_new_with_free_func(g_free);
  change->ending = g_ptr_array_new_with_free_func(g_free);
  change->closing = g_ptr_array_new_with_free_func(g_free);
  return change;
}

void
bh_seating_change_free(BhSeatingChange *change)
{
  if (change->secret != NULL)
    bh_digest_wipe(change->secret, strlen(change->secret));
  g_free(change->place_id);
  g_free(change->place_kind);
  g_free(change->name);
  g_free(change->code);
  g_free(change->secret);
  g_free(change->guest_device_id);
  g_clear_pointer(&change->answer, json_decref);
  g_ptr_array_unref(change->places);
  g_ptr_array_unref(change->guests);
  g_free(change->seating_id);
  g_clear_pointer(&change->session, bh_guest_session_free);
  g_ptr_array_unref(change->ending);
  g_ptr_array_unref(change->closing);
  g_free(change);
}

static void
add_id(GPtrArray *ids, const char *id)
{
  g_ptr_array_add(ids, g_strdup(id));
}

/* Returns: (nullable): %NULL exactly when @error is set */
static BhPlace *
need_place(BhSeatingChange *change, BhSeatingMap *map, GError **error)
{
  BhPlace *place = bh_seating_map_find_place(map, change->place_id);

  if (place == NULL)
    g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_UNKNOWN_PLACE, "there is no such place");
  return place;
}

/* The sessions of @place that are part of no seating, or all of them, are to end. */
static void
end_sessions(BhSeatingChange *change, const BhPlace *place, gboolean waiting_only)
{
  for (guint i = 0; i < place->sessions->len; i++) {
    const BhGuestSession *session = place->sessions->pdata[i];

    if (!waiting_only || session->state == BH_GUEST_WAITING)
      add_id(change->ending, session->guest_device_id);
  }
}

static void
write_ending(BhSeatingChange *change, BhWriteList *list)
{
  for (guint i = 0; i < change->ending->len; i++)
    bh_write_list_add(list, "DELETE FROM guest_session WHERE device_id = ?1",
                      g_variant_new("(s)", (const char *)change->ending->pdata[i]));
  for (guint i = 0; i < change->closing->len; i++)
    bh_write_list_add(list, "DELETE FROM seating WHERE place_id = ?1",
                      g_variant_new("(s)", (const char *)change->closing->pdata[i]));
}

static void
apply_ending(BhSeatingChange *change, BhSeatingMap *map)
{
  for (guint i = 0; i < change->ending->len; i++) {
    const char *id = change->ending->pdata[i];

    bh_seating_map_remove_session(map, bh_seating_map_find_session(map, id));
    add_id(change->guests, id);
  }
  for (guint i = 0; i < change->closing->len; i++) {
    const char *id = change->closing->pdata[i];

    bh_seating_map_set_seating(map, bh_seating_map_find_place(map, id), NULL, BH_SEATING_NONE, 0);
    add_id(change->places, id);
  }
}

/* Places ------------------------------------------------------------------------------------- */

static gboolean
prepare_add_place(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  char *name = bh_device_clean_name(change->name);

  g_free(change->name);
  change->name = name;
  if (name == NULL ||
      (g_strcmp0(change->place_kind, "table") != 0 && g_strcmp0(change->place_kind, "room") != 0)) {
    g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_BAD,
                "a place is a table or a room, and has a name");
    return FALSE;
  }
  if (bh_seating_map_get_places(map)->len >= BH_SEATING_MAX_PLACES) {
    g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_FULL, "there is room for %d places",
                BH_SEATING_MAX_PLACES);
    return FALSE;
  }
  change->place_id = bh_id_new(change->now_ms);
  bh_id_random(change->fresh, sizeof change->fresh);
  bh_write_list_add(list,
                    "INSERT INTO place (place_id, kind, name, code, created_ms)"
                    " VALUES (?1, ?2, ?3, ?4, ?5)",
                    g_variant_new("(sss@ayx)", change->place_id, change->place_kind, name,
                                  bh_write_list_bytes(change->fresh, sizeof change->fresh),
                                  change->now_ms));
  return TRUE;
}

static void
apply_add_place(BhSeatingChange *change, BhSeatingMap *map)
{
  bh_seating_map_add_place(map, change->place_id, change->place_kind, change->name, change->fresh);
  add_id(change->places, change->place_id);
}

static gboolean
prepare_remove_place(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const BhPlace *place = need_place(change, map, error);

  if (place == NULL)
    return FALSE;
  end_sessions(change, place, FALSE);
  bh_write_list_add(list, "DELETE FROM place WHERE place_id = ?1",
                    g_variant_new("(s)", change->place_id));
  return TRUE;
}

static void
apply_remove_place(BhSeatingChange *change, BhSeatingMap *map)
{
  apply_ending(change, map);
  bh_seating_map_remove_place(map, bh_seating_map_find_place(map, change->place_id));
  add_id(change->places, change->place_id);
}

static gboolean
prepare_renew_place(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const BhPlace *place = need_place(change, map, error);

  if (place == NULL)
    return FALSE;
  bh_id_random(change->fresh, sizeof change->fresh);
  end_sessions(change, place, TRUE);
  bh_write_list_add(list, "UPDATE place SET code = ?2 WHERE place_id = ?1",
                    g_variant_new("(s@ay)", change->place_id,
                                  bh_write_list_bytes(change->fresh, sizeof change->fresh)));
  write_ending(change, list);
  return TRUE;
}

static void
apply_renew_place(BhSeatingChange *change, BhSeatingMap *map)
{
  bh_seating_map_set_code(map, bh_seating_map_find_place(map, change->place_id), change->fresh);
  apply_ending(change, map);
  add_id(change->places, change->place_id);
}

/* Seatings ----------------------------------------------------------------------------------- */

static gboolean
prepare_open(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const BhPlace *place = need_place(change, map, error);

  if (place == NULL)
    return FALSE;
  if (place->state == BH_SEATING_OPEN)
    return TRUE;
  change->seating_id =
      place->seating_id != NULL ? g_strdup(place->seating_id) : bh_id_new(change->now_ms);
  bh_write_list_add(
      list,
      "INSERT INTO seating (seating_id, place_id, state, since_ms) VALUES (?1, ?2, 'open', ?3)"
      " ON CONFLICT (seating_id) DO UPDATE SET state = 'open', since_ms = ?3",
      g_variant_new("(ssx)", change->seating_id, change->place_id, change->now_ms));
  bh_write_list_add(list, "UPDATE guest_session SET seating_id = ?1 WHERE place_id = ?2",
                    g_variant_new("(ss)", change->seating_id, change->place_id));
  return TRUE;
}

static void
apply_open(BhSeatingChange *change, BhSeatingMap *map)
{
  BhPlace *place = bh_seating_map_find_place(map, change->place_id);

  bh_seating_map_set_seating(map, place, change->seating_id, BH_SEATING_OPEN, change->now_ms);
  for (guint i = 0; i < place->sessions->len; i++) {
    BhGuestSession *session = place->sessions->pdata[i];

    bh_seating_map_attach(map, session);
    add_id(change->guests, session->guest_device_id);
  }
  add_id(change->places, change->place_id);
}

static gboolean
prepare_confirm(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const BhPlace *place = need_place(change, map, error);

  if (place == NULL)
    return FALSE;
  if (place->state == BH_SEATING_NONE) {
    g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_NOT_REQUESTED,
                "nobody asks for this place any more");
    return FALSE;
  }
  return prepare_open(change, map, list, error);
}

static gboolean
prepare_clear(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const BhPlace *place = need_place(change, map, error);

  if (place == NULL)
    return FALSE;
  end_sessions(change, place, FALSE);
  if (place->state != BH_SEATING_NONE)
    add_id(change->closing, place->place_id);
  write_ending(change, list);
  return TRUE;
}

/* Guests ------------------------------------------------------------------------------------- */

BhGuestSession *
bh_seating_change_resumes(BhSeatingMap *map, const char *code, const char *secret)
{
  BhGuestSession *session = bh_seating_map_find_secret(map, secret);
  const BhPlace *place = bh_seating_map_find_code(map, code);

  if (session == NULL || (place != NULL && !g_str_equal(place->place_id, session->place_id)))
    return NULL;
  return session;
}

static void
set_answer(BhSeatingChange *change, BhSeatingMap *map, const BhGuestSession *session)
{
  const BhPlace *place = bh_seating_map_find_place(map, session->place_id);

  change->guest_state = session->state;
  change->answer = json_pack("{s:s, s:o, s:s}", "session", change->secret, "place",
                             bh_seating_map_describe_place(place), "state",
                             bh_guest_state_get_name(session->state));
}

/* Where the place is full, the session that has waited longest without asking makes room. */
static gboolean
make_room(BhSeatingChange *change, BhSeatingMap *map, const BhPlace *place, GError **error)
{
  if (place->sessions->len < BH_SEATING_MAX_PLACE_SESSIONS &&
      bh_seating_map_count_sessions(map) < BH_SEATING_MAX_SESSIONS)
    return TRUE;
  for (guint i = 0; i < place->sessions->len; i++) {
    const BhGuestSession *session = place->sessions->pdata[i];

    if (session->state == BH_GUEST_WAITING) {
      add_id(change->ending, session->guest_device_id);
      return TRUE;
    }
  }
  g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_FULL, "there are too many guests");
  return FALSE;
}

static void
make_session(BhSeatingChange *change, const BhPlace *place)
{
  guint8 secret[BH_GUEST_SECRET_BYTES], hash[BH_GUEST_SECRET_HASH_BYTES];
  g_autofree char *uuid = bh_id_new(change->now_ms);
  g_autofree char *id = g_strconcat(BH_GUEST_DEVICE_PREFIX, uuid, NULL);

  bh_id_random(secret, sizeof secret);
  bh_digest_sha256(secret, sizeof secret, hash);
  g_free(change->secret);
  change->secret = bh_base64url_encode(secret, sizeof secret);
  bh_digest_wipe(secret, sizeof secret);
  change->session = bh_guest_session_new(id, place->place_id, hash, change->run_ms);
  if (place->state == BH_SEATING_OPEN)
    change->session->seating_id = g_strdup(place->seating_id);
}

static gboolean
prepare_begin(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const BhGuestSession *resumed = bh_seating_change_resumes(map, change->code, change->secret);
  const BhPlace *place = bh_seating_map_find_code(map, change->code);

  if (resumed != NULL) {
    set_answer(change, map, resumed);
    return TRUE;
  }
  if (change->secret != NULL && bh_seating_map_find_secret(map, change->secret) == NULL) {
    g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_ENDED, "the session is over");
    return FALSE;
  }
  if (place == NULL) {
    g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_UNKNOWN_CODE,
                "no place has this code, or not any more");
    return FALSE;
  }
  if (!make_room(change, map, place, error))
    return FALSE;
  make_session(change, place);
  write_ending(change, list);
  bh_write_list_add(
      list,
      "INSERT INTO guest_session (device_id, secret_hash, place_id, seating_id, created_ms)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      g_variant_new(
          "(s@aysmsx)", change->session->guest_device_id,
          bh_write_list_bytes(change->session->secret_hash, sizeof change->session->secret_hash),
          place->place_id, change->session->seating_id, change->now_ms));
  return TRUE;
}

static void
apply_begin(BhSeatingChange *change, BhSeatingMap *map)
{
  BhGuestSession *session = g_steal_pointer(&change->session);

  apply_ending(change, map);
  bh_seating_map_take_session(map, session);
  if (session->state == BH_GUEST_SEATED)
    add_id(change->places, session->place_id);
  set_answer(change, map, session);
}

static gboolean
prepare_request(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const BhGuestSession *session = bh_seating_map_find_session(map, change->guest_device_id);
  const BhPlace *place;

  if (session == NULL) {
    g_set_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_ENDED, "the session is over");
    return FALSE;
  }
  change->guest_state = session->state;
  if (session->state != BH_GUEST_WAITING)
    return TRUE;
  place = bh_seating_map_find_place(map, session->place_id);
  if (place->state == BH_SEATING_NONE) {
    change->seating_id = bh_id_new(change->now_ms);
    bh_write_list_add(list,
                      "INSERT INTO seating (seating_id, place_id, state, since_ms)"
                      " VALUES (?1, ?2, 'requested', ?3)",
                      g_variant_new("(ssx)", change->seating_id, place->place_id, change->now_ms));
  }
  bh_write_list_add(
      list, "UPDATE guest_session SET seating_id = ?2 WHERE device_id = ?1",
      g_variant_new("(ss)", change->guest_device_id,
                    change->seating_id != NULL ? change->seating_id : place->seating_id));
  return TRUE;
}

static void
apply_request(BhSeatingChange *change, BhSeatingMap *map)
{
  BhGuestSession *session = bh_seating_map_find_session(map, change->guest_device_id);
  BhPlace *place = bh_seating_map_find_place(map, session->place_id);

  if (change->seating_id != NULL)
    bh_seating_map_set_seating(map, place, change->seating_id, BH_SEATING_REQUESTED,
                               change->now_ms);
  bh_seating_map_attach(map, session);
  change->guest_state = session->state;
  add_id(change->guests, session->guest_device_id);
  add_id(change->places, place->place_id);
}

/* Expiry ------------------------------------------------------------------------------------- */

static gboolean
is_stale(const BhGuestSession *session, gint64 run_ms)
{
  return session->state != BH_GUEST_SEATED && run_ms - session->since_ms > BH_SEATING_WAIT_MS;
}

static void
expire_place(BhSeatingChange *change, const BhPlace *place)
{
  guint ending_guests = 0;

  for (guint i = 0; i < place->sessions->len; i++) {
    const BhGuestSession *session = place->sessions->pdata[i];

    if (!is_stale(session, change->run_ms))
      continue;
    add_id(change->ending, session->guest_device_id);
    ending_guests += session->seating_id != NULL;
  }
  if (ending_guests == 0)
    return;
  if (ending_guests == bh_seating_map_count_guests(place))
    add_id(change->closing, place->place_id);
  else
    add_id(change->places, place->place_id);
}

static gboolean
prepare_expire(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list, GError **error)
{
  const GPtrArray *places = bh_seating_map_get_places(map);

  for (guint i = 0; i < places->len; i++)
    expire_place(change, places->pdata[i]);
  write_ending(change, list);
  return TRUE;
}

/* All together ------------------------------------------------------------------------------- */

static const Rule rules[] = {
    [BH_SEATING_ADD_PLACE] = {prepare_add_place, apply_add_place},
    [BH_SEATING_REMOVE_PLACE] = {prepare_remove_place, apply_remove_place},
    [BH_SEATING_RENEW_PLACE] = {prepare_renew_place, apply_renew_place},
    [BH_SEATING_OPEN_PLACE] = {prepare_open, apply_open},
    [BH_SEATING_CONFIRM] = {prepare_confirm, apply_open},
    [BH_SEATING_CLEAR] = {prepare_clear, apply_ending},
    [BH_SEATING_BEGIN] = {prepare_begin, apply_begin},
    [BH_SEATING_REQUEST] = {prepare_request, apply_request},
    [BH_SEATING_EXPIRE] = {prepare_expire, apply_ending},
};

gboolean
bh_seating_change_prepare(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list,
                          GError **error)
{
  return rules[change->kind].prepare(change, map, list, error);
}

void
bh_seating_change_apply(BhSeatingChange *change, BhSeatingMap *map)
{
  rules[change->kind].apply(change, map);
}
