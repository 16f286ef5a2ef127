/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-socket.h"

G_DEFINE_INTERFACE(BhWebSocket, bh_web_socket, BH_TYPE_SIGNALING_TRANSPORT)

static void
bh_web_socket_default_init(BhWebSocketInterface *iface)
{
}

void
bh_web_socket_start(BhWebSocket *self, const BhWebSocketHandler *handler, gpointer user_data)
{
  g_return_if_fail(BH_IS_WEB_SOCKET(self));

  BH_WEB_SOCKET_GET_IFACE(self)->start(self, handler, user_data);
}

void
bh_web_socket_check(BhWebSocket *self, gint64 now_us, guint ping_ms, guint silent_ms)
{
  g_return_if_fail(BH_IS_WEB_SOCKET(self));

  BH_WEB_SOCKET_GET_IFACE(self)->check(self, now_us, ping_ms, silent_ms);
}

void
bh_web_socket_wake(BhWebSocket *self, gint64 now_us, guint silent_ms)
{
  g_return_if_fail(BH_IS_WEB_SOCKET(self));

  BH_WEB_SOCKET_GET_IFACE(self)->wake(self, now_us, silent_ms);
}

void
bh_web_socket_abort(BhWebSocket *self)
{
  g_return_if_fail(BH_IS_WEB_SOCKET(self));

  BH_WEB_SOCKET_GET_IFACE(self)->abort(self);
}
