/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-socket-context.h"

#include "stream-web-socket.h"

struct _BhWebSocketContext {
  char unused; /* each WebSocket has sources of its own */
};

BhWebSocketContext *
bh_web_socket_context_new(void)
{
  return g_new0(BhWebSocketContext, 1);
}

void
bh_web_socket_context_free(BhWebSocketContext *context)
{
  g_free(context);
}

BhWebSocket *
bh_web_socket_context_make(BhWebSocketContext *context, GIOStream *stream, GSocket *socket,
                           gboolean is_plain, gsize max_message_bytes)
{
  return bh_stream_web_socket_new(stream, socket, max_message_bytes);
}
