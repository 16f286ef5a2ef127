/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "arrival-queue.h"

/* Messages looked at in one turn of the loop, so that a flood does not starve sockets and timers.
 */
#define ARRIVALS_A_TURN 64

struct _BhArrivalQueue {
  GObject parent_instance;

  GQueue arrivals; /* GBytes */
  gsize arrived_bytes;
  GSource *source;
  gboolean stopped;
};

static void transport_iface_init(BhSignalingTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhArrivalQueue, bh_arrival_queue, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SIGNALING_TRANSPORT,
                                                    transport_iface_init))

enum { SIGNAL_ARRIVED, SIGNAL_CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean
on_arrivals(gpointer user_data)
{
  BhArrivalQueue *self = user_data;

  for (guint i = 0; i < ARRIVALS_A_TURN && !self->stopped; i++) {
    g_autoptr(GBytes) text = g_queue_pop_head(&self->arrivals);

    if (text == NULL)
      break;
    self->arrived_bytes -= g_bytes_get_size(text);
    g_signal_emit(self, signals[SIGNAL_ARRIVED], 0, text);
  }
  if (!g_queue_is_empty(&self->arrivals) && !self->stopped)
    return G_SOURCE_CONTINUE;
  g_clear_pointer(&self->source, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
bh_arrival_queue_send(BhSignalingTransport *transport, GBytes *text)
{
  BhArrivalQueue *self = BH_ARRIVAL_QUEUE(transport);

  if (self->stopped)
    return;
  g_queue_push_tail(&self->arrivals, g_bytes_ref(text));
  self->arrived_bytes += g_bytes_get_size(text);
  if (self->source != NULL)
    return;
  self->source = g_idle_source_new();
  g_source_set_priority(self->source, G_PRIORITY_DEFAULT);
  g_source_set_callback(self->source, on_arrivals, g_object_ref(self), g_object_unref);
  g_source_set_static_name(self->source, "bellhop-endpoint-arrivals");
  g_source_attach(self->source, g_main_context_get_thread_default());
}

static gsize
bh_arrival_queue_get_queued_bytes(BhSignalingTransport *transport)
{
  return BH_ARRIVAL_QUEUE(transport)->arrived_bytes;
}

static void
bh_arrival_queue_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  g_signal_emit(transport, signals[SIGNAL_CLOSED], 0);
}

static void
transport_iface_init(BhSignalingTransportInterface *iface)
{
  iface->send = bh_arrival_queue_send;
  iface->get_queued_bytes = bh_arrival_queue_get_queued_bytes;
  iface->close = bh_arrival_queue_close;
}

static void
bh_arrival_queue_finalize(GObject *object)
{
  bh_arrival_queue_stop(BH_ARRIVAL_QUEUE(object));
  G_OBJECT_CLASS(bh_arrival_queue_parent_class)->finalize(object);
}

static void
bh_arrival_queue_class_init(BhArrivalQueueClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_arrival_queue_finalize;

  signals[SIGNAL_ARRIVED] = g_signal_new("arrived", BH_TYPE_ARRIVAL_QUEUE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[SIGNAL_CLOSED] = g_signal_new("closed", BH_TYPE_ARRIVAL_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_arrival_queue_init(BhArrivalQueue *self)
{
  g_queue_init(&self->arrivals);
}

BhArrivalQueue *
bh_arrival_queue_new(void)
{
  return g_object_new(BH_TYPE_ARRIVAL_QUEUE, NULL);
}

void
bh_arrival_queue_stop(BhArrivalQueue *queue)
{
  queue->stopped = TRUE;
  if (queue->source != NULL) {
    g_source_destroy(queue->source);
    g_clear_pointer(&queue->source, g_source_unref);
  }
  g_queue_clear_full(&queue->arrivals, (GDestroyNotify)g_bytes_unref);
  queue->arrived_bytes = 0;
}
