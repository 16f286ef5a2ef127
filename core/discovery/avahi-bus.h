/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAvahiBus: the way to the system's avahi-daemon: a D-Bus connection of our own, watched. Comes
 * back by itself after the daemon was restarted, was away, or the bus itself was.
 *
 * GDBus and not libavahi-client: that one waits for the daemon's answer to every call, and a daemon
 * that is stopped or busy would hold up the main loop (25 s, the time limit of libdbus). Private to
 * the room. Runs on the main context.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_AVAHI_BUS (bh_avahi_bus_get_type())
G_DECLARE_FINAL_TYPE(BhAvahiBus, bh_avahi_bus, BH, AVAHI_BUS, GObject)

/* Of the daemon's interface. */
#define BH_AVAHI_NAME        "org.freedesktop.Avahi"
#define BH_AVAHI_SERVER      "org.freedesktop.Avahi.Server"
#define BH_AVAHI_UNSPECIFIED (-1) /* AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC */

/*
 * Signals
 *   availability (): see bh_avahi_bus_is_available()
 */

/** bh_avahi_bus_new: begins to connect; nothing is known yet when this returns. */
BhAvahiBus *bh_avahi_bus_new(void);

/** bh_avahi_bus_is_available: the daemon is there and answers. */
gboolean bh_avahi_bus_is_available(BhAvahiBus *bus);

/**
 * bh_avahi_bus_call: calls a method of the daemon's; it must be available.
 * @interface: the path's
 * @parameters: (nullable): a tuple; its floating reference is taken
 * @reply: (nullable): what the answer is like
 *
 * @callback gets the connection; the answer is read by g_dbus_connection_call_finish().
 */
void bh_avahi_bus_call(BhAvahiBus *bus, const char *path, const char *interface, const char *method,
                       GVariant *parameters, const GVariantType *reply, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data);

/** bh_avahi_bus_subscribe: to what an interface's objects tell; it must be available; see
 * g_dbus_connection_signal_subscribe(). */
guint bh_avahi_bus_subscribe(BhAvahiBus *bus, const char *interface, GDBusSignalCallback callback,
                             gpointer user_data);

/** bh_avahi_bus_unsubscribe: an @id of a connection that is over is nothing. */
void bh_avahi_bus_unsubscribe(BhAvahiBus *bus, guint id);

/** bh_avahi_bus_close: emits nothing more; may be called twice. */
void bh_avahi_bus_close(BhAvahiBus *bus);
