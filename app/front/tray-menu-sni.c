/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "tray-menu-sni.h"

#include <gtk/gtk.h>

/*
 * Panels differ: some ask for items and tell events one by one, others in groups; both are
 * answered. An item's number on the wire is its place plus one; 0 is the root. Items of an older
 * layout have the same numbers: what an event means is judged by the menu as it is when the event
 * comes.
 */

#define INTERFACE "com.canonical.dbusmenu"

/* Of the interface, the version with the group calls. */
#define VERSION 3

typedef struct {
  guint id;
  char *label;
  gboolean enabled;
} Entry;

struct _BhTrayMenu {
  GObject parent_instance;

  GDBusConnection *bus; /* (nullable) */
  char *path;
  guint registration;
  Entry entries[BH_TRAY_MAX_ITEMS];
  guint n_entries;
  guint revision;
};

G_DEFINE_FINAL_TYPE(BhTrayMenu, bh_tray_menu, G_TYPE_OBJECT)

enum { ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char description[] =
    "<node><interface name='com.canonical.dbusmenu'>"
    "<property name='Version' type='u' access='read'/>"
    "<property name='TextDirection' type='s' access='read'/>"
    "<property name='Status' type='s' access='read'/>"
    "<property name='IconThemePath' type='as' access='read'/>"
    "<method name='GetLayout'>"
    "<arg type='i' name='parentId' direction='in'/>"
    "<arg type='i' name='recursionDepth' direction='in'/>"
    "<arg type='as' name='propertyNames' direction='in'/>"
    "<arg type='u' name='revision' direction='out'/>"
    "<arg type='(ia{sv}av)' name='layout' direction='out'/></method>"
    "<method name='GetGroupProperties'>"
    "<arg type='ai' name='ids' direction='in'/>"
    "<arg type='as' name='propertyNames' direction='in'/>"
    "<arg type='a(ia{sv})' name='properties' direction='out'/></method>"
    "<method name='GetProperty'>"
    "<arg type='i' name='id' direction='in'/><arg type='s' name='name' direction='in'/>"
    "<arg type='v' name='value' direction='out'/></method>"
    "<method name='Event'>"
    "<arg type='i' name='id' direction='in'/><arg type='s' name='eventId' direction='in'/>"
    "<arg type='v' name='data' direction='in'/><arg type='u' name='timestamp' direction='in'/>"
    "</method>"
    "<method name='EventGroup'>"
    "<arg type='a(isvu)' name='events' direction='in'/>"
    "<arg type='ai' name='idErrors' direction='out'/></method>"
    "<method name='AboutToShow'>"
    "<arg type='i' name='id' direction='in'/><arg type='b' name='needUpdate' direction='out'/>"
    "</method>"
    "<method name='AboutToShowGroup'>"
    "<arg type='ai' name='ids' direction='in'/>"
    "<arg type='ai' name='updatesNeeded' direction='out'/>"
    "<arg type='ai' name='idErrors' direction='out'/></method>"
    "<signal name='ItemsPropertiesUpdated'>"
    "<arg type='a(ia{sv})' name='updatedProps'/><arg type='a(ias)' name='removedProps'/></signal>"
    "<signal name='LayoutUpdated'>"
    "<arg type='u' name='revision'/><arg type='i' name='parent'/></signal>"
    "<signal name='ItemActivationRequested'>"
    "<arg type='i' name='id'/><arg type='u' name='timestamp'/></signal>"
    "</interface></node>";

/* --- what is told of an item --- */

static gboolean
is_item(BhTrayMenu *self, gint32 number)
{
  return number >= 0 && number <= (gint32)self->n_entries;
}

/* Returns: (transfer floating): "a{sv}" */
static GVariant *
describe(BhTrayMenu *self, gint32 number)
{
  const Entry *entry = &self->entries[MAX(number - 1, 0)];
  GVariantBuilder builder;

  g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
  if (number == 0)
    g_variant_builder_add(&builder, "{sv}", "children-display", g_variant_new_string("submenu"));
  else if (entry->id == 0)
    g_variant_builder_add(&builder, "{sv}", "type", g_variant_new_string("separator"));
  else {
    g_variant_builder_add(&builder, "{sv}", "label", g_variant_new_string(entry->label));
    g_variant_builder_add(&builder, "{sv}", "enabled", g_variant_new_boolean(entry->enabled));
    g_variant_builder_add(&builder, "{sv}", "visible", g_variant_new_boolean(TRUE));
  }
  return g_variant_builder_end(&builder);
}

static void
answer_layout(BhTrayMenu *self, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  gint32 parent, depth;
  GVariantBuilder children;

  g_variant_get_child(arguments, 0, "i", &parent);
  g_variant_get_child(arguments, 1, "i", &depth);
  if (!is_item(self, parent)) {
    g_dbus_method_invocation_return_error_literal(invocation, G_DBUS_ERROR,
                                                  G_DBUS_ERROR_INVALID_ARGS, "No such item");
    return;
  }
  g_variant_builder_init(&children, G_VARIANT_TYPE("av"));
  for (gint32 i = 1; parent == 0 && depth != 0 && i <= (gint32)self->n_entries; i++)
    g_variant_builder_add(&children, "v",
                          g_variant_new("(i@a{sv}@av)", i, describe(self, i),
                                        g_variant_new_array(G_VARIANT_TYPE_VARIANT, NULL, 0)));
  g_dbus_method_invocation_return_value(
      invocation, g_variant_new("(u(i@a{sv}@av))", self->revision, parent, describe(self, parent),
                                g_variant_builder_end(&children)));
}

static void
answer_group(BhTrayMenu *self, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  g_autoptr(GVariantIter) numbers = NULL;
  GVariantBuilder builder;
  gint32 number;

  g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ia{sv})"));
  g_variant_get_child(arguments, 0, "ai", &numbers);
  /* None named means all. */
  for (gint32 i = 0; g_variant_iter_n_children(numbers) == 0 && i <= (gint32)self->n_entries; i++)
    g_variant_builder_add(&builder, "(i@a{sv})", i, describe(self, i));
  while (g_variant_iter_next(numbers, "i", &number))
    if (is_item(self, number))
      g_variant_builder_add(&builder, "(i@a{sv})", number, describe(self, number));
  g_dbus_method_invocation_return_value(invocation, g_variant_new("(a(ia{sv}))", &builder));
}

static void
answer_property(BhTrayMenu *self, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  gint32 number;
  const char *name;
  g_autoptr(GVariant) all = NULL;
  g_autoptr(GVariant) value = NULL;

  g_variant_get(arguments, "(i&s)", &number, &name);
  if (is_item(self, number)) {
    all = g_variant_ref_sink(describe(self, number));
    value = g_variant_lookup_value(all, name, NULL);
  }
  if (value != NULL)
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(v)", value));
  else
    g_dbus_method_invocation_return_error_literal(invocation, G_DBUS_ERROR,
                                                  G_DBUS_ERROR_INVALID_ARGS, "No such property");
}

/* --- what a person does --- */

static void
hear_event(BhTrayMenu *self, gint32 number, const char *event)
{
  const Entry *entry;

  if (number < 1 || !is_item(self, number) || !g_str_equal(event, "clicked"))
    return;
  entry = &self->entries[number - 1];
  if (entry->id != 0 && entry->enabled)
    g_signal_emit(self, signals[ACTIVATED], 0, entry->id);
}

static void
answer_event(BhTrayMenu *self, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  gint32 number;
  const char *event;

  g_variant_get(arguments, "(i&svu)", &number, &event, NULL, NULL);
  /* First: what it leads to may take the menu away. */
  g_dbus_method_invocation_return_value(invocation, NULL);
  hear_event(self, number, event);
}

static void
answer_event_group(BhTrayMenu *self, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  g_autoptr(GVariant) events = g_variant_get_child_value(arguments, 0);
  GVariantBuilder unknown;
  GVariantIter iter;
  gint32 number;
  const char *event;

  g_variant_builder_init(&unknown, G_VARIANT_TYPE("ai"));
  g_variant_iter_init(&iter, events);
  while (g_variant_iter_next(&iter, "(i&svu)", &number, &event, NULL, NULL))
    if (!is_item(self, number))
      g_variant_builder_add(&unknown, "i", number);
  g_dbus_method_invocation_return_value(invocation, g_variant_new("(ai)", &unknown));
  g_variant_iter_init(&iter, events);
  while (g_variant_iter_next(&iter, "(i&svu)", &number, &event, NULL, NULL))
    hear_event(self, number, event);
}

/* The layout is told whenever it changes: there is nothing to be made ready. */
static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  g_autoptr(BhTrayMenu) self = g_object_ref(data);

  if (g_str_equal(method, "GetLayout"))
    answer_layout(self, arguments, invocation);
  else if (g_str_equal(method, "GetGroupProperties"))
    answer_group(self, arguments, invocation);
  else if (g_str_equal(method, "GetProperty"))
    answer_property(self, arguments, invocation);
  else if (g_str_equal(method, "Event"))
    answer_event(self, arguments, invocation);
  else if (g_str_equal(method, "EventGroup"))
    answer_event_group(self, arguments, invocation);
  else if (g_str_equal(method, "AboutToShow"))
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(b)", FALSE));
  else
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(aiai)", NULL, NULL));
}

static GVariant *
on_get(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
       const char *property, GError **error, gpointer data)
{
  if (g_str_equal(property, "Version"))
    return g_variant_new_uint32(VERSION);
  if (g_str_equal(property, "TextDirection"))
    return g_variant_new_string(gtk_widget_get_default_direction() == GTK_TEXT_DIR_RTL ? "rtl"
                                                                                       : "ltr");
  if (g_str_equal(property, "Status"))
    return g_variant_new_string("normal");
  return g_variant_new_strv(NULL, 0);
}

/* --- life --- */

gboolean
bh_tray_menu_export(BhTrayMenu *menu, GDBusConnection *bus, const char *path, GError **error)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_call, .get_property = on_get};
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(description, NULL);

  menu->registration =
      g_dbus_connection_register_object(bus, path, node->interfaces[0], &vtable, menu, NULL, error);
  if (menu->registration == 0)
    return FALSE;
  menu->bus = g_object_ref(bus);
  menu->path = g_strdup(path);
  return TRUE;
}

static gboolean
is_same(BhTrayMenu *self, const BhTrayItem *items, guint n_items)
{
  if (self->n_entries != n_items)
    return FALSE;
  for (guint i = 0; i < n_items; i++)
    if (self->entries[i].id != items[i].id || self->entries[i].enabled != items[i].enabled ||
        g_strcmp0(self->entries[i].label, items[i].label) != 0)
      return FALSE;
  return TRUE;
}

void
bh_tray_menu_set_items(BhTrayMenu *menu, const BhTrayItem *items, guint n_items)
{
  g_return_if_fail(n_items <= BH_TRAY_MAX_ITEMS);

  if (is_same(menu, items, n_items))
    return;
  for (guint i = 0; i < n_items; i++) {
    g_free(menu->entries[i].label);
    menu->entries[i] = (Entry){items[i].id, g_strdup(items[i].label), items[i].enabled};
  }
  for (guint i = n_items; i < menu->n_entries; i++)
    g_clear_pointer(&menu->entries[i].label, g_free);
  menu->n_entries = n_items;
  menu->revision++;
  if (menu->bus != NULL)
    g_dbus_connection_emit_signal(menu->bus, NULL, menu->path, INTERFACE, "LayoutUpdated",
                                  g_variant_new("(ui)", menu->revision, 0), NULL);
}

void
bh_tray_menu_close(BhTrayMenu *menu)
{
  if (menu->bus != NULL)
    g_dbus_connection_unregister_object(menu->bus, menu->registration);
  g_clear_object(&menu->bus);
}

static void
bh_tray_menu_dispose(GObject *object)
{
  bh_tray_menu_close(BH_TRAY_MENU(object));
  G_OBJECT_CLASS(bh_tray_menu_parent_class)->dispose(object);
}

static void
bh_tray_menu_finalize(GObject *object)
{
  BhTrayMenu *self = BH_TRAY_MENU(object);

  for (guint i = 0; i < self->n_entries; i++)
    g_free(self->entries[i].label);
  g_free(self->path);
  G_OBJECT_CLASS(bh_tray_menu_parent_class)->finalize(object);
}

static void
bh_tray_menu_class_init(BhTrayMenuClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);

  object_class->dispose = bh_tray_menu_dispose;
  object_class->finalize = bh_tray_menu_finalize;
  signals[ACTIVATED] = g_signal_new("activated", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
bh_tray_menu_init(BhTrayMenu *self)
{
  self->revision = 1;
}

BhTrayMenu *
bh_tray_menu_new(void)
{
  return g_object_new(BH_TYPE_TRAY_MENU, NULL);
}
