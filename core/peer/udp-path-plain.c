/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "udp-path.h"

BhUdpPath *
bh_udp_path_new(GSocket *socket, gconstpointer address, gsize address_bytes)
{
  return NULL;
}

void
bh_udp_path_free(BhUdpPath *self)
{
}

gboolean
bh_udp_path_send(BhUdpPath *self, const guint8 *data, gsize length, gboolean may_wait)
{
  return FALSE;
}

void
bh_udp_path_flush(BhUdpPath *self)
{
}
