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
