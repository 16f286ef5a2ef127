/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "ice-transport.h"

/* How long the agent before a restart is kept to hear what was sent to it (the other side may
 * change over later than we do). */
#define LINGER_SECONDS 2

struct _BhIceTransport {
  BhTransport parent_instance;

  BhIceAgentConfig config;
  guint vanish_seconds;
  BhIceAgent *current;  /* (nullable): sends */
  BhIceAgent *next;     /* (nullable): to take its place */
  BhIceAgent *previous; /* (nullable): only listened to */
  GSource *deadline;    /* (nullable): until `failed` */
  GSource *linger;      /* (nullable): until @previous is closed */
  GSource *restart;     /* (nullable): until @next is given up */
  guint64 n_sent, n_received;
  guint cork_depth;
};

G_DEFINE_FINAL_TYPE(BhIceTransport, bh_ice_transport, BH_TYPE_TRANSPORT)

enum { SIGNAL_MOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
clear_source(GSource **source)
{
  if (*source != NULL) {
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
  }
}

static void
set_timer(GSource **source, guint seconds, const char *name, GSourceFunc callback, gpointer data)
{
  clear_source(source);
  *source = g_timeout_source_new_seconds(seconds);
  g_source_set_static_name(*source, name);
  g_source_set_callback(*source, callback, data, NULL);
  g_source_attach(*source, g_main_context_get_thread_default());
}

static void
drop_agent(BhIceTransport *self, BhIceAgent **agent)
{
  if (*agent == NULL)
    return;
  g_signal_handlers_disconnect_by_data(*agent, self);
  bh_ice_agent_close(*agent);
  g_clear_object(agent);
}

static gboolean
on_linger(gpointer data)
{
  BhIceTransport *self = data;

  clear_source(&self->linger);
  drop_agent(self, &self->previous);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline(gpointer data)
{
  BhIceTransport *self = data;
  gboolean was_connected = bh_transport_get_state(BH_TRANSPORT(self)) == BH_TRANSPORT_DISCONNECTED;

  clear_source(&self->deadline);
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_FAILED,
                         g_error_new(G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                     was_connected
                                         ? "The other side was not heard for %u s after it was lost"
                                         : "No way to the other side was found within %u s",
                                     self->vanish_seconds));
  return G_SOURCE_REMOVE;
}

/* What still works goes on. An agent that finds nothing would check at its pace for ever. */
static gboolean
on_restart_failed(gpointer data)
{
  BhIceTransport *self = data;

  clear_source(&self->restart);
  drop_agent(self, &self->next);
  return G_SOURCE_REMOVE;
}

static void
start_deadline(BhIceTransport *self)
{
  set_timer(&self->deadline, self->vanish_seconds, "BhIceTransport deadline", on_deadline, self);
}

/* Of the same generation: it was no restart. */
static gboolean
is_move(BhIceTransport *self)
{
  return self->current != NULL &&
         g_str_equal(bh_ice_agent_get_ufrag(self->next), bh_ice_agent_get_ufrag(self->current));
}

static void
on_connected(BhIceAgent *agent, BhIceTransport *self)
{
  g_autoptr(BhIceTransport) kept = g_object_ref(self);
  gboolean has_moved = agent == self->next && is_move(self);

  if (agent == self->next) {
    clear_source(&self->restart);
    drop_agent(self, &self->previous);
    bh_ice_agent_flush(self->current);
    self->previous = g_steal_pointer(&self->current);
    self->current = g_steal_pointer(&self->next);
    if (self->previous != NULL)
      set_timer(&self->linger, LINGER_SECONDS, "BhIceTransport linger", on_linger, self);
  }
  if (agent != self->current)
    return;
  clear_source(&self->deadline);
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTED, NULL);
  if (has_moved && agent == kept->current)
    g_signal_emit(kept, signals[SIGNAL_MOVED], 0);
}

static void
on_lost(BhIceAgent *agent, BhIceTransport *self)
{
  if (agent != self->current)
    return;
  start_deadline(self);
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_DISCONNECTED, NULL);
}

static void
on_received(BhIceAgent *agent, const guint8 *data, gsize length, gpointer user_data)
{
  BhIceTransport *self = user_data;

  self->n_received++;
  bh_transport_deliver(BH_TRANSPORT(self), data, length);
}

static gboolean
bh_ice_transport_send(BhTransport *transport, const guint8 *data, gsize length)
{
  BhIceTransport *self = BH_ICE_TRANSPORT(transport);

  if (self->current == NULL ||
      !bh_ice_agent_send(self->current, data, length, self->cork_depth > 0))
    return FALSE;
  self->n_sent++;
  return TRUE;
}

static void
bh_ice_transport_cork(BhTransport *transport)
{
  BH_ICE_TRANSPORT(transport)->cork_depth++;
}

static void
bh_ice_transport_uncork(BhTransport *transport)
{
  BhIceTransport *self = BH_ICE_TRANSPORT(transport);

  /* One that was followed by another meanwhile has sent off what it had. */
  if (--self->cork_depth == 0 && self->current != NULL)
    bh_ice_agent_flush(self->current);
}

static void
release(BhIceTransport *self)
{
  clear_source(&self->deadline);
  clear_source(&self->linger);
  clear_source(&self->restart);
  drop_agent(self, &self->previous);
  drop_agent(self, &self->next);
  drop_agent(self, &self->current);
}

static void
bh_ice_transport_close(BhTransport *transport)
{
  release(BH_ICE_TRANSPORT(transport));
  bh_transport_set_state(transport, BH_TRANSPORT_CLOSED, NULL);
}

static void
bh_ice_transport_dispose(GObject *object)
{
  release(BH_ICE_TRANSPORT(object));
  G_OBJECT_CLASS(bh_ice_transport_parent_class)->dispose(object);
}

static void
bh_ice_transport_class_init(BhIceTransportClass *klass)
{
  BhTransportClass *transport_class = BH_TRANSPORT_CLASS(klass);

  transport_class->send = bh_ice_transport_send;
  transport_class->close = bh_ice_transport_close;
  transport_class->cork = bh_ice_transport_cork;
  transport_class->uncork = bh_ice_transport_uncork;
  G_OBJECT_CLASS(klass)->dispose = bh_ice_transport_dispose;
  signals[SIGNAL_MOVED] = g_signal_new("moved", BH_TYPE_ICE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_ice_transport_init(BhIceTransport *self)
{
}

BhIceTransport *
bh_ice_transport_new(const BhIceAgentConfig *config, guint vanish_seconds)
{
  BhIceTransport *self = g_object_new(BH_TYPE_ICE_TRANSPORT, NULL);

  self->config = *config;
  self->vanish_seconds = vanish_seconds;
  return self;
}

static gboolean
add_agent(BhIceTransport *self, const BhIceAgentConfig *config, GError **error)
{
  BhIceAgent *agent = bh_ice_agent_new(config, on_received, self, error);

  if (agent == NULL)
    return FALSE;
  drop_agent(self, &self->next);
  g_signal_connect(agent, "connected", G_CALLBACK(on_connected), self);
  g_signal_connect(agent, "lost", G_CALLBACK(on_lost), self);
  if (self->current == NULL)
    self->current = agent;
  else
    self->next = agent;
  return TRUE;
}

static gboolean
is_over(BhIceTransport *self)
{
  BhTransportState state = bh_transport_get_state(BH_TRANSPORT(self));

  return state == BH_TRANSPORT_CLOSED || state == BH_TRANSPORT_FAILED;
}

gboolean
bh_ice_transport_gather(BhIceTransport *self, GError **error)
{
  if (is_over(self)) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
    return FALSE;
  }
  return add_agent(self, &self->config, error);
}

void
bh_ice_transport_move(BhIceTransport *self, gboolean always)
{
  BhIceAgent *latest = bh_ice_transport_get_latest(self);
  BhIceAgentConfig config = self->config;
  g_autoptr(BhIceAgent) kept = NULL;
  g_autoptr(GError) error = NULL;

  if (is_over(self) || latest == NULL || bh_ice_agent_get_remote_ufrag(latest) == NULL ||
      (!always && !bh_ice_agent_is_astray(self->current)))
    return;
  /* Of a restart that is under way, the same: it gathered where we are no more. */
  kept = g_object_ref(latest);
  config.ufrag = bh_ice_agent_get_ufrag(latest);
  config.password = bh_ice_agent_get_password(latest);
  if (!add_agent(self, &config, &error)) {
    g_debug("No way to move to: %s", error->message);
    return;
  }
  bh_ice_agent_follow(self->next, latest);
  bh_ice_agent_add_peer_of(self->next, self->current);
  set_timer(&self->restart, self->vanish_seconds, "BhIceTransport move", on_restart_failed, self);
}

void
bh_ice_transport_set_controlling(BhIceTransport *self, gboolean is_controlling)
{
  self->config.is_controlling = is_controlling;
}

void
bh_ice_transport_cancel_restart(BhIceTransport *self)
{
  if (self->next != NULL && bh_ice_agent_get_remote_ufrag(self->next) == NULL)
    drop_agent(self, &self->next);
}

BhIceAgent *
bh_ice_transport_get_latest(BhIceTransport *self)
{
  return self->next != NULL ? self->next : self->current;
}

void
bh_ice_transport_set_remote(BhIceTransport *self, const char *ufrag, const char *password,
                            gboolean is_lite)
{
  BhIceAgent *latest = bh_ice_transport_get_latest(self);

  if (latest == NULL)
    return;
  if (bh_transport_get_state(BH_TRANSPORT(self)) != BH_TRANSPORT_CONNECTED)
    start_deadline(self);
  if (bh_transport_get_state(BH_TRANSPORT(self)) == BH_TRANSPORT_NEW)
    bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTING, NULL);
  bh_ice_agent_set_remote(latest, ufrag, password, is_lite);
  if (latest == self->next) {
    set_timer(&self->restart, self->vanish_seconds, "BhIceTransport restart", on_restart_failed,
              self);
    bh_ice_agent_add_peer_of(self->next, self->current);
  }
}

void
bh_ice_transport_add_candidate(BhIceTransport *self, const char *ufrag,
                               const BhIceCandidate *candidate)
{
  BhIceAgent *const agents[] = {self->next, self->current};

  for (guint i = 0; i < G_N_ELEMENTS(agents); i++) {
    if (agents[i] != NULL && g_strcmp0(bh_ice_agent_get_remote_ufrag(agents[i]), ufrag) == 0) {
      bh_ice_agent_add_candidate(agents[i], candidate);
      return;
    }
  }
}

char *
bh_ice_transport_dup_remote_address(BhIceTransport *self)
{
  return self->current != NULL ? bh_ice_agent_dup_remote_address(self->current) : NULL;
}

void
bh_ice_transport_get_counters(BhIceTransport *self, guint64 *sent, guint64 *received)
{
  *sent = self->n_sent;
  *received = self->n_received;
}
