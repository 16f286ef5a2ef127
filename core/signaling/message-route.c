/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "message-route.h"

/* What may wait for the hub, which is not dropped for being slow: without it nobody prints. Some
 * 250 of the largest messages. */
#define MAX_HUB_QUEUED_BYTES ((gsize)16 * 1024 * 1024)

static gboolean
refuse(GError **error, BhSignalingError code, const char *reason)
{
  g_set_error_literal(error, BH_SIGNALING_ERROR, (gint)code, reason);
  return FALSE;
}

static gboolean
deliver(BhRoom *room, BhRoomPeer *sender, BhRoomPeer *receiver, GBytes *text, GError **error)
{
  if (receiver == room->hub && receiver->transport != NULL &&
      bh_signaling_transport_get_queued_bytes(receiver->transport) > MAX_HUB_QUEUED_BYTES)
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED,
                  "the hub has too much to do; say it again in a few seconds");
  if (sender->room != NULL)
    bh_room_introduce(room, sender, receiver);
  if (bh_room_peer_send(receiver, text))
    return TRUE;
  return refuse(error, BH_SIGNALING_ERROR_UNKNOWN_PEER,
                "this peer has lost its connection, and no more is kept for it");
}

static GBytes *
make_text(BhRoom *room, const BhRoomPeer *sender, const BhRoomPeer *receiver,
          const BhSignalingMessage *message, GError **error)
{
  GBytes *text = bh_signaling_message_forward(message, sender->peer_id,
                                              receiver == room->hub ? room->tenant_json : NULL);

  if (text == NULL)
    refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "names of members must not contain escapes");
  return text;
}

static void
set_follow(BhRoomPeer *sender, BhFollow follow, const char *peer_id)
{
  if (sender->follow != follow || g_strcmp0(sender->follow_peer_id, peer_id) != 0) {
    g_free(sender->follow_peer_id);
    sender->follow_peer_id = g_strdup(peer_id);
  }
  sender->follow = follow;
}

/* An offer without a target, where there is no hub. */
static gboolean
ask_all(BhRoom *room, BhRoomPeer *sender, const BhSignalingMessage *message, GError **error)
{
  g_autoptr(GHashTable) asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GBytes) text = make_text(room, sender, NULL, message, error);
  GHashTableIter iter;
  gpointer value;

  if (text == NULL)
    return FALSE;
  g_hash_table_iter_init(&iter, room->peers);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    BhRoomPeer *other = value;

    if (!bh_room_may_see(room, sender, other) || bh_room_peer_is_away(other))
      continue;
    if (!deliver(room, sender, other, text, NULL))
      continue;
    g_free(other->last_offer_from);
    other->last_offer_from = g_strdup(sender->peer_id);
    g_hash_table_add(asked, g_strdup(other->peer_id));
  }
  if (g_hash_table_size(asked) == 0)
    return refuse(error, BH_SIGNALING_ERROR_UNKNOWN_PEER, "there is nobody here to offer to");
  g_clear_pointer(&sender->asked, g_hash_table_unref);
  sender->asked = g_steal_pointer(&asked);
  g_clear_pointer(&sender->winner, g_free);
  set_follow(sender, BH_FOLLOW_ASKED, NULL);
  return TRUE;
}

/* Candidates of an offer that nobody has answered yet. */
static gboolean
follow_asked(BhRoom *room, BhRoomPeer *sender, const BhSignalingMessage *message, GError **error)
{
  g_autoptr(GBytes) text = make_text(room, sender, NULL, message, error);
  GHashTableIter iter;
  gpointer key;

  if (text == NULL)
    return FALSE;
  g_hash_table_iter_init(&iter, sender->asked);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    BhRoomPeer *other = bh_room_find(room, key);

    if (other != NULL && bh_room_may_see(room, sender, other))
      deliver(room, sender, other, text, NULL);
  }
  return TRUE;
}

/* Whether @receiver asked many, and @sender is one of them that lost, or has just won. */
static gboolean
judge_answer(BhRoomPeer *sender, BhRoomPeer *receiver, const BhSignalingMessage *message)
{
  if (receiver->asked == NULL || !g_hash_table_contains(receiver->asked, sender->peer_id))
    return TRUE;
  if (receiver->winner != NULL)
    return g_str_equal(receiver->winner, sender->peer_id);
  if (message->type == BH_SIGNALING_ANSWER) {
    receiver->winner = g_strdup(sender->peer_id);
    if (receiver->follow == BH_FOLLOW_ASKED)
      set_follow(receiver, BH_FOLLOW_PEER, sender->peer_id);
  }
  return TRUE;
}

static gboolean
send_directed(BhRoom *room, BhRoomPeer *sender, BhRoomPeer *receiver,
              const BhSignalingMessage *message, GError **error)
{
  g_autoptr(GBytes) text = NULL;

  if (receiver == sender)
    return refuse(error, BH_SIGNALING_ERROR_FORBIDDEN, "this is your own peerId");
  if (!bh_room_may_see(room, sender, receiver))
    return refuse(error, BH_SIGNALING_ERROR_FORBIDDEN,
                  "your role may not send to a peer of that role");
  text = make_text(room, sender, receiver, message, error);
  if (text == NULL)
    return FALSE;
  if (message->type == BH_SIGNALING_ANSWER || message->type == BH_SIGNALING_ICE_CANDIDATE) {
    if (!judge_answer(sender, receiver, message)) {
      if (message->type == BH_SIGNALING_ICE_CANDIDATE)
        return TRUE;
      return refuse(error, BH_SIGNALING_ERROR_UNKNOWN_PEER, "another peer has answered first");
    }
  }
  if (!deliver(room, sender, receiver, text, error))
    return FALSE;

  if (message->type == BH_SIGNALING_OFFER) {
    g_free(receiver->last_offer_from);
    receiver->last_offer_from = g_strdup(sender->peer_id);
    /* Its answer is to this offer now. */
    if (sender->asked != NULL)
      g_hash_table_remove(sender->asked, receiver->peer_id);
  }
  if ((message->type == BH_SIGNALING_OFFER || message->type == BH_SIGNALING_ANSWER) &&
      sender != room->hub)
    set_follow(sender, BH_FOLLOW_PEER, receiver->peer_id);
  return TRUE;
}

/* Whom a message without a target is for. Returns: (nullable): its peerId */
static const char *
choose_target(const BhRoom *room, const BhRoomPeer *sender, BhSignalingType type)
{
  if (sender == room->hub)
    return NULL;
  if (type == BH_SIGNALING_ANSWER)
    return sender->last_offer_from;
  if (type == BH_SIGNALING_ICE_CANDIDATE && sender->follow == BH_FOLLOW_PEER)
    return sender->follow_peer_id;
  return room->hub != NULL ? room->hub->peer_id : NULL;
}

static gboolean
send_untargeted(BhRoom *room, BhRoomPeer *sender, const BhSignalingMessage *message, GError **error)
{
  const char *peer_id = choose_target(room, sender, message->type);
  BhRoomPeer *receiver;

  if (sender == room->hub)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "“targetPeerId” is missing");
  if (message->type == BH_SIGNALING_ICE_CANDIDATE && sender->follow == BH_FOLLOW_ASKED)
    return follow_asked(room, sender, message, error);
  if (peer_id == NULL && message->type == BH_SIGNALING_OFFER)
    return ask_all(room, sender, message, error);
  if (peer_id == NULL && message->type == BH_SIGNALING_RELAY)
    return refuse(error, BH_SIGNALING_ERROR_UNKNOWN_PEER, "there is no hub here");
  if (peer_id == NULL)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE,
                  "“targetPeerId” is missing, and there is no offer that this belongs to");
  receiver = bh_room_find(room, peer_id);
  if (receiver == NULL)
    return refuse(error, BH_SIGNALING_ERROR_UNKNOWN_PEER, "the peer of this offer has left");
  return send_directed(room, sender, receiver, message, error);
}

gboolean
bh_message_route(BhRoom *room, BhRoomPeer *sender, const BhSignalingMessage *message,
                 GError **error)
{
  BhRoomPeer *receiver;

  if (message->target_peer_id == NULL)
    return send_untargeted(room, sender, message, error);
  receiver = bh_room_find(room, message->target_peer_id);
  if (receiver == NULL)
    return refuse(error, BH_SIGNALING_ERROR_UNKNOWN_PEER, "there is no such peer here");
  return send_directed(room, sender, receiver, message, error);
}
