/* SPDX-License-Identifier: Apache-2.0 */
#include "login-start.h"

#include <glib/gstdio.h>
#include <string.h>

#include "front.h"

/* --- a portal as a test wants it --- */

typedef struct {
  GTestDBus *bus;
  GDBusConnection *connection;
  guint name;       /* owned on the connection */
  guint32 response; /* 0: granted */
  char *asked;      /* the options of the last request, as text */
} Portal;

static const char portal_description[] =
    "<node><interface name='org.freedesktop.portal.Background'><method name='RequestBackground'>"
    "<arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='o' direction='out'/></method></interface></node>";

static void
on_request(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *method, GVariant *arguments, GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  Portal *portal = user_data;
  g_autoptr(GVariant) options = g_variant_get_child_value(arguments, 1);
  g_autofree char *name = g_strdup(sender + 1);
  g_autofree char *handle = NULL;
  const char *token = NULL;
  gboolean on = FALSE;
  GVariantDict results;

  g_assert_true(g_variant_lookup(options, "handle_token", "&s", &token));
  g_assert_true(g_variant_lookup(options, "autostart", "b", &on));
  g_free(portal->asked);
  portal->asked = g_variant_print(options, FALSE);
  handle = g_strdup_printf("/org/freedesktop/portal/desktop/request/%s/%s",
                           g_strdelimit(name, ".", '_'), token);
  g_dbus_method_invocation_return_value(invocation, g_variant_new("(o)", handle));
  g_variant_dict_init(&results, NULL);
  g_variant_dict_insert(&results, "autostart", "b", on && portal->response == 0);
  g_dbus_connection_emit_signal(
      connection, NULL, handle, "org.freedesktop.portal.Request", "Response",
      g_variant_new("(u@a{sv})", portal->response, g_variant_dict_end(&results)), NULL);
}

static void
on_owned(GDBusConnection *connection, const char *name, gpointer owned)
{
  *(gboolean *)owned = TRUE;
}

static void
portal_up(Portal *portal, gboolean serves)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_request};
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(portal_description, NULL);
  gboolean owned = FALSE;

  portal->bus = g_test_dbus_new(G_TEST_DBUS_NONE);
  g_test_dbus_up(portal->bus);
  g_setenv("container", "flatpak", TRUE);
  if (!serves)
    return;
  portal->connection =
      g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(portal->bus),
                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                 G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                             NULL, NULL, NULL);
  g_dbus_connection_register_object(portal->connection, "/org/freedesktop/portal/desktop",
                                    node->interfaces[0], &vtable, portal, NULL, NULL);
  portal->name =
      g_bus_own_name_on_connection(portal->connection, "org.freedesktop.portal.Desktop",
                                   G_BUS_NAME_OWNER_FLAGS_NONE, on_owned, NULL, &owned, NULL);
  while (!owned)
    g_main_context_iteration(NULL, TRUE);
}

static void
portal_down(Portal *portal)
{
  g_unsetenv("container");
  if (portal->connection != NULL) {
    g_bus_unown_name(portal->name);
    g_dbus_connection_close_sync(portal->connection, NULL, NULL);
  }
  g_clear_object(&portal->connection);
  /* Waits until the program has let go of its own connection too. */
  g_test_dbus_down(portal->bus);
  g_object_unref(portal->bus);
  g_free(portal->asked);
}

/* --- setting it --- */

static void
set_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_login_start_set_finish(result, &error));
  g_assert_no_error(error);
  *(gboolean *)user_data = TRUE;
}

static void
set(const char *state_folder, gboolean on)
{
  gboolean done = FALSE;

  bh_login_start_set_async(state_folder, on, NULL, set_cb, &done);
  while (!done)
    g_main_context_iteration(NULL, TRUE);
}

static char *
make_path(void)
{
  return g_build_filename(g_get_user_config_dir(), "autostart", BH_FRONT_ID ".desktop", NULL);
}

/* Returns: (transfer full): the words that the session would start */
static char **
read_command(void)
{
  g_autofree char *path = make_path();
  g_autoptr(GKeyFile) entry = g_key_file_new();
  g_autofree char *exec = NULL;
  g_autoptr(GString) plain = NULL;
  char **words = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true(g_key_file_load_from_file(entry, path, G_KEY_FILE_NONE, &error));
  exec = g_key_file_get_string(entry, "Desktop Entry", "Exec", &error);
  g_assert_no_error(error);
  plain = g_string_new(exec);
  g_string_replace(plain, "%%", "%", 0);
  g_assert_true(g_shell_parse_argv(plain->str, NULL, &words, &error));
  return words;
}

static void
test_on_and_off(void)
{
  const char *state = g_test_get_filename(G_TEST_BUILT, "some where", NULL);
  g_autofree char *path = make_path();
  g_auto(GStrv) words = NULL;

  g_assert_false(bh_login_start_is_on(state));
  set(state, TRUE);
  g_assert_true(bh_login_start_is_on(state));
  words = read_command();
  g_assert_cmpuint(g_strv_length(words), ==, 4);
  g_assert_true(g_path_is_absolute(words[0]));
  g_assert_cmpstr(words[1], ==, "--background");
  g_assert_cmpstr(words[2], ==, "--state");
  g_assert_cmpstr(words[3], ==, state);
  set(state, FALSE);
  g_assert_false(bh_login_start_is_on(state));
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  set(state, FALSE);
}

/* What runs is the copy that an upgrade has put another file in the place of. */
static void
test_replaced_program(void)
{
  g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
  g_auto(GStrv) words = NULL;

  g_assert_cmpint(g_unlink(program), ==, 0);
  g_assert_true(g_file_set_contents(program, "", 0, NULL));
  set("/x", TRUE);
  words = read_command();
  g_assert_cmpstr(words[0], ==, program);
  set("/x", FALSE);
}

static void
test_upgrade(void)
{
  g_autofree char *folder = g_dir_make_tmp("login-XXXXXX", NULL);
  g_autofree char *copy = g_build_filename(folder, "bellhop", NULL);
  g_autoptr(GFile) from = g_file_new_for_path("/proc/self/exe");
  g_autoptr(GFile) to = g_file_new_for_path(copy);
  char *argv[] = {copy, (char *)"--GTestSubprocess", (char *)"-p",
                  (char *)"/login-start/upgrade/subprocess", NULL};
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  g_assert_true(g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error));
  g_assert_cmpint(g_chmod(copy, 0700), ==, 0);
  g_assert_true(
      g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, &error));
  g_test_message("%s%s", out, err);
  g_assert_true(g_spawn_check_wait_status(status, &error));
  g_unlink(copy);
  g_rmdir(folder);
}

/* What a shell or a desktop would read as something else. */
static void
test_odd_folders(void)
{
  static const char *const folders[] = {"/a b",  "/$HOME",       "/`id`",
                                        "/a\"b", "/back\\slash", "/100%u"};

  for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_auto(GStrv) words = NULL;

    set(folders[i], TRUE);
    words = read_command();
    g_assert_cmpstr(words[3], ==, folders[i]);
  }
  set("/x", FALSE);
}

/* Desktops let a person switch entries off without removing them. */
static void
test_switched_off_elsewhere(void)
{
  static const char *const lines[] = {"Hidden=true\n", "X-GNOME-Autostart-enabled=false\n"};
  g_autofree char *path = make_path();

  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autofree char *text = NULL;
    g_autofree char *changed = NULL;

    set("/x", TRUE);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    changed = g_strconcat(text, lines[i], NULL);
    g_assert_true(g_file_set_contents(path, changed, -1, NULL));
    g_assert_false(bh_login_start_is_on("/x"));
  }
  set("/x", FALSE);
}

typedef struct {
  gboolean done;
  GError *error;
} Refusal;

static void
refused_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Refusal *refusal = user_data;

  g_assert_false(bh_login_start_set_finish(result, &refusal->error));
  refusal->done = TRUE;
}

static void
assert_refused(const char *state_folder)
{
  Refusal refusal = {0};

  bh_login_start_set_async(state_folder, TRUE, NULL, refused_cb, &refusal);
  while (!refusal.done)
    g_main_context_iteration(NULL, TRUE);
  g_assert_error(refusal.error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_error_free(refusal.error);
}

/* In a sandbox the portal is asked, and what it granted is remembered. */
static void
test_portal(void)
{
  g_autofree char *state = g_dir_make_tmp("login-XXXXXX", NULL);
  Portal portal = {0};

  portal_up(&portal, TRUE);
  set(state, TRUE);
  g_assert_true(bh_login_start_is_on(state));
  g_assert_nonnull(
      strstr(portal.asked, "'commandline': <['bellhop', '--background', '--state', '"));
  set(state, FALSE);
  g_assert_false(bh_login_start_is_on(state));
  portal.response = 1;
  assert_refused(state);
  g_assert_false(bh_login_start_is_on(state));
  portal_down(&portal);
  g_rmdir(state);
}

static void
test_no_portal(void)
{
  Portal portal = {0};

  portal_up(&portal, FALSE);
  assert_refused("/x");
  g_assert_false(bh_login_start_is_on("/x"));
  portal_down(&portal);
}

/* One folder for all cases, which leave it empty: GLib's own isolation gives each case another one
 * and keeps the names of those before for ever, which the leak check reports. */
int
main(int argc, char **argv)
{
  g_autofree char *config = g_dir_make_tmp("login-start-XXXXXX", NULL);
  g_autofree char *autostart = g_build_filename(config, "autostart", NULL);
  int status;

  g_setenv("XDG_CONFIG_HOME", config, TRUE);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/login-start/on-and-off", test_on_and_off);
  g_test_add_func("/login-start/upgrade", test_upgrade);
  g_test_add_func("/login-start/upgrade/subprocess", test_replaced_program);
  g_test_add_func("/login-start/odd-folders", test_odd_folders);
  g_test_add_func("/login-start/switched-off-elsewhere", test_switched_off_elsewhere);
  g_test_add_func("/login-start/portal", test_portal);
  g_test_add_func("/login-start/no-portal", test_no_portal);
  status = g_test_run();
  g_rmdir(autostart);
  g_assert_cmpint(g_rmdir(config), ==, 0);
  return status;
}
