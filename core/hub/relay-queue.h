/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRelayQueue: what is too large for one message of the rooms goes to its member in parts
 * (chunks.h), no faster than that reads them; other messages overtake it.
 *
 * What waits for one device is bounded, however many pages it has open: of what does not fit
 * nothing is taken. What waits for a member that lost its place, or took it again by another
 * connection, is dropped: who asked asks again, and can do nothing with the rest of a message whose
 * first parts went elsewhere.
 *
 * Belongs to the endpoint.
 */
#pragma once

#include "member.h"

typedef enum {
  BH_RELAY_ROOM_FREE, /* a part may go now */
  BH_RELAY_ROOM_FULL, /* it has much to read already */
  BH_RELAY_ROOM_NONE, /* nothing reaches it any more */
} BhRelayRoom;

typedef struct {
  /* @n_connections: (out): that have carried it, with this one; not with BH_RELAY_ROOM_NONE */
  BhRelayRoom (*look)(BhMember *member, guint64 *n_connections, gpointer data);
  void (*send)(BhMember *member, const json_t *part, gpointer data);
} BhRelayQueueWay;

typedef struct _BhRelayQueue BhRelayQueue;

/**
 * bh_relay_queue_new:
 * @way: static
 * @part_bytes: of each part with @envelope_bytes around it
 */
BhRelayQueue *bh_relay_queue_new(const BhRelayQueueWay *way, gpointer data, gsize part_bytes,
                                 gsize envelope_bytes);
void bh_relay_queue_free(BhRelayQueue *queue);

/**
 * bh_relay_queue_add:
 * @max_bytes: of all that waits for the member's device, with this
 *
 * Begins at once. An answer to what another one answers already that waits for the same connection
 * is not added: it was asked for again meanwhile.
 *
 * Returns: %FALSE: it does not fit
 */
gboolean bh_relay_queue_add(BhRelayQueue *queue, BhMember *member, const json_t *payload,
                            gsize max_bytes);

/** bh_relay_queue_drop: what waits for @member. */
void bh_relay_queue_drop(BhRelayQueue *queue, BhMember *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhRelayQueue, bh_relay_queue_free)
