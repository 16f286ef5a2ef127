/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "room.h"

/*
 * Presence is texts put together from each peer's card, which is encoded once; receivers of the
 * same role share one text. Nothing here runs foreign code: transports only queue.
 */

/* How often those who still have pages to come are looked at. */
#define PAGING_MS 10

/* RFC 6455 section 7.4.1. */
#define CLOSE_POLICY 1008

/* One change that waits for the end of the window. */
typedef struct {
  BhRoomPeer *peer;
  gboolean joined;
  GHashTable *introduced; /* those that have been told already, as a set, or NULL */
} Change;

static void
change_free(gpointer data)
{
  Change *change = data;

  g_clear_pointer(&change->introduced, g_hash_table_unref);
  bh_room_peer_unref(change->peer);
  g_free(change);
}

BhRoom *
bh_room_new(const char *tenant_id, gboolean tag_tenant, guint64 max_peers, gint64 away_us,
            void (*emptied)(BhRoom *room, gpointer user_data), gpointer user_data)
{
  BhRoom *room = g_new0(BhRoom, 1);
  g_autoptr(json_t) tenant = json_string(tenant_id);

  room->tenant_id = g_strdup(tenant_id);
  if (tag_tenant)
    room->tenant_json = bh_json_to_text(tenant);
  room->peers =
      g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)bh_room_peer_unref);
  room->by_resume = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < BH_N_ROLES; i++)
    room->by_role[i] = g_ptr_array_new();
  room->guests = bh_guest_places_new();
  room->pending = g_ptr_array_new_with_free_func(change_free);
  g_queue_init(&room->away);
  g_queue_init(&room->paging);
  room->max_peers = max_peers;
  room->away_us = away_us;
  room->emptied = emptied;
  room->emptied_data = user_data;
  return room;
}

void
bh_room_free(BhRoom *room)
{
  GHashTableIter iter;
  gpointer value;

  g_clear_handle_id(&room->window_id, g_source_remove);
  g_clear_handle_id(&room->away_id, g_source_remove);
  g_clear_handle_id(&room->paging_id, g_source_remove);
  g_hash_table_iter_init(&iter, room->peers);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    BhRoomPeer *peer = value;

    peer->room = NULL;
    g_clear_pointer(&peer->pages, g_ptr_array_unref);
  }
  g_queue_clear_full(&room->paging, (GDestroyNotify)bh_room_peer_unref);
  g_ptr_array_unref(room->pending);
  for (guint i = 0; i < BH_N_ROLES; i++)
    g_ptr_array_unref(room->by_role[i]);
  bh_guest_places_free(room->guests);
  g_hash_table_unref(room->by_resume);
  g_hash_table_unref(room->peers);
  g_clear_pointer(&room->hub, bh_room_peer_unref);
  g_free(room->tenant_json);
  g_free(room->tenant_id);
  g_free(room->key);
  g_free(room);
}

gboolean
bh_room_may_see(const BhRoom *room, const BhRoomPeer *viewer, const BhRoomPeer *other)
{
  return viewer != other && bh_role_may_see(viewer->role, other->role, room->hub != NULL);
}

BhRoomPeer *
bh_room_find(BhRoom *room, const char *peer_id)
{
  if (room->hub != NULL && g_str_equal(room->hub->peer_id, peer_id))
    return room->hub;
  return g_hash_table_lookup(room->peers, peer_id);
}

BhRoomPeer *
bh_room_find_resumable(BhRoom *room, const char *resume)
{
  return g_hash_table_lookup(room->by_resume, resume);
}

/* `peer-joined` or `peer-left`. */
static GBytes *
make_change(const BhRoomPeer *peer, gboolean joined, const char *tenant_json)
{
  GString *out = g_string_new(joined ? "{\"type\":\"peer-joined\"" : "{\"type\":\"peer-left\"");

  if (tenant_json != NULL)
    g_string_append_printf(out, ",\"tenantId\":%s", tenant_json);
  g_string_append_printf(out, ",\"peer\":%s}", peer->card);
  return g_string_free_to_bytes(out);
}

static void
append_card(GString *list, const BhRoomPeer *peer)
{
  if (list->len > 0)
    g_string_append_c(list, ',');
  g_string_append(list, peer->card);
}

/* The changes from the @first on that @viewer may see; NULL where there are none. */
static GBytes *
make_batch(const BhRoom *room, BhRole viewer, guint first)
{
  g_autoptr(GString) joined = g_string_new(NULL);
  g_autoptr(GString) left = g_string_new(NULL);
  const Change *only = NULL;
  guint count = 0;

  for (guint i = first; i < room->pending->len; i++) {
    const Change *change = room->pending->pdata[i];

    if (!bh_role_may_see(viewer, change->peer->role, room->hub != NULL))
      continue;
    append_card(change->joined ? joined : left, change->peer);
    only = change;
    count++;
  }
  if (count == 0)
    return NULL;
  if (count == 1)
    return make_change(only->peer, only->joined, NULL);
  g_string_prepend(joined, "{\"type\":\"peers\",\"joined\":[");
  g_string_append_printf(joined, "],\"left\":[%s]}", left->str);
  return g_string_free_to_bytes(g_steal_pointer(&joined));
}

/* Where in the window @peer itself joined, or -1: it knows what was before. */
static int
find_pending(const BhRoom *room, const BhRoomPeer *peer)
{
  for (guint i = 0; i < room->pending->len; i++)
    if (((const Change *)room->pending->pdata[i])->peer == peer)
      return (int)i;
  return -1;
}

static gboolean
is_pending_id(const BhRoom *room, const char *peer_id)
{
  for (guint i = 0; i < room->pending->len; i++)
    if (g_str_equal(((const Change *)room->pending->pdata[i])->peer->peer_id, peer_id))
      return TRUE;
  return FALSE;
}

/* Presence is not kept for those who are away: who resumes gets the whole list. */
static void
tell(BhRoomPeer *to, GBytes *text)
{
  if (!bh_room_peer_is_away(to))
    bh_room_peer_send(to, text);
}

static void
send_pending(BhRoom *room)
{
  g_autoptr(GHashTable) fresh = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < room->pending->len; i++) {
    const Change *change = room->pending->pdata[i];

    if (change->joined)
      g_hash_table_insert(fresh, change->peer, GUINT_TO_POINTER(i + 1));
  }
  for (guint role = 0; role < BH_N_ROLES; role++) {
    GPtrArray *receivers = room->by_role[role];
    g_autoptr(GBytes) shared = NULL;

    if (receivers->len == 0)
      continue;
    shared = make_batch(room, (BhRole)role, 0);
    for (guint i = 0; shared != NULL && i < receivers->len; i++) {
      guint first = GPOINTER_TO_UINT(g_hash_table_lookup(fresh, receivers->pdata[i]));
      g_autoptr(GBytes) own = first > 0 ? make_batch(room, (BhRole)role, first) : NULL;

      /* The hub has been told each at once. */
      if (receivers->pdata[i] != room->hub && (first == 0 || own != NULL))
        tell(receivers->pdata[i], first == 0 ? shared : own);
    }
  }
  g_ptr_array_set_size(room->pending, 0);
}

static gboolean
on_window_end(gpointer user_data)
{
  BhRoom *room = user_data;

  if (room->pending->len == 0) {
    room->window_id = 0;
    return G_SOURCE_REMOVE;
  }
  send_pending(room);
  return G_SOURCE_CONTINUE;
}

/* @peer has just been added, or is about to be taken out. */
static void
announce(BhRoom *room, BhRoomPeer *peer, gboolean joined)
{
  Change *change;

  if (room->hub != NULL && room->hub != peer) {
    g_autoptr(GBytes) text = make_change(peer, joined, room->tenant_json);

    bh_room_peer_send(room->hub, text);
  }

  /* A page is full; or the same name twice, whose order a batch would lose. */
  if (room->pending->len >= BH_ROOM_PAGE || is_pending_id(room, peer->peer_id))
    send_pending(room);
  change = g_new0(Change, 1);
  change->peer = bh_room_peer_ref(peer);
  change->joined = joined;
  g_ptr_array_add(room->pending, change);
  if (room->window_id == 0) {
    send_pending(room);
    room->window_id = g_timeout_add(BH_ROOM_WINDOW_MS, on_window_end, room);
  }
}

void
bh_room_introduce(BhRoom *room, BhRoomPeer *peer, BhRoomPeer *to)
{
  int at = room->pending->len > 0 ? find_pending(room, peer) : -1;
  Change *change;

  if (to == room->hub || at < 0)
    return;
  /* One that joined later has it in its list. */
  if (find_pending(room, to) > at)
    return;
  change = room->pending->pdata[at];
  if (change->introduced == NULL)
    change->introduced =
        g_hash_table_new_full(NULL, NULL, (GDestroyNotify)bh_room_peer_unref, NULL);
  /* Once; the batch repeats it to all, which is harmless. */
  if (g_hash_table_add(change->introduced, bh_room_peer_ref(to))) {
    g_autoptr(GBytes) text = make_change(peer, TRUE, NULL);

    tell(to, text);
  }
}

void
bh_room_set_hub(BhRoom *room, BhRoomPeer *hub)
{
  BhRoomPeer *about = hub != NULL ? hub : room->hub;
  g_autoptr(GBytes) text = NULL;
  GHashTableIter iter;
  gpointer value;

  if (about == NULL)
    return;
  if (room->pending->len > 0)
    send_pending(room);
  text = make_change(about, hub != NULL, NULL);
  g_hash_table_iter_init(&iter, room->peers);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    tell(value, text);
    if (hub != NULL) {
      g_autoptr(GBytes) told = make_change(value, TRUE, room->tenant_json);

      bh_room_peer_send(hub, told);
    }
  }
  g_clear_pointer(&room->hub, bh_room_peer_unref);
  if (hub != NULL)
    room->hub = bh_room_peer_ref(hub);
}

void
bh_room_dismiss(BhRoom *room, BhRoomPeer *peer, const char *reason)
{
  g_autoptr(BhRoomPeer) kept = bh_room_peer_ref(peer);
  g_autoptr(BhSignalingTransport) transport =
      kept->transport != NULL ? g_object_ref(kept->transport) : NULL;

  bh_room_peer_detach(kept);
  bh_room_remove(room, kept);
  if (transport != NULL)
    bh_signaling_transport_close(transport, CLOSE_POLICY, reason);
}

void
bh_room_tell_all(BhRoom *room, const json_t *message)
{
  g_autoptr(GBytes) text = bh_json_to_bytes(message);
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init(&iter, room->peers);
  while (g_hash_table_iter_next(&iter, NULL, &peer))
    if (peer != room->hub)
      tell(peer, text);
}

gboolean
bh_room_make_place(BhRoom *room)
{
  if (g_hash_table_size(room->peers) < room->max_peers)
    return TRUE;
  if (room->away.head == NULL || g_hash_table_size(room->peers) < 2)
    return FALSE;
  bh_room_remove(room, room->away.head->data);
  return TRUE;
}

void
bh_room_add(BhRoom *room, BhRoomPeer *peer)
{
  peer->room = room;
  peer->role_index = room->by_role[peer->role]->len;
  g_ptr_array_add(room->by_role[peer->role], peer);
  g_hash_table_insert(room->peers, peer->peer_id, bh_room_peer_ref(peer));
  bh_guest_places_add(room->guests, peer);
  if (peer->resume != NULL)
    g_hash_table_insert(room->by_resume, peer->resume, peer);
  announce(room, peer, TRUE);
  if (peer->role == BH_ROLE_HUB)
    room->hub = bh_room_peer_ref(peer);
}

static gboolean on_away_over(gpointer user_data);

static void
arm_away(BhRoom *room)
{
  const BhRoomPeer *first = room->away.head != NULL ? room->away.head->data : NULL;
  gint64 wait_us;

  g_clear_handle_id(&room->away_id, g_source_remove);
  if (first == NULL)
    return;
  wait_us = MAX(first->away_until_us - g_get_monotonic_time(), 0);
  room->away_id = g_timeout_add((guint)MIN(wait_us / 1000 + 1, G_MAXINT), on_away_over, room);
}

static gboolean
on_away_over(gpointer user_data)
{
  BhRoom *room = user_data;
  gint64 now_us = g_get_monotonic_time();
  guint due = 0;

  gboolean emptied;

  room->away_id = 0;
  for (GList *l = room->away.head; l != NULL; l = l->next)
    if (((const BhRoomPeer *)l->data)->away_until_us <= now_us)
      due++;
  /* The last one's leaving frees the room. */
  emptied = due == g_hash_table_size(room->peers);
  for (; due > 0; due--)
    bh_room_remove(room, room->away.head->data);
  if (!emptied)
    arm_away(room);
  return G_SOURCE_REMOVE;
}

void
bh_room_set_away(BhRoom *room, BhRoomPeer *peer)
{
  bh_room_peer_detach(peer);
  if (peer->away_until_us != 0)
    return;
  peer->away_until_us = g_get_monotonic_time() + room->away_us;
  g_clear_pointer(&peer->pages, g_ptr_array_unref);
  /* Another connection of a hub joins anew: it has much to tell. */
  if (room->away_us == 0 || peer == room->hub) {
    /* Linked all the same: bh_room_remove() unlinks. */
    g_queue_push_tail_link(&room->away, &peer->away_link);
    bh_room_remove(room, peer);
    return;
  }
  g_queue_push_tail_link(&room->away, &peer->away_link);
  if (room->away_id == 0)
    arm_away(room);
}

static void
unlink_away(BhRoom *room, BhRoomPeer *peer)
{
  if (peer->away_until_us == 0)
    return;
  peer->away_until_us = 0;
  g_queue_unlink(&room->away, &peer->away_link);
}

void
bh_room_set_back(BhRoom *room, BhRoomPeer *peer, char *resume)
{
  unlink_away(room, peer);
  g_hash_table_remove(room->by_resume, peer->resume);
  g_free(peer->resume);
  peer->resume = resume;
  g_hash_table_insert(room->by_resume, peer->resume, peer);
}

void
bh_room_remove(BhRoom *room, BhRoomPeer *peer)
{
  GPtrArray *same_role = room->by_role[peer->role];

  bh_room_peer_ref(peer); /* the table's may be the last */
  unlink_away(room, peer);
  g_ptr_array_remove_index_fast(same_role, peer->role_index);
  if (peer->role_index < same_role->len)
    ((BhRoomPeer *)same_role->pdata[peer->role_index])->role_index = peer->role_index;
  if (peer->resume != NULL)
    g_hash_table_remove(room->by_resume, peer->resume);
  bh_guest_places_remove(room->guests, peer);
  g_hash_table_remove(room->peers, peer->peer_id);
  peer->room = NULL;
  g_clear_pointer(&peer->pages, g_ptr_array_unref);
  if (peer == room->hub)
    g_clear_pointer(&room->hub, bh_room_peer_unref);
  announce(room, peer, FALSE);
  bh_room_peer_unref(peer);

  if (g_hash_table_size(room->peers) == 0)
    room->emptied(room, room->emptied_data);
}

void
bh_room_append_list(BhRoom *room, BhRoomPeer *viewer, GString *out)
{
  guint count = 0;

  g_clear_pointer(&viewer->pages, g_ptr_array_unref);
  g_string_append_c(out, '[');
  if (room->hub != NULL) {
    g_string_append(out, room->hub->card);
    count++;
  }
  for (guint role = 0; role < BH_N_ROLES; role++) {
    if (!bh_role_may_see(viewer->role, (BhRole)role, room->hub != NULL))
      continue;
    for (guint i = 0; i < room->by_role[role]->len; i++) {
      BhRoomPeer *other = room->by_role[role]->pdata[i];

      if (other == viewer || other == room->hub)
        continue;
      if (count < BH_ROOM_PAGE) {
        g_string_append_printf(out, "%s%s", count > 0 ? "," : "", other->card);
        count++;
        continue;
      }
      if (viewer->pages == NULL)
        viewer->pages = g_ptr_array_new_with_free_func((GDestroyNotify)bh_room_peer_unref);
      g_ptr_array_add(viewer->pages, bh_room_peer_ref(other));
    }
  }
  g_string_append_c(out, ']');
}

/* Pages while the peer reads: half of what may wait is left to messages. Returns: more to come */
static gboolean
send_pages(BhRoomPeer *viewer)
{
  while (viewer->pages != NULL && viewer->transport != NULL) {
    g_autoptr(GString) out = NULL;
    g_autoptr(GBytes) text = NULL;

    if (bh_signaling_transport_get_queued_bytes(viewer->transport) > viewer->max_queued_bytes / 2)
      return TRUE;
    out = g_string_new(NULL);
    for (guint n = 0; n < BH_ROOM_PAGE && viewer->pages_next < viewer->pages->len; n++) {
      const BhRoomPeer *other = viewer->pages->pdata[viewer->pages_next++];

      if (other->room != NULL)
        append_card(out, other);
    }
    if (viewer->pages_next >= viewer->pages->len)
      g_clear_pointer(&viewer->pages, g_ptr_array_unref);
    if (out->len == 0)
      continue;
    g_string_prepend(out, "{\"type\":\"peers\",\"joined\":[");
    g_string_append(out, "],\"left\":[]}");
    text = g_string_free_to_bytes(g_steal_pointer(&out));
    bh_room_peer_send(viewer, text);
  }
  return FALSE;
}

static gboolean
on_paging(gpointer user_data)
{
  BhRoom *room = user_data;

  for (guint n = room->paging.length; n > 0; n--) {
    BhRoomPeer *viewer = g_queue_pop_head(&room->paging);

    if (send_pages(viewer))
      g_queue_push_tail(&room->paging, viewer);
    else
      bh_room_peer_unref(viewer);
  }
  if (room->paging.length > 0)
    return G_SOURCE_CONTINUE;
  room->paging_id = 0;
  return G_SOURCE_REMOVE;
}

void
bh_room_start_pages(BhRoom *room, BhRoomPeer *viewer)
{
  viewer->pages_next = 0;
  if (!send_pages(viewer))
    return;
  if (g_queue_find(&room->paging, viewer) == NULL)
    g_queue_push_tail(&room->paging, bh_room_peer_ref(viewer));
  if (room->paging_id == 0)
    room->paging_id = g_timeout_add(PAGING_MS, on_paging, room);
}
