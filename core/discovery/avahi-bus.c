/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "avahi-bus.h"

#include "backoff.h"

/* A daemon that does not answer in this time is stopped, or as good as. */
#define CALL_TIMEOUT_MS  8000
#define FIRST_WAIT_MS    500
#define LONGEST_WAIT_MS  5000
/* Above it (AVAHI_SERVER_FAILURE) the daemon does nothing more; below, it starts or is there. While
 * it makes out its own name, ours stay as they are. */
#define LAST_GOOD_STATE  3
#define FIRST_GOOD_STATE 1

typedef enum {
  STATE_APART,     /* no bus; a timer tries again -> CONNECTING */
  STATE_CONNECTING,
  STATE_CONNECTED, /* and the daemon's name is watched; it appears -> ASKING; bus gone -> APART */
  STATE_ASKING,    /* whether it works; no -> CONNECTED, asked again by a timer */
  STATE_AVAILABLE, /* its name goes or it fails -> CONNECTED */
  STATE_CLOSED,
} State;

struct _BhAvahiBus {
  GObject parent_instance;

  State state;
  GDBusConnection *connection;
  char *owner; /* (nullable): the daemon's unique name */
  guint watch_id, state_id, retry_id;
  gulong closed_id;
  GCancellable *cancellable;
  BhBackoff backoff;
};

G_DEFINE_FINAL_TYPE(BhAvahiBus, bh_avahi_bus, G_TYPE_OBJECT)

enum { SIGNAL_AVAILABILITY, N_SIGNALS };

static guint signals[N_SIGNALS];

static void connect_to_bus(BhAvahiBus *self);
static void ask(BhAvahiBus *self);

static void
set_state(BhAvahiBus *self, State state)
{
  gboolean was = self->state == STATE_AVAILABLE;

  self->state = state;
  if (was != (state == STATE_AVAILABLE))
    g_signal_emit(self, signals[SIGNAL_AVAILABILITY], 0);
}

static gboolean
on_retry(gpointer user_data)
{
  BhAvahiBus *self = user_data;

  self->retry_id = 0;
  if (self->state == STATE_APART)
    connect_to_bus(self);
  else if (self->state == STATE_CONNECTED && self->owner != NULL)
    ask(self);
  return G_SOURCE_REMOVE;
}

static void
retry_later(BhAvahiBus *self)
{
  if (self->retry_id == 0)
    self->retry_id =
        g_timeout_add(bh_backoff_next(&self->backoff, g_random_double()), on_retry, self);
}

/* --- the daemon --- */

static void
take_server_state(BhAvahiBus *self, gint32 state)
{
  if (state < FIRST_GOOD_STATE || state > LAST_GOOD_STATE) {
    set_state(self, STATE_CONNECTED);
    retry_later(self);
    return;
  }
  bh_backoff_reset(&self->backoff);
  set_state(self, STATE_AVAILABLE);
}

static void
get_state_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhAvahiBus) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  gint32 state = -1;

  if (self->state != STATE_ASKING || G_DBUS_CONNECTION(source) != self->connection)
    return;
  if (answer != NULL)
    g_variant_get(answer, "(i)", &state);
  else
    g_debug("avahi-daemon does not answer: %s", error->message);
  take_server_state(self, state);
}

static void
ask(BhAvahiBus *self)
{
  set_state(self, STATE_ASKING);
  g_dbus_connection_call(self->connection, self->owner, "/", BH_AVAHI_SERVER, "GetState", NULL,
                         G_VARIANT_TYPE("(i)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS,
                         self->cancellable, get_state_cb, g_object_ref(self));
}

static void
on_server_state(GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *signal, GVariant *parameters, gpointer user_data)
{
  BhAvahiBus *self = user_data;
  gint32 state;

  if (!g_str_equal(signal, "StateChanged") ||
      !g_variant_is_of_type(parameters, G_VARIANT_TYPE("(is)")) || self->owner == NULL)
    return;
  g_variant_get(parameters, "(i&s)", &state, NULL);
  take_server_state(self, state);
}

static void
forget_daemon(BhAvahiBus *self)
{
  if (self->state_id != 0)
    g_dbus_connection_signal_unsubscribe(self->connection, self->state_id);
  self->state_id = 0;
  g_clear_pointer(&self->owner, g_free);
}

static void
on_appeared(GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  BhAvahiBus *self = user_data;

  forget_daemon(self);
  set_state(self, STATE_CONNECTED); /* another daemon than before knows nothing of us */
  self->owner = g_strdup(owner);
  self->state_id = bh_avahi_bus_subscribe(self, BH_AVAHI_SERVER, on_server_state, self);
  ask(self);
}

static void
on_vanished(GDBusConnection *connection, const char *name, gpointer user_data)
{
  BhAvahiBus *self = user_data;

  forget_daemon(self);
  if (connection != NULL)
    set_state(self, STATE_CONNECTED);
}

/* --- the bus --- */

static void
drop_bus(BhAvahiBus *self)
{
  g_clear_handle_id(&self->watch_id, g_bus_unwatch_name);
  if (self->connection == NULL)
    return;
  forget_daemon(self);
  g_clear_signal_handler(&self->closed_id, self->connection);
  /* What is lost with it at the other end is what we wanted to withdraw. */
  g_dbus_connection_close(self->connection, NULL, NULL, NULL);
  g_clear_object(&self->connection);
}

static void
on_bus_closed(GDBusConnection *connection, gboolean by_peer, GError *error, gpointer user_data)
{
  BhAvahiBus *self = user_data;

  set_state(self, STATE_APART); /* who listened to this connection takes leave of it now */
  drop_bus(self);
  retry_later(self);
}

static void
connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhAvahiBus) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) connection =
      g_dbus_connection_new_for_address_finish(result, &error);

  if (self->state != STATE_CONNECTING)
    return;
  if (connection == NULL) {
    g_debug("There is no D-Bus: %s", error->message);
    set_state(self, STATE_APART);
    retry_later(self);
    return;
  }
  self->connection = g_steal_pointer(&connection);
  self->closed_id =
      g_signal_connect(self->connection, "closed", G_CALLBACK(on_bus_closed), self);
  set_state(self, STATE_CONNECTED);
  /* Where the system would start the daemon for whoever asks, it does so for us. */
  self->watch_id = g_bus_watch_name_on_connection(self->connection, BH_AVAHI_NAME,
                                                  G_BUS_NAME_WATCHER_FLAGS_AUTO_START, on_appeared,
                                                  on_vanished, self, NULL);
}

static void
connect_to_bus(BhAvahiBus *self)
{
  g_autoptr(GError) error = NULL;
  /* Of the environment, or as it was built; nothing is asked of anybody. */
  g_autofree char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, NULL, &error);

  if (address == NULL) {
    g_debug("There is no D-Bus: %s", error->message);
    set_state(self, STATE_APART);
    retry_later(self);
    return;
  }
  set_state(self, STATE_CONNECTING);
  g_dbus_connection_new_for_address(address,
                                    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                        G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                    NULL, self->cancellable, connected_cb, g_object_ref(self));
}

/* --- life --- */

static void
bh_avahi_bus_dispose(GObject *object)
{
  bh_avahi_bus_close(BH_AVAHI_BUS(object));
  G_OBJECT_CLASS(bh_avahi_bus_parent_class)->dispose(object);
}

static void
bh_avahi_bus_finalize(GObject *object)
{
  g_object_unref(BH_AVAHI_BUS(object)->cancellable);
  G_OBJECT_CLASS(bh_avahi_bus_parent_class)->finalize(object);
}

static void
bh_avahi_bus_class_init(BhAvahiBusClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_avahi_bus_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_avahi_bus_finalize;

  signals[SIGNAL_AVAILABILITY] = g_signal_new("availability", BH_TYPE_AVAHI_BUS, G_SIGNAL_RUN_LAST,
                                              0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_avahi_bus_init(BhAvahiBus *self)
{
  self->cancellable = g_cancellable_new();
  self->backoff = BH_BACKOFF_INIT(FIRST_WAIT_MS, LONGEST_WAIT_MS);
}

BhAvahiBus *
bh_avahi_bus_new(void)
{
  BhAvahiBus *self = g_object_new(BH_TYPE_AVAHI_BUS, NULL);

  connect_to_bus(self);
  return self;
}

gboolean
bh_avahi_bus_is_available(BhAvahiBus *bus)
{
  return bus->state == STATE_AVAILABLE;
}

void
bh_avahi_bus_call(BhAvahiBus *bus, const char *path, const char *interface, const char *method,
                  GVariant *parameters, const GVariantType *reply, GCancellable *cancellable,
                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(bus->state == STATE_AVAILABLE);

  g_dbus_connection_call(bus->connection, bus->owner, path, interface, method, parameters, reply,
                         G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS, cancellable, callback,
                         user_data);
}

guint
bh_avahi_bus_subscribe(BhAvahiBus *bus, const char *interface, GDBusSignalCallback callback,
                       gpointer user_data)
{
  return g_dbus_connection_signal_subscribe(bus->connection, bus->owner, interface, NULL, NULL, NULL,
                                            G_DBUS_SIGNAL_FLAGS_NONE, callback, user_data, NULL);
}

void
bh_avahi_bus_unsubscribe(BhAvahiBus *bus, guint id)
{
  if (bus->connection != NULL)
    g_dbus_connection_signal_unsubscribe(bus->connection, id);
}

void
bh_avahi_bus_close(BhAvahiBus *bus)
{
  if (bus->state == STATE_CLOSED)
    return;
  bus->state = STATE_CLOSED;
  g_cancellable_cancel(bus->cancellable);
  g_clear_handle_id(&bus->retry_id, g_source_remove);
  drop_bus(bus);
}
