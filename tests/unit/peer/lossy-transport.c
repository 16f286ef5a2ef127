/* SPDX-License-Identifier: Apache-2.0 */
#include "lossy-transport.h"

struct _LossyTransport {
  BhTransport parent_instance;

  LossyTransport *other; /* weak */
  GRand *random;
  guint loss_percent;
  guint n_sent;
};

typedef struct {
  LossyTransport *to;
  GBytes *bytes;
} Flight;

G_DEFINE_FINAL_TYPE(LossyTransport, lossy_transport, BH_TYPE_TRANSPORT)

static void
flight_free(gpointer data)
{
  Flight *flight = data;

  g_object_unref(flight->to);
  g_bytes_unref(flight->bytes);
  g_free(flight);
}

static gboolean
arrive(gpointer data)
{
  Flight *flight = data;
  gsize length;
  const guint8 *bytes = g_bytes_get_data(flight->bytes, &length);

  if (bh_transport_get_state(BH_TRANSPORT(flight->to)) != BH_TRANSPORT_CLOSED)
    bh_transport_deliver(BH_TRANSPORT(flight->to), bytes, length);
  return G_SOURCE_REMOVE;
}

static gboolean
lossy_transport_send(BhTransport *transport, const guint8 *data, gsize length)
{
  LossyTransport *self = LOSSY_TRANSPORT(transport);
  guint luck = (guint)g_rand_int_range(self->random, 0, 100);
  Flight *flight;
  guint delay_ms = 0;

  if (self->other == NULL || bh_transport_get_state(transport) != BH_TRANSPORT_CONNECTED)
    return FALSE;
  self->n_sent++;
  if (luck < self->loss_percent)
    return TRUE;
  if (luck < 2 * self->loss_percent)
    delay_ms = (guint)g_rand_int_range(self->random, 1, 9);
  flight = g_new0(Flight, 1);
  flight->to = g_object_ref(self->other);
  flight->bytes = g_bytes_new(data, length);
  g_timeout_add_full(G_PRIORITY_DEFAULT, delay_ms, arrive, flight, flight_free);
  return TRUE;
}

static void
lossy_transport_close(BhTransport *transport)
{
  bh_transport_set_state(transport, BH_TRANSPORT_CLOSED, NULL);
}

static void
lossy_transport_finalize(GObject *object)
{
  LossyTransport *self = LOSSY_TRANSPORT(object);

  g_clear_weak_pointer(&self->other);
  g_rand_free(self->random);
  G_OBJECT_CLASS(lossy_transport_parent_class)->finalize(object);
}

static void
lossy_transport_class_init(LossyTransportClass *klass)
{
  BhTransportClass *transport_class = BH_TRANSPORT_CLASS(klass);

  transport_class->send = lossy_transport_send;
  transport_class->close = lossy_transport_close;
  G_OBJECT_CLASS(klass)->finalize = lossy_transport_finalize;
}

static void
lossy_transport_init(LossyTransport *self)
{
}

void
lossy_transport_new_pair(guint loss_percent, guint32 seed, LossyTransport **one,
                         LossyTransport **two)
{
  *one = g_object_new(LOSSY_TYPE_TRANSPORT, NULL);
  *two = g_object_new(LOSSY_TYPE_TRANSPORT, NULL);
  (*one)->loss_percent = (*two)->loss_percent = loss_percent;
  (*one)->random = g_rand_new_with_seed(seed);
  (*two)->random = g_rand_new_with_seed(seed + 1);
  g_set_weak_pointer(&(*one)->other, *two);
  g_set_weak_pointer(&(*two)->other, *one);
}

void
lossy_transport_connect(LossyTransport *self)
{
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTED, NULL);
}

guint
lossy_transport_get_sent(LossyTransport *self)
{
  return self->n_sent;
}

void
lossy_transport_inject(LossyTransport *self, const guint8 *data, gsize length)
{
  bh_transport_deliver(BH_TRANSPORT(self), data, length);
}
