/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "sealed-transport.h"

struct _BhSealedTransport {
  GObject parent_instance;

  BhSignalingTransport *below;
  BhFrameSeal *seal;
};

static void bh_sealed_transport_iface_init(BhSignalingTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhSealedTransport, bh_sealed_transport, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SIGNALING_TRANSPORT,
                                                    bh_sealed_transport_iface_init))

static void
bh_sealed_transport_send(BhSignalingTransport *transport, GBytes *text)
{
  BhSealedTransport *self = BH_SEALED_TRANSPORT(transport);
  gsize length;
  const char *bytes = g_bytes_get_data(text, &length);
  g_autoptr(GBytes) frame = bh_frame_seal_seal(self->seal, bytes, length);

  bh_signaling_transport_send(self->below, frame);
}

static gsize
bh_sealed_transport_get_queued_bytes(BhSignalingTransport *transport)
{
  return bh_signaling_transport_get_queued_bytes(BH_SEALED_TRANSPORT(transport)->below);
}

static void
bh_sealed_transport_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  bh_signaling_transport_close(BH_SEALED_TRANSPORT(transport)->below, code, reason);
}

static void
bh_sealed_transport_iface_init(BhSignalingTransportInterface *iface)
{
  iface->send = bh_sealed_transport_send;
  iface->get_queued_bytes = bh_sealed_transport_get_queued_bytes;
  iface->close = bh_sealed_transport_close;
}

static void
bh_sealed_transport_finalize(GObject *object)
{
  BhSealedTransport *self = BH_SEALED_TRANSPORT(object);

  g_object_unref(self->below);
  bh_frame_seal_free(self->seal);
  G_OBJECT_CLASS(bh_sealed_transport_parent_class)->finalize(object);
}

static void
bh_sealed_transport_class_init(BhSealedTransportClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_sealed_transport_finalize;
}

static void
bh_sealed_transport_init(BhSealedTransport *self)
{
}

BhSealedTransport *
bh_sealed_transport_new(BhSignalingTransport *below, BhFrameSeal *seal)
{
  BhSealedTransport *self = g_object_new(BH_TYPE_SEALED_TRANSPORT, NULL);

  self->below = g_object_ref(below);
  self->seal = seal;
  return self;
}

GBytes *
bh_sealed_transport_open(BhSealedTransport *transport, const char *frame, gsize length)
{
  return bh_frame_seal_open(transport->seal, frame, length);
}
