/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRoom: one tenant's peers, and who learns of whom. access/role.h alone says who may see whom.
 *
 * Presence: the first change after a quiet BH_ROOM_WINDOW_MS goes out at once as `peer-joined` or
 * `peer-left`; what follows within that time is gathered and sent as `peers {joined[], left[]}`, at
 * most BH_ROOM_PAGE of them in one message. The hub is told each change at once. Nobody gets a
 * message of a peer that it has not been told of before.
 *
 * Peers that are away count as present until their time is over; then they have left.
 *
 * One main context. Plain struct, owned by the server.
 */
#pragma once

#include "guest-places.h"
#include "room-peer.h"
#include "signaling-message.h"
#include "visitors.h"

/* Most peers in one `joined` or `peers` (protocol section 2). */
#define BH_ROOM_PAGE 100
/* Shorter than people notice, longer than a crowd's reconnection needs to fill a page. */
#define BH_ROOM_WINDOW_MS 100

struct _BhRoom {
  char *key; /* by which the server finds it; set by its maker */
  char *tenant_id;
  guint8 hub_key[32];    /* at a cloud: whose room it is; set by its maker */
  char *tenant_json;     /* (nullable): put into what the hub gets, where tenants are many */
  BhVisitors visitors;   /* at a cloud: as the hub said last */
  BhRoomPeer *hub;       /* (nullable): shared with the other rooms, or one of @peers */
  GHashTable *peers;     /* peerId -> BhRoomPeer, owned; at a cloud the hub is one of them */
  GHashTable *by_resume; /* secret -> BhRoomPeer */
  GPtrArray *by_role[BH_N_ROLES];
  BhGuestPlaces *guests;
  GPtrArray *pending; /* presence changes gathered in this window */
  guint window_id;
  GQueue away; /* BhRoomPeer, by away_until_us */
  guint away_id;
  GQueue paging; /* BhRoomPeer, owned: those with pages to come */
  guint paging_id;
  gint64 away_us; /* how long a place is kept */
  guint64 max_peers;
  void (*emptied)(BhRoom *room, gpointer user_data);
  gpointer emptied_data;
};

/**
 * bh_room_new:
 * @tag_tenant: what the hub gets carries `tenantId`
 * @emptied: called when the last peer has left; may free the room
 */
BhRoom *bh_room_new(const char *tenant_id, gboolean tag_tenant, guint64 max_peers, gint64 away_us,
                    void (*emptied)(BhRoom *room, gpointer user_data), gpointer user_data);

/** bh_room_free: tells nobody; transports of those inside are left alone. */
void bh_room_free(BhRoom *room);

/** bh_room_set_hub: @hub: (nullable); those inside are told. */
void bh_room_set_hub(BhRoom *room, BhRoomPeer *hub);

/** bh_room_dismiss: one of the peers: its connection is closed, its place gone. May empty, so free,
 * the room. */
void bh_room_dismiss(BhRoom *room, BhRoomPeer *peer, const char *reason);

/** bh_room_tell_all: @message: (transfer none): to each peer that is not away; not to the hub */
void bh_room_tell_all(BhRoom *room, const json_t *message);

/** bh_room_find: Returns: (transfer none) (nullable): the hub too */
BhRoomPeer *bh_room_find(BhRoom *room, const char *peer_id);

/** bh_room_find_resumable: Returns: (transfer none) (nullable): by its secret */
BhRoomPeer *bh_room_find_resumable(BhRoom *room, const char *resume);

/** bh_room_make_place: Returns: %FALSE where the tenant is full, also with those away the longest
 * sent out of it */
gboolean bh_room_make_place(BhRoom *room);

/**
 * bh_room_add:
 * @peer: its peer_id is free, its transport attached, its `joined` already sent by
 *   bh_room_append_list() and what follows from it
 *
 * Takes a reference; those who may are told.
 */
void bh_room_add(BhRoom *room, BhRoomPeer *peer);

/** bh_room_set_away: the connection of @peer is gone; its place is kept for a time. */
void bh_room_set_away(BhRoom *room, BhRoomPeer *peer);

/** bh_room_set_back: @peer has a transport and a new @resume secret (transfer full). */
void bh_room_set_back(BhRoom *room, BhRoomPeer *peer, char *resume);

/** bh_room_remove: it has left; those who knew it are told. May empty, so free, the room. */
void bh_room_remove(BhRoom *room, BhRoomPeer *peer);

/**
 * bh_room_append_list:
 * @out: gets a JSON array: the hub first, then others that @viewer may see, at most BH_ROOM_PAGE
 *
 * What does not fit follows by itself in `peers` messages, as fast as the peer reads; call
 * bh_room_start_pages() once `joined` is sent.
 */
void bh_room_append_list(BhRoom *room, BhRoomPeer *viewer, GString *out);
void bh_room_start_pages(BhRoom *room, BhRoomPeer *viewer);

/** bh_room_introduce: where the change that brings @peer still waits, @to is told of it now. */
void bh_room_introduce(BhRoom *room, BhRoomPeer *peer, BhRoomPeer *to);

gboolean bh_room_may_see(const BhRoom *room, const BhRoomPeer *viewer, const BhRoomPeer *other);
