/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "signaling-transport.h"

G_DEFINE_INTERFACE(BhSignalingTransport, bh_signaling_transport, G_TYPE_OBJECT)

static void
bh_signaling_transport_default_init(BhSignalingTransportInterface *iface)
{
}

void
bh_signaling_transport_send(BhSignalingTransport *self, GBytes *text)
{
  g_return_if_fail(BH_IS_SIGNALING_TRANSPORT(self));

  BH_SIGNALING_TRANSPORT_GET_IFACE(self)->send(self, text);
}

gsize
bh_signaling_transport_get_queued_bytes(BhSignalingTransport *self)
{
  g_return_val_if_fail(BH_IS_SIGNALING_TRANSPORT(self), 0);

  return BH_SIGNALING_TRANSPORT_GET_IFACE(self)->get_queued_bytes(self);
}

void
bh_signaling_transport_close(BhSignalingTransport *self, guint16 code, const char *reason)
{
  g_return_if_fail(BH_IS_SIGNALING_TRANSPORT(self));

  BH_SIGNALING_TRANSPORT_GET_IFACE(self)->close(self, code, reason);
}
