/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "signaling-session.h"

#include <string.h>

#include "cloud-word.h"
#include "message-route.h"
#include "session-join.h"

/* RFC 6455 section 7.4.1. */
#define CLOSE_NORMAL  1000
#define CLOSE_POLICY  1008
#define CLOSE_TOO_BIG 1009

/* How often a peer hears `rate-limited` before it is closed. */
#define MAX_STRIKES 5

void
bh_signaling_session_send(BhSignalingSession *session, GBytes *text)
{
  if (session->peer != NULL && session->peer->transport == session->transport) {
    bh_room_peer_send(session->peer, text);
    return;
  }
  /* Not joined: nothing but errors comes here, and who does not read them is closed as well. */
  if (bh_signaling_transport_get_queued_bytes(session->transport) >
      bh_limit_set_get(bh_signaling_server_get_limits(session->server), BH_LIMIT_QUEUED_BYTES))
    bh_signaling_session_shut(session, CLOSE_POLICY, "too slow: too much is waiting to be read");
  else
    bh_signaling_transport_send(session->transport, text);
}

void
bh_signaling_session_send_error(BhSignalingSession *session, const BhSignalingMessage *message,
                                int code, const char *reason)
{
  g_autoptr(json_t) value = json_object();
  g_autoptr(GBytes) text = NULL;

  bh_signaling_server_count(session->server)->refused++;
  json_object_set_new(value, "type", json_string("error"));
  json_object_set_new(value, "code", json_string(bh_signaling_error_get_name(code)));
  json_object_set_new(value, "message", json_string(reason));
  if (message != NULL) {
    const char *of = message->id != NULL ? message->id : message->type_name;

    if (of != NULL)
      json_object_set_new(value, "inReplyTo", json_string(of));
    if (message->target_peer_id != NULL)
      json_object_set_new(value, "targetPeerId", json_string(message->target_peer_id));
    if (session->is_hub && message->tenant_id != NULL)
      json_object_set_new(value, "tenantId", json_string(message->tenant_id));
  }
  text = bh_json_to_bytes(value);
  bh_signaling_session_send(session, text);
}

void
bh_signaling_session_end_place(BhSignalingSession *session)
{
  g_autoptr(BhRoomPeer) peer = g_steal_pointer(&session->peer);

  if (peer == NULL || peer->room == NULL)
    return;
  /* Taken over by another connection already, or dropped as too slow (transport is NULL). */
  if (peer->transport != NULL && peer->transport != session->transport)
    return;
  bh_room_set_away(peer->room, peer);
}

void
bh_signaling_session_shut(BhSignalingSession *session, guint16 code, const char *reason)
{
  session->closed = TRUE;
  bh_signaling_transport_close(session->transport, code, reason);
}

void
bh_signaling_session_expel(BhSignalingSession *session, int code, const char *reason)
{
  g_autoptr(BhRoomPeer) peer = NULL;

  if (session->closed || session->peer == NULL || session->peer->transport != session->transport)
    return;
  bh_signaling_session_send_error(session, NULL, code, reason);
  peer = g_steal_pointer(&session->peer);
  bh_room_peer_detach(peer);
  if (peer->room != NULL)
    bh_room_remove(peer->room, peer);
  bh_signaling_session_shut(session, BH_SIGNALING_CLOSE_EXPELLED,
                            bh_signaling_error_get_name(code));
}

static void
leave(BhSignalingSession *session)
{
  g_autoptr(BhRoomPeer) peer = g_steal_pointer(&session->peer);

  bh_room_peer_detach(peer);
  bh_room_remove(peer->room, peer);
  bh_signaling_session_shut(session, CLOSE_NORMAL, "left");
}

static gboolean
is_word(const BhSignalingMessage *message)
{
  return message->type == BH_SIGNALING_REVOCATIONS ||
         message->type == BH_SIGNALING_SIGNALING_SERVERS;
}

/* The hub names the tenant of each message where there may be several. */
static gboolean
route_from_hub(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  const char *only = bh_signaling_server_get_config(session->server)->tenant_id;
  const char *tenant_id = message->tenant_id != NULL ? message->tenant_id : only;
  BhRoom *room =
      tenant_id != NULL ? bh_signaling_server_find_room(session->server, tenant_id) : NULL;

  if (message->type == BH_SIGNALING_JOIN || message->type == BH_SIGNALING_PROOF ||
      message->type == BH_SIGNALING_LEAVE || is_word(message)) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE,
                        "the hub is in every room already");
    return FALSE;
  }
  if (room == NULL) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_UNKNOWN_PEER,
                        "there is nobody of that tenant here");
    return FALSE;
  }
  return bh_message_route(room, session->peer, message, error);
}

static gboolean
handle(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  if (session->is_hub)
    return route_from_hub(session, message, error);
  if (message->type == BH_SIGNALING_JOIN)
    return bh_session_join(session, message, error);
  if (message->type == BH_SIGNALING_PROOF)
    return bh_session_prove(session, message, error);
  if (session->peer == NULL) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_NOT_JOINED,
                        "the first message is “join”");
    return FALSE;
  }
  if (message->type == BH_SIGNALING_LEAVE) {
    leave(session);
    return TRUE;
  }
  if (is_word(message))
    return bh_cloud_word_take(session, message, error);
  if (message->type == BH_SIGNALING_RELAY &&
      bh_signaling_server_get_config(session->server)->cloud) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_FORBIDDEN,
                        "this server introduces peers to each other; data goes between them");
    return FALSE;
  }
  if (!bh_message_route(session->peer->room, session->peer, message, error))
    return FALSE;
  bh_signaling_server_count(session->server)->relayed++;
  return TRUE;
}

static gboolean
is_within_rate(BhSignalingSession *session)
{
  /* The place's own once there is one: connecting again must not fill it. */
  BhTokenBucket *bucket = session->peer != NULL ? &session->peer->bucket : &session->bucket;

  if (session->is_hub)
    return TRUE;
  if (bh_token_bucket_take(bucket, g_get_monotonic_time())) {
    if (session->strikes > 0 && bh_token_bucket_is_half_full(bucket))
      session->strikes = 0;
    return TRUE;
  }
  if (++session->strikes > MAX_STRIKES)
    bh_signaling_session_shut(session, CLOSE_POLICY, "rate-limited: too many messages");
  else
    bh_signaling_session_send_error(session, NULL, BH_SIGNALING_ERROR_RATE_LIMITED,
                                    "too many messages; this one was not looked at");
  return FALSE;
}

gboolean
bh_signaling_session_has_joined(const BhSignalingSession *session)
{
  return session->joined;
}

static gboolean
is_within_size(BhSignalingSession *session, gsize length)
{
  if (length <=
      bh_limit_set_get(bh_signaling_server_get_limits(session->server), BH_LIMIT_MESSAGE_BYTES))
    return TRUE;
  bh_signaling_session_send_error(session, NULL, BH_SIGNALING_ERROR_TOO_LARGE,
                                  "this message is too large");
  if (!session->is_hub)
    bh_signaling_session_shut(session, CLOSE_TOO_BIG, "too-large: a message is too large");
  return FALSE;
}

/* @text: the inner frame of a sealed session. */
static void
receive(BhSignalingSession *session, const char *text, gsize length)
{
  g_auto(BhSignalingMessage) message;
  g_autoptr(GError) error = NULL;

  message.value = NULL; /* the rest is for the parser to fill */
  /* What the hub says itself was not received from anybody. */
  if (!session->is_hub)
    bh_signaling_server_count(session->server)->messages++;
  if (!is_within_rate(session) || !is_within_size(session, length))
    return;
  if (!bh_signaling_message_parse(&message, text, length, &error)) {
    /* Before the join the lacking join is what there is to say. */
    gboolean early = session->peer == NULL && message.type != BH_SIGNALING_UNKNOWN &&
                     message.type != BH_SIGNALING_JOIN && message.type != BH_SIGNALING_PROOF;

    bh_signaling_session_send_error(
        session, &message, early ? BH_SIGNALING_ERROR_NOT_JOINED : BH_SIGNALING_ERROR_BAD_MESSAGE,
        early ? "the first message is “join”" : error->message);
    return;
  }
  if (!handle(session, &message, &error))
    bh_signaling_session_send_error(session, &message, error->code, error->message);
}

void
bh_signaling_session_receive(BhSignalingSession *session, const char *text, gsize length)
{
  g_autoptr(GBytes) opened = NULL;
  gsize inner_length;
  const char *inner;

  g_return_if_fail(session != NULL);

  if (session->closed)
    return;
  /* Resumed by another connection, or dropped as too slow: only the end is still to come. */
  if (session->peer != NULL && session->peer->transport != session->transport)
    return;
  if (session->sealed == NULL) {
    receive(session, text, length);
    return;
  }
  /* Opened before anything else: one that is left out would break the count of all that follow. */
  opened = bh_sealed_transport_open(session->sealed, text, length);
  if (opened == NULL) {
    bh_signaling_session_shut(session, CLOSE_POLICY, "sealed: this is not the next sealed frame");
    return;
  }
  inner = g_bytes_get_data(opened, &inner_length);
  receive(session, inner, inner_length);
}
