/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "epoll-web-socket.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "web-socket-flow.h"

/* One read: a whole signaling message, and several common ones at once. */
#define READ_BYTES ((gsize)64 * 1024)
/* Pieces written by one call: two a frame. */
#define MAX_WRITE_PIECES 64

/* GLib promises it on every Unix. */
G_STATIC_ASSERT(sizeof(GOutputVector) == sizeof(struct iovec));
G_STATIC_ASSERT(G_STRUCT_OFFSET(GOutputVector, buffer) == G_STRUCT_OFFSET(struct iovec, iov_base));
G_STATIC_ASSERT(G_STRUCT_OFFSET(GOutputVector, size) == G_STRUCT_OFFSET(struct iovec, iov_len));

struct _BhEpollWebSocket {
  GObject parent_instance;

  BhEpollWatch watch; /* found back from by its address: see from_watch() */
  BhEpollLoop *loop;
  GIOStream *stream;
  GSocket *socket;
  BhWebSocketFlow flow;
  gboolean wants_out; /* EPOLLOUT is asked for */
  gboolean broken;    /* a write failed; the next event ends it */
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

/* Tells the owner; @self may be finalized after it. */
static void
end(BhEpollWebSocket *self)
{
  if (!bh_web_socket_flow_finish(&self->flow))
    return;
  bh_epoll_loop_remove(self->loop, &self->watch);
  g_io_stream_close(self->stream, NULL, NULL);
  g_socket_close(self->socket, NULL);
  self->flow.handler->closed(BH_WEB_SOCKET(self), self->flow.handler_data);
  g_object_unref(self);
}

static void
on_wake(BhWebSocket *socket)
{
  BhEpollWebSocket *self = BH_EPOLL_WEB_SOCKET(socket);

  if (!self->wants_out)
    bh_epoll_loop_mark(self->loop, &self->watch);
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
  BhWebSocketFlow *flow = &self->flow;
  GOutputVector pieces[MAX_WRITE_PIECES];

  while (flow->out.head != NULL && !self->broken) {
    struct msghdr message = {.msg_iov = (struct iovec *)(void *)pieces};
    ssize_t written;

    message.msg_iovlen = bh_web_socket_flow_gather(flow, pieces, MAX_WRITE_PIECES);
    written = sendmsg(watch->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written >= 0)
      bh_web_socket_flow_written(flow, (gsize)written);
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      break;
    else if (errno != EINTR)
      self->broken = TRUE;
  }
  set_wants_out(self, flow->out.head != NULL && !self->broken);
  if (self->broken)
    shutdown(watch->fd, SHUT_RDWR);
  else if (flow->phase == BH_WEB_SOCKET_CLOSING && flow->out.head == NULL)
    shutdown(watch->fd, flow->close_received ? SHUT_RDWR : SHUT_WR);
}

static void
ready(BhEpollWatch *watch, guint32 events)
{
  g_autoptr(BhEpollWebSocket) self = g_object_ref(from_watch(watch));
  static guint8 buffer[READ_BYTES]; /* one main context, and no read inside a read */

  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    ssize_t n = recv(watch->fd, buffer, sizeof buffer, MSG_DONTWAIT);

    if (n > 0)
      bh_web_socket_flow_take(&self->flow, buffer, (gsize)n);
    else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
      end(self);
  }
  if (self->flow.phase != BH_WEB_SOCKET_GONE && (events & EPOLLOUT) != 0)
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

  g_return_if_fail(self->flow.phase == BH_WEB_SOCKET_NEW);

  g_object_ref(self); /* until end() */
  bh_web_socket_flow_open(&self->flow, handler, user_data);
  if (!bh_epoll_loop_add(self->loop, &self->watch, EPOLLIN)) {
    /* No event will ever come: the next check ends it. */
    self->broken = TRUE;
    self->flow.phase = BH_WEB_SOCKET_CLOSING;
    return;
  }
  /* A client may send without waiting for our answer; one read empties the stream's buffer. */
  input = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(self->stream));
  n = g_pollable_input_stream_read_nonblocking(input, ahead, READ_BYTES, NULL, NULL);
  if (n > 0)
    bh_web_socket_flow_take(&self->flow, ahead, (gsize)n);
}

static void
bh_epoll_web_socket_check(BhWebSocket *socket, gint64 now_us, guint ping_ms, guint silent_ms)
{
  BhEpollWebSocket *self = BH_EPOLL_WEB_SOCKET(socket);

  if (bh_web_socket_flow_check(&self->flow, now_us, ping_ms, silent_ms))
    end(self);
}

static void
bh_epoll_web_socket_wake(BhWebSocket *socket, gint64 now_us, guint silent_ms)
{
  bh_web_socket_flow_wake(&BH_EPOLL_WEB_SOCKET(socket)->flow, now_us, silent_ms);
}

static void
bh_epoll_web_socket_abort(BhWebSocket *socket)
{
  end(BH_EPOLL_WEB_SOCKET(socket));
}

static void
bh_epoll_web_socket_send(BhSignalingTransport *transport, GBytes *text)
{
  BhEpollWebSocket *self = BH_EPOLL_WEB_SOCKET(transport);

  if (!self->broken)
    bh_web_socket_flow_send(&self->flow, text);
}

static gsize
bh_epoll_web_socket_get_queued_bytes(BhSignalingTransport *transport)
{
  return BH_EPOLL_WEB_SOCKET(transport)->flow.queued_bytes;
}

static void
bh_epoll_web_socket_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  bh_web_socket_flow_close(&BH_EPOLL_WEB_SOCKET(transport)->flow, code, reason);
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
  iface->check = bh_epoll_web_socket_check;
  iface->wake = bh_epoll_web_socket_wake;
  iface->abort = bh_epoll_web_socket_abort;
}

static void
bh_epoll_web_socket_finalize(GObject *object)
{
  BhEpollWebSocket *self = BH_EPOLL_WEB_SOCKET(object);

  bh_web_socket_flow_clear(&self->flow);
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
}

BhWebSocket *
bh_epoll_web_socket_new(BhEpollLoop *loop, GIOStream *stream, GSocket *socket,
                        gsize max_message_bytes)
{
  BhEpollWebSocket *self = g_object_new(BH_TYPE_EPOLL_WEB_SOCKET, NULL);

  self->loop = loop;
  self->stream = g_object_ref(stream);
  self->socket = g_object_ref(socket);
  self->watch = (BhEpollWatch){.fd = g_socket_get_fd(socket), .ready = ready, .flush = flush};
  bh_web_socket_flow_init(&self->flow, BH_WEB_SOCKET(self), on_wake, max_message_bytes);
  return BH_WEB_SOCKET(self);
}
