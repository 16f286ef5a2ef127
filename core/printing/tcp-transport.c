/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "tcp-transport.h"

/*
 * Lives on one main context; its pending operations hold references to it. `cancellable` ends them
 * all at close.
 */

#define READ_BYTES 512

struct _BhTcpTransport {
  GObject parent_instance;

  char *host;
  guint16 port;
  GCancellable *cancellable;
  GSocketConnection *connection; /* (nullable): once open; closed with the last reference */
  gsize received_bytes;
};

static void print_transport_init(BhPrintTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhTcpTransport, bh_tcp_transport, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_PRINT_TRANSPORT, print_transport_init))

typedef struct {
  GBytes *bytes;
  gsize written;
} WriteData;

static void
write_data_free(gpointer data)
{
  WriteData *self = data;

  g_bytes_unref(self->bytes);
  g_free(self);
}

static void read_more(BhTcpTransport *self);

static void
tell_end(BhTcpTransport *self, const GError *error)
{
  if (!g_cancellable_is_cancelled(self->cancellable))
    g_signal_emit_by_name(self, "ended", error);
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhTcpTransport) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes =
      g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &error);

  if (bytes == NULL || g_bytes_get_size(bytes) == 0) {
    tell_end(self, error);
    return;
  }
  self->received_bytes += g_bytes_get_size(bytes);
  if (self->received_bytes > BH_TCP_TRANSPORT_MAX_RECEIVED_BYTES) {
    g_set_error(&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                "the printer sends more than a printer would");
    tell_end(self, error);
    return;
  }
  if (!g_cancellable_is_cancelled(self->cancellable))
    g_signal_emit_by_name(self, "received", bytes);
  if (!g_cancellable_is_cancelled(self->cancellable))
    read_more(self);
}

static void
read_more(BhTcpTransport *self)
{
  g_input_stream_read_bytes_async(g_io_stream_get_input_stream(G_IO_STREAM(self->connection)),
                                  READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable, read_cb,
                                  g_object_ref(self));
}

static void
connect_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhTcpTransport *self = g_task_get_source_object(task);
  GError *error = NULL;
  GSocketConnection *connection =
      g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(source), result, &error);

  if (connection != NULL && g_cancellable_set_error_if_cancelled(self->cancellable, &error))
    g_clear_object(&connection);
  if (connection == NULL) {
    g_task_return_error(task, error);
    return;
  }
  self->connection = connection;
  g_socket_set_keepalive(g_socket_connection_get_socket(connection), TRUE);
  read_more(self);
  g_task_return_boolean(task, TRUE);
}

static void
open_async(BhPrintTransport *transport, GAsyncReadyCallback callback, gpointer user_data)
{
  BhTcpTransport *self = BH_TCP_TRANSPORT(transport);
  g_autoptr(GSocketClient) client = g_socket_client_new();
  GTask *task = g_task_new(self, NULL, callback, user_data);

  /* A proxy is for the internet; a printer is on the property. */
  g_socket_client_set_enable_proxy(client, FALSE);
  g_socket_client_connect_to_host_async(client, self->host, self->port, self->cancellable,
                                        connect_cb, task);
}

static gboolean
open_finish(BhPrintTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  WriteData *write = g_task_get_task_data(task);
  GError *error = NULL;

  if (g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, &write->written, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

static void
write_async(BhPrintTransport *transport, GBytes *bytes, GAsyncReadyCallback callback,
            gpointer user_data)
{
  BhTcpTransport *self = BH_TCP_TRANSPORT(transport);
  g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);
  WriteData *write = g_new0(WriteData, 1);
  gsize length;
  const guint8 *start = g_bytes_get_data(bytes, &length);

  write->bytes = g_bytes_ref(bytes);
  g_task_set_task_data(task, write, write_data_free);
  if (self->connection == NULL) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "not connected");
    return;
  }
  /* GIO counts partial writes, also when it is stopped between two. */
  g_output_stream_write_all_async(g_io_stream_get_output_stream(G_IO_STREAM(self->connection)),
                                  start, length, G_PRIORITY_DEFAULT, self->cancellable, write_cb,
                                  g_steal_pointer(&task));
}

static gboolean
write_finish(BhPrintTransport *transport, GAsyncResult *result, gsize *written, GError **error)
{
  WriteData *write = g_task_get_task_data(G_TASK(result));

  *written = write->written;
  return g_task_propagate_boolean(G_TASK(result), error);
}

static void
end_output(BhPrintTransport *transport)
{
  BhTcpTransport *self = BH_TCP_TRANSPORT(transport);

  if (self->connection != NULL)
    g_socket_shutdown(g_socket_connection_get_socket(self->connection), FALSE, TRUE, NULL);
}

static void
close_transport(BhPrintTransport *transport)
{
  BhTcpTransport *self = BH_TCP_TRANSPORT(transport);

  /* Pending operations come back cancelled; they hold this object, and so the socket, until then.
   */
  g_cancellable_cancel(self->cancellable);
}

static void
bh_tcp_transport_finalize(GObject *object)
{
  BhTcpTransport *self = BH_TCP_TRANSPORT(object);

  g_clear_object(&self->connection);
  g_object_unref(self->cancellable);
  g_free(self->host);
  G_OBJECT_CLASS(bh_tcp_transport_parent_class)->finalize(object);
}

static void
bh_tcp_transport_class_init(BhTcpTransportClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_tcp_transport_finalize;
}

static void
bh_tcp_transport_init(BhTcpTransport *self)
{
  self->cancellable = g_cancellable_new();
}

static void
print_transport_init(BhPrintTransportInterface *iface)
{
  iface->open_async = open_async;
  iface->open_finish = open_finish;
  iface->write_async = write_async;
  iface->write_finish = write_finish;
  iface->end_output = end_output;
  iface->close = close_transport;
}

BhPrintTransport *
bh_tcp_transport_new(const char *host, guint16 port)
{
  BhTcpTransport *self = g_object_new(BH_TYPE_TCP_TRANSPORT, NULL);

  self->host = g_strdup(host);
  self->port = port;
  return BH_PRINT_TRANSPORT(self);
}
