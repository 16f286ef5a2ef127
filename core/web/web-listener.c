/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "http-stream.h"
#include "tls-stream.h"
#include "web-port.h"

/* HTTP connections at a time, beside the WebSockets. A browser opens six. Whoever asks for nothing
 * makes way for the next: a few addresses could fill them all. First those that got an answer, as a
 * browser opens another one without a word; so a newcomer stays until hundreds have come after. */
#define MAX_HTTP_CONNECTIONS 512
/* Handshakes of TLS at a time. One takes a round trip; who says nothing makes way for the next. */
#define MAX_HANDSHAKES 256

typedef struct {
  BhWebListener *listener;
  GSocket *socket;
  GIOStream *stream;    /* during the handshake ours, then weak: libsoup owns it */
  GSocketAddress *name; /* libsoup gives the same object with each message */
  GSocketAddress *local;
  BhRemote *remote;
  gboolean is_counted;
  gboolean is_answering; /* its request has come whole */
  gboolean was_answered; /* a request before */
  gboolean is_shut;      /* libsoup is about to let go of it */
  gint64 deadline_us;
  gint64 waiting_since_us; /* for the first request, or the next */
  GSource *handshake;      /* until hands have been shaken */
  GList link;              /* of handshakes */
} Connection;

struct _BhWebListener {
  SoupServer *soup;
  BhAddressCounter *counter;
  BhAddressSet *proxies; /* (nullable) */
  GPtrArray *ports;      /* plain ones and those of Unix-domain sockets */
  GPtrArray *tls_ports;
  SSL_CTX *tls;
  GHashTable *connections; /* name -> Connection */
  GQueue handshakes;       /* Connection; the oldest first */
  BhWebTiming timing;
  guint64 refused;
  gboolean is_stopped;
};

G_DEFINE_QUARK(bh_web_error_quark, bh_web_error)

static void on_stream_gone(gpointer data, GObject *stream);

static void
end_handshake(Connection *connection)
{
  if (connection->handshake == NULL)
    return;
  g_source_destroy(connection->handshake);
  g_clear_pointer(&connection->handshake, g_source_unref);
  g_queue_unlink(&connection->listener->handshakes, &connection->link);
}

static void
leave_share(Connection *connection)
{
  if (connection->is_counted)
    bh_address_counter_leave(connection->listener->counter, connection->remote->address);
  connection->is_counted = FALSE;
}

static void
connection_free(gpointer data)
{
  Connection *connection = data;

  if (connection->handshake != NULL) {
    end_handshake(connection);
    g_object_unref(connection->stream);
  } else if (connection->stream != NULL) {
    g_object_weak_unref(G_OBJECT(connection->stream), on_stream_gone, connection);
  }
  leave_share(connection);
  g_clear_object(&connection->socket);
  g_clear_object(&connection->name);
  g_clear_object(&connection->local);
  bh_remote_free(connection->remote);
  g_free(connection);
}

static void
on_stream_gone(gpointer data, GObject *stream)
{
  Connection *connection = data;

  connection->stream = NULL;
  g_hash_table_remove(connection->listener->connections, connection->name);
}

static Connection *
find(BhWebListener *listener, SoupServerMessage *message)
{
  return g_hash_table_lookup(listener->connections,
                             soup_server_message_get_remote_address(message));
}

static void
set_deadline(Connection *connection, guint wait_ms, gboolean is_idle)
{
  if (connection == NULL)
    return;
  connection->is_answering = !is_idle;
  connection->deadline_us = g_get_monotonic_time() + (gint64)wait_ms * 1000;
  if (connection->stream != NULL)
    bh_http_stream_set_idle(BH_HTTP_STREAM(connection->stream), is_idle);
}

/* libsoup sees the end of the connection and lets go of it. */
static void
shut(Connection *connection)
{
  connection->is_shut = TRUE;
  g_socket_shutdown(connection->socket, TRUE, TRUE, NULL);
}

static void
on_request_started(SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  Connection *connection = find(user_data, message);

  if (connection == NULL)
    return;
  /* It asks again: until that is all there, others that ask for nothing go first. */
  connection->was_answered = FALSE;
  connection->waiting_since_us = g_get_monotonic_time();
  if (connection->stream != NULL)
    bh_http_stream_set_idle(BH_HTTP_STREAM(connection->stream), FALSE);
}

static void
on_request_read(SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  BhWebListener *listener = user_data;

  set_deadline(find(listener, message), listener->timing.response_ms, FALSE);
}

static void
on_request_finished(SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  BhWebListener *listener = user_data;
  Connection *connection = find(listener, message);

  if (connection == NULL)
    return;
  connection->was_answered = TRUE;
  connection->waiting_since_us = g_get_monotonic_time();
  set_deadline(connection, listener->timing.next_request_ms, TRUE);
  if (listener->is_stopped)
    shut(connection);
}

/* Connected to itself: the system hands it nothing that comes from anywhere else. */
static GSocket *
make_quiet_socket(GError **error)
{
  g_autoptr(GSocket) quiet =
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
  g_autoptr(GSocketAddress) own = NULL;

  if (quiet == NULL || !g_socket_bind(quiet, any, FALSE, error))
    return NULL;
  own = g_socket_get_local_address(quiet, error);
  if (own == NULL || !g_socket_connect(quiet, own, NULL, error))
    return NULL;
  return g_steal_pointer(&quiet);
}

/*
 * We accept by ourselves (web-port.h). But a SoupServer without any listener hangs up after each
 * answer (libsoup 3.2, request_finished()); so it gets one that nobody can reach.
 */
static void
keep_connections_alive(SoupServer *soup)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocket) quiet = make_quiet_socket(&error);

  if (quiet == NULL || !soup_server_listen_socket(soup, quiet, 0, &error))
    g_info("Each request will need a connection of its own: %s", error->message);
}

BhWebListener *
bh_web_listener_new(SoupServer *soup, BhAddressCounter *counter)
{
  BhWebListener *listener = g_new0(BhWebListener, 1);

  listener->soup = soup;
  listener->counter = counter;
  listener->ports = g_ptr_array_new_with_free_func((GDestroyNotify)bh_web_port_free);
  listener->tls_ports = g_ptr_array_new_with_free_func((GDestroyNotify)bh_web_port_free);
  listener->connections = g_hash_table_new_full(NULL, NULL, NULL, connection_free);
  g_queue_init(&listener->handshakes);
  bh_web_timing_init(&listener->timing);
  keep_connections_alive(soup);
  g_signal_connect(soup, "request-started", G_CALLBACK(on_request_started), listener);
  g_signal_connect(soup, "request-read", G_CALLBACK(on_request_read), listener);
  g_signal_connect(soup, "request-finished", G_CALLBACK(on_request_finished), listener);
  return listener;
}

void
bh_web_listener_free(BhWebListener *listener)
{
  GHashTableIter iter;
  gpointer value;

  g_signal_handlers_disconnect_by_data(listener->soup, listener);
  g_hash_table_iter_init(&iter, listener->connections);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    shut(value);
  g_hash_table_unref(listener->connections);
  g_ptr_array_unref(listener->ports);
  g_ptr_array_unref(listener->tls_ports);
  g_clear_pointer(&listener->proxies, bh_address_set_unref);
  g_clear_pointer(&listener->tls, SSL_CTX_free);
  g_free(listener);
}

/* Who it is. Returns: %FALSE: it has gone already. libsoup knows of no Unix-domain sockets: it gets
 * addresses of TCP for them. */
static gboolean
identify(Connection *connection, gboolean is_tls)
{
  g_autoptr(GSocketAddress) remote = g_socket_get_remote_address(connection->socket, NULL);
  BhRemote *who = connection->remote = g_new0(BhRemote, 1);

  connection->local = g_socket_get_local_address(connection->socket, NULL);
  if (remote == NULL || connection->local == NULL)
    return FALSE;
  if (G_IS_INET_SOCKET_ADDRESS(remote)) {
    GInetAddress *address = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(remote));
    g_autofree char *text = g_inet_address_to_string(address);
    g_autoptr(GInetAddress) normal = NULL;

    who->address = bh_address_normalise(text);
    normal = g_inet_address_new_from_string(who->address);
    who->loopback = g_inet_address_get_is_loopback(normal);
    who->secure = is_tls;
    connection->name = g_steal_pointer(&remote);
  } else {
    who->address = g_strdup("");
    who->local_socket = TRUE;
    connection->name = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    g_set_object(&connection->local, connection->name);
  }
  return TRUE;
}

/* Whether @one makes way rather than @other. */
static gboolean
goes_before(const Connection *one, const Connection *other)
{
  if (one->was_answered != other->was_answered)
    return one->was_answered;
  return one->waiting_since_us < other->waiting_since_us;
}

static gboolean
may_go(const Connection *connection, const char *address)
{
  if (connection->is_answering || connection->is_shut || connection->remote->local_socket)
    return FALSE;
  return address == NULL ||
         (connection->is_counted && g_str_equal(connection->remote->address, address));
}

/* Ends one that waits for a request, of the share of @address where that is not %NULL. Returns:
 * %FALSE: all are being answered */
static gboolean
make_place(BhWebListener *listener, const char *address)
{
  Connection *first = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, listener->connections);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Connection *connection = value;

    if (may_go(connection, address) && (first == NULL || goes_before(connection, first)))
      first = connection;
  }
  if (first == NULL)
    return FALSE;
  listener->refused++;
  leave_share(first); /* at once; libsoup lets go of it in its time */
  if (first->handshake != NULL)
    g_hash_table_remove(listener->connections, first->name);
  else
    shut(first);
  return TRUE;
}

static gboolean
is_exempt(BhWebListener *listener, const BhRemote *who)
{
  return who->loopback ||
         (listener->proxies != NULL && bh_address_set_contains(listener->proxies, who->address));
}

/* The owner's Unix-domain socket has a place always. A house behind a router of its own is one
 * address: what its browsers have no more use for is not to cost the next guest the door. */
static gboolean
has_place(BhWebListener *listener, Connection *connection)
{
  const BhRemote *who = connection->remote;
  gboolean is_made = FALSE;

  if (who->local_socket)
    return TRUE;
  if (!is_exempt(listener, who)) {
    connection->is_counted = bh_address_counter_enter(listener->counter, who->address);
    if (!connection->is_counted && make_place(listener, who->address))
      is_made = connection->is_counted = bh_address_counter_enter(listener->counter, who->address);
    if (!connection->is_counted)
      return FALSE;
  }
  return is_made || g_hash_table_size(listener->connections) < MAX_HTTP_CONNECTIONS ||
         make_place(listener, NULL);
}

/* @base: (transfer full): */
static void
hand_over(Connection *connection, GIOStream *base)
{
  GIOStream *stream = G_IO_STREAM(bh_http_stream_new(base));

  g_object_unref(base);
  connection->stream = stream;
  g_object_weak_ref(G_OBJECT(stream), on_stream_gone, connection);
  soup_server_accept_iostream(connection->listener->soup, stream, connection->local,
                              connection->name, NULL);
  g_object_unref(stream); /* may be the last: then connection is gone */
}

static void wait_for_handshake(Connection *connection);

static gboolean
on_handshake_ready(GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Connection *connection = user_data;

  switch (bh_tls_stream_shake_hands(BH_TLS_STREAM(connection->stream))) {
  case BH_TLS_HANDSHAKE_WAITS:
    wait_for_handshake(connection);
    break;
  case BH_TLS_HANDSHAKE_DONE:
    end_handshake(connection);
    hand_over(connection, connection->stream);
    break;
  default:
    g_hash_table_remove(connection->listener->connections, connection->name);
  }
  return G_SOURCE_REMOVE;
}

static void
wait_for_handshake(Connection *connection)
{
  GIOCondition condition = bh_tls_stream_get_wait(BH_TLS_STREAM(connection->stream));

  g_clear_pointer(&connection->handshake, g_source_unref);
  connection->handshake = g_socket_create_source(connection->socket, condition, NULL);
  g_source_set_callback(connection->handshake, G_SOURCE_FUNC(on_handshake_ready), connection, NULL);
  g_source_attach(connection->handshake, g_main_context_get_thread_default());
}

static void
start_handshake(Connection *connection)
{
  BhWebListener *listener = connection->listener;
  BhTlsStream *stream = bh_tls_stream_new(listener->tls, connection->socket);

  if (stream == NULL) {
    g_hash_table_remove(listener->connections, connection->name);
    return;
  }
  if (listener->handshakes.length >= MAX_HANDSHAKES) {
    const Connection *oldest = listener->handshakes.head->data;

    listener->refused++;
    g_hash_table_remove(listener->connections, oldest->name);
  }
  connection->stream = G_IO_STREAM(stream);
  g_queue_push_tail_link(&listener->handshakes, &connection->link);
  wait_for_handshake(connection);
}

static void
admit(BhWebListener *listener, GSocket *socket, gboolean is_tls)
{
  Connection *connection = g_new0(Connection, 1);

  connection->listener = listener;
  connection->link.data = connection;
  connection->socket = g_object_ref(socket);
  connection->waiting_since_us = g_get_monotonic_time();
  connection->deadline_us =
      connection->waiting_since_us + (gint64)listener->timing.first_request_ms * 1000;
  if (!identify(connection, is_tls)) {
    connection_free(connection); /* gone again */
    return;
  }
  if (!has_place(listener, connection)) {
    listener->refused++;
    connection_free(connection);
    return;
  }
  if (!connection->remote->local_socket)
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_hash_table_insert(listener->connections, connection->name, connection);
  if (is_tls)
    start_handshake(connection);
  else
    hand_over(connection, G_IO_STREAM(g_socket_connection_factory_create_connection(socket)));
}

static void
on_plain(BhWebPort *port, GSocket *socket, gpointer user_data)
{
  admit(user_data, socket, FALSE);
}

static void
on_tls(BhWebPort *port, GSocket *socket, gpointer user_data)
{
  admit(user_data, socket, TRUE);
}

static gboolean
add_port(GPtrArray *ports, BhWebPort *port)
{
  if (port != NULL)
    g_ptr_array_add(ports, port);
  return port != NULL;
}

gboolean
bh_web_listener_listen(BhWebListener *listener, const char *address, guint16 port, GError **error)
{
  return add_port(listener->ports, bh_web_port_new_tcp(address, port, on_plain, listener, error));
}

gboolean
bh_web_listener_listen_tls(BhWebListener *listener, const char *address, guint16 port,
                           GError **error)
{
  return add_port(listener->tls_ports, bh_web_port_new_tcp(address, port, on_tls, listener, error));
}

gboolean
bh_web_listener_listen_unix(BhWebListener *listener, const char *path, GError **error)
{
  return add_port(listener->ports, bh_web_port_new_unix(path, on_plain, listener, error));
}

gboolean
bh_web_listener_set_certificate(BhWebListener *listener, BhCertificate *certificate, GError **error)
{
  g_autoptr(SSL_CTX) tls = bh_tls_stream_make_context(certificate, error);

  if (tls == NULL)
    return FALSE;
  g_clear_pointer(&listener->tls, SSL_CTX_free); /* connections keep theirs */
  listener->tls = g_steal_pointer(&tls);
  return TRUE;
}

void
bh_web_listener_set_proxies(BhWebListener *listener, BhAddressSet *proxies)
{
  g_clear_pointer(&listener->proxies, bh_address_set_unref);
  listener->proxies = proxies != NULL ? bh_address_set_ref(proxies) : NULL;
}

void
bh_web_listener_stop(BhWebListener *listener)
{
  GHashTableIter iter;
  gpointer value;

  g_ptr_array_set_size(listener->ports, 0);
  g_ptr_array_set_size(listener->tls_ports, 0);
  listener->is_stopped = TRUE;
  g_hash_table_iter_init(&iter, listener->connections);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Connection *connection = value;

    if (connection->handshake != NULL)
      g_hash_table_iter_remove(&iter);
    else if (!connection->is_answering && !connection->is_shut)
      shut(connection);
  }
}

guint16
bh_web_listener_get_port(const BhWebListener *listener, gboolean is_tls)
{
  const GPtrArray *ports = is_tls ? listener->tls_ports : listener->ports;
  guint16 number = 0;

  for (guint i = 0; i < ports->len && number == 0; i++)
    number = bh_web_port_get_number(ports->pdata[i]);
  return number;
}

void
bh_web_listener_set_timing(BhWebListener *listener, const BhWebTiming *timing)
{
  listener->timing = *timing;
}

const BhRemote *
bh_web_listener_get_remote(BhWebListener *listener, SoupServerMessage *message)
{
  const Connection *connection = find(listener, message);

  return connection != NULL ? connection->remote : NULL;
}

gboolean
bh_web_listener_steal(BhWebListener *listener, SoupServerMessage *message, BhWebStolen *out)
{
  Connection *connection = find(listener, message);

  if (connection == NULL || connection->stream == NULL)
    return FALSE;
  out->socket = g_object_ref(connection->socket);
  out->is_plain = !connection->remote->secure && !connection->remote->local_socket;
  out->counted = connection->is_counted ? g_strdup(connection->remote->address) : NULL;
  connection->is_counted = FALSE;
  g_hash_table_remove(listener->connections, connection->name);
  return TRUE;
}

void
bh_web_listener_drop(BhWebListener *listener, SoupServerMessage *message)
{
  Connection *connection = find(listener, message);

  if (connection != NULL)
    shut(connection);
}

void
bh_web_listener_check(BhWebListener *listener, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, listener->connections);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Connection *connection = value;

    if (connection->deadline_us > now_us)
      continue;
    if (connection->handshake != NULL)
      g_hash_table_iter_remove(&iter);
    else
      shut(connection);
  }
}

guint
bh_web_listener_count(const BhWebListener *listener)
{
  return g_hash_table_size(listener->connections);
}

guint64
bh_web_listener_count_refused(const BhWebListener *listener)
{
  return listener->refused;
}
