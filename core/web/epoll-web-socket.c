/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "epoll-web-socket.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "web-socket-codec.h"

/* One read: a whole signaling message, and several common ones at once. */
#define READ_BYTES ((gsize)64 * 1024)
/* Frames written by one call. */
#define MAX_WRITE_FRAMES 32
/* How long the other side has for its part of the closing handshake. */
#define CLOSING_US ((gint64)5 * G_USEC_PER_SEC)
/* Where this much waits already, a ping is not answered: a peer must not fill its own queue. */
#define MAX_PONG_QUEUED_BYTES 4096

/* One frame on its way out. */
typedef struct {
  GBytes *payload;
  guint8 header[BH_WEB_SOCKET_MAX_HEADER_BYTES];
  guint8 header_bytes;
} OutFrame;

typedef enum {
  STATE_NEW,     /* not started */
  STATE_OPEN,    /* -> CLOSING: a close frame is queued; -> GONE: the connection broke */
  STATE_CLOSING, /* reads on until the other side has closed; -> GONE */
  STATE_GONE,    /* closed() has been called */
} State;

struct _BhEpollWebSocket {
  GObject parent_instance;

  BhEpollWatch watch; /* found back from by its address: see from_watch() */
  BhEpollLoop *loop;
  GIOStream *stream;
  GSocket *socket;
  BhWebSocketReader reader;
  const BhWebSocketHandler *handler;
  gpointer handler_data;
  State state;
  GQueue out;       /* OutFrame */
  gsize out_offset; /* of the first frame, header included */
  gsize queued_bytes;
  gboolean wants_out; /* EPOLLOUT is asked for */
  gboolean close_received;
  gboolean deaf;   /* what comes cannot be understood any more; read and dropped until the end, so
                      that the close frame is not lost in a reset */
  gboolean broken; /* a write failed; the next event ends it */
  gint64 heard_us;
  gint64 pinged_us;
  gint64 closing_us;
};

static void transport_iface_init(BhSignalingTransportInterface *iface);
static void web_socket_iface_init(BhWebSocketInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhEpollWebSocket, bh_epoll_web_socket, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SIGNALING_TRANSPORT,
                                                    transport_iface_init)
                                  G_IMPLEMENT_INTERFACE(BH_TYPE_WEB_SOCKET, web_socket_iface_init))

static BhEpollWebSocket *
from_watch(BhEpollWatch *watch)
{
  return (BhEpollWebSocket *)(void *)((char *)watch - G_STRUCT_OFFSET(BhEpollWebSocket, watch));
}

static void
out_frame_free(gpointer data)
{
  OutFrame *frame = data;

  g_bytes_unref(frame->payload);
  g_free(frame);
}

/* Takes what is queued out of the way and tells the owner; @self may be finalized after it. */
static void
end(BhEpollWebSocket *self)
{
  if (self->state == STATE_GONE || self->state == STATE_NEW)
    return;
  self->state = STATE_GONE;
  bh_epoll_loop_remove(self->loop, &self->watch);
  g_queue_clear_full(&self->out, out_frame_free);
  self->queued_bytes = 0;
  g_io_stream_close(self->stream, NULL, NULL);
  g_socket_close(self->socket, NULL);
  self->handler->closed(BH_WEB_SOCKET(self), self->handler_data);
  g_object_unref(self);
}

static void
push_frame(BhEpollWebSocket *self, BhWebSocketOpcode opcode, GBytes *payload)
{
  OutFrame *frame = g_new(OutFrame, 1);
  gsize length = g_bytes_get_size(payload);

  frame->payload = g_bytes_ref(payload);
  frame->header_bytes = (guint8)bh_web_socket_write_header(frame->header, opcode, length);
  g_queue_push_tail(&self->out, frame);
  self->queued_bytes += frame->header_bytes + length;
  if (!self->wants_out)
    bh_epoll_loop_mark(self->loop, &self->watch);
}

static void
push_control(BhEpollWebSocket *self, BhWebSocketOpcode opcode, const guint8 *data, gsize length)
{
  g_autoptr(GBytes) payload = g_bytes_new(data, length);

  push_frame(self, opcode, payload);
}

static void
start_closing(BhEpollWebSocket *self, guint code, const char *reason)
{
  guint8 payload[BH_WEB_SOCKET_MAX_CONTROL_BYTES];
  gsize length = 0;

  if (self->state != STATE_OPEN)
    return;
  self->state = STATE_CLOSING;
  self->closing_us = g_get_monotonic_time();
  if (code != BH_WEB_SOCKET_CLOSE_NO_CODE) {
    gsize reason_bytes = reason != NULL ? MIN(strlen(reason), sizeof payload - 2) : 0;

    payload[0] = (guint8)(code >> 8);
    payload[1] = (guint8)code;
    if (reason_bytes > 0)
      memcpy(payload + 2, reason, reason_bytes);
    length = 2 + reason_bytes;
  }
  push_control(self, BH_WEB_SOCKET_CLOSE, payload, length);
}

/* Takes @written bytes off the queue. */
static void
drop_written(BhEpollWebSocket *self, gsize written)
{
  self->queued_bytes -= written;
  self->out_offset += written;
  while (self->out.head != NULL) {
    OutFrame *frame = self->out.head->data;
    gsize size = frame->header_bytes + g_bytes_get_size(frame->payload);

    if (self->out_offset < size)
      return;
    self->out_offset -= size;
    out_frame_free(g_queue_pop_head(&self->out));
  }
}

static ssize_t
write_some(BhEpollWebSocket *self)
{
  struct iovec parts[2 * MAX_WRITE_FRAMES];
  struct msghdr message = {.msg_iov = parts};
  gsize skip = self->out_offset;
  int n = 0;

  for (GList *l = self->out.head; l != NULL && n < 2 * MAX_WRITE_FRAMES; l = l->next) {
    OutFrame *frame = l->data;
    gsize length;
    const guint8 *payload = g_bytes_get_data(frame->payload, &length);
    gsize in_header = MIN(skip, frame->header_bytes);
    gsize in_payload = skip - in_header;

    parts[n++] = (struct iovec){frame->header + in_header, frame->header_bytes - in_header};
    if (length > in_payload)
      parts[n++] = (struct iovec){(void *)(payload + in_payload), length - in_payload};
    skip = 0;
  }
  message.msg_iovlen = (gsize)n;
  return sendmsg(self->watch.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
set_wants_out(BhEpollWebSocket *self, gboolean wants_out)
{
  if (self->wants_out == wants_out)
    return;
  self->wants_out = wants_out;
  bh_epoll_loop_change(self->loop, &self->watch, EPOLLIN | (wants_out ? EPOLLOUT : 0));
}

/* Never ends it: its caller may be anybody. A broken connection shows itself by an event. */
static void
flush(BhEpollWatch *watch)
{
  BhEpollWebSocket *self = from_watch(watch);

  while (self->out.head != NULL && !self->broken) {
    ssize_t written = write_some(self);

    if (written >= 0)
      drop_written(self, (gsize)written);
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      break;
    else if (errno != EINTR)
      self->broken = TRUE;
  }
  set_wants_out(self, self->out.head != NULL && !self->broken);
  if (self->broken)
    shutdown(self->watch.fd, SHUT_RDWR);
  else if (self->state == STATE_CLOSING && self->out.head == NULL)
    shutdown(self->watch.fd, self->close_received ? SHUT_RDWR : SHUT_WR);
}

static void
on_close_frame(BhEpollWebSocket *self, const guint8 *data, gsize length)
{
  guint code = BH_WEB_SOCKET_CLOSE_NO_CODE;

  self->close_received = TRUE;
  if (length >= 2)
    code = (guint)data[0] << 8 | data[1];
  if (length == 1 || (length >= 2 && !bh_web_socket_is_close_code(code)))
    code = BH_WEB_SOCKET_CLOSE_PROTOCOL;
  start_closing(self, code, NULL);
}

static gboolean
on_frame(BhWebSocketOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  BhEpollWebSocket *self = user_data;

  if (opcode == BH_WEB_SOCKET_CLOSE) {
    on_close_frame(self, data, length);
    return FALSE;
  }
  /* What was on its way when we closed is not looked at. */
  if (self->state != STATE_OPEN)
    return self->state == STATE_CLOSING;
  if (opcode == BH_WEB_SOCKET_TEXT)
    self->handler->receive(BH_WEB_SOCKET(self), (const char *)data, length, self->handler_data);
  else if (opcode == BH_WEB_SOCKET_PING && self->queued_bytes < MAX_PONG_QUEUED_BYTES)
    /* RFC 6455 section 5.5.3: an answer to the latest ping is enough. */
    push_control(self, BH_WEB_SOCKET_PONG, data, length);
  return self->state != STATE_GONE;
}

static void
take(BhEpollWebSocket *self, guint8 *data, gsize length)
{
  guint16 code;

  if (self->close_received || self->deaf)
    return;
  code = bh_web_socket_reader_feed(&self->reader, data, length, on_frame, self);
  if (code != 0) {
    static const char *const too_large = "too-large: a message is too large";

    self->deaf = TRUE;
    start_closing(self, code, code == BH_WEB_SOCKET_CLOSE_TOO_LARGE ? too_large : NULL);
  }
}

static void
ready(BhEpollWatch *watch, guint32 events)
{
  g_autoptr(BhEpollWebSocket) self = g_object_ref(from_watch(watch));
  static guint8 buffer[READ_BYTES]; /* one main context, and no read inside a read */

  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    ssize_t n = recv(watch->fd, buffer, sizeof buffer, MSG_DONTWAIT);

    if (n > 0) {
      self->heard_us = g_get_monotonic_time();
      take(self, buffer, (gsize)n);
    } else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
      end(self);
    }
  }
  if (self->state != STATE_GONE && (events & EPOLLOUT) != 0)
    flush(watch);
}

static void
bh_epoll_web_socket_start(BhWebSocket *socket, const BhWebSocketHandler *handler,
                          gpointer user_data)
{
  BhEpollWebSocket *self = BH_EPOLL_WEB_SOCKET(socket);
  GPollableInputStream *input;
  g_autofree guint8 *ahead = g_malloc(READ_BYTES);
  gssize n;

  g_return_if_fail(self->state == STATE_NEW);

  g_object_ref(self); /* until end() */
  self->state = STATE_OPEN;
  self->handler = handler;
  self->handler_data = user_data;
  self->heard_us = self->pinged_us = g_get_monotonic_time();
  if (!bh_epoll_loop_add(self->loop, &self->watch, EPOLLIN)) {
    /* No event will ever come: the next check ends it. */
    self->broken = TRUE;
    self->state = STATE_CLOSING;
    return;
  }
  /* A client may send without waiting for our answer; one read empties the stream's buffer. */
  input = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(self->stream));
  n = g_pollable_input_stream_read_nonblocking(input, ahead, READ_BYTES, NULL, NULL);
  if (n > 0)
    take(self, ahead, (gsize)n);
}

static void
bh_epoll_web_socket_send(BhSignalingTransport *transport, GBytes *text)
{
  BhEpollWebSocket *self = BH_EPOLL_WEB_SOCKET(transport);

  if (self->state == STATE_OPEN && !self->broken)
    push_frame(self, BH_WEB_SOCKET_TEXT, text);
}

static gsize
bh_epoll_web_socket_get_queued_bytes(BhSignalingTransport *transport)
{
  return BH_EPOLL_WEB_SOCKET(transport)->queued_bytes;
}

static void
bh_epoll_web_socket_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  start_closing(BH_EPOLL_WEB_SOCKET(transport), code, reason);
}

static void
transport_iface_init(BhSignalingTransportInterface *iface)
{
  iface->send = bh_epoll_web_socket_send;
  iface->get_queued_bytes = bh_epoll_web_socket_get_queued_bytes;
  iface->close = bh_epoll_web_socket_close;
}

static void
web_socket_iface_init(BhWebSocketInterface *iface)
{
  iface->start = bh_epoll_web_socket_start;
}

static void
bh_epoll_web_socket_finalize(GObject *object)
{
  BhEpollWebSocket *self = BH_EPOLL_WEB_SOCKET(object);

  g_queue_clear_full(&self->out, out_frame_free);
  bh_web_socket_reader_clear(&self->reader);
  g_clear_object(&self->stream);
  g_clear_object(&self->socket);
  G_OBJECT_CLASS(bh_epoll_web_socket_parent_class)->finalize(object);
}

static void
bh_epoll_web_socket_class_init(BhEpollWebSocketClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_epoll_web_socket_finalize;
}

static void
bh_epoll_web_socket_init(BhEpollWebSocket *self)
{
  g_queue_init(&self->out);
}

BhEpollWebSocket *
bh_epoll_web_socket_new(BhEpollLoop *loop, GIOStream *stream, GSocket *socket,
                        gsize max_message_bytes)
{
  BhEpollWebSocket *self = g_object_new(BH_TYPE_EPOLL_WEB_SOCKET, NULL);

  self->loop = loop;
  self->stream = g_object_ref(stream);
  self->socket = g_object_ref(socket);
  self->watch = (BhEpollWatch){.fd = g_socket_get_fd(socket), .ready = ready, .flush = flush};
  bh_web_socket_reader_init(&self->reader, max_message_bytes);
  return self;
}

void
bh_epoll_web_socket_check(BhEpollWebSocket *self, gint64 now_us, guint ping_ms, guint silent_ms)
{
  if (self->state == STATE_CLOSING && now_us - self->closing_us >= CLOSING_US) {
    end(self);
    return;
  }
  if (self->state != STATE_OPEN)
    return;
  if (now_us - self->heard_us >= (gint64)silent_ms * 1000) {
    end(self);
    return;
  }
  if (now_us - self->pinged_us >= (gint64)ping_ms * 1000) {
    self->pinged_us = now_us;
    push_control(self, BH_WEB_SOCKET_PING, NULL, 0);
  }
}

void
bh_epoll_web_socket_abort(BhEpollWebSocket *self)
{
  end(self);
}
