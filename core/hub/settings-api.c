/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "settings-api.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "api-change.h"
#include "certificate.h"

typedef enum { TEXT, NUMBER, TRUTH, LIST } Type;

static const struct {
  const char *name; /* here */
  const char *key;  /* in the file */
  Type type;
} members[] = {
    {"name", "name", TEXT},
    {"port", "port", NUMBER},
    {"httpsPort", "https-port", NUMBER},
    {"cloud", "cloud", LIST},
    {"discovery", "discovery", TRUTH},
    {"greengrass", "greengrass", TRUTH},
    {"listen", "listen", TEXT},
    {"tlsCertificate", "tls-certificate", TEXT},
    {"tlsKey", "tls-key", TEXT},
    {"cloudCa", "cloud-ca", TEXT},
};

/* --- what there is --- */

static json_t *
describe_list(char **list)
{
  json_t *array = json_array();

  for (guint i = 0; list[i] != NULL; i++)
    json_array_append_new(array, json_string(list[i]));
  return array;
}

static json_t *
describe(const BhSettings *settings)
{
  return json_pack(
      "{s:s, s:i, s:i, s:o, s:b, s:b, s:s?, s:s?, s:s?, s:s?}", "name", settings->name, "port",
      settings->port, "httpsPort", settings->https_port, "cloud", describe_list(settings->cloud),
      "discovery", settings->discovery, "greengrass", settings->greengrass, "listen",
      settings->listen_chosen ? settings->listen_address : NULL, "tlsCertificate",
      settings->tls_certificate, "tlsKey", settings->tls_key, "cloudCa", settings->cloud_ca);
}

/* @written: what stands in the file */
static json_t *
describe_all(const BhHubState *state, const BhSettings *written)
{
  json_t *next = describe(written);
  json_t *running = describe(state->settings);
  json_t *fixed = json_array();
  json_t *restart = json_array();

  for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
    const char *name = members[i].name;
    json_t *now = json_object_get(running, name);

    if (g_hash_table_contains(state->settings->fixed, members[i].key)) {
      json_array_append_new(fixed, json_string(name));
      json_object_set(next, name, now);
    } else if (!json_equal(json_object_get(next, name), now)) {
      json_array_append_new(restart, json_string(name));
    }
  }
  json_object_set_new(running, "port", json_integer(bh_house_links_get_http_port(state->links)));
  json_object_set_new(running, "httpsPort",
                      json_integer(bh_house_links_get_https_port(state->links)));
  return json_pack("{s:o, s:o, s:o, s:o}", "settings", next, "running", running, "fixed", fixed,
                   "restart", restart);
}

void
bh_settings_api_fail(BhApiCall *call, const GError *error)
{
  if (g_error_matches(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_FILE))
    bh_api_call_fail(call, 409, "unreadable", error->message);
  else
    bh_api_call_fail(call, 400, "bad-setting", error->message);
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhSettings) settings = bh_settings_change_finish(result, &error);

  if (settings == NULL)
    bh_settings_api_fail(change->call, error);
  else
    bh_api_call_respond(change->call, 200, describe_all(change->state, settings));
}

static void
on_get(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_settings_change_async(state->hub, state->settings->state_folder, NULL, NULL, NULL, read_cb,
                           bh_api_change_new(call, state, "settings-changed", NULL, NULL));
}

/* --- what only trying can tell --- */

typedef struct {
  BhApiChange *change;
  GHashTable *changes;
  char *old_address;           /* where it was told to listen */
  gboolean is_address_fixed;   /* by the command line: the next start listens there as well */
  guint16 port, https_port;    /* on which it does: taken by nobody else */
  guint16 old_port, old_https; /* what it was told */
  char *old_certificate, *old_key;
} Attempt;

static void
attempt_free(Attempt *attempt)
{
  bh_api_change_free(attempt->change);
  g_hash_table_unref(attempt->changes);
  g_free(attempt->old_address);
  g_free(attempt->old_certificate);
  g_free(attempt->old_key);
  g_free(attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attempt, attempt_free)

static gboolean
try_port(const char *address, guint16 port, GError **error)
{
  g_autoptr(GSocketAddress) at = g_inet_socket_address_new_from_string(address, port);
  g_autoptr(GSocket) socket = NULL;
  g_autoptr(GError) problem = NULL;

  socket = at != NULL ? g_socket_new(g_socket_address_get_family(at), G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_DEFAULT, NULL)
                      : NULL;
  if (socket == NULL || g_socket_bind(socket, at, TRUE, &problem))
    return TRUE;
  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("Port %u is taken by another program on this computer. Choose another one."),
                port);
  else
    g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
                _("Port %u cannot be used: %s. Choose one from 1024 on."), port, problem->message);
  return FALSE;
}

/* Where the next start listens. */
static const char *
get_address(const BhSettings *settings, const Attempt *attempt)
{
  return attempt->is_address_fixed ? attempt->old_address : settings->listen_address;
}

/* On any port: that it is this computer's is what counts. */
static gboolean
try_address(const BhSettings *settings, const Attempt *attempt, GError **error)
{
  const char *wanted = get_address(settings, attempt);

  if (g_str_equal(wanted, attempt->old_address) || try_port(wanted, 0, NULL))
    return TRUE;
  g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
              _("%s is no address of this computer: the hub could not listen there."), wanted);
  return FALSE;
}

static gboolean
try_ports(const BhSettings *settings, const Attempt *attempt, GError **error)
{
  const struct {
    guint16 wanted, old;
  } ports[] = {{settings->port, attempt->old_port}, {settings->https_port, attempt->old_https}};

  for (gsize i = 0; i < G_N_ELEMENTS(ports); i++) {
    guint16 wanted = ports[i].wanted;

    if (wanted != 0 && wanted != ports[i].old && wanted != attempt->port &&
        wanted != attempt->https_port && !try_port(get_address(settings, attempt), wanted, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
try_certificate(const BhSettings *settings, const Attempt *attempt, GError **error)
{
  g_autofree char *certificate = NULL, *key = NULL;
  g_autoptr(BhCertificate) both = NULL;
  g_autoptr(GError) problem = NULL;

  if (settings->tls_certificate == NULL ||
      (g_strcmp0(settings->tls_certificate, attempt->old_certificate) == 0 &&
       g_strcmp0(settings->tls_key, attempt->old_key) == 0))
    return TRUE;
  if (g_file_get_contents(settings->tls_certificate, &certificate, NULL, &problem) &&
      g_file_get_contents(settings->tls_key, &key, NULL, &problem))
    both = bh_certificate_parse(key, certificate, &problem);
  if (both != NULL)
    return TRUE;
  g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE,
              _("The certificate and its key cannot be used: %s"), problem->message);
  return FALSE;
}

static gboolean
try(const BhSettings *settings, gpointer user_data, GError **error)
{
  return try_address(settings, user_data, error) && try_ports(settings, user_data, error) &&
         try_certificate(settings, user_data, error);
}

/* --- a change --- */

/* Returns: (transfer full) (nullable): as the file has it; %NULL: @value is of another type */
static char *
make_value(Type type, const json_t *value)
{
  g_autoptr(GString) list = g_string_new(NULL);
  const json_t *item;
  size_t i;

  switch (type) {
  case TEXT:
    return g_strdup(json_string_value(value));
  case NUMBER:
    return json_is_integer(value)
               ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : NULL;
  case TRUTH:
    return json_is_boolean(value) ? g_strdup(json_is_true(value) ? "true" : "false") : NULL;
  case LIST:
  default:
    if (!json_is_array(value))
      return NULL;
    json_array_foreach(value, i, item)
    {
      if (!json_is_string(item))
        return NULL;
      g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", json_string_value(item));
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
  }
}

static void
fail_setting(BhApiCall *call, guint status, const char *code, const char *format, const char *name)
{
  g_autofree char *quoted = g_strdup_printf("“%s”", name);
  g_auto(GStrv) parts = g_strsplit(format, "%s", 2);
  g_autofree char *detail = g_strjoinv(quoted, parts);

  bh_api_call_fail(call, status, code, detail);
}

/* Returns: (transfer full) (nullable): %NULL: @call has been answered */
static GHashTable *
read_changes(BhApiCall *call, const BhSettings *running)
{
  g_autoptr(GHashTable) changes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  json_t *body = bh_api_call_get_body(call);
  gsize n_known = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
    const json_t *value = json_object_get(body, members[i].name);
    char *text;

    if (value == NULL)
      continue;
    n_known++;
    if (g_hash_table_contains(running->fixed, members[i].key)) {
      fail_setting(call, 409, "fixed",
                   _("%s was given when the hub was started, and is not changed here."),
                   members[i].name);
      return NULL;
    }
    text = json_is_null(value) ? NULL : make_value(members[i].type, value);
    if (text == NULL && !json_is_null(value)) {
      fail_setting(call, 400, "bad-setting", _("The value of %s is of the wrong type."),
                   members[i].name);
      return NULL;
    }
    g_hash_table_insert(changes, (gpointer)members[i].key, text);
  }
  if (n_known != json_object_size(body)) {
    bh_api_call_fail(call, 400, "bad-setting", _("There is no such setting."));
    return NULL;
  }
  return g_steal_pointer(&changes);
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Attempt) attempt = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhSettings) settings = bh_settings_change_finish(result, &error);

  if (settings == NULL)
    bh_settings_api_fail(attempt->change->call, error);
  else
    bh_api_change_done(attempt->change, 200, describe_all(attempt->change->state, settings));
}

static char *
list_keys(GHashTable *changes)
{
  g_autofree const char **keys = (const char **)g_hash_table_get_keys_as_array(changes, NULL);

  return g_strjoinv(", ", (char **)keys);
}

static void
on_post(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const BhSettings *running = state->settings;
  g_autoptr(GHashTable) changes = read_changes(call, running);
  g_autofree char *keys = NULL;
  Attempt *attempt;

  if (changes == NULL)
    return;
  keys = list_keys(changes);
  attempt = g_new0(Attempt, 1);
  attempt->change = bh_api_change_new(call, state, "settings-changed", NULL, keys);
  attempt->changes = g_hash_table_ref(changes);
  attempt->old_address = g_strdup(running->listen_address);
  attempt->is_address_fixed = g_hash_table_contains(running->fixed, "listen");
  attempt->port = bh_house_links_get_http_port(state->links);
  attempt->https_port = bh_house_links_get_https_port(state->links);
  attempt->old_port = running->port;
  attempt->old_https = running->https_port;
  attempt->old_certificate = g_strdup(running->tls_certificate);
  attempt->old_key = g_strdup(running->tls_key);
  bh_settings_change_async(state->hub, running->state_folder, changes, try, attempt, change_cb,
                           attempt);
}

void
bh_settings_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add_owner(api, "GET", "/api/v1/settings", on_get, state);
  bh_api_add_owner(api, "POST", "/api/v1/settings", on_post, state);
}
