/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-api.h"

#include <glib/gi18n.h>
#include <string.h>

#include "api-change.h"
#include "settings-api.h"

#define MAX_FOLDER_BYTES 4096

/* --- answers --- */

static void
ready_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  BhBackupDesk *desk = change->state->backups;

  bh_backup_desk_ready_finish(desk, result);
  bh_api_call_respond(change->call, 200, bh_backup_desk_describe(desk));
}

static void
on_get(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_backup_desk_ready_async(state->backups, ready_cb,
                             bh_api_change_new(call, state, "backup-changed", NULL, NULL));
}

static void
fail(BhApiCall *call, const GError *error)
{
  if (error->domain != BH_BACKUP_ERROR)
    bh_settings_api_fail(call, error);
  else if (error->code == BH_BACKUP_ERROR_PASSPHRASE)
    bh_api_call_fail(call, 400, "bad-passphrase", error->message);
  else if (error->code == BH_BACKUP_ERROR_FOLDER || error->code == BH_BACKUP_ERROR_FULL)
    bh_api_call_fail(call, 409, "bad-folder", error->message);
  else if (error->code == BH_BACKUP_ERROR_BUSY)
    bh_api_call_fail(call, 409, "busy", error->message);
  else
    bh_api_call_fail(call, 503, "not-stored", error->message);
}

/* --- a change --- */

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  BhBackupDesk *desk = change->state->backups;
  g_autoptr(GError) error = NULL;

  if (!bh_backup_desk_change_finish(desk, result, &error)) {
    fail(change->call, error);
    return;
  }
  bh_api_change_note(change);
  bh_backup_desk_ready_async(desk, ready_cb, g_steal_pointer(&change));
}

/* Returns: (transfer full) (nullable): as the file has it; %NULL: of the wrong type */
static char *
make_value(const char *name, const json_t *value)
{
  if (g_str_equal(name, "enabled"))
    return json_is_boolean(value) ? g_strdup(json_is_true(value) ? "true" : "false") : NULL;
  if (g_str_equal(name, "keep"))
    return json_is_integer(value)
               ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : NULL;
  if (!json_is_string(value) || json_string_length(value) > MAX_FOLDER_BYTES)
    return NULL;
  return g_strdup(json_string_value(value));
}

static const struct {
  const char *name, *key;
} members[] = {
    {"enabled", "backup"},
    {"time", "backup-time"},
    {"keep", "backup-keep"},
    {"folder", "backup-folder"},
};

/* Returns: whether it could; else @call has been answered. */
static gboolean
read_settings(BhApiCall *call, GHashTable *fixed, BhBackupChange *change)
{
  json_t *body = bh_api_call_get_body(call);

  change->settings = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
    const json_t *value = json_object_get(body, members[i].name);
    char *text;

    if (value == NULL)
      continue;
    if (g_hash_table_contains(fixed, members[i].key)) {
      bh_api_call_fail(call, 409, "fixed",
                       _("That was given when the hub was started, and is not changed here."));
      return FALSE;
    }
    text = json_is_null(value) ? NULL : make_value(members[i].name, value);
    if (text == NULL && !json_is_null(value)) {
      bh_api_call_fail(call, 400, "bad-setting", _("A value is of the wrong type."));
      return FALSE;
    }
    g_hash_table_insert(change->settings, (gpointer)members[i].key, text);
  }
  return TRUE;
}

static gboolean
read_passphrase(BhApiCall *call, BhBackupChange *change)
{
  json_t *body = bh_api_call_get_body(call);
  const json_t *passphrase = json_object_get(body, "passphrase");
  const json_t *noted = json_object_get(body, "codeNoted");

  if ((passphrase != NULL && !json_is_null(passphrase) && !json_is_string(passphrase)) ||
      (noted != NULL && !json_is_true(noted)) || (noted != NULL && passphrase != NULL)) {
    bh_api_call_fail(call, 400, "bad-setting", _("A value is of the wrong type."));
    return FALSE;
  }
  change->passphrase = g_strdup(json_string_value(passphrase));
  change->fresh_code = json_is_null(passphrase);
  change->noted = noted != NULL;
  return TRUE;
}

static char *
list_changes(const json_t *body)
{
  GString *list = g_string_new(NULL);
  const char *name;
  json_t *value;

  json_object_foreach((json_t *)body, name, value)
      g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", name);
  return g_string_free(list, FALSE);
}

static void
on_post(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  json_t *body = bh_api_call_get_body(call);
  g_autoptr(BhBackupChange) change = g_new0(BhBackupChange, 1);
  g_autofree char *names = NULL;

  if (!read_settings(call, state->settings->fixed, change) || !read_passphrase(call, change))
    return;
  if (json_object_size(body) != g_hash_table_size(change->settings) +
                                    (json_object_get(body, "passphrase") != NULL) +
                                    (json_object_get(body, "codeNoted") != NULL)) {
    bh_api_call_fail(call, 400, "bad-setting", _("There is no such setting."));
    return;
  }
  names = list_changes(body);
  bh_backup_desk_change_async(state->backups, g_steal_pointer(&change), change_cb,
                              bh_api_change_new(call, state, "backup-changed", NULL, names));
}

/* --- now --- */

static void
on_now(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const json_t *value = json_object_get(bh_api_call_get_body(call), "folder");
  const char *folder = json_string_value(value);
  g_autoptr(GError) error = NULL;

  if ((value != NULL && folder == NULL) || (folder != NULL && !g_path_is_absolute(folder)))
    bh_api_call_fail(call, 400, "bad-setting", _("A folder is given from the root on."));
  else if (bh_backup_desk_start(state->backups, folder, &error) == 0)
    fail(call, error);
  else
    bh_api_call_respond(call, 202, bh_backup_desk_describe(state->backups));
}

void
bh_backup_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add_owner(api, "GET", "/api/v1/backup", on_get, state);
  bh_api_add_owner(api, "POST", "/api/v1/backup", on_post, state);
  bh_api_add_owner(api, "POST", "/api/v1/backup/now", on_now, state);
}
