/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "restore-run.h"

#include <glib/gi18n.h>

#include "backup-restore.h"
#include "backup-swap.h"

/* A task's data is the state folder. */

/* The hub stops for no longer than this takes. */
static gboolean
swap(BhHubRunner *runner, const char *state_folder, BhBackupRestored *restored, GError **error)
{
  gboolean was_running = bh_hub_runner_is_running(runner), done;

  bh_hub_runner_pause(runner);
  done = bh_backup_swap_commit(state_folder, g_steal_pointer(&restored->lock), error);
  if (done || was_running)
    bh_hub_runner_start(runner);
  return done;
}

static void
restore_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHubRunner *runner = g_task_get_source_object(task);
  const char *state_folder = g_task_get_task_data(task);
  GError *error = NULL;
  g_autoptr(BhBackupRestored) restored = bh_backup_restore_finish(result, &error);

  if (restored != NULL &&
      !g_cancellable_set_error_if_cancelled(g_task_get_cancellable(task), &error) &&
      swap(runner, state_folder, restored, &error)) {
    /* Whoever asked may have closed the window meanwhile. */
    for (guint i = 0; restored->left_out[i] != NULL; i++)
      g_message("%s", restored->left_out[i]);
    g_task_return_pointer(task, g_steal_pointer(&restored->left_out), (GDestroyNotify)g_strfreev);
    return;
  }
  /* Its lock with it. */
  g_clear_pointer(&restored, bh_backup_restored_free);
  bh_backup_swap_drop(state_folder);
  g_task_return_error(task, error);
}

void
bh_restore_run_async(BhHubRunner *runner, const char *state_folder, const char *file,
                     const char *passphrase, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(runner, cancellable, callback, user_data);
  g_autofree char *beside = NULL;
  GError *error = NULL;

  /* A restore that is done is done, also when it was cancelled at the last moment. */
  g_task_set_check_cancellable(task, FALSE);
  g_task_set_task_data(task, g_strdup(state_folder), g_free);
  if (bh_hub_runner_get_place(runner) == BH_HUB_ELSEWHERE) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_BUSY,
                            _("Another program runs this Bellhop. End it first."));
    return;
  }
  beside = bh_backup_swap_prepare(state_folder, &error);
  if (beside == NULL) {
    g_task_return_error(task, error);
    return;
  }
  bh_backup_restore_async(file, passphrase, beside, cancellable, restore_cb,
                          g_steal_pointer(&task));
}

GStrv
bh_restore_run_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}
