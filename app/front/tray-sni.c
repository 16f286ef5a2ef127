/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "tray.h"

#include "tray-face.h"
#include "tray-menu-sni.h"

/*
 * A StatusNotifierItem: two objects on the session bus, and the watcher is told our name on it. The
 * watcher comes and goes with the panel; each new one is told anew. It is `seen' while there is a
 * watcher that took us and says that a panel is there.
 */

#define ITEM_PATH    "/StatusNotifierItem"
#define MENU_PATH    "/MenuBar"
#define ITEM         "org.kde.StatusNotifierItem"
#define WATCHER      "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"

struct _BhTray {
  GObject parent_instance;

  char *title;
  BhTrayFace face;
  GVariant *pixels[BH_N_TRAY_FACES];
  char *tooltip;
  BhTrayMenu *menu;
  char *token; /* (nullable) */
  gboolean seen;

  GCancellable *cancellable;
  GDBusConnection *bus; /* (nullable) */
  guint registration;
  guint watch;
  guint host_signals;
};

G_DEFINE_FINAL_TYPE(BhTray, bh_tray, G_TYPE_OBJECT)

enum { PROP_0, PROP_SEEN, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

enum { ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char description[] =
    "<node><interface name='org.kde.StatusNotifierItem'>"
    "<property name='Category' type='s' access='read'/>"
    "<property name='Id' type='s' access='read'/>"
    "<property name='Title' type='s' access='read'/>"
    "<property name='Status' type='s' access='read'/>"
    "<property name='WindowId' type='i' access='read'/>"
    "<property name='IconThemePath' type='s' access='read'/>"
    "<property name='IconName' type='s' access='read'/>"
    "<property name='IconPixmap' type='a(iiay)' access='read'/>"
    "<property name='AttentionIconName' type='s' access='read'/>"
    "<property name='AttentionIconPixmap' type='a(iiay)' access='read'/>"
    "<property name='OverlayIconName' type='s' access='read'/>"
    "<property name='OverlayIconPixmap' type='a(iiay)' access='read'/>"
    "<property name='ToolTip' type='(sa(iiay)ss)' access='read'/>"
    "<property name='ItemIsMenu' type='b' access='read'/>"
    "<property name='Menu' type='o' access='read'/>"
    "<method name='ContextMenu'>"
    "<arg type='i' name='x' direction='in'/><arg type='i' name='y' direction='in'/></method>"
    "<method name='Activate'>"
    "<arg type='i' name='x' direction='in'/><arg type='i' name='y' direction='in'/></method>"
    "<method name='SecondaryActivate'>"
    "<arg type='i' name='x' direction='in'/><arg type='i' name='y' direction='in'/></method>"
    "<method name='Scroll'>"
    "<arg type='i' name='delta' direction='in'/><arg type='s' name='orientation' direction='in'/>"
    "</method>"
    "<method name='ProvideXdgActivationToken'><arg type='s' name='token' direction='in'/></method>"
    "<signal name='NewTitle'/><signal name='NewIcon'/><signal name='NewAttentionIcon'/>"
    "<signal name='NewOverlayIcon'/><signal name='NewToolTip'/>"
    "<signal name='NewStatus'><arg type='s' name='status'/></signal>"
    "</interface></node>";

/* --- the item --- */

/* Not "Passive" when all is well: panels hide those. */
static const char *
get_status(BhTray *self)
{
  return self->face == BH_TRAY_WELL ? "Active" : "NeedsAttention";
}

static GVariant *
get_pixels(BhTray *self)
{
  GVariant **pixels = &self->pixels[self->face];

  if (*pixels == NULL)
    *pixels = g_variant_ref_sink(bh_tray_face_draw(self->face));
  return *pixels;
}

/* Only where there are no pixels: lxqt-panel 1.2 looks at nothing else once it has a name, and
 * shows an empty place where it does not find it, as in a sandbox or before a log-in. */
static const char *
get_icon_name(BhTray *self)
{
  return g_variant_n_children(get_pixels(self)) > 0 ? "" : bh_tray_face_get_icon_name(self->face);
}

static GVariant *
make_no_pixmap(void)
{
  return g_variant_new_array(G_VARIANT_TYPE("(iiay)"), NULL, 0);
}

static GVariant *
on_get(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
       const char *property, GError **error, gpointer data)
{
  BhTray *self = data;

  if (g_str_equal(property, "Category"))
    return g_variant_new_string("ApplicationStatus");
  if (g_str_equal(property, "Id"))
    return g_variant_new_string("bellhop");
  if (g_str_equal(property, "Title"))
    return g_variant_new_string(self->title);
  if (g_str_equal(property, "Status"))
    return g_variant_new_string(get_status(self));
  if (g_str_equal(property, "WindowId"))
    return g_variant_new_int32(0);
  /* Panels that blink or swap icons on attention find the same one there. */
  if (g_str_equal(property, "IconName") || g_str_equal(property, "AttentionIconName"))
    return g_variant_new_string(get_icon_name(self));
  if (g_str_equal(property, "IconPixmap") || g_str_equal(property, "AttentionIconPixmap"))
    return g_variant_ref(get_pixels(self));
  if (g_str_equal(property, "OverlayIconPixmap"))
    return make_no_pixmap();
  if (g_str_equal(property, "ToolTip"))
    return g_variant_new("(s@a(iiay)ss)", "", make_no_pixmap(), self->title, self->tooltip);
  if (g_str_equal(property, "ItemIsMenu"))
    return g_variant_new_boolean(FALSE);
  if (g_str_equal(property, "Menu"))
    return g_variant_new_object_path(MENU_PATH);
  return g_variant_new_string("");
}

/* The panel shows the menu by itself, and there is nothing to scroll. */
static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  g_autoptr(BhTray) self = g_object_ref(data);

  if (g_str_equal(method, "ProvideXdgActivationToken")) {
    g_free(self->token);
    g_variant_get(arguments, "(s)", &self->token);
  }
  g_dbus_method_invocation_return_value(invocation, NULL);
  if (g_str_equal(method, "Activate") || g_str_equal(method, "SecondaryActivate"))
    g_signal_emit(self, signals[ACTIVATED], 0, 0);
}

/* @arguments: (transfer floating) (nullable) */
static void
tell(BhTray *self, const char *signal, GVariant *arguments)
{
  if (self->registration != 0)
    g_dbus_connection_emit_signal(self->bus, NULL, ITEM_PATH, ITEM, signal, arguments, NULL);
  else if (arguments != NULL)
    g_variant_unref(g_variant_ref_sink(arguments));
}

static void
on_item(BhTrayMenu *menu, guint item, BhTray *self)
{
  g_signal_emit(self, signals[ACTIVATED], 0, item);
}

/* --- the panel --- */

static void
set_seen(BhTray *self, gboolean seen)
{
  if (self->seen == seen)
    return;
  self->seen = seen;
  g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_SEEN]);
}

static void
ask_host_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  g_autoptr(GVariant) value = NULL;

  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL)
    g_variant_get(answer, "(v)", &value);
  /* A watcher that does not know the question shows icons itself. */
  set_seen(data, value == NULL || !g_variant_is_of_type(value, G_VARIANT_TYPE_BOOLEAN) ||
                     g_variant_get_boolean(value));
}

static void
ask_host(BhTray *self)
{
  g_dbus_connection_call(self->bus, WATCHER, WATCHER_PATH, "org.freedesktop.DBus.Properties", "Get",
                         g_variant_new("(ss)", WATCHER, "IsStatusNotifierHostRegistered"),
                         G_VARIANT_TYPE("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                         self->cancellable, ask_host_cb, self);
}

static void
register_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

  if (answer != NULL)
    ask_host(data);
  else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_info("the panel takes no icon: %s", error->message);
}

static void
on_host_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
               const char *signal, GVariant *arguments, gpointer data)
{
  if (g_str_has_prefix(signal, "StatusNotifierHost"))
    ask_host(data);
}

/* By the unique name: a name of our own would need permission in a sandbox. */
static void
on_watcher(GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  BhTray *self = data;

  g_dbus_connection_call(bus, WATCHER, WATCHER_PATH, WATCHER, "RegisterStatusNotifierItem",
                         g_variant_new("(s)", g_dbus_connection_get_unique_name(bus)), NULL,
                         G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, register_cb, self);
}

static void
on_no_watcher(GDBusConnection *bus, const char *name, gpointer data)
{
  set_seen(data, FALSE);
}

static void export(BhTray *self)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_call, .get_property = on_get};
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(description, NULL);
  g_autoptr(GError) error = NULL;

  if (!bh_tray_menu_export(self->menu, self->bus, MENU_PATH, &error)) {
    g_info("no icon in the panel: %s", error->message);
    return;
  }
  self->registration = g_dbus_connection_register_object(self->bus, ITEM_PATH, node->interfaces[0],
                                                         &vtable, self, NULL, &error);
  if (self->registration == 0) {
    g_info("no icon in the panel: %s", error->message);
    return;
  }
  self->host_signals =
      g_dbus_connection_signal_subscribe(self->bus, WATCHER, WATCHER, NULL, WATCHER_PATH, NULL,
                                         G_DBUS_SIGNAL_FLAGS_NONE, on_host_signal, self, NULL);
  self->watch = g_bus_watch_name_on_connection(self->bus, WATCHER, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                               on_watcher, on_no_watcher, self, NULL);
}

static void
bus_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish(result, &error);
  BhTray *self = data;

  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bus == NULL) {
    g_info("no icon in the panel: %s", error->message);
    return;
  }
  self->bus = bus;
  export(self);
}

/* --- from outside --- */

void
bh_tray_set_face(BhTray *tray, BhTrayFace face, const char *tooltip)
{
  g_autofree char *shown =
      g_utf8_substring(tooltip, 0, MIN(g_utf8_strlen(tooltip, -1), BH_TRAY_MAX_TOOLTIP_CHARS));

  if (tray->face != face) {
    tray->face = face;
    tell(tray, "NewIcon", NULL);
    tell(tray, "NewAttentionIcon", NULL);
    tell(tray, "NewStatus", g_variant_new("(s)", get_status(tray)));
  }
  if (!g_str_equal(tray->tooltip, shown)) {
    g_free(tray->tooltip);
    tray->tooltip = g_steal_pointer(&shown);
    tell(tray, "NewToolTip", NULL);
  }
}

void
bh_tray_set_items(BhTray *tray, const BhTrayItem *items, guint n_items)
{
  bh_tray_menu_set_items(tray->menu, items, n_items);
}

gboolean
bh_tray_is_seen(BhTray *tray)
{
  return tray->seen;
}

char *
bh_tray_steal_activation_token(BhTray *tray)
{
  return g_steal_pointer(&tray->token);
}

void
bh_tray_close(BhTray *tray)
{
  g_cancellable_cancel(tray->cancellable);
  if (tray->watch != 0)
    g_bus_unwatch_name(tray->watch);
  if (tray->host_signals != 0)
    g_dbus_connection_signal_unsubscribe(tray->bus, tray->host_signals);
  if (tray->registration != 0)
    g_dbus_connection_unregister_object(tray->bus, tray->registration);
  tray->watch = tray->host_signals = tray->registration = 0;
  bh_tray_menu_close(tray->menu);
  set_seen(tray, FALSE);
}

/* --- life --- */

static void
bh_tray_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean(value, BH_TRAY(object)->seen);
}

static void
bh_tray_dispose(GObject *object)
{
  bh_tray_close(BH_TRAY(object));
  G_OBJECT_CLASS(bh_tray_parent_class)->dispose(object);
}

static void
bh_tray_finalize(GObject *object)
{
  BhTray *self = BH_TRAY(object);

  g_clear_object(&self->menu);
  g_clear_object(&self->bus);
  g_clear_object(&self->cancellable);
  for (guint i = 0; i < BH_N_TRAY_FACES; i++)
    g_clear_pointer(&self->pixels[i], g_variant_unref);
  g_free(self->token);
  g_free(self->tooltip);
  g_free(self->title);
  G_OBJECT_CLASS(bh_tray_parent_class)->finalize(object);
}

static void
bh_tray_class_init(BhTrayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);

  object_class->get_property = bh_tray_get_property;
  object_class->dispose = bh_tray_dispose;
  object_class->finalize = bh_tray_finalize;
  properties[PROP_SEEN] =
      g_param_spec_boolean("seen", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object_class, N_PROPERTIES, properties);
  signals[ACTIVATED] = g_signal_new("activated", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
bh_tray_init(BhTray *self)
{
  self->face = BH_TRAY_STOPPED;
  self->tooltip = g_strdup("");
  self->menu = bh_tray_menu_new();
  self->cancellable = g_cancellable_new();
  g_signal_connect_object(self->menu, "activated", G_CALLBACK(on_item), self, 0);
}

BhTray *
bh_tray_new(const char *title)
{
  BhTray *self = g_object_new(BH_TYPE_TRAY, NULL);

  self->title = g_strdup(title);
  g_bus_get(G_BUS_TYPE_SESSION, self->cancellable, bus_cb, self);
  return self;
}
