/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "settings.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define FILE_NAME "settings.ini"

G_DEFINE_QUARK(bh_settings_error_quark, bh_settings_error)

static void
printer_setting_free(gpointer data)
{
  BhPrinterSetting *printer = data;

  g_free(printer->name);
  g_free(printer->uri);
  g_free(printer);
}

BhSettings *
bh_settings_new(const char *state_folder)
{
  BhSettings *settings = g_new0(BhSettings, 1);

  settings->state_folder = state_folder != NULL
                               ? g_strdup(state_folder)
                               : g_build_filename(g_get_user_state_dir(), "bellhop", NULL);
  settings->listen_address = g_strdup("127.0.0.1");
  settings->port = BH_SETTINGS_DEFAULT_PORT;
  settings->tenant_id = g_strdup("default");
  settings->printers = g_ptr_array_new_with_free_func(printer_setting_free);
  bh_limit_set_init(&settings->limits);
  return settings;
}

void
bh_settings_free(BhSettings *settings)
{
  g_free(settings->state_folder);
  g_free(settings->listen_address);
  g_free(settings->tenant_id);
  g_ptr_array_unref(settings->printers);
  g_free(settings);
}

gboolean
bh_settings_add_printer(BhSettings *settings, const char *assignment, GError **error)
{
  const char *equals = strchr(assignment, '=');
  g_autofree char *name = NULL;
  BhPrinterSetting *printer;

  if (equals == NULL || equals == assignment || equals[1] == '\0') {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("A printer is given as NAME=ADDRESS, for example "
                  "receipt=tcp://192.168.1.50:9100, not “%s”."),
                assignment);
    return FALSE;
  }
  name = g_strndup(assignment, (gsize)(equals - assignment));
  for (guint i = 0; i < settings->printers->len; i++) {
    printer = settings->printers->pdata[i];
    if (g_str_equal(printer->name, name)) {
      g_free(printer->uri);
      printer->uri = g_strdup(equals + 1);
      return TRUE;
    }
  }
  printer = g_new0(BhPrinterSetting, 1);
  printer->name = g_steal_pointer(&name);
  printer->uri = g_strdup(equals + 1);
  g_ptr_array_add(settings->printers, printer);
  return TRUE;
}

gboolean
bh_settings_set_port(BhSettings *settings, const char *text, GError **error)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT16, &port, NULL)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("A port is a number from 0 (any) to 65535, not “%s”."), text);
    return FALSE;
  }
  settings->port = (guint16)port;
  settings->port_chosen = TRUE;
  return TRUE;
}

gboolean
bh_settings_set_ice_ports(BhSettings *settings, const char *range, GError **error)
{
  g_auto(GStrv) ends = g_strsplit(range, "-", 3);
  guint64 low, high;

  if (g_strv_length(ends) != 2 ||
      !g_ascii_string_to_unsigned(ends[0], 10, 1024, G_MAXUINT16, &low, NULL) ||
      !g_ascii_string_to_unsigned(ends[1], 10, low, G_MAXUINT16, &high, NULL)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("Ports are given as LOW-HIGH, from 1024 to 65535, not “%s”."), range);
    return FALSE;
  }
  settings->ice_port_min = (guint16)low;
  settings->ice_port_max = (guint16)high;
  return TRUE;
}

/* --- the file --- */

static gboolean
load_pairs(GKeyFile *file, const char *group, BhSettings *settings,
           gboolean (*put)(BhSettings *settings, const char *assignment, GError **error),
           GError **error)
{
  g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string(file, group, keys[i], NULL);
    g_autofree char *assignment = g_strconcat(keys[i], "=", value, NULL);

    if (!put(settings, assignment, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
put_limit(BhSettings *settings, const char *assignment, GError **error)
{
  return bh_limit_set_parse(&settings->limits, assignment, error);
}

static gboolean
load_hub_group(GKeyFile *file, BhSettings *settings, GError **error)
{
  g_autofree char *address = g_key_file_get_string(file, "hub", "listen", NULL);
  g_autofree char *port = g_key_file_get_string(file, "hub", "port", NULL);
  g_autofree char *ice_ports = g_key_file_get_string(file, "hub", "ice-ports", NULL);
  g_autofree char *tenant_id = g_key_file_get_string(file, "hub", "tenant", NULL);

  if (address != NULL) {
    g_free(settings->listen_address);
    settings->listen_address = g_steal_pointer(&address);
  }
  if (tenant_id != NULL) {
    g_free(settings->tenant_id);
    settings->tenant_id = g_steal_pointer(&tenant_id);
  }
  settings->open = g_key_file_get_boolean(file, "hub", "open", NULL);
  return (port == NULL || bh_settings_set_port(settings, port, error)) &&
         (ice_ports == NULL || bh_settings_set_ice_ports(settings, ice_ports, error));
}

gboolean
bh_settings_load(BhSettings *settings, GError **error)
{
  g_autofree char *path = g_build_filename(settings->state_folder, FILE_NAME, NULL);
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) problem = NULL;

  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &problem)) {
    if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return TRUE;
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_FILE,
                _("The settings in %s cannot be read: %s"), path, problem->message);
    return FALSE;
  }
  if (load_hub_group(file, settings, &problem) &&
      load_pairs(file, "printers", settings, bh_settings_add_printer, &problem) &&
      load_pairs(file, "limits", settings, put_limit, &problem))
    return TRUE;
  g_propagate_prefixed_error(error, g_steal_pointer(&problem), "%s: ", path);
  return FALSE;
}

/* --- the whole --- */

gboolean
bh_settings_is_loopback(const BhSettings *settings)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(settings->listen_address);

  return address != NULL && g_inet_address_get_is_loopback(address);
}

gboolean
bh_settings_check(const BhSettings *settings, GError **error)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(settings->listen_address);

  if (address == NULL) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("The hub listens on an IP address, for example 127.0.0.1, not “%s”."),
                settings->listen_address);
    return FALSE;
  }
  if (*settings->tenant_id == '\0' || strlen(settings->tenant_id) > 64) {
    g_set_error_literal(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                        _("The tenant's name has 1 to 64 characters."));
    return FALSE;
  }
  if (settings->open && !g_inet_address_get_is_loopback(address)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("An open hub lets everyone in, so it listens on this computer only "
                  "(127.0.0.1), not on %s."),
                settings->listen_address);
    return FALSE;
  }
  return TRUE;
}
