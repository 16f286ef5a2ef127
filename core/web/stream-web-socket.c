/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "stream-web-socket.h"

#include <string.h>

#include "web-socket-flow.h"

/* More than a record of TLS, so that nothing of one stays behind unseen. */
#define READ_BYTES ((gsize)64 * 1024)
/* Reads in one turn of the main loop. */
#define MAX_READS 8
/* One record of TLS (RFC 8446 section 5.1). */
#define WRITE_BYTES ((gsize)16 * 1024)
/* Pieces copied into one write: two a frame. */
#define MAX_WRITE_PIECES 64

struct _BhStreamWebSocket {
  GObject parent_instance;

  GIOStream *stream;
  GPollableInputStream *input;   /* of the stream */
  GPollableOutputStream *output; /* of the stream */
  GSocket *socket;               /* (nullable) */
  BhWebSocketFlow flow;
  GSource *in_source;    /* from the start to the end */
  GSource *out_source;   /* while the stream takes no more */
  GSource *flush_source; /* what is sent in one turn leaves together */
  gboolean half_closed;
};

static void transport_iface_init(BhSignalingTransportInterface *iface);
static void web_socket_iface_init(BhWebSocketInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhStreamWebSocket, bh_stream_web_socket, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SIGNALING_TRANSPORT,
                                                    transport_iface_init)
                                  G_IMPLEMENT_INTERFACE(BH_TYPE_WEB_SOCKET, web_socket_iface_init))

static void
drop_source(GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy(*source);
  g_clear_pointer(source, g_source_unref);
}

/* Takes its sources away and tells the owner; @self may be finalized after it. */
static void
end(BhStreamWebSocket *self)
{
  if (!bh_web_socket_flow_finish(&self->flow))
    return;
  drop_source(&self->in_source);
  drop_source(&self->out_source);
  drop_source(&self->flush_source);
  g_io_stream_close(self->stream, NULL, NULL);
  if (self->socket != NULL)
    g_socket_close(self->socket, NULL);
  self->flow.handler->closed(BH_WEB_SOCKET(self), self->flow.handler_data);
  g_object_unref(self);
}

/* @source: (transfer full): */
static void
attach(BhStreamWebSocket *self, GSource **place, GSource *source, GSourceFunc func)
{
  drop_source(place);
  g_source_set_callback(source, func, self, NULL);
  g_source_attach(source, g_main_context_get_thread_default());
  *place = source;
}

static gboolean on_writable(GObject *stream, gpointer user_data);

/* The close frame has left. Returns: %FALSE: it has been ended */
static gboolean
half_close(BhStreamWebSocket *self)
{
  if (self->flow.close_received) {
    end(self);
    return FALSE;
  }
  if (!self->half_closed) {
    self->half_closed = TRUE;
    g_output_stream_close(G_OUTPUT_STREAM(self->output), NULL, NULL);
    if (self->socket != NULL)
      g_socket_shutdown(self->socket, FALSE, TRUE, NULL);
  }
  return TRUE;
}

/*
 * Copies what comes next into one write. Also after the stream has taken none of it the same bytes
 * come first again, and not fewer: OpenSSL has enciphered them already.
 */
static gssize
write_some(BhStreamWebSocket *self, GError **error)
{
  static guint8 buffer[WRITE_BYTES]; /* one main context */
  GOutputVector pieces[MAX_WRITE_PIECES];
  guint n = bh_web_socket_flow_gather(&self->flow, pieces, MAX_WRITE_PIECES);
  gsize length = 0;

  for (guint i = 0; i < n && length < sizeof buffer; i++) {
    gsize part = MIN(pieces[i].size, sizeof buffer - length);

    memcpy(buffer + length, pieces[i].buffer, part);
    length += part;
  }
  return g_pollable_output_stream_write_nonblocking(self->output, buffer, length, NULL, error);
}

/* Runs from a source of its own, so it may end the connection. */
static void
flush(BhStreamWebSocket *self)
{
  g_autoptr(GError) error = NULL;

  while (self->flow.out.head != NULL && error == NULL) {
    gssize written = write_some(self, &error);

    if (written > 0)
      bh_web_socket_flow_written(&self->flow, (gsize)written);
  }
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    attach(self, &self->out_source, g_pollable_output_stream_create_source(self->output, NULL),
           G_SOURCE_FUNC(on_writable));
    return;
  }
  drop_source(&self->out_source);
  if (error != NULL)
    end(self);
  else if (self->flow.phase == BH_WEB_SOCKET_CLOSING)
    half_close(self);
}

static gboolean
on_writable(GObject *stream, gpointer user_data)
{
  flush(user_data);
  return G_SOURCE_CONTINUE; /* flush() has removed or replaced it */
}

static gboolean
on_flush(gpointer user_data)
{
  BhStreamWebSocket *self = user_data;

  drop_source(&self->flush_source);
  flush(self);
  return G_SOURCE_REMOVE;
}

static void
on_wake(BhWebSocket *socket)
{
  BhStreamWebSocket *self = BH_STREAM_WEB_SOCKET(socket);

  if (self->out_source == NULL && self->flush_source == NULL) {
    GSource *source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    attach(self, &self->flush_source, source, on_flush);
  }
}

static gboolean on_readable(GObject *stream, gpointer user_data);

/* Returns: %FALSE: it has been ended */
static gboolean
read_all(BhStreamWebSocket *self)
{
  static guint8 buffer[READ_BYTES]; /* one main context, and no read inside a read */

  for (guint i = 0; i < MAX_READS; i++) {
    g_autoptr(GError) error = NULL;
    gssize n =
        g_pollable_input_stream_read_nonblocking(self->input, buffer, sizeof buffer, NULL, &error);

    if (n > 0)
      bh_web_socket_flow_take(&self->flow, buffer, (gsize)n);
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      break;
    else
      end(self);
    if (self->flow.phase == BH_WEB_SOCKET_GONE)
      return FALSE;
  }
  return TRUE;
}

/* A new source each time: the stream knows best what it waits for now. */
static gboolean
on_readable(GObject *stream, gpointer user_data)
{
  g_autoptr(BhStreamWebSocket) self = g_object_ref(user_data);

  if (read_all(self))
    attach(self, &self->in_source, g_pollable_input_stream_create_source(self->input, NULL),
           G_SOURCE_FUNC(on_readable));
  return G_SOURCE_CONTINUE; /* attach() or end() has removed it */
}

static void
bh_stream_web_socket_start(BhWebSocket *socket, const BhWebSocketHandler *handler,
                           gpointer user_data)
{
  BhStreamWebSocket *self = BH_STREAM_WEB_SOCKET(socket);

  g_return_if_fail(self->flow.phase == BH_WEB_SOCKET_NEW);

  g_object_ref(self); /* until end() */
  bh_web_socket_flow_open(&self->flow, handler, user_data);
  attach(self, &self->in_source, g_pollable_input_stream_create_source(self->input, NULL),
         G_SOURCE_FUNC(on_readable));
}

static void
bh_stream_web_socket_check(BhWebSocket *socket, gint64 now_us, guint ping_ms, guint silent_ms)
{
  BhStreamWebSocket *self = BH_STREAM_WEB_SOCKET(socket);

  if (bh_web_socket_flow_check(&self->flow, now_us, ping_ms, silent_ms))
    end(self);
}

static void
bh_stream_web_socket_wake(BhWebSocket *socket, gint64 now_us, guint silent_ms)
{
  bh_web_socket_flow_wake(&BH_STREAM_WEB_SOCKET(socket)->flow, now_us, silent_ms);
}

static void
bh_stream_web_socket_abort(BhWebSocket *socket)
{
  end(BH_STREAM_WEB_SOCKET(socket));
}

static void
bh_stream_web_socket_send(BhSignalingTransport *transport, GBytes *text)
{
  bh_web_socket_flow_send(&BH_STREAM_WEB_SOCKET(transport)->flow, text);
}

static gsize
bh_stream_web_socket_get_queued_bytes(BhSignalingTransport *transport)
{
  return BH_STREAM_WEB_SOCKET(transport)->flow.queued_bytes;
}

static void
bh_stream_web_socket_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  bh_web_socket_flow_close(&BH_STREAM_WEB_SOCKET(transport)->flow, code, reason);
}

static void
transport_iface_init(BhSignalingTransportInterface *iface)
{
  iface->send = bh_stream_web_socket_send;
  iface->get_queued_bytes = bh_stream_web_socket_get_queued_bytes;
  iface->close = bh_stream_web_socket_close;
}

static void
web_socket_iface_init(BhWebSocketInterface *iface)
{
  iface->start = bh_stream_web_socket_start;
  iface->check = bh_stream_web_socket_check;
  iface->wake = bh_stream_web_socket_wake;
  iface->abort = bh_stream_web_socket_abort;
}

static void
bh_stream_web_socket_finalize(GObject *object)
{
  BhStreamWebSocket *self = BH_STREAM_WEB_SOCKET(object);

  bh_web_socket_flow_clear(&self->flow);
  g_clear_object(&self->stream);
  g_clear_object(&self->socket);
  G_OBJECT_CLASS(bh_stream_web_socket_parent_class)->finalize(object);
}

static void
bh_stream_web_socket_class_init(BhStreamWebSocketClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_stream_web_socket_finalize;
}

static void
bh_stream_web_socket_init(BhStreamWebSocket *self)
{
}

BhWebSocket *
bh_stream_web_socket_new(GIOStream *stream, GSocket *socket, gsize max_message_bytes)
{
  BhStreamWebSocket *self = g_object_new(BH_TYPE_STREAM_WEB_SOCKET, NULL);

  self->stream = g_object_ref(stream);
  self->input = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(stream));
  self->output = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream));
  self->socket = socket != NULL ? g_object_ref(socket) : NULL;
  bh_web_socket_flow_init(&self->flow, BH_WEB_SOCKET(self), on_wake, max_message_bytes);
  return BH_WEB_SOCKET(self);
}
