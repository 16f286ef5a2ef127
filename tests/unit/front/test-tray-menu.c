/* SPDX-License-Identifier: Apache-2.0 */
/* The menu as a panel sees it, over a bus of two. */
#include "tray-menu-sni.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#define PATH      "/MenuBar"
#define INTERFACE "com.canonical.dbusmenu"

static const BhTrayItem items[] = {
    {7, "Open", TRUE},
    {0, NULL, FALSE},
    {9, "Pause", FALSE},
};

typedef struct {
  GDBusConnection *ours, *panels;
  BhTrayMenu *menu;
  GArray *chosen;
  guint layouts; /* how often the panel was told of another one */
} Fixture;

static void
connection_cb(GObject *source, GAsyncResult *result, gpointer place)
{
  g_autoptr(GError) error = NULL;

  *(GDBusConnection **)place = g_dbus_connection_new_finish(result, &error);
  g_assert_no_error(error);
}

static void
begin_connection(int fd, const char *guid, GDBusConnectionFlags flags, GDBusConnection **place)
{
  g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, NULL);
  g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);

  g_dbus_connection_new(G_IO_STREAM(stream), guid, flags, NULL, NULL, connection_cb, place);
}

static void
on_activated(BhTrayMenu *menu, guint item, Fixture *fixture)
{
  g_array_append_val(fixture->chosen, item);
}

static void
on_layout(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *arguments, gpointer user_data)
{
  ((Fixture *)user_data)->layouts++;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
  g_autofree char *guid = g_dbus_generate_guid();
  g_autoptr(GError) error = NULL;
  int fds[2];

  g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  begin_connection(fds[0], guid,
                   G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_ALLOW_ANONYMOUS,
                   &fixture->ours);
  begin_connection(fds[1], NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, &fixture->panels);
  while (fixture->ours == NULL || fixture->panels == NULL)
    g_main_context_iteration(NULL, TRUE);
  fixture->chosen = g_array_new(FALSE, FALSE, sizeof(guint));
  fixture->menu = bh_tray_menu_new();
  g_signal_connect(fixture->menu, "activated", G_CALLBACK(on_activated), fixture);
  g_assert_true(bh_tray_menu_export(fixture->menu, fixture->ours, PATH, &error));
  g_dbus_connection_signal_subscribe(fixture->panels, NULL, INTERFACE, "LayoutUpdated", PATH, NULL,
                                     G_DBUS_SIGNAL_FLAGS_NONE, on_layout, fixture, NULL);
  bh_tray_menu_set_items(fixture->menu, items, G_N_ELEMENTS(items));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
  bh_tray_menu_close(fixture->menu);
  g_object_unref(fixture->menu);
  g_object_unref(fixture->ours);
  g_object_unref(fixture->panels);
  g_array_unref(fixture->chosen);
}

typedef struct {
  gboolean done;
  GVariant *answer;
  GError *error;
} Call;

static void
call_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;

  call->answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &call->error);
  call->done = TRUE;
}

/* @arguments: GVariant text. Returns: (transfer full): the answer as text; "" where it says no */
static char *
ask(Fixture *fixture, const char *method, const char *arguments)
{
  g_autoptr(GVariant) parsed = g_variant_parse(NULL, arguments, NULL, NULL, NULL);
  Call call = {0};
  char *text;

  g_dbus_connection_call(fixture->panels, NULL, PATH, INTERFACE, method, parsed, NULL,
                         G_DBUS_CALL_FLAGS_NONE, -1, NULL, call_cb, &call);
  while (!call.done)
    g_main_context_iteration(NULL, TRUE);
  text = call.answer != NULL ? g_variant_print(call.answer, FALSE) : g_strdup("");
  g_clear_pointer(&call.answer, g_variant_unref);
  g_clear_error(&call.error);
  return text;
}

static void
assert_answer(Fixture *fixture, const char *method, const char *arguments, const char *expected)
{
  g_autofree char *answer = ask(fixture, method, arguments);

  g_assert_cmpstr(answer, ==, expected);
}

static void
test_layout(Fixture *fixture, gconstpointer data)
{
  assert_answer(fixture, "GetLayout", "(int32 0, int32 -1, @as [])",
                "(2, (0, {'children-display': <'submenu'>}, "
                "[<(1, {'label': <'Open'>, 'enabled': <true>, 'visible': <true>}, @av [])>, "
                "<(2, {'type': <'separator'>}, @av [])>, "
                "<(3, {'label': <'Pause'>, 'enabled': <false>, 'visible': <true>}, @av [])>]))");
  assert_answer(fixture, "GetLayout", "(int32 0, int32 0, @as [])",
                "(2, (0, {'children-display': <'submenu'>}, []))");
  assert_answer(fixture, "GetLayout", "(int32 2, int32 -1, @as [])",
                "(2, (2, {'type': <'separator'>}, []))");
  assert_answer(fixture, "GetGroupProperties", "([1], @as [])",
                "([(1, {'label': <'Open'>, 'enabled': <true>, 'visible': <true>})],)");
  assert_answer(fixture, "GetProperty", "(1, 'label')", "(<'Open'>,)");
  assert_answer(fixture, "AboutToShow", "(0,)", "(false,)");
  assert_answer(fixture, "AboutToShowGroup", "([0],)", "([], [])");
}

/* All items where none is named, those there are where some are not. */
static void
test_group_of_all(Fixture *fixture, gconstpointer data)
{
  g_autofree char *all = ask(fixture, "GetGroupProperties", "(@ai [], @as [])");

  g_assert_nonnull(strstr(all, "(0, {"));
  g_assert_nonnull(strstr(all, "(3, {"));
  assert_answer(fixture, "GetGroupProperties", "([2, 99, -1], @as [])",
                "([(2, {'type': <'separator'>})],)");
}

static void
assert_chosen(Fixture *fixture, guint n, const guint *expected)
{
  g_assert_cmpuint(fixture->chosen->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint(g_array_index(fixture->chosen, guint, i), ==, expected[i]);
}

static void
test_events(Fixture *fixture, gconstpointer data)
{
  assert_answer(fixture, "Event", "(1, 'hovered', <''>, uint32 0)", "()");
  assert_answer(fixture, "Event", "(2, 'clicked', <''>, uint32 0)", "()");
  assert_answer(fixture, "Event", "(3, 'clicked', <''>, uint32 0)", "()");
  assert_answer(fixture, "Event", "(0, 'clicked', <''>, uint32 0)", "()");
  assert_chosen(fixture, 0, NULL);
  assert_answer(fixture, "Event", "(1, 'clicked', <''>, uint32 0)", "()");
  assert_answer(fixture, "EventGroup",
                "([(1, 'clicked', <''>, uint32 0), (8, 'clicked', <''>, 0)],)", "([8],)");
  assert_chosen(fixture, 2, (const guint[]){7, 7});
}

/* A number that is none is said no to, and nothing else happens. */
static void
test_numbers_of_nothing(Fixture *fixture, gconstpointer data)
{
  assert_answer(fixture, "GetLayout", "(int32 4, int32 -1, @as [])", "");
  assert_answer(fixture, "GetLayout", "(int32 -1, int32 -1, @as [])", "");
  assert_answer(fixture, "GetProperty", "(2147483647, 'label')", "");
  assert_answer(fixture, "GetProperty", "(1, 'colour')", "");
  assert_answer(fixture, "Event", "(-2147483648, 'clicked', <''>, uint32 0)", "()");
  assert_chosen(fixture, 0, NULL);
}

static void
test_changes_are_told(Fixture *fixture, gconstpointer data)
{
  BhTrayItem fewer[] = {{5, "Quit", TRUE}};

  while (fixture->layouts < 1)
    g_main_context_iteration(NULL, TRUE);
  bh_tray_menu_set_items(fixture->menu, items, G_N_ELEMENTS(items));
  bh_tray_menu_set_items(fixture->menu, fewer, 1);
  assert_answer(fixture, "GetLayout", "(int32 0, int32 -1, @as [])",
                "(3, (0, {'children-display': <'submenu'>}, [<(1, {'label': <'Quit'>, 'enabled': "
                "<true>, 'visible': <true>}, @av [])>]))");
  g_assert_cmpuint(fixture->layouts, ==, 2);
  assert_answer(fixture, "Event", "(3, 'clicked', <''>, uint32 0)", "()");
  assert_chosen(fixture, 0, NULL);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)
  ADD("/tray-menu/layout", test_layout);
  ADD("/tray-menu/group-of-all", test_group_of_all);
  ADD("/tray-menu/events", test_events);
  ADD("/tray-menu/numbers-of-nothing", test_numbers_of_nothing);
  ADD("/tray-menu/changes-are-told", test_changes_are_told);
#undef ADD
  return g_test_run();
}
