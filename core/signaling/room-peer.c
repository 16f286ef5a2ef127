/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "room-peer.h"

#include "json-text.h"

/* RFC 6455 section 7.4 and the IANA registry: normal; try again later. */
#define CLOSE_NORMAL    1000
#define CLOSE_TRY_LATER 1013

static char *
make_card(const char *peer_id, BhRole role, const char *name, const char *device_id)
{
  g_autoptr(json_t) card = json_object();

  json_object_set_new(card, "peerId", json_string(peer_id));
  json_object_set_new(card, "role", json_string(bh_role_get_name(role)));
  if (name != NULL)
    json_object_set_new(card, "name", json_string(name));
  if (device_id != NULL)
    json_object_set_new(card, "deviceId", json_string(device_id));
  return bh_json_to_text(card);
}

BhRoomPeer *
bh_room_peer_new(const char *peer_id, BhRole role, const char *name, const char *device_id,
                 gsize max_queued_bytes)
{
  BhRoomPeer *peer = g_new0(BhRoomPeer, 1);

  g_ref_count_init(&peer->refs);
  g_queue_init(&peer->away_messages);
  peer->peer_id = g_strdup(peer_id);
  peer->role = role;
  peer->device_id = g_strdup(device_id);
  peer->card = make_card(peer_id, role, name, device_id);
  peer->max_queued_bytes = max_queued_bytes;
  peer->away_link.data = peer;
  return peer;
}

BhRoomPeer *
bh_room_peer_ref(BhRoomPeer *peer)
{
  g_ref_count_inc(&peer->refs);
  return peer;
}

static void
drop_kept(BhRoomPeer *peer)
{
  g_queue_clear_full(&peer->away_messages, (GDestroyNotify)g_bytes_unref);
  peer->away_bytes = 0;
}

void
bh_room_peer_unref(BhRoomPeer *peer)
{
  if (!g_ref_count_dec(&peer->refs))
    return;

  drop_kept(peer);
  g_clear_object(&peer->transport);
  g_clear_pointer(&peer->pages, g_ptr_array_unref);
  g_clear_pointer(&peer->asked, g_hash_table_unref);
  g_free(peer->winner);
  g_free(peer->follow_peer_id);
  g_free(peer->last_offer_from);
  g_free(peer->peer_id);
  g_free(peer->device_id);
  g_free(peer->card);
  g_free(peer->resume);
  g_free(peer);
}

static gboolean
keep(BhRoomPeer *peer, GBytes *text)
{
  gsize size = g_bytes_get_size(text);

  if (peer->away_messages.length >= BH_ROOM_PEER_AWAY_MESSAGES ||
      size > BH_ROOM_PEER_AWAY_BYTES - peer->away_bytes)
    return FALSE;
  g_queue_push_tail(&peer->away_messages, g_bytes_ref(text));
  peer->away_bytes += size;
  return TRUE;
}

gboolean
bh_room_peer_send(BhRoomPeer *peer, GBytes *text)
{
  gsize queued;

  if (peer->transport == NULL)
    return keep(peer, text);

  queued = bh_signaling_transport_get_queued_bytes(peer->transport);
  if (queued > peer->max_queued_bytes || g_bytes_get_size(text) > peer->max_queued_bytes - queued) {
    g_autoptr(BhSignalingTransport) transport = g_steal_pointer(&peer->transport);

    bh_signaling_transport_close(transport, CLOSE_TRY_LATER,
                                 "too slow: too much is waiting to be read");
    return keep(peer, text);
  }
  bh_signaling_transport_send(peer->transport, text);
  return TRUE;
}

gboolean
bh_room_peer_is_away(const BhRoomPeer *peer)
{
  return peer->transport == NULL;
}

void
bh_room_peer_attach(BhRoomPeer *peer, BhSignalingTransport *transport)
{
  g_autoptr(BhSignalingTransport) before = g_steal_pointer(&peer->transport);

  peer->transport = g_object_ref(transport);
  peer->n_connections++;
  if (before != NULL)
    bh_signaling_transport_close(before, CLOSE_NORMAL, "resumed by another connection");
}

void
bh_room_peer_send_kept(BhRoomPeer *peer)
{
  GBytes *text;

  while (peer->transport != NULL && (text = g_queue_pop_head(&peer->away_messages)) != NULL) {
    peer->away_bytes -= g_bytes_get_size(text);
    bh_room_peer_send(peer, text);
    g_bytes_unref(text);
  }
}

void
bh_room_peer_detach(BhRoomPeer *peer)
{
  g_clear_object(&peer->transport);
}
