/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "stream-transport.h"

/*
 * Lives on one main context; its pending operations hold references to it. `cancellable` ends them
 * all at close.
 */

#define READ_BYTES 512

/* Between two reads of a device that has nothing just now. */
#define PAUSE_MS 200

typedef struct {
  GCancellable *cancellable;
  GIOStream *stream; /* (nullable): once open; closed with the last reference */
  gsize received_bytes;
} BhStreamTransportPrivate;

static void print_transport_init(BhPrintTransportInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE(BhStreamTransport, bh_stream_transport, G_TYPE_OBJECT,
                                 G_ADD_PRIVATE(BhStreamTransport)
                                     G_IMPLEMENT_INTERFACE(BH_TYPE_PRINT_TRANSPORT,
                                                           print_transport_init))

static BhStreamTransportPrivate *
get_private(BhStreamTransport *self)
{
  return bh_stream_transport_get_instance_private(self);
}

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

static void read_more(BhStreamTransport *self);

static void
tell_end(BhStreamTransport *self, const GError *error)
{
  if (!g_cancellable_is_cancelled(get_private(self)->cancellable))
    g_signal_emit_by_name(self, "ended", error);
}

static gboolean
on_pause_over(gpointer data)
{
  BhStreamTransport *self = data;

  if (!g_cancellable_is_cancelled(get_private(self)->cancellable))
    read_more(self);
  return G_SOURCE_REMOVE;
}

/* The source holds the transport no longer than a pause lasts. */
static void
pause_reading(BhStreamTransport *self)
{
  g_autoptr(GSource) source = g_timeout_source_new(PAUSE_MS);

  g_source_set_callback(source, on_pause_over, g_object_ref(self), g_object_unref);
  g_source_attach(source, g_main_context_get_thread_default());
}

static void
hear_silence(BhStreamTransport *self, const GError *error)
{
  BhStreamTransportClass *klass = BH_STREAM_TRANSPORT_GET_CLASS(self);
  BhStreamSilence silence = klass->judge_silence != NULL
                                ? klass->judge_silence(self, get_private(self)->stream, error)
                                : BH_STREAM_END;

  if (silence == BH_STREAM_END)
    tell_end(self, error);
  else if (silence == BH_STREAM_PAUSE &&
           !g_cancellable_is_cancelled(get_private(self)->cancellable))
    pause_reading(self);
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhStreamTransport) self = data;
  BhStreamTransportPrivate *priv = get_private(self);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes =
      g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &error);

  if (bytes == NULL || g_bytes_get_size(bytes) == 0) {
    hear_silence(self, error);
    return;
  }
  priv->received_bytes += g_bytes_get_size(bytes);
  if (priv->received_bytes > BH_STREAM_TRANSPORT_MAX_RECEIVED_BYTES) {
    g_set_error(&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                "the printer sends more than a printer would");
    tell_end(self, error);
    return;
  }
  if (!g_cancellable_is_cancelled(priv->cancellable))
    g_signal_emit_by_name(self, "received", bytes);
  if (!g_cancellable_is_cancelled(priv->cancellable))
    read_more(self);
}

static void
read_more(BhStreamTransport *self)
{
  BhStreamTransportPrivate *priv = get_private(self);

  g_input_stream_read_bytes_async(g_io_stream_get_input_stream(priv->stream), READ_BYTES,
                                  G_PRIORITY_DEFAULT, priv->cancellable, read_cb,
                                  g_object_ref(self));
}

static void
connect_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhStreamTransport *self = g_task_get_source_object(task);
  BhStreamTransportPrivate *priv = get_private(self);
  GError *error = NULL;
  GIOStream *stream = BH_STREAM_TRANSPORT_GET_CLASS(self)->connect_finish(self, result, &error);

  if (stream != NULL && g_cancellable_set_error_if_cancelled(priv->cancellable, &error))
    g_clear_object(&stream);
  if (stream == NULL) {
    g_task_return_error(task, error);
    return;
  }
  priv->stream = stream;
  read_more(self);
  g_task_return_boolean(task, TRUE);
}

static void
open_async(BhPrintTransport *transport, GAsyncReadyCallback callback, gpointer user_data)
{
  BhStreamTransport *self = BH_STREAM_TRANSPORT(transport);
  GTask *task = g_task_new(self, NULL, callback, user_data);

  BH_STREAM_TRANSPORT_GET_CLASS(self)->connect_async(self, get_private(self)->cancellable,
                                                     connect_cb, task);
}

static gboolean
open_finish(BhPrintTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

static gboolean
on_room(GObject *stream, gpointer data)
{
  GTask *task = data;
  BhStreamTransport *self = g_task_get_source_object(task);
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled(get_private(self)->cancellable, &error))
    g_task_return_error(task, error);
  else
    g_task_return_boolean(task, TRUE);
  return G_SOURCE_REMOVE;
}

/* @task: (transfer full) */
static void
wait_for_room(BhStreamTransport *self, GOutputStream *stream, GTask *task)
{
  g_autoptr(GSource) source = g_pollable_output_stream_create_source(
      G_POLLABLE_OUTPUT_STREAM(stream), get_private(self)->cancellable);

  g_source_set_callback(source, G_SOURCE_FUNC(on_room), task, g_object_unref);
  g_source_attach(source, g_main_context_get_thread_default());
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhStreamTransport *self = g_task_get_source_object(task);
  WriteData *write = g_task_get_task_data(task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, &write->written, &error))
    g_task_return_error(task, error);
  else if (BH_STREAM_TRANSPORT_GET_CLASS(self)->keeps_last)
    wait_for_room(self, G_OUTPUT_STREAM(source), g_steal_pointer(&task));
  else
    g_task_return_boolean(task, TRUE);
}

static void
write_async(BhPrintTransport *transport, GBytes *bytes, GAsyncReadyCallback callback,
            gpointer user_data)
{
  BhStreamTransport *self = BH_STREAM_TRANSPORT(transport);
  BhStreamTransportPrivate *priv = get_private(self);
  g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);
  WriteData *write = g_new0(WriteData, 1);
  gsize length;
  const guint8 *start = g_bytes_get_data(bytes, &length);

  write->bytes = g_bytes_ref(bytes);
  g_task_set_task_data(task, write, write_data_free);
  if (priv->stream == NULL) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "not connected");
    return;
  }
  /* GIO counts partial writes, also when it is stopped between two. */
  g_output_stream_write_all_async(g_io_stream_get_output_stream(priv->stream), start, length,
                                  G_PRIORITY_DEFAULT, priv->cancellable, write_cb,
                                  g_steal_pointer(&task));
}

static gboolean
write_finish(BhPrintTransport *transport, GAsyncResult *result, gsize *written, GError **error)
{
  WriteData *write = g_task_get_task_data(G_TASK(result));

  *written = write->written;
  return g_task_propagate_boolean(G_TASK(result), error);
}

static gsize
get_unsent(BhPrintTransport *transport)
{
  BhStreamTransport *self = BH_STREAM_TRANSPORT(transport);
  BhStreamTransportClass *klass = BH_STREAM_TRANSPORT_GET_CLASS(self);
  BhStreamTransportPrivate *priv = get_private(self);

  return priv->stream != NULL && klass->get_unsent != NULL ? klass->get_unsent(self, priv->stream)
                                                           : 0;
}

static void
end_output(BhPrintTransport *transport)
{
  BhStreamTransport *self = BH_STREAM_TRANSPORT(transport);
  BhStreamTransportClass *klass = BH_STREAM_TRANSPORT_GET_CLASS(self);
  BhStreamTransportPrivate *priv = get_private(self);

  if (priv->stream != NULL && klass->end_output != NULL)
    klass->end_output(self, priv->stream);
}

static void
close_transport(BhPrintTransport *transport)
{
  BhStreamTransport *self = BH_STREAM_TRANSPORT(transport);

  /* Pending operations come back cancelled; they hold this object, and so the socket, until then.
   */
  g_cancellable_cancel(get_private(self)->cancellable);
}

static void
bh_stream_transport_finalize(GObject *object)
{
  BhStreamTransportPrivate *priv = get_private(BH_STREAM_TRANSPORT(object));

  g_clear_object(&priv->stream);
  g_object_unref(priv->cancellable);
  G_OBJECT_CLASS(bh_stream_transport_parent_class)->finalize(object);
}

static void
bh_stream_transport_class_init(BhStreamTransportClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_stream_transport_finalize;
}

static void
bh_stream_transport_init(BhStreamTransport *self)
{
  get_private(self)->cancellable = g_cancellable_new();
}

static void
print_transport_init(BhPrintTransportInterface *iface)
{
  iface->open_async = open_async;
  iface->open_finish = open_finish;
  iface->write_async = write_async;
  iface->write_finish = write_finish;
  iface->get_unsent = get_unsent;
  iface->end_output = end_output;
  iface->close = close_transport;
}
