/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "relay-queue.h"

#include "chunks.h"

/* A transport does not say that it has drained. At 128 KiB a turn that is faster than any network
 * that has to be waited for. */
#define TURN_MS 10

typedef struct {
  json_t *ref; /* (nullable): of what it answers */
  GPtrArray *parts;
  guint next;
  gsize bytes; /* of those that are not gone */
} Waiting;

typedef struct {
  guint64 n_connections; /* as the way said when the first of it was added */
  GQueue waiting;        /* Waiting, one after the other; never empty */
} Lane;

struct _BhRelayQueue {
  const BhRelayQueueWay *way;
  gpointer data;
  gsize part_bytes, envelope_bytes;
  GHashTable *lanes; /* owned BhMember -> owned Lane */
  guint turn_id;
};

static void
waiting_free(gpointer data)
{
  Waiting *waiting = data;

  json_decref(waiting->ref);
  g_ptr_array_unref(waiting->parts);
  g_free(waiting);
}

static void
lane_free(gpointer data)
{
  Lane *lane = data;

  g_queue_clear_full(&lane->waiting, waiting_free);
  g_free(lane);
}

BhRelayQueue *
bh_relay_queue_new(const BhRelayQueueWay *way, gpointer data, gsize part_bytes,
                   gsize envelope_bytes)
{
  BhRelayQueue *queue = g_new0(BhRelayQueue, 1);

  queue->way = way;
  queue->data = data;
  queue->part_bytes = part_bytes;
  queue->envelope_bytes = envelope_bytes;
  queue->lanes = g_hash_table_new_full(NULL, NULL, g_object_unref, lane_free);
  return queue;
}

void
bh_relay_queue_free(BhRelayQueue *queue)
{
  if (queue->turn_id != 0)
    g_source_remove(queue->turn_id);
  g_hash_table_unref(queue->lanes);
  g_free(queue);
}

static gsize
count_bytes(BhRelayQueue *self, const char *device_id)
{
  GHashTableIter iter;
  gpointer member, lane;
  gsize bytes = 0;

  g_hash_table_iter_init(&iter, self->lanes);
  while (g_hash_table_iter_next(&iter, &member, &lane)) {
    if (!g_str_equal(bh_member_get_device_id(member), device_id))
      continue;
    for (GList *l = ((Lane *)lane)->waiting.head; l != NULL; l = l->next)
      bytes += ((Waiting *)l->data)->bytes;
  }
  return bytes;
}

/* Drops what waits for @member where that has no use for it any more. */
static BhRelayRoom
look(BhRelayQueue *self, BhMember *member, guint64 *n_connections)
{
  const Lane *lane;
  BhRelayRoom room;

  *n_connections = 0;
  room = self->way->look(member, n_connections, self->data);
  lane = g_hash_table_lookup(self->lanes, member);
  if (lane != NULL && (room == BH_RELAY_ROOM_NONE || lane->n_connections != *n_connections))
    g_hash_table_remove(self->lanes, member);
  return room;
}

/* Returns: (transfer full): the next part of @lane, which is freed with its last one */
static json_t *
take_part(BhRelayQueue *self, BhMember *member, Lane *lane)
{
  Waiting *waiting = g_queue_peek_head(&lane->waiting);
  json_t *part = g_steal_pointer(&waiting->parts->pdata[waiting->next++]);

  waiting->bytes -= bh_chunks_get_part_bytes(part, self->envelope_bytes);
  if (waiting->next < waiting->parts->len)
    return part;
  waiting_free(g_queue_pop_head(&lane->waiting));
  if (g_queue_is_empty(&lane->waiting))
    g_hash_table_remove(self->lanes, member);
  return part;
}

/* What takes a part may do anything to the lane. */
static void
push(BhRelayQueue *self, BhMember *member)
{
  guint64 n_connections;
  Lane *lane;

  while (g_hash_table_contains(self->lanes, member) &&
         look(self, member, &n_connections) == BH_RELAY_ROOM_FREE &&
         (lane = g_hash_table_lookup(self->lanes, member)) != NULL) {
    g_autoptr(json_t) part = take_part(self, member, lane);

    self->way->send(member, part, self->data);
  }
}

static gboolean
on_turn(gpointer user_data)
{
  BhRelayQueue *self = user_data;
  guint n_members;
  g_autofree gpointer *members = g_hash_table_get_keys_as_array(self->lanes, &n_members);

  for (guint i = 0; i < n_members; i++)
    g_object_ref(members[i]);
  for (guint i = 0; i < n_members; i++) {
    push(self, members[i]);
    g_object_unref(members[i]);
  }
  if (g_hash_table_size(self->lanes) > 0)
    return G_SOURCE_CONTINUE;
  self->turn_id = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
is_waited_for(const Lane *lane, const json_t *ref)
{
  for (const GList *l = lane != NULL ? lane->waiting.head : NULL; l != NULL; l = l->next)
    if (ref != NULL && json_equal(((const Waiting *)l->data)->ref, ref))
      return TRUE;
  return FALSE;
}

gboolean
bh_relay_queue_add(BhRelayQueue *queue, BhMember *member, const json_t *payload, gsize max_bytes)
{
  json_t *ref = json_object_get(payload, "ref");
  guint64 n_connections;
  Lane *lane;
  GPtrArray *parts;
  Waiting *waiting;
  gsize before, bytes;

  look(queue, member, &n_connections);
  lane = g_hash_table_lookup(queue->lanes, member);
  if (is_waited_for(lane, ref))
    return TRUE;
  before = count_bytes(queue, bh_member_get_device_id(member));
  parts = bh_chunks_split_within(payload, queue->part_bytes, queue->envelope_bytes,
                                 max_bytes - MIN(max_bytes, before), &bytes);
  if (parts == NULL)
    return FALSE;
  waiting = g_new0(Waiting, 1);
  *waiting = (Waiting){.ref = json_incref(ref), .parts = parts, .bytes = bytes};
  if (lane == NULL) {
    lane = g_new0(Lane, 1);
    lane->n_connections = n_connections;
    g_hash_table_insert(queue->lanes, g_object_ref(member), lane);
  }
  g_queue_push_tail(&lane->waiting, waiting);
  push(queue, member);
  if (g_hash_table_size(queue->lanes) > 0 && queue->turn_id == 0)
    queue->turn_id = g_timeout_add(TURN_MS, on_turn, queue);
  return TRUE;
}

void
bh_relay_queue_drop(BhRelayQueue *queue, BhMember *member)
{
  g_hash_table_remove(queue->lanes, member);
}
