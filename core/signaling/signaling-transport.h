/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignalingTransport: what carries one peer's signaling messages. Implemented by the WebSocket,
 * by the hub's own peer, later by a data channel labelled `signal`; the rooms know no other.
 *
 * The owner of the transport feeds what arrives into bh_signaling_session_receive().
 */
#pragma once

#include <glib-object.h>

#define BH_TYPE_SIGNALING_TRANSPORT (bh_signaling_transport_get_type())
G_DECLARE_INTERFACE(BhSignalingTransport, bh_signaling_transport, BH, SIGNALING_TRANSPORT, GObject)

struct _BhSignalingTransportInterface {
  GTypeInterface parent;

  void (*send)(BhSignalingTransport *self, GBytes *text);
  gsize (*get_queued_bytes)(BhSignalingTransport *self);
  void (*close)(BhSignalingTransport *self, guint16 code, const char *reason);
};

/**
 * bh_signaling_transport_send:
 * @text: one JSON message, UTF-8 without NUL; shared between receivers, never changed
 *
 * Queues; never blocks, never calls back into the sender.
 */
void bh_signaling_transport_send(BhSignalingTransport *self, GBytes *text);

/** bh_signaling_transport_get_queued_bytes: what was sent and has not left yet. */
gsize bh_signaling_transport_get_queued_bytes(BhSignalingTransport *self);

/**
 * bh_signaling_transport_close:
 * @code: a WebSocket close code (RFC 6455 section 7.4)
 * @reason: (nullable): at most 123 bytes
 *
 * May be called twice. What is queued may still leave.
 */
void bh_signaling_transport_close(BhSignalingTransport *self, guint16 code, const char *reason);
