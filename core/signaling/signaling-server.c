/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "signaling-server.h"

#include <string.h>

#include "base64url.h"
#include "rate-table.h"
#include "signaling-session.h"

/*
 * Owns the rooms and the sessions. A session keeps the server alive, so that the owners of
 * transports may end theirs in any order.
 */

/* RFC 6455 section 7.4.1. */
#define CLOSE_GOING_AWAY 1001

/* Addresses told apart at a time; all further ones share one allowance. */
#define MAX_ADDRESSES 4096

struct _BhSignalingServer {
  GObject parent_instance;

  char *tenant_id;
  char *id;
  char *name;
  char *version;
  BhSignalingConfig config; /* borrows the strings above */
  BhLimitSet limits;
  BhSignalingCounters counters; /* peers is counted when asked for */
  GHashTable *rooms;            /* key -> BhRoom */
  BhCloudBook *book;            /* (nullable): of a cloud */
  json_t *servers;              /* what was announced last */
  GQueue sessions;
  BhTokenBucket proofs;
  BhRateTable *address_proofs;
  BhRoomPeer *hub;
  gboolean closed;
};

G_DEFINE_FINAL_TYPE(BhSignalingServer, bh_signaling_server, G_TYPE_OBJECT)

static void
bh_signaling_server_finalize(GObject *object)
{
  BhSignalingServer *self = BH_SIGNALING_SERVER(object);

  g_clear_pointer(&self->rooms, g_hash_table_unref);
  g_clear_pointer(&self->hub, bh_room_peer_unref);
  g_clear_pointer(&self->book, bh_cloud_book_free);
  json_decref(self->servers);
  bh_rate_table_free(self->address_proofs);
  g_free(self->tenant_id);
  g_free(self->id);
  g_free(self->name);
  g_free(self->version);
  G_OBJECT_CLASS(bh_signaling_server_parent_class)->finalize(object);
}

static void
bh_signaling_server_class_init(BhSignalingServerClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_signaling_server_finalize;
}

static void
bh_signaling_server_init(BhSignalingServer *self)
{
  g_queue_init(&self->sessions);
  self->servers = json_array();
  self->address_proofs = bh_rate_table_new(BH_SIGNALING_ADDRESS_PROOFS_PER_MINUTE, MAX_ADDRESSES);
  self->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)bh_room_free);
}

BhSignalingServer *
bh_signaling_server_new(const BhSignalingConfig *config, const BhLimitSet *limits)
{
  BhSignalingServer *self = g_object_new(BH_TYPE_SIGNALING_SERVER, NULL);

  self->tenant_id = g_strdup(config->tenant_id);
  self->id = g_strdup(config->id != NULL ? config->id : "");
  self->name = g_strdup(config->name != NULL ? config->name : "");
  self->version = g_strdup(config->version != NULL ? config->version : "");
  self->config = (BhSignalingConfig){.tenant_id = self->tenant_id,
                                     .open = config->open,
                                     .id = self->id,
                                     .name = self->name,
                                     .version = self->version,
                                     .gate = config->gate,
                                     .cloud = config->cloud};
  self->limits = *limits;
  /* As many that are gone as may be open. */
  if (config->cloud)
    self->book = bh_cloud_book_new(2 * bh_limit_set_get(limits, BH_LIMIT_TENANTS));
  bh_token_bucket_init(&self->proofs, BH_SIGNALING_PROOFS_PER_SECOND, BH_SIGNALING_PROOF_BURST,
                       g_get_monotonic_time());
  return self;
}

const BhSignalingConfig *
bh_signaling_server_get_config(BhSignalingServer *server)
{
  return &server->config;
}

const BhLimitSet *
bh_signaling_server_get_limits(BhSignalingServer *server)
{
  return &server->limits;
}

BhSignalingCounters *
bh_signaling_server_count(BhSignalingServer *server)
{
  return &server->counters;
}

static gboolean
take_address_proof(BhSignalingServer *self, const BhRemote *remote, gint64 now_ms)
{
  const char *address = remote->address != NULL ? remote->address : "";
  g_autofree char *household = NULL;

  if (remote->loopback || remote->local_socket)
    return TRUE;
  /* To a cloud a house is one address of IPv4, and one network of IPv6. */
  if (self->config.cloud)
    household = bh_address_dup_household(address);
  return household != NULL ? bh_rate_table_take(self->address_proofs, household, now_ms)
                           : bh_rate_table_take_address(self->address_proofs, address, now_ms);
}

gboolean
bh_signaling_server_take_proof(BhSignalingServer *server, const BhRemote *remote)
{
  gint64 now_us = g_get_monotonic_time();

  /* Its own allowance first: who floods takes nothing from the others once that is gone. */
  if (!take_address_proof(server, remote, now_us / 1000))
    return FALSE;
  return bh_token_bucket_take(&server->proofs, now_us);
}

/* The key first: its length is always the same, so no tenant's name can stand for another room. */
char *
bh_signaling_server_make_key(const char *tenant_id, const guint8 *hub_key)
{
  g_autofree char *text =
      hub_key != NULL ? bh_base64url_encode(hub_key, BH_MEMBERSHIP_KEY_BYTES) : NULL;

  return text != NULL ? g_strconcat(text, ".", tenant_id, NULL) : g_strdup(tenant_id);
}

BhRoom *
bh_signaling_server_find_room(BhSignalingServer *server, const char *key)
{
  return g_hash_table_lookup(server->rooms, key);
}

BhCloudBook *
bh_signaling_server_get_book(BhSignalingServer *server)
{
  return server->book;
}

json_t *
bh_signaling_server_list_servers(BhSignalingServer *server, const BhRoom *room)
{
  json_t *servers =
      server->book != NULL ? bh_cloud_book_get_servers(server->book, room->key) : server->servers;

  return servers != NULL ? json_incref(servers) : json_array();
}

void
bh_signaling_server_announce(BhSignalingServer *server, json_t *servers)
{
  g_autoptr(json_t) told = NULL;
  GHashTableIter iter;
  gpointer room;

  g_return_if_fail(BH_IS_SIGNALING_SERVER(server));
  g_return_if_fail(json_is_array(servers));

  if (json_equal(servers, server->servers))
    return;
  json_decref(server->servers);
  server->servers = json_incref(servers);
  told = json_pack("{s:s, s:O}", "type", "signaling-servers", "signalingServers", servers);
  g_hash_table_iter_init(&iter, server->rooms);
  while (g_hash_table_iter_next(&iter, NULL, &room))
    bh_room_tell_all(room, told);
}

static void
on_room_emptied(BhRoom *room, gpointer user_data)
{
  BhSignalingServer *self = user_data;

  if (self->book != NULL)
    bh_cloud_book_close(self->book, room->key);
  g_hash_table_remove(self->rooms, room->key);
}

BhRoom *
bh_signaling_server_open_room(BhSignalingServer *server, const char *tenant_id,
                              const guint8 *hub_key)
{
  g_autofree char *key = bh_signaling_server_make_key(tenant_id, hub_key);
  BhRoom *room = bh_signaling_server_find_room(server, key);

  if (room != NULL)
    return room;
  if (g_hash_table_size(server->rooms) >= bh_limit_set_get(&server->limits, BH_LIMIT_TENANTS))
    return NULL;
  room = bh_room_new(tenant_id, server->tenant_id == NULL && hub_key == NULL,
                     bh_limit_set_get(&server->limits, BH_LIMIT_PEERS),
                     (gint64)bh_limit_set_get(&server->limits, BH_LIMIT_RESUME_SECONDS) *
                         G_USEC_PER_SEC,
                     on_room_emptied, server);
  room->key = g_steal_pointer(&key);
  if (hub_key != NULL)
    memcpy(room->hub_key, hub_key, sizeof room->hub_key);
  if (server->book != NULL)
    bh_cloud_book_open(server->book, room->key);
  g_hash_table_insert(server->rooms, room->key, room);
  if (server->hub != NULL)
    bh_room_set_hub(room, server->hub);
  return room;
}

static BhSignalingSession *
add_session(BhSignalingServer *server, BhSignalingTransport *transport)
{
  BhSignalingSession *session = g_new0(BhSignalingSession, 1);

  session->server = g_object_ref(server);
  session->transport = g_object_ref(transport);
  session->link.data = session;
  bh_token_bucket_init(
      &session->bucket, bh_limit_set_get(&server->limits, BH_LIMIT_MESSAGES_PER_SECOND),
      bh_limit_set_get(&server->limits, BH_LIMIT_MESSAGE_BURST), g_get_monotonic_time());
  g_queue_push_tail_link(&server->sessions, &session->link);
  return session;
}

BhSignalingSession *
bh_signaling_server_accept(BhSignalingServer *server, BhSignalingTransport *transport,
                           const char *tenant_hint, const BhRemote *remote)
{
  BhSignalingSession *session;

  g_return_val_if_fail(BH_IS_SIGNALING_SERVER(server), NULL);
  g_return_val_if_fail(BH_IS_SIGNALING_TRANSPORT(transport), NULL);

  session = add_session(server, transport);
  session->tenant_hint = g_strdup(tenant_hint);
  if (remote != NULL)
    session->remote = *remote;
  session->remote.address = g_strdup(remote != NULL ? remote->address : NULL);
  if (server->closed)
    bh_signaling_session_shut(session, CLOSE_GOING_AWAY, "this server is closing");
  return session;
}

static void
set_hub(BhSignalingServer *server, BhRoomPeer *hub)
{
  GHashTableIter iter;
  gpointer room;

  g_clear_pointer(&server->hub, bh_room_peer_unref);
  if (hub != NULL)
    server->hub = bh_room_peer_ref(hub);
  g_hash_table_iter_init(&iter, server->rooms);
  while (g_hash_table_iter_next(&iter, NULL, &room))
    bh_room_set_hub(room, hub);
}

BhSignalingSession *
bh_signaling_server_add_hub(BhSignalingServer *server, BhSignalingTransport *transport,
                            const char *peer_id)
{
  BhSignalingSession *session;

  g_return_val_if_fail(BH_IS_SIGNALING_SERVER(server), NULL);
  g_return_val_if_fail(BH_IS_SIGNALING_TRANSPORT(transport), NULL);
  g_return_val_if_fail(bh_signaling_is_peer_id(peer_id), NULL);
  g_return_val_if_fail(server->hub == NULL, NULL);

  session = add_session(server, transport);
  session->is_hub = TRUE;
  /* In this process: what waits for it is bounded by what it is sent, not by a network. */
  session->peer = bh_room_peer_new(peer_id, BH_ROLE_HUB, server->name, NULL, G_MAXSIZE);
  bh_room_peer_attach(session->peer, transport);
  set_hub(server, session->peer);
  return session;
}

void
bh_signaling_session_end(BhSignalingSession *session)
{
  g_autoptr(BhSignalingServer) server = NULL;

  g_return_if_fail(session != NULL);

  server = g_steal_pointer(&session->server);
  g_queue_unlink(&server->sessions, &session->link);
  if (session->is_hub) {
    bh_room_peer_detach(session->peer);
    set_hub(server, NULL);
    g_clear_pointer(&session->peer, bh_room_peer_unref);
  } else {
    bh_signaling_session_end_place(session);
  }
  g_object_unref(session->transport);
  bh_join_proof_free(session->proof);
  bh_cloud_proof_free(session->cloud_proof);
  g_free(session->proof_resume);
  g_free(session->remote.address);
  g_free(session->tenant_hint);
  g_free(session);
}

static gboolean
is_of(const BhRoomPeer *peer, const char *device_id)
{
  return peer->proved && g_strcmp0(peer->device_id, device_id) == 0;
}

/* Those that are away, or were dropped as too slow: their places only. */
static void
remove_places(BhSignalingServer *server, const char *device_id)
{
  g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func((GDestroyNotify)bh_room_peer_unref);
  GHashTableIter rooms, peers;
  gpointer room, peer;

  g_hash_table_iter_init(&rooms, server->rooms);
  while (g_hash_table_iter_next(&rooms, NULL, &room)) {
    g_hash_table_iter_init(&peers, ((BhRoom *)room)->peers);
    while (g_hash_table_iter_next(&peers, NULL, &peer))
      if (is_of(peer, device_id))
        g_ptr_array_add(places, bh_room_peer_ref(peer));
  }
  for (guint i = 0; i < places->len; i++)
    bh_room_remove(((BhRoomPeer *)places->pdata[i])->room, places->pdata[i]);
}

void
bh_signaling_server_expel(BhSignalingServer *server, const char *device_id, BhSignalingError code,
                          const char *message)
{
  g_return_if_fail(BH_IS_SIGNALING_SERVER(server));
  g_return_if_fail(device_id != NULL);

  for (GList *l = server->sessions.head, *next; l != NULL; l = next) {
    BhSignalingSession *session = l->data;

    next = l->next;
    if (session->peer != NULL && is_of(session->peer, device_id))
      bh_signaling_session_expel(session, (int)code, message);
  }
  remove_places(server, device_id);
}

void
bh_signaling_server_expel_peer(BhSignalingServer *server, BhRoomPeer *peer, BhSignalingError code,
                               const char *message)
{
  for (GList *l = server->sessions.head; l != NULL; l = l->next) {
    BhSignalingSession *session = l->data;

    if (session->peer == peer && peer->transport == session->transport) {
      bh_signaling_session_expel(session, (int)code, message);
      return;
    }
  }
  if (peer->room != NULL)
    bh_room_remove(peer->room, peer);
}

gboolean
bh_signaling_server_is_proved(BhSignalingServer *server, const char *tenant_id, const char *peer_id)
{
  BhRoom *room = bh_signaling_server_find_room(server, tenant_id);
  const BhRoomPeer *peer = room != NULL ? bh_room_find(room, peer_id) : NULL;

  return peer != NULL && peer->proved;
}

gboolean
bh_signaling_server_get_queued_bytes(BhSignalingServer *server, const char *tenant_id,
                                     const char *peer_id, const char *device_id,
                                     gsize *queued_bytes, guint64 *n_connections)
{
  BhRoom *room = bh_signaling_server_find_room(server, tenant_id);
  const BhRoomPeer *peer = room != NULL ? bh_room_find(room, peer_id) : NULL;

  if (peer == NULL || bh_room_peer_is_away(peer) ||
      !g_str_equal(peer->device_id != NULL ? peer->device_id : peer->peer_id, device_id))
    return FALSE;
  *queued_bytes = bh_signaling_transport_get_queued_bytes(peer->transport);
  *n_connections = peer->n_connections;
  return TRUE;
}

const char *
bh_signaling_server_find_hub_address(BhSignalingServer *server, const char *tenant_id,
                                     const guint8 *hub_key, BhVisitors *visitors)
{
  g_autofree char *key = NULL;
  const BhRoom *room;

  *visitors = BH_VISITORS_UNKNOWN;
  g_return_val_if_fail(BH_IS_SIGNALING_SERVER(server), NULL);

  key = bh_signaling_server_make_key(tenant_id, hub_key);
  room = bh_signaling_server_find_room(server, key);
  for (GList *l = server->sessions.head; room != NULL && room->hub != NULL && l != NULL;
       l = l->next) {
    const BhSignalingSession *session = l->data;

    if (session->peer == room->hub && !session->closed) {
      *visitors = room->visitors;
      return session->remote.address;
    }
  }
  return NULL;
}

void
bh_signaling_server_get_counters(BhSignalingServer *server, BhSignalingCounters *out)
{
  g_return_if_fail(BH_IS_SIGNALING_SERVER(server));

  *out = server->counters;
  out->sessions = 0;
  out->peers = 0;
  for (GList *l = server->sessions.head; l != NULL; l = l->next) {
    const BhSignalingSession *session = l->data;

    if (session->is_hub)
      continue;
    out->sessions++;
    if (session->peer != NULL && session->peer->transport == session->transport)
      out->peers++;
  }
}

void
bh_signaling_server_close(BhSignalingServer *server)
{
  g_return_if_fail(BH_IS_SIGNALING_SERVER(server));

  if (server->closed)
    return;
  server->closed = TRUE;
  for (GList *l = server->sessions.head, *next; l != NULL; l = next) {
    next = l->next;
    bh_signaling_session_shut(l->data, CLOSE_GOING_AWAY, "this server is closing");
  }
}
