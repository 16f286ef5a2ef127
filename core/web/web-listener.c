/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

/* A crowd's reconnection after a power cut; the kernel may cap it (net.core.somaxconn). */
#define BACKLOG 1024
/* Connections taken in one turn of the main loop. */
#define MAX_ACCEPTS 64
/* HTTP connections at a time, beside the WebSockets. A browser opens six. */
#define MAX_HTTP_CONNECTIONS 512
/* How long nothing is accepted where the system has no descriptor left. */
#define ACCEPT_PAUSE_MS 200

typedef struct {
  BhWebListener *listener;
  GSocket *socket;
  GSource *source; /* NULL while paused */
  guint pause_id;
} Port;

typedef struct {
  BhWebListener *listener;
  GSocketConnection *stream; /* weak: libsoup owns it */
  GSocketAddress *remote;    /* names it: libsoup gives the same object with each message */
  gint64 deadline_us;
} Connection;

struct _BhWebListener {
  SoupServer *soup;
  GPtrArray *ports;
  GHashTable *connections; /* remote -> Connection */
  BhWebTiming timing;
  guint64 refused;
};

G_DEFINE_QUARK(bh_web_error_quark, bh_web_error)

static void on_stream_gone(gpointer data, GObject *stream);

static void
connection_free(gpointer data)
{
  Connection *connection = data;

  if (connection->stream != NULL)
    g_object_weak_unref(G_OBJECT(connection->stream), on_stream_gone, connection);
  g_object_unref(connection->remote);
  g_free(connection);
}

static void
on_stream_gone(gpointer data, GObject *stream)
{
  Connection *connection = data;

  connection->stream = NULL;
  g_hash_table_remove(connection->listener->connections, connection->remote);
}

static void
port_free(gpointer data)
{
  Port *port = data;

  g_clear_handle_id(&port->pause_id, g_source_remove);
  if (port->source != NULL) {
    g_source_destroy(port->source);
    g_source_unref(port->source);
  }
  g_socket_close(port->socket, NULL);
  g_object_unref(port->socket);
  g_free(port);
}

static Connection *
find(BhWebListener *listener, SoupServerMessage *message)
{
  return g_hash_table_lookup(listener->connections,
                             soup_server_message_get_remote_address(message));
}

static void
set_deadline(BhWebListener *listener, SoupServerMessage *message, guint wait_ms)
{
  Connection *connection = find(listener, message);

  if (connection != NULL)
    connection->deadline_us = g_get_monotonic_time() + (gint64)wait_ms * 1000;
}

static void
on_request_read(SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  BhWebListener *listener = user_data;

  set_deadline(listener, message, listener->timing.response_ms);
}

static void
on_request_finished(SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  BhWebListener *listener = user_data;

  set_deadline(listener, message, listener->timing.next_request_ms);
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
 * We accept by ourselves: libsoup's listener takes one connection a turn, and stops for good once
 * the system is out of descriptors. But a SoupServer without any listener hangs up after each
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
bh_web_listener_new(SoupServer *soup)
{
  BhWebListener *listener = g_new0(BhWebListener, 1);

  listener->soup = soup;
  listener->ports = g_ptr_array_new_with_free_func(port_free);
  listener->connections = g_hash_table_new_full(NULL, NULL, NULL, connection_free);
  bh_web_timing_init(&listener->timing);
  keep_connections_alive(soup);
  g_signal_connect(soup, "request-read", G_CALLBACK(on_request_read), listener);
  g_signal_connect(soup, "request-finished", G_CALLBACK(on_request_finished), listener);
  return listener;
}

/* libsoup sees the end of the connection and lets go of it. */
static void
shut(const Connection *connection)
{
  if (connection->stream != NULL)
    g_socket_shutdown(g_socket_connection_get_socket(connection->stream), TRUE, TRUE, NULL);
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
  g_free(listener);
}

static void
admit(BhWebListener *listener, GSocket *socket)
{
  g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
  g_autoptr(GSocketAddress) remote = g_socket_get_remote_address(socket, NULL);
  g_autoptr(GSocketAddress) local = g_socket_get_local_address(socket, NULL);
  Connection *connection;

  if (remote == NULL || local == NULL)
    return;
  if (g_hash_table_size(listener->connections) >= MAX_HTTP_CONNECTIONS) {
    listener->refused++;
    return;
  }
  g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  connection = g_new0(Connection, 1);
  connection->listener = listener;
  connection->stream = stream;
  connection->remote = g_object_ref(remote);
  connection->deadline_us =
      g_get_monotonic_time() + (gint64)listener->timing.first_request_ms * 1000;
  g_object_weak_ref(G_OBJECT(stream), on_stream_gone, connection);
  g_hash_table_insert(listener->connections, connection->remote, connection);
  soup_server_accept_iostream(listener->soup, G_IO_STREAM(stream), local, remote, NULL);
}

static void start_accepting(Port *port);

static gboolean
on_pause_over(gpointer user_data)
{
  Port *port = user_data;

  port->pause_id = 0;
  start_accepting(port);
  return G_SOURCE_REMOVE;
}

static gboolean
on_incoming(GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Port *port = user_data;

  for (guint n = 0; n < MAX_ACCEPTS; n++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) incoming = g_socket_accept(socket, NULL, &error);

    if (incoming != NULL) {
      admit(port->listener, incoming);
    } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      break;
    } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES)) {
      /* It would be ready again at once: let others end first. */
      port->source = NULL;
      port->pause_id = g_timeout_add(ACCEPT_PAUSE_MS, on_pause_over, port);
      return G_SOURCE_REMOVE;
    }
  }
  return G_SOURCE_CONTINUE;
}

static void
start_accepting(Port *port)
{
  g_autoptr(GSource) source = g_socket_create_source(port->socket, G_IO_IN, NULL);

  g_source_set_callback(source, G_SOURCE_FUNC(on_incoming), port, NULL);
  g_source_attach(source, g_main_context_get_thread_default());
  port->source = g_steal_pointer(&source);
}

/* One descriptor a WebSocket: the usual soft limit is 1,024. */
static void
raise_descriptor_limit(void)
{
  struct rlimit limit;

  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

static gboolean
explain(GError **error, const GError *cause, const char *address, guint16 port)
{
  if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error(error, BH_WEB_ERROR, BH_WEB_ERROR_PORT_IN_USE,
                "Port %u at %s is in use by another program: probably another Bellhop, or another "
                "web server. End that one, or choose another port with --port.",
                port, address);
  else
    g_set_error(error, BH_WEB_ERROR, BH_WEB_ERROR_FAILED, "Cannot listen at %s, port %u: %s",
                address, port, cause->message);
  return FALSE;
}

gboolean
bh_web_listener_listen(BhWebListener *listener, const char *address, guint16 port, GError **error)
{
  g_autoptr(GSocketAddress) at = g_inet_socket_address_new_from_string(address, port);
  g_autoptr(GError) cause = NULL;
  g_autoptr(GSocket) socket = NULL;
  Port *opened;

  if (at == NULL) {
    g_set_error(error, BH_WEB_ERROR, BH_WEB_ERROR_ADDRESS, "“%s” is not an IP address", address);
    return FALSE;
  }
  raise_descriptor_limit();
  socket = g_socket_new(g_socket_address_get_family(at), G_SOCKET_TYPE_STREAM,
                        G_SOCKET_PROTOCOL_TCP, &cause);
  if (socket == NULL)
    return explain(error, cause, address, port);
  g_socket_set_blocking(socket, FALSE);
  g_socket_set_listen_backlog(socket, BACKLOG);
  /* TRUE sets SO_REUSEADDR: a port just left can be taken again. */
  if (!g_socket_bind(socket, at, TRUE, &cause) || !g_socket_listen(socket, &cause))
    return explain(error, cause, address, port);

  opened = g_new0(Port, 1);
  opened->listener = listener;
  opened->socket = g_steal_pointer(&socket);
  start_accepting(opened);
  g_ptr_array_add(listener->ports, opened);
  return TRUE;
}

void
bh_web_listener_stop(BhWebListener *listener)
{
  g_ptr_array_set_size(listener->ports, 0);
}

guint16
bh_web_listener_get_port(const BhWebListener *listener)
{
  g_autoptr(GSocketAddress) address = NULL;

  if (listener->ports->len == 0)
    return 0;
  address = g_socket_get_local_address(((const Port *)listener->ports->pdata[0])->socket, NULL);
  return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
}

void
bh_web_listener_set_timing(BhWebListener *listener, const BhWebTiming *timing)
{
  listener->timing = *timing;
}

GSocket *
bh_web_listener_steal(BhWebListener *listener, SoupServerMessage *message)
{
  const Connection *connection = find(listener, message);
  GSocket *socket;

  if (connection == NULL || connection->stream == NULL)
    return NULL;
  socket = g_object_ref(g_socket_connection_get_socket(connection->stream));
  g_hash_table_remove(listener->connections, connection->remote);
  return socket;
}

void
bh_web_listener_drop(BhWebListener *listener, SoupServerMessage *message)
{
  const Connection *connection = find(listener, message);

  if (connection != NULL)
    shut(connection);
}

void
bh_web_listener_check(BhWebListener *listener, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, listener->connections);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    if (((const Connection *)value)->deadline_us <= now_us)
      shut(value);
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
