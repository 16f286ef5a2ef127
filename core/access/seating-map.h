/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSeatingMap: the property's tables and rooms, who sits there, and the sessions of guests'
 * phones: what the store holds, in memory. No I/O and no clock. Private to the room; the rules are
 * seating-book's.
 *
 * Codes and secrets are found by their SHA-256 only, so how long a search takes tells nothing of
 * them.
 */
#pragma once

#include "digest.h"
#include "guest-session.h"
#include "json-text.h"

#define BH_SEATING_CODE_BYTES 16

typedef enum {
  BH_SEATING_NONE,      /* nobody has asked, staff have not opened it */
  BH_SEATING_REQUESTED, /* a guest has asked; -> open by staff, -> none by clearing, or when all
                           who asked have left it unanswered for too long */
  BH_SEATING_OPEN,      /* -> none by clearing */
} BhSeatingState;

/* One seating is one party at one place, from its first ask or its opening until it is cleared. */
typedef struct {
  char *place_id; /* UUIDv7 */
  char *kind;     /* "table" or "room" */
  char *name;
  guint8 code[BH_SEATING_CODE_BYTES]; /* what is printed */
  char *seating_id;                   /* (nullable): %NULL exactly with BH_SEATING_NONE */
  BhSeatingState state;
  gint64 since_ms;     /* UTC: of `state` */
  GPtrArray *sessions; /* of BhGuestSession, oldest first */
} BhPlace;

typedef struct _BhSeatingMap BhSeatingMap;

BhSeatingMap *bh_seating_map_new(void);
void bh_seating_map_free(BhSeatingMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhSeatingMap, bh_seating_map_free)

/** bh_seating_map_get_places: Returns: (element-type BhPlace): in the order they were made */
GPtrArray *bh_seating_map_get_places(BhSeatingMap *map);
guint bh_seating_map_count_sessions(BhSeatingMap *map);

/** bh_seating_map_add_place: @code: of BH_SEATING_CODE_BYTES */
BhPlace *bh_seating_map_add_place(BhSeatingMap *map, const char *place_id, const char *kind,
                                  const char *name, const guint8 *code);

/** bh_seating_map_remove_place: with all its sessions. */
void bh_seating_map_remove_place(BhSeatingMap *map, BhPlace *place);
void bh_seating_map_set_code(BhSeatingMap *map, BhPlace *place, const guint8 *code);

/**
 * bh_seating_map_set_seating:
 * @seating_id: %NULL exactly where @state is BH_SEATING_NONE; no session may then be part of it
 *
 * Those that are part of the seating change their state with it.
 */
void bh_seating_map_set_seating(BhSeatingMap *map, BhPlace *place, const char *seating_id,
                                BhSeatingState state, gint64 since_ms);

/** bh_seating_map_find_place: @place_id: (nullable): Returns: (nullable): */
BhPlace *bh_seating_map_find_place(BhSeatingMap *map, const char *place_id);

/** bh_seating_map_find_code: @code: (nullable): foreign text. Returns: (nullable): */
BhPlace *bh_seating_map_find_code(BhSeatingMap *map, const char *code);

/** bh_seating_map_find_secret: @secret: (nullable): foreign text. Returns: (nullable): */
BhGuestSession *bh_seating_map_find_secret(BhSeatingMap *map, const char *secret);

/** bh_seating_map_find_session: @guest_device_id: (nullable): Returns: (nullable): */
BhGuestSession *bh_seating_map_find_session(BhSeatingMap *map, const char *guest_device_id);

/** bh_seating_map_take_session: @session: (transfer full): of a place that there is */
void bh_seating_map_take_session(BhSeatingMap *map, BhGuestSession *session);

/** bh_seating_map_attach: @session becomes part of its place's seating. */
void bh_seating_map_attach(BhSeatingMap *map, BhGuestSession *session);

/** bh_seating_map_remove_session: and frees it. */
void bh_seating_map_remove_session(BhSeatingMap *map, BhGuestSession *session);

/** bh_seating_map_count_guests: sessions that are part of the place's seating. */
guint bh_seating_map_count_guests(const BhPlace *place);

/** bh_seating_map_describe_place: Returns: {placeId, kind, name} */
json_t *bh_seating_map_describe_place(const BhPlace *place);

/** bh_seating_map_describe_places: Returns: [{placeId, kind, name, seating: {seatingId, state,
 * sinceMs, guests} or null}] */
json_t *bh_seating_map_describe_places(BhSeatingMap *map);

/** bh_seating_map_describe_codes: Returns: [{placeId, kind, name, code}] */
json_t *bh_seating_map_describe_codes(BhSeatingMap *map);
