/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "tcp-transport.h"

#include "socket-backlog.h"

struct _BhTcpTransport {
  BhStreamTransport parent_instance;

  char *host;
  guint16 port;
};

G_DEFINE_FINAL_TYPE(BhTcpTransport, bh_tcp_transport, BH_TYPE_STREAM_TRANSPORT)

static void
connect_async(BhStreamTransport *transport, GCancellable *cancellable, GAsyncReadyCallback callback,
              gpointer user_data)
{
  BhTcpTransport *self = BH_TCP_TRANSPORT(transport);
  g_autoptr(GSocketClient) client = g_socket_client_new();

  /* A proxy is for the internet; a printer is on the property. */
  g_socket_client_set_enable_proxy(client, FALSE);
  g_socket_client_connect_to_host_async(client, self->host, self->port, cancellable, callback,
                                        user_data);
}

static GIOStream *
connect_finish(BhStreamTransport *transport, GAsyncResult *result, GError **error)
{
  g_autoptr(GObject) client = g_async_result_get_source_object(result);
  GSocketConnection *connection =
      g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(client), result, error);

  if (connection == NULL)
    return NULL;
  g_socket_set_keepalive(g_socket_connection_get_socket(connection), TRUE);
  return G_IO_STREAM(connection);
}

static gsize
get_unsent(BhStreamTransport *transport, GIOStream *stream)
{
  return bh_socket_backlog_get_bytes(g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream)));
}

static void
end_output(BhStreamTransport *transport, GIOStream *stream)
{
  g_socket_shutdown(g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream)), FALSE, TRUE, NULL);
}

static void
bh_tcp_transport_finalize(GObject *object)
{
  g_free(BH_TCP_TRANSPORT(object)->host);
  G_OBJECT_CLASS(bh_tcp_transport_parent_class)->finalize(object);
}

static void
bh_tcp_transport_class_init(BhTcpTransportClass *klass)
{
  BhStreamTransportClass *transport = BH_STREAM_TRANSPORT_CLASS(klass);

  transport->connect_async = connect_async;
  transport->connect_finish = connect_finish;
  transport->get_unsent = get_unsent;
  transport->end_output = end_output;
  G_OBJECT_CLASS(klass)->finalize = bh_tcp_transport_finalize;
}

static void
bh_tcp_transport_init(BhTcpTransport *self)
{
}

BhPrintTransport *
bh_tcp_transport_new(const char *host, guint16 port)
{
  BhTcpTransport *self = g_object_new(BH_TYPE_TCP_TRANSPORT, NULL);

  self->host = g_strdup(host);
  self->port = port;
  return BH_PRINT_TRANSPORT(self);
}
