/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-settings.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "backup-error.h"
#include "secret-file.h"
#include "settings-file.h"

#define GROUP "hub"

static gboolean
is_readable(const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents(path, &text, NULL, NULL);
}

static gboolean
is_folder(const char *path)
{
  return g_file_test(path, G_FILE_TEST_IS_DIR);
}

static gboolean
is_own_address(const char *text)
{
  g_autoptr(GSocketAddress) at = g_inet_socket_address_new_from_string(text, 0);
  g_autoptr(GSocket) socket =
      at != NULL ? g_socket_new(g_socket_address_get_family(at), G_SOCKET_TYPE_STREAM,
                                G_SOCKET_PROTOCOL_DEFAULT, NULL)
                 : NULL;

  return socket != NULL && g_socket_bind(socket, at, FALSE, NULL);
}

static const struct {
  const char *key;
  gboolean (*fits)(const char *value);
  const char *with; /* (nullable): says nothing without this one */
} checks[] = {
    {"tls-certificate", is_readable, "tls-key"},
    {"tls-key", is_readable, "tls-certificate"},
    {"cloud-ca", is_readable, NULL},
    {"backup-folder", is_folder, NULL},
    {"listen", is_own_address, NULL},
};

static void
leave_out(GKeyFile *file, const char *key, const char *value, GStrvBuilder *left_out)
{
  g_autofree char *sentence =
      g_strdup_printf(_("The setting %s was not taken: %s is not on this computer."), key, value);

  g_key_file_remove_key(file, GROUP, key, NULL);
  g_strv_builder_add(left_out, sentence);
}

static gboolean
fit(GKeyFile *file, GStrvBuilder *left_out)
{
  gboolean is_changed = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
    g_autofree char *value = g_key_file_get_string(file, GROUP, checks[i].key, NULL);

    if (value == NULL || checks[i].fits(value))
      continue;
    leave_out(file, checks[i].key, value, left_out);
    if (checks[i].with != NULL)
      g_key_file_remove_key(file, GROUP, checks[i].with, NULL);
    is_changed = TRUE;
  }
  return is_changed;
}

static gboolean
put_aside(const char *folder, const char *path, const GError *problem, GStrvBuilder *left_out)
{
  g_autofree char *old = g_build_filename(folder, BH_BACKUP_SETTINGS_OLD, NULL);
  g_autofree char *sentence =
      g_strdup_printf(_("The settings were not taken: %s"), problem->message);

  g_strv_builder_add(left_out, sentence);
  return g_rename(path, old) == 0;
}

gboolean
bh_backup_settings_fit(const char *folder, GStrv *left_out, GError **error)
{
  g_autofree char *path = g_build_filename(folder, BH_SETTINGS_FILE_NAME, NULL);
  g_autoptr(GStrvBuilder) sentences = g_strv_builder_new();
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) problem = NULL;
  gboolean done = TRUE;

  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS, &problem)) {
    if (!g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      done = put_aside(folder, path, problem, sentences);
    g_clear_error(&problem);
  } else if (fit(file, sentences)) {
    gsize length;
    g_autofree char *text = g_key_file_to_data(file, &length, NULL);

    done = bh_secret_file_write(path, text, length, &problem);
  }
  *left_out = g_strv_builder_end(sentences);
  if (!done)
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                _("The settings of the backup cannot be written: %s"),
                problem != NULL ? problem->message : path);
  return done;
}
