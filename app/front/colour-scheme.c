/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "colour-scheme.h"

#include <gtk/gtk.h>

#define PORTAL_NAME      "org.freedesktop.portal.Desktop"
#define PORTAL_PATH      "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE "org.freedesktop.portal.Settings"
#define NAMESPACE        "org.freedesktop.appearance"
#define KEY              "color-scheme"

/* Of the portal's documentation: 0 no wish, 1 dark, 2 light. */
#define PREFER_DARK 1

static void
take(GVariant *value)
{
  g_autoptr(GVariant) inner = g_variant_ref(value);

  /* A variant in a variant, by Read of the portal's version 1. */
  while (g_variant_is_of_type(inner, G_VARIANT_TYPE_VARIANT)) {
    GVariant *next = g_variant_get_variant(inner);

    g_variant_unref(inner);
    inner = next;
  }
  if (g_variant_is_of_type(inner, G_VARIANT_TYPE_UINT32))
    g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme",
                 g_variant_get_uint32(inner) == PREFER_DARK, NULL);
}

static void
on_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  const char *namespace, *key;
  g_autoptr(GVariant) value = NULL;

  if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(ssv)")))
    return;
  g_variant_get(parameters, "(&s&sv)", &namespace, &key, &value);
  if (g_str_equal(namespace, NAMESPACE) && g_str_equal(key, KEY))
    take(value);
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
  g_autoptr(GVariant) value = NULL;

  /* A desktop without a portal has no wish. */
  if (answer == NULL)
    return;
  g_variant_get(answer, "(v)", &value);
  take(value);
}

void
bh_colour_scheme_follow(GDBusConnection *bus)
{
  g_dbus_connection_signal_subscribe(bus, PORTAL_NAME, PORTAL_INTERFACE, "SettingChanged",
                                     PORTAL_PATH, NAMESPACE, G_DBUS_SIGNAL_FLAGS_NONE, on_changed,
                                     NULL, NULL);
  g_dbus_connection_call(bus, PORTAL_NAME, PORTAL_PATH, PORTAL_INTERFACE, "Read",
                         g_variant_new("(ss)", NAMESPACE, KEY), G_VARIANT_TYPE("(v)"),
                         G_DBUS_CALL_FLAGS_NONE, -1, NULL, read_cb, NULL);
}
