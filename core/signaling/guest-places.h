/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhGuestPlaces: the places that guests have in a room, by their visit. One page has one; a page
 * that is loaded again leaves one behind for as long as it may come back. A visit's secret lets in
 * as many as it likes, and each counts for the whole house: so many, and the next takes the place
 * of another.
 *
 * A plain struct, owned by the room.
 */
#pragma once

#include "room-peer.h"

/* More tabs than anybody keeps, each reloaded a few times within BH_LIMIT_RESUME_SECONDS. */
#define BH_GUEST_MAX_PLACES 16

typedef struct _BhGuestPlaces BhGuestPlaces;

BhGuestPlaces *bh_guest_places_new(void);
void bh_guest_places_free(BhGuestPlaces *places);

/** bh_guest_places_add: @peer: borrowed until it is removed; who is no guest of a visit is left
 * out */
void bh_guest_places_add(BhGuestPlaces *places, BhRoomPeer *peer);

/** bh_guest_places_remove: @peer: also one that was left out */
void bh_guest_places_remove(BhGuestPlaces *places, BhRoomPeer *peer);

/**
 * bh_guest_places_find_spare:
 * @device_id: of the visit
 *
 * Returns: (transfer none) (nullable): whose place a further page takes: of those that are away
 *   who is it longest, else the oldest; %NULL: there is room for one more
 */
BhRoomPeer *bh_guest_places_find_spare(BhGuestPlaces *places, const char *device_id);
