/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-socket-context.h"

#include "epoll-web-socket.h"
#include "stream-web-socket.h"

struct _BhWebSocketContext {
  BhEpollLoop *loop;
};

BhWebSocketContext *
bh_web_socket_context_new(void)
{
  BhEpollLoop *loop = bh_epoll_loop_new();
  BhWebSocketContext *context;

  if (loop == NULL)
    return NULL;
  context = g_new0(BhWebSocketContext, 1);
  context->loop = loop;
  return context;
}

void
bh_web_socket_context_free(BhWebSocketContext *context)
{
  bh_epoll_loop_free(context->loop);
  g_free(context);
}

BhWebSocket *
bh_web_socket_context_make(BhWebSocketContext *context, GIOStream *stream, GSocket *socket,
                           gboolean is_plain, gsize max_message_bytes)
{
  if (is_plain)
    return bh_epoll_web_socket_new(context->loop, stream, socket, max_message_bytes);
  return bh_stream_web_socket_new(stream, socket, max_message_bytes);
}
