/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "signal-carrier.h"

/*
 * Held by the contact whose channel it is, and for as long as the session has it as its transport.
 * The rooms ask what is queued before they send, and close who reads too slowly.
 */
struct _BhSignalCarrier {
  GObject parent_instance;

  BhDataChannel *channel;
  BhSignalingSession *session; /* NULL once ended */
};

static void transport_iface_init(BhSignalingTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhSignalCarrier, bh_signal_carrier, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SIGNALING_TRANSPORT,
                                                    transport_iface_init))

static void
bh_signal_carrier_send(BhSignalingTransport *transport, GBytes *text)
{
  BhSignalCarrier *self = BH_SIGNAL_CARRIER(transport);
  gsize length;
  const char *bytes = g_bytes_get_data(text, &length);
  g_autoptr(GError) error = NULL;

  /* One message that is missing would leave both sides with different rooms. */
  if (!bh_data_channel_send(self->channel, bytes, length, TRUE, &error)) {
    g_debug("Signaling on a channel ends: %s", error->message);
    bh_data_channel_close(self->channel);
  }
}

static gsize
bh_signal_carrier_get_queued_bytes(BhSignalingTransport *transport)
{
  return bh_data_channel_get_buffered_amount(BH_SIGNAL_CARRIER(transport)->channel);
}

static void
bh_signal_carrier_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  bh_data_channel_close(BH_SIGNAL_CARRIER(transport)->channel);
}

static void
transport_iface_init(BhSignalingTransportInterface *iface)
{
  iface->send = bh_signal_carrier_send;
  iface->get_queued_bytes = bh_signal_carrier_get_queued_bytes;
  iface->close = bh_signal_carrier_close;
}

static void
on_message(BhDataChannel *channel, GBytes *data, gboolean is_text, BhSignalCarrier *self)
{
  gsize length;
  const char *bytes = g_bytes_get_data(data, &length);

  if (!is_text)
    bh_data_channel_close(channel); /* as a WebSocket would, with 1003 */
  else if (self->session != NULL)
    bh_signaling_session_receive(self->session, bytes, length);
}

static void
on_closed(BhDataChannel *channel, BhSignalCarrier *self)
{
  bh_signal_carrier_end(self);
}

BhSignalCarrier *
bh_signal_carrier_new(BhSignalingServer *server, BhDataChannel *channel, const char *device_id)
{
  /* Inside DTLS with a signed fingerprint: nobody can listen. Each device has its own allowance. */
  const BhRemote remote = {.address = (char *)device_id, .secure = TRUE};
  BhSignalCarrier *self = g_object_new(BH_TYPE_SIGNAL_CARRIER, NULL);

  self->channel = g_object_ref(channel);
  self->session = bh_signaling_server_accept(server, BH_SIGNALING_TRANSPORT(self), NULL, &remote);
  g_signal_connect_object(channel, "message", G_CALLBACK(on_message), self, 0);
  g_signal_connect_object(channel, "closed", G_CALLBACK(on_closed), self, 0);
  return self;
}

void
bh_signal_carrier_end(BhSignalCarrier *carrier)
{
  g_autoptr(BhSignalCarrier) self = g_object_ref(carrier);
  BhSignalingSession *session = g_steal_pointer(&self->session);

  if (session == NULL)
    return;
  g_signal_handlers_disconnect_by_data(self->channel, self);
  bh_data_channel_close(self->channel);
  bh_signaling_session_end(session);
}

static void
bh_signal_carrier_finalize(GObject *object)
{
  g_clear_object(&BH_SIGNAL_CARRIER(object)->channel);
  G_OBJECT_CLASS(bh_signal_carrier_parent_class)->finalize(object);
}

static void
bh_signal_carrier_class_init(BhSignalCarrierClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_signal_carrier_finalize;
}

static void
bh_signal_carrier_init(BhSignalCarrier *self)
{
}
