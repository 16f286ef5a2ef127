/* SPDX-License-Identifier: Apache-2.0 */
#include "notices.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "control-client.h"
#include "json-text.h"

/* A hub that one device asks to be let in, and a desktop that shows notices. */
typedef struct {
  char *folder;
  SoupServer *server;
  const char *requests; /* what is asked */
  guint n_doubts;       /* pages of which the hub does not know whether they came out */
  json_t *accepted;     /* (nullable): what the hub was told to let in */

  guint desktop_id; /* of its registration with the desktop */
  GPtrArray *shown; /* owned: what it was told of doubts: "+title"; "-": withdrawn */

  GApplication *app;
  BhHouseModel *model;
  BhNotices *notices;
} Fixture;

static void
handle(SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
       gpointer user_data)
{
  Fixture *f = user_data;
  g_autofree char *status = g_strdup_printf("{\"print\":{\"uncertain\":%u}}", f->n_doubts);
  const char *text = g_str_equal(path, "/api/v1/pair/requests") ? f->requests
                     : g_str_equal(path, "/api/v1/status")      ? status
                                                                : "{}";

  if (g_str_equal(path, "/api/v1/pair/requests/accept")) {
    g_autoptr(GBytes) bytes =
        soup_message_body_flatten(soup_server_message_get_request_body(message));

    f->accepted =
        bh_json_parse(g_bytes_get_data(bytes, NULL), (gsize)g_bytes_get_size(bytes), NULL);
  }
  soup_server_message_set_status(message, 200, NULL);
  soup_server_message_set_response(message, "application/json", SOUP_MEMORY_COPY, text,
                                   strlen(text));
}

/* --- the desktop --- */

static void
on_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
        gpointer user_data)
{
  Fixture *f = user_data;
  const char *id, *title = "";
  g_autoptr(GVariant) facts = NULL;

  g_variant_get_child(parameters, 1, "&s", &id);
  if (g_str_equal(id, "doubts") && g_str_equal(method, "AddNotification")) {
    g_variant_get_child(parameters, 2, "@a{sv}", &facts);
    g_assert_true(g_variant_lookup(facts, "title", "&s", &title));
    g_ptr_array_add(f->shown, g_strconcat("+", title, NULL));
  } else if (g_str_equal(id, "doubts"))
    g_ptr_array_add(f->shown, g_strdup("-"));
  g_dbus_method_invocation_return_value(invocation, NULL);
}

static const GDBusInterfaceVTable desktop_vtable = {.method_call = on_call};

/* One desktop for all cases: the bus changes the environment, which a thread of GDBus may read. */
static GTestDBus *bus;
static GDBusConnection *desktop;

static void
start_desktop(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = NULL;

  bus = g_test_dbus_new(G_TEST_DBUS_NONE);
  g_test_dbus_up(bus);
  desktop =
      g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(bus),
                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                 G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                             NULL, NULL, &error);
  g_assert_no_error(error);
  reply = g_dbus_connection_call_sync(desktop, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "org.freedesktop.DBus", "RequestName",
                                      g_variant_new("(su)", "org.gtk.Notifications", 0), NULL,
                                      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error(error);
}

/* The portion of org.gtk.Notifications that GLib calls. */
static void
register_desktop(Fixture *f)
{
  static const char xml[] =
      "<node><interface name='org.gtk.Notifications'>"
      "<method name='AddNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='a{sv}' direction='in'/></method>"
      "<method name='RemoveNotification'><arg type='s' direction='in'/>"
      "<arg type='s' direction='in'/></method>"
      "</interface></node>";
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(xml, &error);

  g_assert_no_error(error);
  f->desktop_id = g_dbus_connection_register_object(
      desktop, "/org/gtk/Notifications", node->interfaces[0], &desktop_vtable, f, NULL, &error);
  g_assert_no_error(error);
}

/* Once the answer is there, all that was said before has come: to this case, not to the next. */
static void
unregister_desktop(Fixture *f)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = NULL;

  reply = g_dbus_connection_call_sync(g_application_get_dbus_connection(f->app),
                                      "org.gtk.Notifications", "/", "org.freedesktop.DBus.Peer",
                                      "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error(error);
  g_dbus_connection_unregister_object(desktop, f->desktop_id);
}

/* --- life --- */

static void
set_up(Fixture *f, gconstpointer requests)
{
  g_autofree char *path = NULL;
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) error = NULL;

  register_desktop(f);
  f->folder = g_dir_make_tmp("notices-XXXXXX", NULL);
  f->requests = requests;
  f->shown = g_ptr_array_new_with_free_func(g_free);
  path = g_build_filename(f->folder, BH_CONTROL_SOCKET_NAME, NULL);
  address = g_unix_socket_address_new(path);
  f->server = soup_server_new(NULL, NULL);
  soup_server_add_handler(f->server, NULL, handle, f, NULL);
  soup_server_listen(f->server, address, 0, &error);
  g_assert_no_error(error);
  f->app = g_application_new("io.bellhop.Test", G_APPLICATION_NON_UNIQUE);
  g_application_register(f->app, NULL, &error);
  g_assert_no_error(error);
  f->model = bh_house_model_new(f->folder);
  f->notices = bh_notices_new(f->model, f->app);
  bh_house_model_set_place(f->model, BH_HUB_HERE, "");
  while (bh_house_list_get_count(bh_house_model_get_requests(f->model)) == 0)
    g_main_context_iteration(NULL, TRUE);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename(f->folder, BH_CONTROL_SOCKET_NAME, NULL);

  bh_house_model_close(f->model);
  bh_notices_free(f->notices);
  g_object_unref(f->model);
  g_object_unref(f->server);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  unregister_desktop(f);
  g_object_unref(f->app);
  g_ptr_array_unref(f->shown);
  g_clear_pointer(&f->accepted, json_decref);
  g_unlink(path);
  g_assert_cmpint(g_rmdir(f->folder), ==, 0);
  g_free(f->folder);
}

static const char *
get_accepted(Fixture *f, const char *member)
{
  return json_string_value(json_object_get(f->accepted, member));
}

/* As the notice's button does. */
static void
let_in(Fixture *f)
{
  g_action_group_activate_action(G_ACTION_GROUP(f->app), "accept-request",
                                 g_variant_new_string("123456 r1"));
  while (f->accepted == NULL)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpstr(get_accepted(f, "requestId"), ==, "r1");
  g_assert_cmpstr(get_accepted(f, "code"), ==, "123456");
  g_assert_cmpstr(get_accepted(f, "role"), ==, "staff");
}

static void
test_keeps_its_name(Fixture *f, gconstpointer data)
{
  let_in(f);
  g_assert_cmpstr(get_accepted(f, "name"), ==, "Anna");
}

/* A hub lets no device in that has no name. */
static void
test_gets_a_name(Fixture *f, gconstpointer data)
{
  let_in(f);
  g_assert_cmpstr(get_accepted(f, "name"), ==, "Staff");
}

static void
ask(Fixture *f, guint n_doubts)
{
  f->n_doubts = n_doubts;
  bh_house_model_refresh(f->model);
  while (bh_house_model_get_doubts(f->model) != n_doubts)
    g_main_context_iteration(NULL, TRUE);
}

static void
wait_for_shown(Fixture *f, const char *what)
{
  while (f->shown->len == 0)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpstr(f->shown->pdata[0], ==, what);
  g_ptr_array_remove_index(f->shown, 0);
}

/* One more is told, whatever became of the notice before; of fewer none pops up. */
static void
test_each_doubt_is_told(Fixture *f, gconstpointer data)
{
  ask(f, 1);
  wait_for_shown(f, "+1 page may not have come out");
  ask(f, 2);
  wait_for_shown(f, "+2 pages may not have come out");
  ask(f, 1);
  wait_for_shown(f, "-");
  ask(f, 2);
  wait_for_shown(f, "+2 pages may not have come out");
  ask(f, 0);
  wait_for_shown(f, "-");
  ask(f, 1);
  wait_for_shown(f, "+1 page may not have come out");
}

int
main(int argc, char **argv)
{
  int status;

  g_setenv("LC_ALL", "C.UTF-8", TRUE);
  g_setenv("GNOTIFICATION_BACKEND", "gtk", TRUE);
  g_test_init(&argc, &argv, NULL);
  start_desktop();
  g_test_add("/front/notices/named", Fixture,
             "{\"requests\":[{\"requestId\":\"r1\",\"code\":\"123456\",\"name\":\"Anna\"}]}",
             set_up, test_keeps_its_name, tear_down);
  g_test_add("/front/notices/nameless", Fixture,
             "{\"requests\":[{\"requestId\":\"r1\",\"code\":\"123456\"}]}", set_up,
             test_gets_a_name, tear_down);
  g_test_add("/front/notices/doubts", Fixture,
             "{\"requests\":[{\"requestId\":\"r1\",\"code\":\"123456\"}]}", set_up,
             test_each_doubt_is_told, tear_down);
  status = g_test_run();
  g_object_unref(desktop);
  g_test_dbus_stop(bus);
  g_object_unref(bus);
  return status;
}
