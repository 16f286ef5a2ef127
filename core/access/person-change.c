/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "person-change.h"

#include <string.h>

#include "device.h"
#include "digest.h"
#include "id.h"
#include "person-book.h"

#define MAX_DEVICE_WAIT_MS (60 * G_GINT64_CONSTANT(60000))
#define MAX_PERSON_WAIT_MS (15 * G_GINT64_CONSTANT(60000))

/* When more than these are remembered, the stale ones go. */
#define MANY_TRIES 4096

BhPersonChange *
bh_person_change_new(BhPersonChangeKind kind, gint64 now_ms)
{
  BhPersonChange *change = g_new0(BhPersonChange, 1);

  change->kind = kind;
  change->now_ms = now_ms;
  change->devices = g_ptr_array_new_with_free_func(g_free);
  return change;
}

static void
forget_pin(BhPersonChange *change)
{
  if (change->pin != NULL)
    bh_digest_wipe(change->pin, strlen(change->pin));
  g_clear_pointer(&change->pin, g_free);
}

void
bh_person_change_free(BhPersonChange *change)
{
  forget_pin(change);
  bh_digest_wipe(change->hash, sizeof change->hash);
  g_free(change->person_id);
  g_free(change->name);
  g_free(change->device_id);
  g_clear_pointer(&change->answer, json_decref);
  g_ptr_array_unref(change->devices);
  g_free(change);
}

/* Check -------------------------------------------------------------------------------------- */

static gboolean
check_pin(const char *pin, GError **error)
{
  gsize length = pin != NULL ? strlen(pin) : 0;

  if (length >= BH_PERSON_MIN_PIN_DIGITS && length <= BH_PERSON_MAX_PIN_DIGITS &&
      strspn(pin, "0123456789") == length)
    return TRUE;
  g_set_error(error, BH_PERSON_ERROR, BH_PERSON_ERROR_PIN, "a PIN has %d to %d digits",
              BH_PERSON_MIN_PIN_DIGITS, BH_PERSON_MAX_PIN_DIGITS);
  return FALSE;
}

static gboolean
check_add(BhPersonChange *change, BhPersonMap *map, GError **error)
{
  char *name = bh_device_clean_name(change->name);

  g_free(change->name);
  change->name = name;
  if (name == NULL) {
    g_set_error(error, BH_PERSON_ERROR, BH_PERSON_ERROR_NAME, "this cannot be a name");
    return FALSE;
  }
  if (!check_pin(change->pin, error))
    return FALSE;
  if (bh_person_map_count(map) >= BH_PERSON_MAX) {
    g_set_error(error, BH_PERSON_ERROR, BH_PERSON_ERROR_FULL, "there is room for %d people",
                BH_PERSON_MAX);
    return FALSE;
  }
  change->person_id = bh_id_new(change->now_ms);
  bh_id_random(change->salt, sizeof change->salt);
  return TRUE;
}

static gboolean
check_known(BhPersonChange *change, BhPersonMap *map, GError **error)
{
  if (bh_person_map_find(map, change->person_id) == NULL) {
    g_set_error(error, BH_PERSON_ERROR, BH_PERSON_ERROR_UNKNOWN, "there is no such person");
    return FALSE;
  }
  bh_id_random(change->salt, sizeof change->salt);
  return change->kind == BH_PERSON_REMOVE || check_pin(change->pin, error);
}

static gint64
get_wait_ms(const BhPersonChange *change)
{
  return MAX(bh_try_count_get_wait_ms(&change->on_device, MAX_DEVICE_WAIT_MS, change->now_ms),
             bh_try_count_get_wait_ms(&change->everywhere, MAX_PERSON_WAIT_MS, change->now_ms));
}

/* A person that there is not is one whose every PIN is wrong. */
static gboolean
check_sign_in(BhPersonChange *change, BhPersonMap *map, GError **error)
{
  const BhPerson *person = bh_person_map_find(map, change->person_id);

  if (!check_pin(change->pin, error))
    return FALSE;
  if (person == NULL) {
    g_free(change->person_id);
    change->person_id = g_strdup(BH_PERSON_MAP_NOBODY);
    bh_id_random(change->salt, sizeof change->salt);
  } else {
    memcpy(change->salt, person->salt, sizeof change->salt);
  }
  change->on_device = bh_person_map_get_tries(map, change->person_id, change->device_id);
  change->everywhere = bh_person_map_get_tries(map, change->person_id, BH_PERSON_MAP_EVERYWHERE);
  change->retry_ms = get_wait_ms(change);
  if (change->retry_ms == 0)
    return TRUE;
  g_set_error(error, BH_PERSON_ERROR, BH_PERSON_ERROR_TOO_MANY, "too many wrong PINs");
  return FALSE;
}

gboolean
bh_person_change_check(BhPersonChange *change, BhPersonMap *map, GError **error)
{
  switch (change->kind) {
  case BH_PERSON_ADD:
    return check_add(change, map, error);
  case BH_PERSON_SET_PIN:
  case BH_PERSON_REMOVE:
    return check_known(change, map, error);
  case BH_PERSON_SIGN_IN:
    return check_sign_in(change, map, error);
  case BH_PERSON_SIGN_OUT:
  default:
    return TRUE;
  }
}

gboolean
bh_person_change_needs_hash(const BhPersonChange *change)
{
  return change->pin != NULL;
}

void
bh_person_change_hash(BhPersonChange *change)
{
  bh_slow_hash(change->pin, change->salt, change->hash);
  forget_pin(change);
}

/* Write -------------------------------------------------------------------------------------- */

static void
write_add(BhPersonChange *change, BhWriteList *list)
{
  bh_write_list_add(list,
                    "INSERT INTO person (person_id, name, salt, pin_hash, created_ms)"
                    " VALUES (?1, ?2, ?3, ?4, ?5)",
                    g_variant_new("(ss@ay@ayx)", change->person_id, change->name,
                                  bh_write_list_bytes(change->salt, sizeof change->salt),
                                  bh_write_list_bytes(change->hash, sizeof change->hash),
                                  change->now_ms));
}

static void
write_forget_tries(BhPersonChange *change, BhWriteList *list)
{
  bh_write_list_add(list, "DELETE FROM person_try WHERE person_id = ?1",
                    g_variant_new("(s)", change->person_id));
}

/* Who knew the old PIN, rightly or not, is out. */
static void
write_set_pin(BhPersonChange *change, BhWriteList *list)
{
  bh_write_list_add(list, "UPDATE person SET salt = ?2, pin_hash = ?3 WHERE person_id = ?1",
                    g_variant_new("(s@ay@ay)", change->person_id,
                                  bh_write_list_bytes(change->salt, sizeof change->salt),
                                  bh_write_list_bytes(change->hash, sizeof change->hash)));
  bh_write_list_add(list, "DELETE FROM person_sign_in WHERE person_id = ?1",
                    g_variant_new("(s)", change->person_id));
  write_forget_tries(change, list);
}

static void
write_tries(const BhPersonChange *change, const char *device_id, const BhTryCount *count,
            BhWriteList *list)
{
  bh_write_list_add(list,
                    "INSERT OR REPLACE INTO person_try"
                    " (person_id, device_id, wrong, until_ms, day_wrong, day_ms)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    g_variant_new("(ssxxxx)", change->person_id, device_id, (gint64)count->wrong,
                                  count->until_ms, (gint64)count->day_wrong, count->day_ms));
}

/* Right or wrong, of a person that there is or not: it is written about the same. */
static void
write_sign_in(BhPersonChange *change, BhPersonMap *map, BhWriteList *list)
{
  static const guint8 no_hash[BH_SLOW_HASH_BYTES];
  const BhPerson *person = bh_person_map_find(map, change->person_id);
  const guint8 *expected = person != NULL ? person->pin_hash : no_hash;

  change->is_right = bh_digest_equal(change->hash, expected, sizeof change->hash) && person != NULL;
  if (change->is_right) {
    bh_try_count_forgive(&change->on_device);
    bh_try_count_forgive(&change->everywhere);
    bh_write_list_add(list,
                      "INSERT OR REPLACE INTO person_sign_in (device_id, person_id, since_ms)"
                      " VALUES (?1, ?2, ?3)",
                      g_variant_new("(ssx)", change->device_id, change->person_id, change->now_ms));
  } else {
    bh_try_count_add(&change->on_device, MAX_DEVICE_WAIT_MS, FALSE, change->now_ms);
    bh_try_count_add(&change->everywhere, MAX_PERSON_WAIT_MS, TRUE, change->now_ms);
  }
  write_tries(change, change->device_id, &change->on_device, list);
  write_tries(change, BH_PERSON_MAP_EVERYWHERE, &change->everywhere, list);
  change->forgets_stale = bh_person_map_count_tries(map) > MANY_TRIES;
  if (change->forgets_stale)
    bh_person_change_forget_stale(list, change->now_ms);
}

void
bh_person_change_forget_stale(BhWriteList *list, gint64 now_ms)
{
  bh_write_list_add(list, "DELETE FROM person_try WHERE abs(?1 - day_ms) > ?2",
                    g_variant_new("(xx)", now_ms, BH_TRY_COUNT_STALE_MS));
}

void
bh_person_change_write(BhPersonChange *change, BhPersonMap *map, BhWriteList *list)
{
  switch (change->kind) {
  case BH_PERSON_SIGN_IN:
    write_sign_in(change, map, list);
    break;
  case BH_PERSON_SIGN_OUT:
    if (bh_person_map_find_signed_in(map, change->device_id) != NULL)
      bh_write_list_add(list, "DELETE FROM person_sign_in WHERE device_id = ?1",
                        g_variant_new("(s)", change->device_id));
    break;
  case BH_PERSON_REMOVE:
    /* Their sign-ins go with them. */
    bh_write_list_add(list, "DELETE FROM person WHERE person_id = ?1",
                      g_variant_new("(s)", change->person_id));
    write_forget_tries(change, list);
    break;
  case BH_PERSON_SET_PIN:
    write_set_pin(change, list);
    break;
  case BH_PERSON_ADD:
  default:
    write_add(change, list);
    break;
  }
}

/* Apply -------------------------------------------------------------------------------------- */

static void
add_device(BhPersonChange *change, const char *device_id)
{
  g_ptr_array_add(change->devices, g_strdup(device_id));
}

static void
apply_sign_in(BhPersonChange *change, BhPersonMap *map)
{
  bh_person_map_set_tries(map, change->person_id, change->device_id, &change->on_device);
  bh_person_map_set_tries(map, change->person_id, BH_PERSON_MAP_EVERYWHERE, &change->everywhere);
  if (change->forgets_stale)
    bh_person_map_forget_stale_tries(map, change->now_ms);
  change->retry_ms = get_wait_ms(change);
  if (!change->is_right)
    return;
  bh_person_map_sign_in(map, change->device_id, change->person_id);
  change->answer = json_pack(
      "{s:o}", "person", bh_person_map_describe_person(bh_person_map_find(map, change->person_id)));
  add_device(change, change->device_id);
}

static void
end_sign_ins(BhPersonChange *change, BhPersonMap *map)
{
  g_ptr_array_unref(change->devices);
  change->devices = bh_person_map_list_devices(map, change->person_id);
  for (guint i = 0; i < change->devices->len; i++)
    bh_person_map_sign_out(map, change->devices->pdata[i]);
  bh_person_map_forget_tries(map, change->person_id);
}

static void
set_hash(const BhPersonChange *change, BhPerson *person)
{
  memcpy(person->salt, change->salt, sizeof person->salt);
  memcpy(person->pin_hash, change->hash, sizeof person->pin_hash);
}

void
bh_person_change_apply(BhPersonChange *change, BhPersonMap *map)
{
  switch (change->kind) {
  case BH_PERSON_SIGN_IN:
    apply_sign_in(change, map);
    break;
  case BH_PERSON_SIGN_OUT:
    bh_person_map_sign_out(map, change->device_id);
    add_device(change, change->device_id);
    break;
  case BH_PERSON_REMOVE:
    end_sign_ins(change, map);
    bh_person_map_remove(map, bh_person_map_find(map, change->person_id));
    change->is_list_changed = TRUE;
    break;
  case BH_PERSON_SET_PIN:
    end_sign_ins(change, map);
    set_hash(change, bh_person_map_find(map, change->person_id));
    break;
  case BH_PERSON_ADD:
  default:
    set_hash(change, bh_person_map_add(map, change->person_id, change->name));
    change->is_list_changed = TRUE;
    break;
  }
}
