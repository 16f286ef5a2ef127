/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "carrier-set.h"

#include "frame-seal.h"
#include "own-address.h"
#include "web-socket-context.h"

/* RFC 6455 section 7.4.1. */
#define CLOSE_GOING_AWAY 1001
#define CLOSE_POLICY     1008

/* A WebSocket and the session that it carries. */
typedef struct {
  BhCarrierSet *set;
  BhWebSocket *socket;
  BhSignalingSession *session;
  char *counted; /* (nullable): the address that has one connection more by it */
  char *local;   /* (nullable): our own address on it; %NULL: it is none that can go */
  gint64 accepted_us;
  GList link;
} Carrier;

struct _BhCarrierSet {
  BhSignalingServer *signaling;
  BhAddressCounter *counter;
  BhWebSocketContext *context; /* NULL until the first */
  gsize message_bytes;
  guint64 cap;
  GQueue carriers;
};

BhCarrierSet *
bh_carrier_set_new(BhSignalingServer *signaling, BhAddressCounter *counter,
                   const BhLimitSet *limits)
{
  BhCarrierSet *set = g_new0(BhCarrierSet, 1);

  set->signaling = signaling;
  set->counter = counter;
  /* Sealing adds to a message; the session itself holds what is inside to the limit. */
  set->message_bytes =
      bh_frame_seal_get_frame_bytes((gsize)bh_limit_set_get(limits, BH_LIMIT_MESSAGE_BYTES));
  set->cap = bh_limit_set_get(limits, BH_LIMIT_CONNECTIONS);
  g_queue_init(&set->carriers);
  return set;
}

void
bh_carrier_set_free(BhCarrierSet *set)
{
  while (set->carriers.head != NULL)
    bh_web_socket_abort(((Carrier *)set->carriers.head->data)->socket);
  g_clear_pointer(&set->context, bh_web_socket_context_free);
  g_free(set);
}

/* Ends the one that is nobody's for the longest time. Returns: %FALSE: all have joined */
static gboolean
drop_stranger(BhCarrierSet *set)
{
  for (GList *l = set->carriers.head; l != NULL; l = l->next) {
    const Carrier *carrier = l->data;

    if (!bh_signaling_session_has_joined(carrier->session)) {
      bh_web_socket_abort(carrier->socket);
      return TRUE;
    }
  }
  return FALSE;
}

/* The first WebSocket needs a descriptor more, which there may not be. */
gboolean
bh_carrier_set_make_room(BhCarrierSet *set)
{
  if (set->context == NULL)
    set->context = bh_web_socket_context_new();
  return set->context != NULL && (set->carriers.length < set->cap || drop_stranger(set));
}

static void
on_socket_receive(BhWebSocket *socket, const char *text, gsize length, gpointer user_data)
{
  const Carrier *carrier = user_data;

  bh_signaling_session_receive(carrier->session, text, length);
}

static void
on_socket_closed(BhWebSocket *socket, gpointer user_data)
{
  Carrier *carrier = user_data;

  g_queue_unlink(&carrier->set->carriers, &carrier->link);
  bh_signaling_session_end(carrier->session);
  if (carrier->counted != NULL)
    bh_address_counter_leave(carrier->set->counter, carrier->counted);
  g_object_unref(carrier->socket);
  g_free(carrier->counted);
  g_free(carrier->local);
  g_free(carrier);
}

static const BhWebSocketHandler socket_handler = {.receive = on_socket_receive,
                                                  .closed = on_socket_closed};

/* Returns: (transfer full) (nullable): */
static char *
find_local_address(GSocket *socket)
{
  g_autoptr(GSocketAddress) address = g_socket_get_local_address(socket, NULL);
  GInetAddress *local;
  g_autofree char *text = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS(address))
    return NULL;
  local = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address));
  text = g_inet_address_to_string(local);
  return g_inet_address_get_is_loopback(local) ? NULL : bh_address_normalise(text);
}

void
bh_carrier_set_add(BhCarrierSet *set, GIOStream *stream, BhWebStolen *stolen, const char *hint,
                   const BhRemote *remote)
{
  g_autoptr(GSocket) socket = g_steal_pointer(&stolen->socket);
  Carrier *carrier = g_new0(Carrier, 1);

  carrier->set = set;
  carrier->link.data = carrier;
  carrier->counted = g_steal_pointer(&stolen->counted);
  carrier->local = find_local_address(socket);
  carrier->accepted_us = g_get_monotonic_time();
  carrier->socket = bh_web_socket_context_make(set->context, stream, socket, stolen->is_plain,
                                               set->message_bytes);
  carrier->session = bh_signaling_server_accept(
      set->signaling, BH_SIGNALING_TRANSPORT(carrier->socket), hint, remote);
  g_queue_push_tail_link(&set->carriers, &carrier->link);
  bh_web_socket_start(carrier->socket, &socket_handler, carrier);
}

/* A socket that is nobody's takes the place of somebody: pongs alone do not keep it. */
static void
check_joined(Carrier *carrier, gint64 now_us, guint join_ms)
{
  if (now_us - carrier->accepted_us >= (gint64)join_ms * 1000 &&
      !bh_signaling_session_has_joined(carrier->session))
    bh_signaling_transport_close(BH_SIGNALING_TRANSPORT(carrier->socket), CLOSE_POLICY,
                                 "not-joined: no join came in time");
}

void
bh_carrier_set_check(BhCarrierSet *set, gint64 now_us, const BhWebTiming *timing)
{
  for (GList *l = set->carriers.head, *next; l != NULL; l = next) {
    Carrier *carrier = l->data;

    next = l->next; /* closed() takes out no other than its own */
    check_joined(carrier, now_us, timing->join_ms);
    bh_web_socket_check(carrier->socket, now_us, timing->ping_ms, timing->silent_ms);
  }
}

void
bh_carrier_set_wake(BhCarrierSet *set, gint64 now_us, const BhWebTiming *timing)
{
  for (GList *l = set->carriers.head; l != NULL; l = l->next)
    bh_web_socket_wake(((Carrier *)l->data)->socket, now_us, timing->silent_ms);
}

void
bh_carrier_set_drop_astray(BhCarrierSet *set)
{
  g_autoptr(GPtrArray) addresses = bh_own_address_list();
  g_autoptr(GHashTable) ours = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  if (addresses == NULL)
    return; /* nobody knows which have gone */
  for (guint i = 0; i < addresses->len; i++) {
    char *text = bh_address_normalise(((const BhOwnAddress *)addresses->pdata[i])->address);

    if (text != NULL)
      g_hash_table_add(ours, text);
  }
  for (GList *l = set->carriers.head, *next; l != NULL; l = next) {
    const Carrier *carrier = l->data;

    next = l->next; /* closed() takes out no other than its own */
    if (carrier->local != NULL && !g_hash_table_contains(ours, carrier->local))
      bh_web_socket_abort(carrier->socket);
  }
}

void
bh_carrier_set_close(BhCarrierSet *set)
{
  for (GList *l = set->carriers.head; l != NULL; l = l->next)
    bh_signaling_transport_close(BH_SIGNALING_TRANSPORT(((Carrier *)l->data)->socket),
                                 CLOSE_GOING_AWAY, "this server is closing");
}

guint
bh_carrier_set_count(BhCarrierSet *set)
{
  return set->carriers.length;
}
