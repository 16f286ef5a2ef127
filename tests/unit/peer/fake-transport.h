/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pair of BhTransports joined in memory: what one sends the other delivers from the main loop.
 * By a seed it can lose, double, reorder and delay.
 */
#pragma once

#include <glib-object.h>
#include <string.h>

#include "transport.h"

typedef struct {
  guint lose_percent;
  guint double_percent;
  guint reorder_percent;
  guint delay_ms; /* the same for all */
} FakeFaults;

#define FAKE_TYPE_TRANSPORT (fake_transport_get_type())
G_DECLARE_FINAL_TYPE(FakeTransport, fake_transport, FAKE, TRANSPORT, BhTransport)

/* More is lost, as a socket would lose it. */
#define FAKE_MAX_QUEUED 16384

typedef struct {
  gint64 due_us;
  gsize length;
  guint8 data[];
} FakeDatagram;

struct _FakeTransport {
  BhTransport parent_instance;

  FakeTransport *other; /* weak */
  GQueue queue;         /* FakeDatagram, towards this one */
  GSource *source;
  GRand *random;
  FakeFaults faults;
  guint64 n_sent;
};

G_DEFINE_FINAL_TYPE(FakeTransport, fake_transport, BH_TYPE_TRANSPORT)

static gboolean
fake_transport_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr(FakeTransport) self = g_object_ref(FAKE_TRANSPORT(user_data));
  gint64 now_us = g_source_get_time(source);
  FakeDatagram *next;

  /* Only what is there now, so that other sources have their turn. */
  for (guint n = self->queue.length; n > 0; n--) {
    g_autofree FakeDatagram *datagram = NULL;

    next = g_queue_peek_head(&self->queue);
    if (next == NULL || next->due_us > now_us)
      break;
    datagram = g_queue_pop_head(&self->queue);
    bh_transport_deliver(BH_TRANSPORT(self), datagram->data, datagram->length);
  }
  if (g_source_is_destroyed(source))
    return G_SOURCE_REMOVE;
  next = g_queue_peek_head(&self->queue);
  g_source_set_ready_time(source, next == NULL ? -1 : next->due_us);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs fake_transport_source_funcs = {.dispatch = fake_transport_dispatch};

static inline void
fake_transport_inject(FakeTransport *self, const guint8 *data, gsize length)
{
  FakeDatagram *datagram;

  if (self->queue.length >= FAKE_MAX_QUEUED)
    return;
  datagram = g_malloc(sizeof *datagram + length);
  datagram->due_us =
      self->faults.delay_ms > 0 ? g_get_monotonic_time() + self->faults.delay_ms * 1000 : 0;
  datagram->length = length;
  memcpy(datagram->data, data, length);
  if (self->queue.length > 0 &&
      (guint)g_rand_int_range(self->random, 0, 100) < self->faults.reorder_percent) {
    FakeDatagram *last = g_queue_pop_tail(&self->queue);

    last->due_us = datagram->due_us;
    g_queue_push_tail(&self->queue, datagram);
    g_queue_push_tail(&self->queue, last);
    return;
  }
  g_queue_push_tail(&self->queue, datagram);
  if (self->queue.length == 1)
    g_source_set_ready_time(self->source, datagram->due_us);
}

static gboolean
fake_transport_send(BhTransport *transport, const guint8 *data, gsize length)
{
  FakeTransport *self = FAKE_TRANSPORT(transport);

  if (bh_transport_get_state(transport) != BH_TRANSPORT_CONNECTED || self->other == NULL)
    return FALSE;
  self->n_sent++;
  if ((guint)g_rand_int_range(self->random, 0, 100) < self->faults.lose_percent)
    return TRUE;
  fake_transport_inject(self->other, data, length);
  if ((guint)g_rand_int_range(self->random, 0, 100) < self->faults.double_percent)
    fake_transport_inject(self->other, data, length);
  return TRUE;
}

static void
fake_transport_close(BhTransport *transport)
{
  bh_transport_set_state(transport, BH_TRANSPORT_CLOSED, NULL);
}

static void
fake_transport_finalize(GObject *object)
{
  FakeTransport *self = FAKE_TRANSPORT(object);

  if (self->other != NULL)
    self->other->other = NULL;
  g_source_destroy(self->source);
  g_source_unref(self->source);
  g_queue_clear_full(&self->queue, g_free);
  g_rand_free(self->random);
  G_OBJECT_CLASS(fake_transport_parent_class)->finalize(object);
}

static void
fake_transport_class_init(FakeTransportClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = fake_transport_finalize;
  BH_TRANSPORT_CLASS(klass)->send = fake_transport_send;
  BH_TRANSPORT_CLASS(klass)->close = fake_transport_close;
}

static void
fake_transport_init(FakeTransport *self)
{
  self->source = g_source_new(&fake_transport_source_funcs, sizeof(GSource));
  g_source_set_callback(self->source, NULL, self, NULL);
  g_source_attach(self->source, NULL);
}

/* Both are connected. */
static inline void
fake_transport_new_pair(FakeTransport **out_a, FakeTransport **out_b, FakeFaults faults,
                        guint32 seed)
{
  FakeTransport *pair[2];

  for (guint i = 0; i < 2; i++) {
    pair[i] = g_object_new(FAKE_TYPE_TRANSPORT, NULL);
    pair[i]->random = g_rand_new_with_seed(seed + i);
    pair[i]->faults = faults;
  }
  pair[0]->other = pair[1];
  pair[1]->other = pair[0];
  for (guint i = 0; i < 2; i++)
    bh_transport_set_state(BH_TRANSPORT(pair[i]), BH_TRANSPORT_CONNECTED, NULL);
  *out_a = pair[0];
  *out_b = pair[1];
}
