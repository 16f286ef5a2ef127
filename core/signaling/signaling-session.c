/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "signaling-session.h"

#include <string.h>

#include "id.h"
#include "message-route.h"

/* RFC 6455 section 7.4.1. */
#define CLOSE_NORMAL  1000
#define CLOSE_POLICY  1008
#define CLOSE_TOO_BIG 1009

/* How often a peer hears `rate-limited` before it is closed. */
#define MAX_STRIKES 5

static void
send_text(BhSignalingSession *session, GBytes *text)
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

static void
send_error(BhSignalingSession *session, const BhSignalingMessage *message, int code,
           const char *reason)
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
  send_text(session, text);
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

static json_t *
describe_server(const BhSignalingConfig *config)
{
  json_t *value = json_object();

  json_object_set_new(value, "id", json_string(config->id));
  json_object_set_new(value, "kind", json_string("local"));
  json_object_set_new(value, "name", json_string(config->name));
  json_object_set_new(value, "version", json_string(config->version));
  json_object_set_new(value, "time", json_integer(g_get_real_time() / 1000));
  return value;
}

static GBytes *
make_joined(BhSignalingSession *session, BhRoom *room, gboolean resumed)
{
  g_autoptr(json_t) head = json_object();
  g_autofree char *text = NULL;
  GString *out;

  json_object_set_new(head, "type", json_string("joined"));
  json_object_set_new(head, "peerId", json_string(session->peer->peer_id));
  json_object_set_new(head, "tenantId", json_string(room->tenant_id));
  json_object_set_new(head, "role", json_string(bh_role_get_name(session->peer->role)));
  json_object_set_new(head, "iceServers", json_array());
  json_object_set_new(head, "server",
                      describe_server(bh_signaling_server_get_config(session->server)));
  json_object_set_new(head, "signalingServers", json_array());
  json_object_set_new(head, "resume", json_string(session->peer->resume));
  json_object_set_new(head, "resumed", json_boolean(resumed));
  text = bh_json_to_text(head);

  /* The list is put together from encoded cards: insert it before the closing brace. */
  out = g_string_new(text);
  g_string_truncate(out, out->len - 1);
  g_string_append(out, ",\"peers\":");
  bh_room_append_list(room, session->peer, out);
  g_string_append_c(out, '}');
  return g_string_free_to_bytes(out);
}

static void
resume(BhSignalingSession *session, BhRoom *room, BhRoomPeer *peer)
{
  g_autoptr(GBytes) text = NULL;

  session->joined = TRUE;
  session->peer = bh_room_peer_ref(peer);
  bh_room_peer_attach(peer, session->transport);
  bh_room_set_back(room, peer, bh_id_new_secret());
  text = make_joined(session, room, TRUE);
  bh_room_peer_send(peer, text);
  bh_room_peer_send_kept(peer);
  bh_room_start_pages(room, peer);
}

/*
 * Who the newcomer is. Until pairing exists nobody can prove anything: an open server believes the
 * role and the deviceId that are claimed, any other lets nobody in. A `challenge` and its `proof`,
 * and a bearer `token`, come in here and leave role and deviceId proved in the same two places.
 */
static gboolean
authenticate(BhSignalingSession *session, const BhSignalingMessage *join, BhRole *role,
             GError **error)
{
  if (!bh_signaling_server_get_config(session->server)->open) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_UNAUTHORIZED,
                        "this server lets in paired devices only");
    return FALSE;
  }
  /* A bare client names no role; on an open server it is one of the house. */
  *role = join->role != NULL ? bh_role_from_name(join->role) : BH_ROLE_STAFF;
  if (*role == BH_ROLE_HUB) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_FORBIDDEN,
                        "the role “hub” is the hub's own");
    return FALSE;
  }
  if (*role == BH_ROLE_NONE) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE,
                        "there is no such role");
    return FALSE;
  }
  return TRUE;
}

static void
enter(BhSignalingSession *session, BhRoom *room, BhRole role, const BhSignalingMessage *join)
{
  const BhLimitSet *limits = bh_signaling_server_get_limits(session->server);
  g_autofree char *assigned = NULL;
  g_autoptr(GBytes) text = NULL;
  const char *peer_id = join->peer_id;

  if (peer_id == NULL || !bh_signaling_is_peer_id(peer_id) || bh_room_find(room, peer_id) != NULL)
    peer_id = assigned = bh_id_new(g_get_real_time() / 1000);
  session->joined = TRUE;
  session->peer = bh_room_peer_new(peer_id, role, join->name, join->device_id,
                                   bh_limit_set_get(limits, BH_LIMIT_QUEUED_BYTES));
  session->peer->resume = bh_id_new_secret();
  session->peer->bucket = session->bucket;
  bh_room_peer_attach(session->peer, session->transport);
  text = make_joined(session, room, FALSE);
  bh_room_peer_send(session->peer, text);
  bh_room_start_pages(room, session->peer);
  bh_room_add(room, session->peer);
}

static gboolean
check_tenant(BhSignalingSession *session, const char *tenant_id, GError **error)
{
  const char *only = bh_signaling_server_get_config(session->server)->tenant_id;

  /* A header's bytes may be anything. */
  if (tenant_id == NULL || *tenant_id == '\0' || strlen(tenant_id) > BH_SIGNALING_MAX_ID_BYTES ||
      !g_utf8_validate(tenant_id, -1, NULL)) {
    g_set_error(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE,
                "“tenantId” must be 1 to %d bytes", BH_SIGNALING_MAX_ID_BYTES);
    return FALSE;
  }
  if (only != NULL && !g_str_equal(only, tenant_id)) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_WRONG_TENANT,
                        "this server belongs to another property");
    return FALSE;
  }
  return TRUE;
}

static gboolean
join(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  const char *tenant_id = message->tenant_id != NULL ? message->tenant_id : session->tenant_hint;
  BhRoomPeer *place = NULL;
  BhRole role;
  BhRoom *room;

  if (session->peer != NULL) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE,
                        "this connection has joined already");
    return FALSE;
  }
  if (!check_tenant(session, tenant_id, error) || !authenticate(session, message, &role, error))
    return FALSE;

  room = bh_signaling_server_open_room(session->server, tenant_id);
  if (room != NULL && message->resume != NULL)
    place = bh_room_find_resumable(room, message->resume);
  if (place != NULL) {
    resume(session, room, place);
    return TRUE;
  }
  if (room == NULL || !bh_room_make_place(room)) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_TENANT_FULL,
                        room == NULL ? "this server has no room for another property"
                                     : "this property has no room for another peer");
    return FALSE;
  }
  enter(session, room, role, message);
  return TRUE;
}

static void
leave(BhSignalingSession *session)
{
  g_autoptr(BhRoomPeer) peer = g_steal_pointer(&session->peer);

  bh_room_peer_detach(peer);
  bh_room_remove(peer->room, peer);
  bh_signaling_session_shut(session, CLOSE_NORMAL, "left");
}

/* The hub names the tenant of each message where there may be several. */
static gboolean
route_from_hub(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  const char *only = bh_signaling_server_get_config(session->server)->tenant_id;
  const char *tenant_id = message->tenant_id != NULL ? message->tenant_id : only;
  BhRoom *room =
      tenant_id != NULL ? bh_signaling_server_find_room(session->server, tenant_id) : NULL;

  if (message->type == BH_SIGNALING_JOIN || message->type == BH_SIGNALING_LEAVE) {
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
    return join(session, message, error);
  if (session->peer == NULL) {
    g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_NOT_JOINED,
                        "the first message is “join”");
    return FALSE;
  }
  if (message->type == BH_SIGNALING_LEAVE) {
    leave(session);
    return TRUE;
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
    send_error(session, NULL, BH_SIGNALING_ERROR_RATE_LIMITED,
               "too many messages; this one was not looked at");
  return FALSE;
}

gboolean
bh_signaling_session_has_joined(const BhSignalingSession *session)
{
  return session->joined;
}

void
bh_signaling_session_receive(BhSignalingSession *session, const char *text, gsize length)
{
  g_auto(BhSignalingMessage) message;
  g_autoptr(GError) error = NULL;

  message.value = NULL; /* the rest is for the parser to fill */
  g_return_if_fail(session != NULL);

  if (session->closed)
    return;
  /* Resumed by another connection, or dropped as too slow: only the end is still to come. */
  if (session->peer != NULL && session->peer->transport != session->transport)
    return;
  bh_signaling_server_count(session->server)->messages++;
  if (!is_within_rate(session))
    return;
  if (length >
      bh_limit_set_get(bh_signaling_server_get_limits(session->server), BH_LIMIT_MESSAGE_BYTES)) {
    send_error(session, NULL, BH_SIGNALING_ERROR_TOO_LARGE, "this message is too large");
    if (!session->is_hub)
      bh_signaling_session_shut(session, CLOSE_TOO_BIG, "too-large: a message is too large");
    return;
  }
  if (!bh_signaling_message_parse(&message, text, length, &error)) {
    /* Before the join the lacking join is what there is to say. */
    gboolean early = session->peer == NULL && message.type != BH_SIGNALING_UNKNOWN &&
                     message.type != BH_SIGNALING_JOIN;

    send_error(session, &message,
               early ? BH_SIGNALING_ERROR_NOT_JOINED : BH_SIGNALING_ERROR_BAD_MESSAGE,
               early ? "the first message is “join”" : error->message);
    return;
  }
  if (!handle(session, &message, &error))
    send_error(session, &message, error->code, error->message);
}
