/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "settings-file.h"

#include <glib/gi18n.h>

#include "secret-file.h"

/* What the keys of the hub itself stand under. */
#define GROUP "hub"

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
  const char *key;

  for (guint i = 0; (key = bh_settings_get_key(i)) != NULL; i++) {
    g_autofree char *value = g_key_file_get_string(file, GROUP, key, NULL);

    if (value != NULL && !bh_settings_set(settings, key, value, error))
      return FALSE;
  }
  settings->open = g_key_file_get_boolean(file, GROUP, "open", NULL);
  return TRUE;
}

/* A file that is not there says nothing. */
static gboolean
read_file(GKeyFile *file, const char *path, GError **error)
{
  g_autoptr(GError) problem = NULL;

  if (g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS,
                                &problem) ||
      g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_FILE,
              _("The settings in %s cannot be read: %s"), path, problem->message);
  return FALSE;
}

static gboolean
take_file(BhSettings *settings, GKeyFile *file, GError **error)
{
  return load_hub_group(file, settings, error) &&
         load_pairs(file, "printers", settings, bh_settings_add_printer, error) &&
         load_pairs(file, "limits", settings, put_limit, error);
}

gboolean
bh_settings_load(BhSettings *settings, GError **error)
{
  g_autofree char *path = g_build_filename(settings->state_folder, BH_SETTINGS_FILE_NAME, NULL);
  g_autoptr(GKeyFile) file = g_key_file_new();

  if (!read_file(file, path, error))
    return FALSE;
  if (take_file(settings, file, error))
    return TRUE;
  g_prefix_error(error, "%s: ", path);
  return FALSE;
}

/* --- changes --- */

typedef struct {
  char *state_folder;
  GHashTable *changes; /* (nullable) */
  BhSettingsTest test; /* (nullable) */
  gpointer test_data;
} Change;

/* Held while the file is read, changed and written: what two ask for at a time is both there. */
static GMutex file_mutex;

static void
change_free(gpointer data)
{
  Change *change = data;

  g_free(change->state_folder);
  g_clear_pointer(&change->changes, g_hash_table_unref);
  g_free(change);
}

static void
put_changes(GKeyFile *file, GHashTable *changes)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init(&iter, changes);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    if (value != NULL)
      g_key_file_set_string(file, GROUP, key, value);
    else
      g_key_file_remove_key(file, GROUP, key, NULL);
  }
}

static gboolean
write_file(GKeyFile *file, const char *path, GError **error)
{
  g_autoptr(GError) problem = NULL;
  gsize length;
  g_autofree char *text = g_key_file_to_data(file, &length, NULL);

  if (bh_secret_file_write(path, text, length, &problem))
    return TRUE;
  g_set_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_FILE,
              _("The settings in %s cannot be written: %s"), path, problem->message);
  return FALSE;
}

static BhSettings *
run_change(const Change *change, GError **error)
{
  g_autofree char *path = g_build_filename(change->state_folder, BH_SETTINGS_FILE_NAME, NULL);
  g_autoptr(BhSettings) settings = bh_settings_new(change->state_folder);
  g_autoptr(GKeyFile) file = g_key_file_new();

  if (!read_file(file, path, error))
    return NULL;
  if (change->changes != NULL)
    put_changes(file, change->changes);
  if (!take_file(settings, file, error) || !bh_settings_complete(settings, error))
    return NULL;
  if (change->changes != NULL &&
      ((change->test != NULL && !change->test(settings, change->test_data, error)) ||
       !write_file(file, path, error)))
    return NULL;
  return g_steal_pointer(&settings);
}

static void
run_task(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  BhSettings *settings;
  GError *error = NULL;

  g_mutex_lock(&file_mutex);
  settings = run_change(data, &error);
  g_mutex_unlock(&file_mutex);
  if (settings != NULL)
    g_task_return_pointer(task, settings, (GDestroyNotify)bh_settings_free);
  else
    g_task_return_error(task, error);
}

void
bh_settings_change_async(GObject *source, const char *state_folder, GHashTable *changes,
                         BhSettingsTest test, gpointer user_data_of_test,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(source, NULL, callback, user_data);
  Change *change = g_new0(Change, 1);

  change->state_folder = g_strdup(state_folder);
  change->changes = changes != NULL ? g_hash_table_ref(changes) : NULL;
  change->test = test;
  change->test_data = user_data_of_test;
  g_task_set_task_data(task, change, change_free);
  g_task_run_in_thread(task, run_task);
}

BhSettings *
bh_settings_change_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}
