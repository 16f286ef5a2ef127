/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "transport.h"

typedef struct {
  BhTransportReceive receive;
  gpointer receive_data;
  BhTransportState state;
  GError *error;
} BhTransportPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(BhTransport, bh_transport, G_TYPE_OBJECT)

enum { SIGNAL_STATE_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
bh_transport_finalize(GObject *object)
{
  BhTransportPrivate *priv = bh_transport_get_instance_private(BH_TRANSPORT(object));

  g_clear_error(&priv->error);
  G_OBJECT_CLASS(bh_transport_parent_class)->finalize(object);
}

static void
bh_transport_class_init(BhTransportClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_transport_finalize;

  signals[SIGNAL_STATE_CHANGED] =
      g_signal_new("state-changed", BH_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
bh_transport_init(BhTransport *self)
{
}

gboolean
bh_transport_send(BhTransport *self, const guint8 *data, gsize length)
{
  return BH_TRANSPORT_GET_CLASS(self)->send(self, data, length);
}

void
bh_transport_cork(BhTransport *self)
{
  if (BH_TRANSPORT_GET_CLASS(self)->cork != NULL)
    BH_TRANSPORT_GET_CLASS(self)->cork(self);
}

void
bh_transport_uncork(BhTransport *self)
{
  if (BH_TRANSPORT_GET_CLASS(self)->uncork != NULL)
    BH_TRANSPORT_GET_CLASS(self)->uncork(self);
}

void
bh_transport_set_receiver(BhTransport *self, BhTransportReceive receive, gpointer user_data)
{
  BhTransportPrivate *priv = bh_transport_get_instance_private(self);

  priv->receive = receive;
  priv->receive_data = user_data;
}

BhTransportState
bh_transport_get_state(BhTransport *self)
{
  BhTransportPrivate *priv = bh_transport_get_instance_private(self);

  return priv->state;
}

const GError *
bh_transport_get_error(BhTransport *self)
{
  BhTransportPrivate *priv = bh_transport_get_instance_private(self);

  return priv->error;
}

void
bh_transport_close(BhTransport *self)
{
  BH_TRANSPORT_GET_CLASS(self)->close(self);
}

void
bh_transport_deliver(BhTransport *self, const guint8 *data, gsize length)
{
  BhTransportPrivate *priv = bh_transport_get_instance_private(self);

  if (priv->receive != NULL)
    priv->receive(data, length, priv->receive_data);
}

void
bh_transport_set_state(BhTransport *self, BhTransportState state, GError *error)
{
  BhTransportPrivate *priv = bh_transport_get_instance_private(self);

  if (priv->state == state || priv->state == BH_TRANSPORT_FAILED ||
      priv->state == BH_TRANSPORT_CLOSED) {
    /* `failed` may still become `closed`: that is how its owner lets go of it. */
    if (priv->state != BH_TRANSPORT_FAILED || state != BH_TRANSPORT_CLOSED) {
      g_clear_error(&error);
      return;
    }
  }
  priv->state = state;
  if (error != NULL) {
    g_clear_error(&priv->error);
    priv->error = error;
  }
  g_signal_emit(self, signals[SIGNAL_STATE_CHANGED], 0, state);
}
