/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "session-place.h"

#include "id.h"

/* At a cloud the hub answers all devices of its property, each with a description and a handful of
 * candidates, and they may all come at the same moment. */
#define HUB_SHARE 8

static gboolean
refuse(GError **error, BhSignalingError code, const char *reason)
{
  g_set_error_literal(error, BH_SIGNALING_ERROR, (gint)code, reason);
  return FALSE;
}

/* --- joined --- */

static json_t *
describe_server(const BhSignalingConfig *config)
{
  json_t *value = json_object();

  json_object_set_new(value, "id", json_string(config->id));
  json_object_set_new(value, "kind", json_string(config->cloud ? "cloud" : "local"));
  json_object_set_new(value, "name", json_string(config->name));
  json_object_set_new(value, "version", json_string(config->version));
  json_object_set_new(value, "time", json_integer(g_get_real_time() / 1000));
  return value;
}

static GBytes *
make_joined(BhSignalingSession *session, BhRoom *room, const BhNewcomer *newcomer, gboolean resumed)
{
  const BhSignalingConfig *config = bh_signaling_server_get_config(session->server);
  g_autoptr(json_t) head = json_object();
  g_autofree char *text = NULL;
  GString *out;

  json_object_set_new(head, "type", json_string("joined"));
  json_object_set_new(head, "peerId", json_string(session->peer->peer_id));
  json_object_set_new(head, "tenantId", json_string(room->tenant_id));
  json_object_set_new(head, "role", json_string(bh_role_get_name(session->peer->role)));
  json_object_set_new(head, "iceServers", json_array());
  json_object_set_new(head, "server", describe_server(config));
  json_object_set_new(head, "signalingServers",
                      bh_signaling_server_list_servers(session->server, room));
  json_object_set_new(head, "resume", json_string(session->peer->resume));
  json_object_set_new(head, "resumed", json_boolean(resumed));
  if (newcomer->device != NULL) {
    json_object_set_new(head, "membership",
                        bh_gate_make_membership(config->gate, room->tenant_id, newcomer->device,
                                                g_get_real_time() / 1000));
    json_object_set_new(head, "revocations",
                        bh_gate_make_revocations(config->gate, room->tenant_id));
    json_object_set_new(head, "sealed", json_boolean(session->sealed != NULL));
  }
  if (config->cloud)
    json_object_set(
        head, "revocations",
        bh_cloud_book_get_document(bh_signaling_server_get_book(session->server), room->key));
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
resume(BhSignalingSession *session, BhRoom *room, BhRoomPeer *peer, const BhNewcomer *newcomer)
{
  g_autoptr(GBytes) text = NULL;

  session->joined = TRUE;
  session->peer = bh_room_peer_ref(peer);
  peer->not_before_ms = newcomer->not_before_ms;
  bh_room_peer_attach(peer, session->transport);
  bh_room_set_back(room, peer, bh_id_new_secret());
  text = make_joined(session, room, newcomer, TRUE);
  bh_room_peer_send(peer, text);
  bh_room_peer_send_kept(peer);
  bh_room_start_pages(room, peer);
}

static void
enter(BhSignalingSession *session, BhRoom *room, const BhNewcomer *newcomer, const char *peer_id)
{
  const BhLimitSet *limits = bh_signaling_server_get_limits(session->server);
  g_autoptr(GBytes) text = NULL;

  session->joined = TRUE;
  session->peer = bh_room_peer_new(peer_id, newcomer->role, newcomer->name, newcomer->device_id,
                                   bh_limit_set_get(limits, BH_LIMIT_QUEUED_BYTES));
  session->peer->proved = newcomer->proved;
  session->peer->not_before_ms = newcomer->not_before_ms;
  session->peer->resume = bh_id_new_secret();
  session->peer->bucket = session->bucket;
  if (newcomer->role == BH_ROLE_HUB)
    bh_token_bucket_init(
        &session->peer->bucket, HUB_SHARE * bh_limit_set_get(limits, BH_LIMIT_MESSAGES_PER_SECOND),
        HUB_SHARE * bh_limit_set_get(limits, BH_LIMIT_MESSAGE_BURST), g_get_monotonic_time());
  bh_room_peer_attach(session->peer, session->transport);
  text = make_joined(session, room, newcomer, FALSE);
  bh_room_peer_send(session->peer, text);
  bh_room_start_pages(room, session->peer);
  bh_room_add(room, session->peer);
}

/* --- places --- */

/* A secret alone takes no place back that was given for a proof: it goes with whom it was given to.
 */
BhRoomPeer *
bh_session_find_place(BhRoom *room, const char *secret, gboolean proved, const char *device_id)
{
  BhRoomPeer *place = room != NULL && secret != NULL ? bh_room_find_resumable(room, secret) : NULL;

  if (place == NULL || place->proved != proved)
    return NULL;
  return !proved || g_strcmp0(place->device_id, device_id) == 0 ? place : NULL;
}

gboolean
bh_session_is_free(BhRoom *room, const char *peer_id)
{
  return bh_signaling_is_peer_id(peer_id) && (room == NULL || bh_room_find(room, peer_id) == NULL);
}

static BhRoom *
open_room(BhSignalingSession *session, const char *tenant_id, const guint8 *hub_key, GError **error)
{
  BhRoom *room = bh_signaling_server_open_room(session->server, tenant_id, hub_key);

  if (room == NULL)
    refuse(error, BH_SIGNALING_ERROR_TENANT_FULL, "this server has no room for another property");
  return room;
}

/* Pages that are gone come first: the newest is mostly the one that the guest looks at. */
static void
make_guest_place(BhRoom *room, const char *device_id)
{
  BhRoomPeer *spare = bh_guest_places_find_spare(room->guests, device_id);

  if (spare != NULL)
    bh_room_dismiss(room, spare, "replaced by another page of this guest");
}

gboolean
bh_session_admit(BhSignalingSession *session, const char *tenant_id, const char *secret,
                 const BhNewcomer *newcomer, GError **error)
{
  BhRoom *room = open_room(session, tenant_id, newcomer->hub_key, error);
  BhRoomPeer *place = bh_session_find_place(room, secret, newcomer->proved, newcomer->device_id);
  g_autofree char *assigned = NULL;
  const char *peer_id = newcomer->peer_id;

  if (room == NULL)
    return FALSE;
  if (place != NULL) {
    resume(session, room, place, newcomer);
    return TRUE;
  }
  if (newcomer->role == BH_ROLE_GUEST && newcomer->device_id != NULL)
    make_guest_place(room, newcomer->device_id);
  /* A full room is of no use without its hub. */
  if (newcomer->role != BH_ROLE_HUB && !bh_room_make_place(room))
    return refuse(error, BH_SIGNALING_ERROR_TENANT_FULL,
                  "this property has no room for another peer");
  if (peer_id == NULL || !bh_session_is_free(room, peer_id))
    peer_id = assigned = bh_id_new(g_get_real_time() / 1000);
  enter(session, room, newcomer, peer_id);
  return TRUE;
}
