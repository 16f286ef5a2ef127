/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-change.h"

#include "backup-desk-private.h"
#include "digest.h"
#include "settings-file.h"

void
bh_backup_change_free(BhBackupChange *change)
{
  g_clear_pointer(&change->settings, g_hash_table_unref);
  bh_digest_free_text(change->passphrase);
  g_free(change);
}

static void
take_settings(BhBackupDesk *self, const BhSettings *settings)
{
  GHashTable *fixed = self->state->settings->fixed;

  if (!g_hash_table_contains(fixed, "backup"))
    self->is_on = settings->backup;
  if (!g_hash_table_contains(fixed, "backup-time"))
    self->minute = settings->backup_minute;
  if (!g_hash_table_contains(fixed, "backup-keep"))
    self->keep = settings->backup_keep;
  if (!g_hash_table_contains(fixed, "backup-folder")) {
    g_free(self->folder);
    self->folder = g_strdup(settings->backup_folder);
  }
}

/* Only now may one begin by itself: with the key that belongs to it. */
static void
end_change(BhBackupDesk *self, GTask *task)
{
  const BhBackupChange *change = g_task_get_task_data(task);

  /* A person who chooses a folder wants to see the first one there. */
  if (change->settings != NULL && g_hash_table_contains(change->settings, "backup-folder"))
    self->earliest_us = 0;
  bh_backup_desk_schedule(self);
  g_task_return_boolean(task, TRUE);
}

static void
change_key_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhBackupDesk *self = g_object_get_data(G_OBJECT(task), BH_BACKUP_DESK_DATA);
  GError *error = NULL;

  if (bh_backup_desk_take_key(self, result, &error))
    end_change(self, task);
  else
    g_task_return_error(task, error);
}

static void
change_key(BhBackupDesk *self, GTask *task)
{
  BhBackupChange *change = g_task_get_task_data(task);

  if (change->passphrase == NULL && !change->fresh_code && !change->noted) {
    end_change(self, task);
    g_object_unref(task);
    return;
  }
  bh_backup_key_order_async(self->state->hub, self->state->settings->state_folder,
                            (BhBackupKeyOrder){.passphrase = g_steal_pointer(&change->passphrase),
                                               .fresh_code = change->fresh_code,
                                               .noted = change->noted},
                            change_key_cb, task);
}

static void
change_settings_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhBackupDesk *self = g_object_get_data(G_OBJECT(task), BH_BACKUP_DESK_DATA);
  GError *error = NULL;
  g_autoptr(BhSettings) settings = bh_settings_change_finish(result, &error);

  if (settings == NULL) {
    g_task_return_error(task, error);
    return;
  }
  take_settings(self, settings);
  change_key(self, g_steal_pointer(&task));
}

/* Before a folder is written down. */
static gboolean
try_folder(const BhSettings *settings, gpointer user_data, GError **error)
{
  gboolean is_external;

  return settings->backup_folder == NULL ||
         bh_backup_run_try_folder(settings->state_folder, settings->backup_folder, &is_external,
                                  error);
}

void
bh_backup_desk_change_async(BhBackupDesk *desk, BhBackupChange *change,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(desk->state->hub, NULL, callback, user_data);
  GError *error = NULL;
  gboolean has_folder =
      change->settings != NULL && g_hash_table_contains(change->settings, "backup-folder");

  g_task_set_task_data(task, change, (GDestroyNotify)bh_backup_change_free);
  g_object_set_data(G_OBJECT(task), BH_BACKUP_DESK_DATA, desk);
  if (change->passphrase != NULL && !bh_backup_key_check(change->passphrase, &error)) {
    g_task_return_error(task, error);
    g_object_unref(task);
  } else if (change->settings != NULL && g_hash_table_size(change->settings) > 0) {
    bh_settings_change_async(desk->state->hub, desk->state->settings->state_folder,
                             change->settings, has_folder ? try_folder : NULL, NULL,
                             change_settings_cb, task);
  } else {
    change_key(desk, task);
  }
}

gboolean
bh_backup_desk_change_finish(BhBackupDesk *desk, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}
