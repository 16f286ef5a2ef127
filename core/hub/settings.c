/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "settings.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK(bh_settings_error_quark, bh_settings_error)

static void
printer_setting_free(gpointer data)
{
  BhPrinterSetting *printer = data;

  g_free(printer->name);
  g_free(printer->uri);
  g_free(printer);
}

/* Both families by one socket where the system has them, as the web room listens. */
static const char *
every_address(void)
{
  g_autoptr(GSocket) socket =
      g_socket_new(G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  return socket != NULL && g_socket_speaks_ipv4(socket) ? "::" : "0.0.0.0";
}

/* A computer may be called anything; a hub's name has a form. */
static char *
name_of_computer(void)
{
  g_autofree char *name = g_utf8_make_valid(g_get_host_name(), -1);
  glong length = MIN(g_utf8_strlen(name, -1), BH_SETTINGS_MAX_NAME_CHARS);

  return length == 0 ? g_strdup("Bellhop") : g_utf8_substring(name, 0, length);
}

BhSettings *
bh_settings_new(const char *state_folder)
{
  BhSettings *settings = g_new0(BhSettings, 1);

  settings->state_folder = state_folder != NULL
                               ? g_strdup(state_folder)
                               : g_build_filename(g_get_user_state_dir(), "bellhop", NULL);
  settings->listen_address = g_strdup(every_address());
  settings->port = BH_SETTINGS_DEFAULT_PORT;
  settings->https_port = BH_SETTINGS_DEFAULT_HTTPS_PORT;
  settings->discovery = TRUE;
  settings->tenant_id = g_strdup("default");
  settings->name = name_of_computer();
  settings->guest_networks = bh_address_set_new();
  settings->trusted_proxies = bh_address_set_new();
  settings->cloud = g_new0(char *, 1);
  settings->backup = TRUE;
  settings->backup_minute = BH_SETTINGS_DEFAULT_BACKUP_MINUTE;
  settings->backup_keep = BH_SETTINGS_DEFAULT_BACKUPS;
  settings->printers = g_ptr_array_new_with_free_func(printer_setting_free);
  settings->fixed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  bh_limit_set_init(&settings->limits);
  return settings;
}

void
bh_settings_free(BhSettings *settings)
{
  g_free(settings->state_folder);
  g_free(settings->listen_address);
  g_free(settings->tls_certificate);
  g_free(settings->tls_key);
  g_strfreev(settings->cloud);
  g_free(settings->cloud_ca);
  g_free(settings->tenant_id);
  g_free(settings->name);
  bh_address_set_unref(settings->guest_networks);
  bh_address_set_unref(settings->trusted_proxies);
  g_free(settings->backup_folder);
  g_ptr_array_unref(settings->printers);
  g_hash_table_unref(settings->fixed);
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

/* --- one key each --- */

static void
replace(char **target, const char *value)
{
  char *copy = g_strdup(value);

  g_free(*target);
  *target = copy;
}

static gboolean
set_listen(BhSettings *settings, const char *value, GError **error)
{
  replace(&settings->listen_address, value);
  settings->listen_chosen = TRUE;
  return TRUE;
}

static gboolean
parse_port(const char *text, guint16 *out, GError **error)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT16, &port, NULL)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("A port is a number from 0 (any) to 65535, not “%s”."), text);
    return FALSE;
  }
  *out = (guint16)port;
  return TRUE;
}

static gboolean
set_port(BhSettings *settings, const char *value, GError **error)
{
  settings->port_chosen = TRUE;
  return parse_port(value, &settings->port, error);
}

static gboolean
set_https_port(BhSettings *settings, const char *value, GError **error)
{
  settings->https_port_chosen = TRUE;
  return parse_port(value, &settings->https_port, error);
}

static gboolean
set_ice_ports(BhSettings *settings, const char *value, GError **error)
{
  g_auto(GStrv) ends = g_strsplit(value, "-", 3);
  guint64 low, high;

  if (g_strv_length(ends) != 2 ||
      !g_ascii_string_to_unsigned(ends[0], 10, 1024, G_MAXUINT16, &low, NULL) ||
      !g_ascii_string_to_unsigned(ends[1], 10, low, G_MAXUINT16, &high, NULL)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("Ports are given as LOW-HIGH, from 1024 to 65535, not “%s”."), value);
    return FALSE;
  }
  settings->ice_port_min = (guint16)low;
  settings->ice_port_max = (guint16)high;
  return TRUE;
}

static gboolean
set_tenant(BhSettings *settings, const char *value, GError **error)
{
  replace(&settings->tenant_id, value);
  return TRUE;
}

static gboolean
set_name(BhSettings *settings, const char *value, GError **error)
{
  g_autofree char *name = g_strstrip(g_strdup(value));
  gboolean good = *name != '\0' && g_utf8_validate(name, -1, NULL) &&
                  g_utf8_strlen(name, -1) <= BH_SETTINGS_MAX_NAME_CHARS;

  for (const char *next = name; good && *next != '\0'; next = g_utf8_next_char(next))
    good = !g_unichar_iscntrl(g_utf8_get_char(next));
  if (!good) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("The hub's name has 1 to %d characters."), BH_SETTINGS_MAX_NAME_CHARS);
    return FALSE;
  }
  replace(&settings->name, name);
  return TRUE;
}

static gboolean
set_tls_certificate(BhSettings *settings, const char *value, GError **error)
{
  replace(&settings->tls_certificate, value);
  return TRUE;
}

static gboolean
set_tls_key(BhSettings *settings, const char *value, GError **error)
{
  replace(&settings->tls_key, value);
  return TRUE;
}

static gboolean
parse_truth(const char *text, gboolean *out, GError **error)
{
  static const struct {
    const char *word;
    gboolean is_true;
  } words[] = {{"true", TRUE}, {"false", FALSE}, {"yes", TRUE}, {"no", FALSE}};

  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_ascii_strcasecmp(words[i].word, text) == 0) {
      *out = words[i].is_true;
      return TRUE;
    }
  g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE, _("Say true or false, not “%s”."),
              text);
  return FALSE;
}

static gboolean
set_discovery(BhSettings *settings, const char *value, GError **error)
{
  settings->discovery_chosen = TRUE;
  return parse_truth(value, &settings->discovery, error);
}

static gboolean
set_greengrass(BhSettings *settings, const char *value, GError **error)
{
  return parse_truth(value, &settings->greengrass, error);
}

static gboolean
set_addresses(BhAddressSet **target, const char *list, GError **error)
{
  g_auto(GStrv) prefixes = g_strsplit_set(list, ",; \t", -1);
  g_autoptr(BhAddressSet) set = bh_address_set_new();

  for (guint i = 0; prefixes[i] != NULL; i++)
    if (*prefixes[i] != '\0' && !bh_address_set_add(set, prefixes[i], error))
      return FALSE;
  bh_address_set_unref(*target);
  *target = g_steal_pointer(&set);
  return TRUE;
}

static gboolean
set_guest_networks(BhSettings *settings, const char *value, GError **error)
{
  return set_addresses(&settings->guest_networks, value, error);
}

static gboolean
set_trusted_proxies(BhSettings *settings, const char *value, GError **error)
{
  return set_addresses(&settings->trusted_proxies, value, error);
}

static gboolean
is_loopback_host(const char *host)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

  return g_ascii_strcasecmp(host, "localhost") == 0 ||
         (address != NULL && g_inet_address_get_is_loopback(address));
}

/* What goes to a cloud goes by TLS, but where it does not leave this computer. */
static gboolean
is_cloud_address(const char *text)
{
  g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

  if (host == NULL || *host == '\0' || strlen(text) > BH_SETTINGS_MAX_CLOUD_BYTES ||
      g_uri_get_userinfo(uri) != NULL || g_uri_get_fragment(uri) != NULL)
    return FALSE;
  return g_str_equal(g_uri_get_scheme(uri), "wss") ||
         (g_str_equal(g_uri_get_scheme(uri), "ws") && is_loopback_host(host));
}

static gboolean
set_cloud(BhSettings *settings, const char *list, GError **error)
{
  g_auto(GStrv) words = g_strsplit_set(list, ",; \t", -1);
  g_autoptr(GStrvBuilder) addresses = g_strv_builder_new();
  guint count = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '\0')
      continue;
    if (!is_cloud_address(words[i])) {
      g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                  _("A cloud's address looks like wss://cloud.example/signal, not “%s”."),
                  words[i]);
      return FALSE;
    }
    if (++count > BH_SETTINGS_MAX_CLOUDS) {
      g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                  _("A hub asks at most %d clouds."), BH_SETTINGS_MAX_CLOUDS);
      return FALSE;
    }
    g_strv_builder_add(addresses, words[i]);
  }
  g_strfreev(settings->cloud);
  settings->cloud = g_strv_builder_end(addresses);
  return TRUE;
}

static gboolean
set_backup(BhSettings *settings, const char *value, GError **error)
{
  return parse_truth(value, &settings->backup, error);
}

static gboolean
set_backup_folder(BhSettings *settings, const char *value, GError **error)
{
  if (!g_path_is_absolute(value)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("The folder of the backups is given from the root on, not as “%s”."), value);
    return FALSE;
  }
  replace(&settings->backup_folder, value);
  return TRUE;
}

static gboolean
set_backup_time(BhSettings *settings, const char *value, GError **error)
{
  g_auto(GStrv) parts = g_strsplit(value, ":", 3);
  guint64 hour, minute;

  if (g_strv_length(parts) != 2 || !g_ascii_string_to_unsigned(parts[0], 10, 0, 23, &hour, NULL) ||
      !g_ascii_string_to_unsigned(parts[1], 10, 0, 59, &minute, NULL)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("A time of day is given as HOUR:MINUTE, such as 3:30, not “%s”."), value);
    return FALSE;
  }
  settings->backup_minute = (guint)(hour * 60 + minute);
  return TRUE;
}

static gboolean
set_backup_keep(BhSettings *settings, const char *value, GError **error)
{
  guint64 keep;

  if (!g_ascii_string_to_unsigned(value, 10, 1, BH_SETTINGS_MAX_BACKUPS, &keep, NULL)) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("From 1 to %d backups are kept, not “%s”."), BH_SETTINGS_MAX_BACKUPS, value);
    return FALSE;
  }
  settings->backup_keep = (guint)keep;
  return TRUE;
}

static gboolean
set_cloud_ca(BhSettings *settings, const char *value, GError **error)
{
  replace(&settings->cloud_ca, value);
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*set)(BhSettings *settings, const char *value, GError **error);
} hub_keys[] = {
    {"listen", set_listen},
    {"port", set_port},
    {"https-port", set_https_port},
    {"ice-ports", set_ice_ports},
    {"tenant", set_tenant},
    {"name", set_name},
    {"tls-certificate", set_tls_certificate},
    {"tls-key", set_tls_key},
    {"cloud", set_cloud},
    {"cloud-ca", set_cloud_ca},
    {"discovery", set_discovery},
    {"greengrass", set_greengrass},
    {"guest-networks", set_guest_networks},
    {"trusted-proxies", set_trusted_proxies},
    {"backup", set_backup},
    {"backup-folder", set_backup_folder},
    {"backup-time", set_backup_time},
    {"backup-keep", set_backup_keep},
};

gboolean
bh_settings_set(BhSettings *settings, const char *key, const char *value, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(hub_keys); i++)
    if (g_str_equal(hub_keys[i].name, key))
      return hub_keys[i].set(settings, value, error);
  g_return_val_if_reached(FALSE);
}

const char *
bh_settings_get_key(guint index)
{
  return index < G_N_ELEMENTS(hub_keys) ? hub_keys[index].name : NULL;
}

void
bh_settings_fix(BhSettings *settings, const char *key)
{
  g_hash_table_add(settings->fixed, g_strdup(key));
}

/* --- the whole --- */

gboolean
bh_settings_is_loopback(const BhSettings *settings)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(settings->listen_address);

  return address != NULL && g_inet_address_get_is_loopback(address);
}

gboolean
bh_settings_uses_discovery(const BhSettings *settings)
{
  return settings->discovery && (settings->discovery_chosen || !bh_settings_is_loopback(settings));
}

static gboolean
check_open(const BhSettings *settings, GError **error)
{
  if (!settings->open || bh_settings_is_loopback(settings))
    return TRUE;
  g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
              _("An open hub lets everyone in, so it listens on this computer only "
                "(127.0.0.1), not on %s."),
              settings->listen_address);
  return FALSE;
}

static gboolean
check_tls(const BhSettings *settings, GError **error)
{
  if ((settings->tls_certificate == NULL) != (settings->tls_key == NULL)) {
    g_set_error_literal(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                        _("A certificate of your own needs both files, tls-certificate and "
                          "tls-key."));
    return FALSE;
  }
  /* Where nobody chose the second one, it steps aside as from any other program. */
  if (settings->port != 0 && settings->https_port_chosen &&
      settings->port == settings->https_port) {
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("http and https need a port each; %u is given for both."), settings->port);
    return FALSE;
  }
  return TRUE;
}

gboolean
bh_settings_check(const BhSettings *settings, GError **error)
{
  if (!g_hostname_is_ip_address(settings->listen_address)) {
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
  return check_open(settings, error) && check_tls(settings, error);
}

gboolean
bh_settings_complete(BhSettings *settings, GError **error)
{
  if (settings->open && !settings->listen_chosen)
    replace(&settings->listen_address, "127.0.0.1");
  return bh_settings_check(settings, error);
}
