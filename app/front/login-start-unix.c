/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "login-start.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "front.h"

/*
 * Outside a sandbox: the desktop entry specification's autostart folder, with an entry of the
 * program's own name that is there exactly when it is on. In a sandbox that folder is out of reach:
 * the portal keeps the entry, and what it was last asked is noted in the state folder.
 *
 * Desktop entry specification 1.5, "The Exec key"; desktop application autostart specification 0.5;
 * org.freedesktop.portal.Background version 1.
 */

#define PORTAL      "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define NOTE        "start-at-login"

#define GONE " (deleted)"

/* A person may be asked. */
#define ANSWER_MS 120000

/* As Flatpak says it to what it starts. */
static gboolean
is_in_sandbox(void)
{
  return g_strcmp0(g_getenv("container"), "flatpak") == 0;
}

static char *
make_entry_path(void)
{
  return g_build_filename(g_get_user_config_dir(), "autostart", BH_FRONT_ID ".desktop", NULL);
}

static char *
make_note_path(const char *state_folder)
{
  return g_build_filename(state_folder, NOTE, NULL);
}

gboolean
bh_login_start_is_on(const char *state_folder)
{
  g_autofree char *path = is_in_sandbox() ? make_note_path(state_folder) : make_entry_path();
  g_autoptr(GKeyFile) entry = g_key_file_new();

  if (is_in_sandbox())
    return g_file_test(path, G_FILE_TEST_EXISTS);
  if (!g_key_file_load_from_file(entry, path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  return !g_key_file_get_boolean(entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN,
                                 NULL) &&
         (!g_key_file_has_key(entry, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-Autostart-enabled", NULL) ||
          g_key_file_get_boolean(entry, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-Autostart-enabled",
                                 NULL));
}

/* --- what is started --- */

/* As the program was started itself: installed or not. An upgrade has put another file in its
 * place since, and Linux then says so behind the path (proc_pid_exe(5)). Returns: (transfer full)
 */
static char *
find_program(void)
{
  char *program = g_file_read_link("/proc/self/exe", NULL);

  if (program == NULL)
    return g_strdup("bellhop");
  if (g_str_has_suffix(program, GONE) && !g_file_test(program, G_FILE_TEST_EXISTS))
    program[strlen(program) - strlen(GONE)] = '\0';
  return program;
}

/* The words after the program's name. */
static GPtrArray *
list_arguments(const char *state_folder)
{
  g_autoptr(BhSettings) defaults = bh_settings_new(NULL);
  GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

  g_ptr_array_add(words, g_strdup("--background"));
  if (!g_str_equal(state_folder, defaults->state_folder)) {
    g_ptr_array_add(words, g_strdup("--state"));
    g_ptr_array_add(words, g_strdup(state_folder));
  }
  return words;
}

/* The key's own quoting: in double quotes, with a backslash before what a shell would take, and two
 * percent signs for one. */
static void
append_quoted(GString *line, const char *word)
{
  if (line->len > 0)
    g_string_append_c(line, ' ');
  g_string_append_c(line, '"');
  for (const char *at = word; *at != '\0'; at++) {
    if (strchr("\"`$\\", *at) != NULL)
      g_string_append_c(line, '\\');
    if (*at == '%')
      g_string_append_c(line, '%');
    g_string_append_c(line, *at);
  }
  g_string_append_c(line, '"');
}

static char *
make_exec(const char *state_folder)
{
  g_autofree char *program = find_program();
  g_autoptr(GPtrArray) words = list_arguments(state_folder);
  g_autoptr(GString) line = g_string_new(NULL);

  append_quoted(line, program);
  for (guint i = 0; i < words->len; i++)
    append_quoted(line, words->pdata[i]);
  return g_string_free(g_steal_pointer(&line), FALSE);
}

/* --- without a sandbox --- */

static gboolean
write_entry(const char *state_folder, GError **error)
{
  g_autofree char *path = make_entry_path();
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *exec = make_exec(state_folder);
  g_autoptr(GKeyFile) entry = g_key_file_new();

  g_key_file_set_string(entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE,
                        G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string(entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, "Bellhop");
  g_key_file_set_string(entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, BH_FRONT_ID);
  g_key_file_set_string(entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, exec);
  if (g_mkdir_with_parents(folder, 0700) != 0) {
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), _("cannot use %s: %s"), folder,
                g_strerror(errno));
    return FALSE;
  }
  return g_key_file_save_to_file(entry, path, error);
}

static gboolean
remove_file(const char *path, GError **error)
{
  if (g_unlink(path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), _("cannot use %s: %s"), path,
              g_strerror(errno));
  return FALSE;
}

static void
set_entry(GTask *task, const char *state_folder, gboolean on)
{
  g_autofree char *path = make_entry_path();
  GError *error = NULL;

  if (on ? write_entry(state_folder, &error) : remove_file(path, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

/* --- in a sandbox --- */

typedef struct {
  char *state_folder;
  gboolean on;
  GDBusConnection *bus;
  guint subscription;
  guint clock;
} Request;

static void
request_free(gpointer data)
{
  Request *request = data;

  if (request->subscription != 0)
    g_dbus_connection_signal_unsubscribe(request->bus, request->subscription);
  if (request->clock != 0)
    g_source_remove(request->clock);
  g_clear_object(&request->bus);
  g_free(request->state_folder);
  g_free(request);
}

/* Once. @task: its reference is dropped */
static void
finish_request(GTask *task, gboolean granted)
{
  Request *request = g_task_get_task_data(task);
  g_autofree char *note = make_note_path(request->state_folder);
  GError *error = NULL;

  if (request->subscription != 0)
    g_dbus_connection_signal_unsubscribe(request->bus, request->subscription);
  if (request->clock != 0)
    g_source_remove(request->clock);
  request->subscription = request->clock = 0;
  if (request->on && !granted)
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                            _("The system does not let Bellhop start at login. Allow it in the "
                              "system's settings for this program."));
  else if (request->on ? g_file_set_contents(note, "", 0, &error) : remove_file(note, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
  g_object_unref(task);
}

static void
on_response(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *signal, GVariant *arguments, gpointer task)
{
  Request *request = g_task_get_task_data(task);
  g_autoptr(GVariant) results = NULL;
  guint32 response;
  gboolean autostart = FALSE;

  if (!g_variant_is_of_type(arguments, G_VARIANT_TYPE("(ua{sv})")))
    return;
  g_variant_get(arguments, "(u@a{sv})", &response, &results);
  if (response == 0 && !g_variant_lookup(results, "autostart", "b", &autostart))
    autostart = request->on;
  finish_request(task, autostart);
}

static gboolean
on_no_response(gpointer task)
{
  Request *request = g_task_get_task_data(task);

  request->clock = 0;
  finish_request(task, FALSE);
  return G_SOURCE_REMOVE;
}

static void
request_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Request *request = g_task_get_task_data(task);
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);

  /* Without a portal nobody will answer. */
  if (answer == NULL && request->subscription != 0)
    finish_request(task, FALSE);
}

static GVariant *
describe_request(const Request *request, const char *token)
{
  g_autoptr(GPtrArray) words = list_arguments(request->state_folder);
  GVariantBuilder options;

  g_ptr_array_insert(words, 0, g_strdup("bellhop"));
  g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&options, "{sv}", "handle_token", g_variant_new_string(token));
  g_variant_builder_add(
      &options, "{sv}", "reason",
      g_variant_new_string(_("Devices of the house reach each other while Bellhop runs.")));
  g_variant_builder_add(&options, "{sv}", "autostart", g_variant_new_boolean(request->on));
  g_variant_builder_add(&options, "{sv}", "commandline",
                        g_variant_new_strv((const char *const *)words->pdata, (gssize)words->len));
  return g_variant_new("(sa{sv})", "", &options);
}

/* The answer comes as a signal of an object whose path is known beforehand: heard before it can
 * come. */
static void
ask_portal(GTask *task)
{
  Request *request = g_task_get_task_data(task);
  g_autofree char *sender = g_strdup(g_dbus_connection_get_unique_name(request->bus) + 1);
  g_autofree char *token = g_strdup_printf("bellhop%u", g_random_int());
  g_autofree char *handle = NULL;

  g_strdelimit(sender, ".", '_');
  handle = g_strdup_printf(PORTAL_PATH "/request/%s/%s", sender, token);
  request->subscription = g_dbus_connection_signal_subscribe(
      request->bus, PORTAL, "org.freedesktop.portal.Request", "Response", handle, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_response, task, NULL);
  request->clock = g_timeout_add(ANSWER_MS, on_no_response, task);
  g_dbus_connection_call(request->bus, PORTAL, PORTAL_PATH, "org.freedesktop.portal.Background",
                         "RequestBackground", describe_request(request, token),
                         G_VARIANT_TYPE("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, request_cb,
                         g_object_ref(task));
}

static void
bus_cb(GObject *source, GAsyncResult *result, gpointer task)
{
  Request *request = g_task_get_task_data(task);

  request->bus = g_bus_get_finish(result, NULL);
  if (request->bus != NULL)
    ask_portal(task);
  else
    finish_request(task, FALSE);
}

/* --- both --- */

void
bh_login_start_set_async(const char *state_folder, gboolean on, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
  Request *request;

  if (!is_in_sandbox()) {
    set_entry(task, state_folder, on);
    return;
  }
  request = g_new0(Request, 1);
  request->state_folder = g_strdup(state_folder);
  request->on = on;
  g_task_set_task_data(task, request, request_free);
  g_bus_get(G_BUS_TYPE_SESSION, cancellable, bus_cb, g_steal_pointer(&task));
}

gboolean
bh_login_start_set_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}
