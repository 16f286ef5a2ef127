/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTransport: one layer of a connection. ICE, DTLS and SCTP implement it and are stacked: each
 * holds a reference on the one below, sends datagrams down through it and is handed what comes up.
 *
 * Datagrams keep their bounds; any may be lost. All on one main context.
 */
#pragma once

#include <glib-object.h>

#define BH_TYPE_TRANSPORT (bh_transport_get_type())
G_DECLARE_DERIVABLE_TYPE(BhTransport, bh_transport, BH, TRANSPORT, GObject)

/* `failed` and `closed` are final. */
typedef enum {
  BH_TRANSPORT_NEW,
  BH_TRANSPORT_CONNECTING,
  BH_TRANSPORT_CONNECTED,
  BH_TRANSPORT_DISCONNECTED, /* ICE only: no consent at present */
  BH_TRANSPORT_FAILED,
  BH_TRANSPORT_CLOSED,
} BhTransportState;

/**
 * BhTransportReceive:
 * @data: borrowed for the call
 *
 * One datagram from below.
 */
typedef void (*BhTransportReceive)(const guint8 *data, gsize length, gpointer user_data);

struct _BhTransportClass {
  GObjectClass parent_class;

  gboolean (*send)(BhTransport *self, const guint8 *data, gsize length);
  void (*close)(BhTransport *self);
  void (*cork)(BhTransport *self);   /* (nullable) */
  void (*uncork)(BhTransport *self); /* (nullable) */

  gpointer padding[2];
};

/* Signal: state-changed (BhTransportState state) */

/**
 * bh_transport_send:
 *
 * Returns: %FALSE where the datagram was not taken (not connected, socket buffer full): it is lost,
 *   as the network might have lost it; the layer above recovers
 */
gboolean bh_transport_send(BhTransport *self, const guint8 *data, gsize length);

/**
 * bh_transport_cork:
 *
 * More than one datagram is about to be sent: they may be held back and go out together, at the
 * latest with the matching bh_transport_uncork(). Pairs nest. Nothing that could wait comes in
 * between.
 */
void bh_transport_cork(BhTransport *self);
void bh_transport_uncork(BhTransport *self);

/**
 * bh_transport_set_receiver:
 * @receive: (nullable): %NULL detaches
 *
 * At most one. What arrives before a receiver is there, or before it is ready, is the receiver's
 * business to keep (DTLS keeps early records) once it has been set.
 */
void bh_transport_set_receiver(BhTransport *self, BhTransportReceive receive, gpointer user_data);

BhTransportState bh_transport_get_state(BhTransport *self);

/** bh_transport_get_error: Returns: (transfer none) (nullable): why it `failed` */
const GError *bh_transport_get_error(BhTransport *self);

/** bh_transport_close: may be called twice, and inside a callback of the transport. */
void bh_transport_close(BhTransport *self);

/* For implementations. */

/** bh_transport_deliver: hands one datagram to the receiver. */
void bh_transport_deliver(BhTransport *self, const guint8 *data, gsize length);

/**
 * bh_transport_set_state:
 * @error: (nullable) (transfer full): with BH_TRANSPORT_FAILED
 *
 * Emits `state-changed` where it changed. Leaving a final state is ignored.
 */
void bh_transport_set_state(BhTransport *self, BhTransportState state, GError *error);
