/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "cloud-word.h"

static gboolean
refuse(GError **error, BhSignalingError code, const char *reason)
{
  g_set_error_literal(error, BH_SIGNALING_ERROR, (gint)code, reason);
  return FALSE;
}

/* --- revocations --- */

static void
expel_revoked(BhSignalingSession *session, BhRoom *room, const BhRevocations *revocations)
{
  g_autoptr(GPtrArray) peers = g_ptr_array_new_with_free_func((GDestroyNotify)bh_room_peer_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, room->peers);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    if (value != room->hub)
      g_ptr_array_add(peers, bh_room_peer_ref(value));
  /* The hub is there, so the room stays. */
  for (guint i = 0; i < peers->len; i++) {
    BhRoomPeer *peer = peers->pdata[i];

    switch (bh_revocations_judge(revocations, peer->device_id, peer->not_before_ms)) {
    case BH_REVOCATION_REMOVED:
      bh_signaling_server_expel_peer(session->server, peer, BH_SIGNALING_ERROR_REVOKED,
                                     "this device was removed");
      break;
    case BH_REVOCATION_RENEWED:
      bh_signaling_server_expel_peer(session->server, peer, BH_SIGNALING_ERROR_ROLE_CHANGED,
                                     "the hub has a new membership for this device");
      break;
    case BH_REVOCATION_NONE:
    default:
      break;
    }
  }
}

static gboolean
take_revocations(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  BhRoom *room = session->peer->room;
  BhCloudBook *book = bh_signaling_server_get_book(session->server);
  json_t *document = json_object_get(message->value, "revocations");
  g_autoptr(GError) problem = NULL;
  BhRevocations *revocations;
  g_autoptr(json_t) told = NULL;

  if (!bh_signaling_server_take_proof(session->server, &session->remote))
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED, "say it again in a second");
  revocations = bh_revocations_parse(document, room->hub_key, room->tenant_id, &problem);
  if (revocations == NULL)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, problem->message);
  if (!bh_cloud_book_put_revocations(book, room->key, document, revocations))
    return refuse(error, BH_SIGNALING_ERROR_FORBIDDEN,
                  "this server has a newer list of revocations, or no room for one");
  told = json_pack("{s:s, s:O}", "type", "revocations", "revocations", document);
  bh_room_tell_all(room, told);
  expel_revoked(session, room, bh_cloud_book_get_revocations(book, room->key));
  return TRUE;
}

/* --- signaling servers --- */

static gboolean
is_server(const json_t *entry)
{
  const char *url = bh_json_get_text(entry, "url", BH_CLOUD_WORD_MAX_URL_BYTES, NULL);
  const char *kind = NULL;

  return url != NULL && (g_str_has_prefix(url, "ws://") || g_str_has_prefix(url, "wss://")) &&
         bh_json_get_optional_text(entry, "kind", 8, &kind, NULL) &&
         (kind == NULL || g_str_equal(kind, "local") || g_str_equal(kind, "cloud"));
}

/* Returns: (transfer full) (nullable): the list with what it should have, and no more */
static json_t *
copy_servers(const json_t *list)
{
  g_autoptr(json_t) copy = json_array();
  const json_t *entry;
  gsize i;

  if (!json_is_array(list) || json_array_size(list) > BH_CLOUD_WORD_MAX_SERVERS)
    return NULL;
  json_array_foreach(list, i, entry)
  {
    if (!is_server(entry))
      return NULL;
    json_array_append_new(copy, json_pack("{s:O, s:O*}", "url", json_object_get(entry, "url"),
                                          "kind", json_object_get(entry, "kind")));
  }
  return g_steal_pointer(&copy);
}

/* Returns: %FALSE: that is neither a boolean nor nothing */
static gboolean
read_visitors(const json_t *value, BhVisitors *visitors)
{
  *visitors = json_is_true(value)    ? BH_VISITORS_SOME
              : json_is_false(value) ? BH_VISITORS_NONE
                                     : BH_VISITORS_UNKNOWN;
  return value == NULL || json_is_null(value) || json_is_boolean(value);
}

static gboolean
take_servers(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  BhRoom *room = session->peer->room;
  g_autoptr(json_t) servers = copy_servers(json_object_get(message->value, "signalingServers"));
  BhCloudBook *book = bh_signaling_server_get_book(session->server);
  g_autoptr(json_t) told = NULL;
  const json_t *before;
  BhVisitors visitors;

  if (servers == NULL)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE,
                  "“signalingServers” must be at most 16 of {url, kind}");
  if (!read_visitors(json_object_get(message->value, "hasVisitors"), &visitors))
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "“hasVisitors” must be true or false");
  room->visitors = visitors;
  before = bh_cloud_book_get_servers(book, room->key);
  if (before != NULL && json_equal(before, servers))
    return TRUE;
  if (!bh_cloud_book_put_servers(book, room->key, servers))
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED, "this server can keep no more lists");
  told = json_pack("{s:s, s:O}", "type", "signaling-servers", "signalingServers", servers);
  bh_room_tell_all(room, told);
  return TRUE;
}

gboolean
bh_cloud_word_take(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  if (!bh_signaling_server_get_config(session->server)->cloud)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "this type of message is not known here");
  if (session->peer->role != BH_ROLE_HUB)
    return refuse(error, BH_SIGNALING_ERROR_FORBIDDEN, "this is for the hub to say");
  return message->type == BH_SIGNALING_REVOCATIONS ? take_revocations(session, message, error)
                                                   : take_servers(session, message, error);
}
