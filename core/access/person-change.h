/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPersonChange: one change of the person book, in its steps: may it be done, hash the PIN, what
 * to write, and what that does to the map. The rules of people and PINs are here; no I/O and no
 * clock. Private to the room.
 */
#pragma once

#include "person-map.h"
#include "write-list.h"

typedef enum {
  BH_PERSON_ADD,      /* name, pin, now_ms -> person_id */
  BH_PERSON_SET_PIN,  /* person_id, pin */
  BH_PERSON_REMOVE,   /* person_id */
  BH_PERSON_SIGN_IN,  /* device_id, person_id, pin, now_ms -> is_right, retry_ms, answer */
  BH_PERSON_SIGN_OUT, /* device_id */
} BhPersonChangeKind;

typedef struct {
  BhPersonChangeKind kind;
  gint64 now_ms;
  /* In, as far as the kind has them; owned; foreign but for the device's. */
  char *person_id; /* out with ADD */
  char *name;
  char *pin; /* wiped once it is hashed */
  char *device_id;
  /* Out */
  gboolean is_right; /* decided before it is written, to be told after */
  gint64 retry_ms;
  json_t *answer;
  GPtrArray *devices; /* ids of those where the sign-in changed */
  gboolean is_list_changed;
  /* Between the steps */
  guint8 salt[BH_SLOW_HASH_SALT_BYTES];
  guint8 hash[BH_SLOW_HASH_BYTES];
  BhTryCount on_device, everywhere; /* as they are afterwards */
  gboolean forgets_stale;
} BhPersonChange;

BhPersonChange *bh_person_change_new(BhPersonChangeKind kind, gint64 now_ms);
void bh_person_change_free(BhPersonChange *change);

/** bh_person_change_check: Returns: %FALSE exactly when @error is set (BH_PERSON_ERROR) */
gboolean bh_person_change_check(BhPersonChange *change, BhPersonMap *map, GError **error);

/** bh_person_change_needs_hash: after the check. */
gboolean bh_person_change_needs_hash(const BhPersonChange *change);

/** bh_person_change_hash: on a worker, which has @change to itself for that time. */
void bh_person_change_hash(BhPersonChange *change);

/** bh_person_change_write: @list: stays empty where it is all so already */
void bh_person_change_write(BhPersonChange *change, BhPersonMap *map, BhWriteList *list);

/** bh_person_change_apply: after the commit. @map is as it was when the change was checked. */
void bh_person_change_apply(BhPersonChange *change, BhPersonMap *map);

/** bh_person_change_forget_stale: of the store, what the map forgets by itself. */
void bh_person_change_forget_stale(BhWriteList *list, gint64 now_ms);
