/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-key-order.h"

#include <glib/gi18n.h>

#include "digest.h"

typedef struct {
  char *state_folder;
  BhBackupKeyOrder order;
} Work;

/* Held from the reading to the answer, so that answers come in the order of what is in the file. */
static GMutex key_mutex;

static void
work_free(gpointer data)
{
  Work *work = data;

  g_free(work->state_folder);
  bh_digest_free_text(work->order.passphrase);
  g_free(work);
}

/* Returns: (transfer full) (nullable): %NULL: not written */
static BhBackupKey *
find_or_make(const Work *work, gboolean *is_there, GError **error)
{
  g_autoptr(GError) problem = NULL;
  BhBackupKey *key = NULL;

  *is_there = FALSE;
  if (work->order.passphrase != NULL)
    return bh_backup_key_new(work->order.passphrase, NULL, 0, error);
  if (!work->order.fresh_code)
    key = bh_backup_key_load(work->state_folder, &problem);
  if (problem != NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
  }
  *is_there = key != NULL;
  return key != NULL ? key : bh_backup_key_new_with_code(error);
}

static BhBackupKey *
run_order(const Work *work, GError **error)
{
  gboolean is_there;
  g_autoptr(BhBackupKey) key = find_or_make(work, &is_there, error);
  g_autoptr(GError) problem = NULL;
  BhBackupKey *saved;

  if (key == NULL || (is_there && !work->order.noted))
    return g_steal_pointer(&key);
  if (!bh_backup_key_save(key, work->state_folder, work->order.noted, error))
    return NULL;
  /* As the file has it. */
  saved = bh_backup_key_load(work->state_folder, &problem);
  if (problem != NULL)
    g_propagate_error(error, g_steal_pointer(&problem));
  else if (saved == NULL)
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                        _("The key of the backups is gone."));
  return saved;
}

static void
run_task(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  BhBackupKey *key;

  g_mutex_lock(&key_mutex);
  key = run_order(data, &error);
  if (key != NULL)
    g_task_return_pointer(task, key, (GDestroyNotify)bh_backup_key_unref);
  else
    g_task_return_error(task, error);
  g_mutex_unlock(&key_mutex);
}

void
bh_backup_key_order_async(GObject *source, const char *state_folder, BhBackupKeyOrder order,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(source, NULL, callback, user_data);
  Work *work = g_new0(Work, 1);

  work->state_folder = g_strdup(state_folder);
  work->order = order;
  g_task_set_task_data(task, work, work_free);
  g_task_run_in_thread(task, run_task);
}

BhBackupKey *
bh_backup_key_order_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}
