/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPersonMap: people, who is signed in where, and the wrong tries: what the store holds, in
 * memory. No I/O and no clock. Private to the room; the rules are person-change's.
 */
#pragma once

#include "json-text.h"
#include "slow-hash.h"
#include "try-count.h"

/* In a device's place, for the wrong tries at one person on all devices together. */
#define BH_PERSON_MAP_EVERYWHERE ""

/* In a person's place, for the wrong tries at people that there are not. */
#define BH_PERSON_MAP_NOBODY ""

typedef struct {
  char *person_id; /* UUIDv7 */
  char *name;
  guint8 salt[BH_SLOW_HASH_SALT_BYTES];
  guint8 pin_hash[BH_SLOW_HASH_BYTES];
} BhPerson;

typedef struct _BhPersonMap BhPersonMap;

BhPersonMap *bh_person_map_new(void);
void bh_person_map_free(BhPersonMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhPersonMap, bh_person_map_free)

guint bh_person_map_count(BhPersonMap *map);

/** bh_person_map_add: at the end; its salt and hash are the caller's to fill. */
BhPerson *bh_person_map_add(BhPersonMap *map, const char *person_id, const char *name);

/** bh_person_map_remove: frees it; their sign-ins have been ended before. */
void bh_person_map_remove(BhPersonMap *map, BhPerson *person);

/** bh_person_map_find: @person_id: (nullable): foreign text. Returns: (nullable): */
BhPerson *bh_person_map_find(BhPersonMap *map, const char *person_id);

void bh_person_map_sign_in(BhPersonMap *map, const char *device_id, const char *person_id);

/** bh_person_map_sign_out: Returns: whether anybody was signed in there */
gboolean bh_person_map_sign_out(BhPersonMap *map, const char *device_id);

/** bh_person_map_find_signed_in: @device_id: (nullable): Returns: (nullable): */
BhPerson *bh_person_map_find_signed_in(BhPersonMap *map, const char *device_id);

/** bh_person_map_list_devices: Returns: (transfer full): ids of the devices on which the person is
 * signed in */
GPtrArray *bh_person_map_list_devices(BhPersonMap *map, const char *person_id);

/** bh_person_map_get_tries: none where nothing is remembered. */
BhTryCount bh_person_map_get_tries(BhPersonMap *map, const char *person_id, const char *device_id);
void bh_person_map_set_tries(BhPersonMap *map, const char *person_id, const char *device_id,
                             const BhTryCount *count);
guint bh_person_map_count_tries(BhPersonMap *map);

/** bh_person_map_forget_tries: of one person. */
void bh_person_map_forget_tries(BhPersonMap *map, const char *person_id);

/** bh_person_map_forget_stale_tries: Returns: how many */
guint bh_person_map_forget_stale_tries(BhPersonMap *map, gint64 now_ms);

/** bh_person_map_describe_person: Returns: {personId, name} */
json_t *bh_person_map_describe_person(const BhPerson *person);

/** bh_person_map_describe_people: Returns: [{personId, name}] */
json_t *bh_person_map_describe_people(BhPersonMap *map);
