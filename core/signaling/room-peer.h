/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRoomPeer: a peer's place in a room. It outlives the connection: a peer that lost it is away,
 * its place and what is sent to it are kept until it resumes or its time is over.
 *
 * Reference-counted; belongs to a room (or, the hub's, to the server), and to the session that
 * speaks for it.
 */
#pragma once

#include "role.h"
#include "signaling-transport.h"
#include "token-bucket.h"

/* Kept for a peer that is away: an offer, an answer and their candidates with room to spare. */
#define BH_ROOM_PEER_AWAY_MESSAGES 64
#define BH_ROOM_PEER_AWAY_BYTES    ((gsize)64 * 1024)

typedef struct _BhRoom BhRoom;

/* Whom the next candidates without a target are for. */
typedef enum {
  BH_FOLLOW_NOBODY,
  BH_FOLLOW_PEER,  /* follow_peer_id */
  BH_FOLLOW_ASKED, /* all in asked: nobody has answered yet */
} BhFollow;

typedef struct {
  grefcount refs;
  char *peer_id;
  BhRole role;
  char *device_id;      /* (nullable): as claimed, or as proved */
  gboolean proved;      /* a paired device, or a guest's session: nobody else resumes it */
  gint64 not_before_ms; /* at a cloud: of the membership it showed */
  char *card;           /* JSON object: peerId, role, name, deviceId, as presence shows it */
  char *resume;         /* secret; NULL: cannot be resumed (the hub) */
  BhRoom *room;         /* weak; NULL once it left, and for the hub */
  guint role_index;

  BhSignalingTransport *transport; /* NULL: away */
  guint64 n_connections;           /* that have carried it, with this one */
  gsize max_queued_bytes;
  BhTokenBucket bucket;

  GQueue away_messages; /* GBytes */
  gsize away_bytes;
  gint64 away_until_us;
  GList away_link; /* in the room's queue of those away */

  GPtrArray *pages; /* (element BhRoomPeer): who is still to be listed to it, or NULL */
  guint pages_next;

  BhFollow follow;
  char *follow_peer_id;
  char *last_offer_from;
  GHashTable *asked; /* peerIds that got its last offer without a target, or NULL */
  char *winner;      /* of those, who answered first, or NULL */
} BhRoomPeer;

/**
 * bh_room_peer_new:
 * @name: (nullable)
 * @device_id: (nullable): as claimed or proved
 * @max_queued_bytes: waiting in the transport before it counts as too slow
 */
BhRoomPeer *bh_room_peer_new(const char *peer_id, BhRole role, const char *name,
                             const char *device_id, gsize max_queued_bytes);

BhRoomPeer *bh_room_peer_ref(BhRoomPeer *peer);
void bh_room_peer_unref(BhRoomPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhRoomPeer, bh_room_peer_unref)

/**
 * bh_room_peer_send:
 *
 * To the connection, or to what is kept while it is away. One that reads too slowly is closed with
 * 1013 and is away from then on (the room learns of it by bh_room_peer_is_away() and its session's
 * end).
 *
 * Returns: %FALSE where the peer is away and its keep is full
 */
gboolean bh_room_peer_send(BhRoomPeer *peer, GBytes *text);

gboolean bh_room_peer_is_away(const BhRoomPeer *peer);

/** bh_room_peer_attach: @transport carries it from now on; another one before it is closed. */
void bh_room_peer_attach(BhRoomPeer *peer, BhSignalingTransport *transport);

/** bh_room_peer_send_kept: what came while it was away, in order; after `joined`. */
void bh_room_peer_send_kept(BhRoomPeer *peer);

/** bh_room_peer_detach: away. */
void bh_room_peer_detach(BhRoomPeer *peer);
