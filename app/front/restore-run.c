/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "restore-run.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "backup-restore.h"

typedef struct {
  char *state_folder;
  char *aside; /* where what was there is meanwhile */
} Restore;

static void
restore_free(gpointer data)
{
  Restore *restore = data;

  g_free(restore->state_folder);
  g_free(restore->aside);
  g_free(restore);
}

static Restore *
restore_new(const char *state_folder)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc();
  g_autofree char *stamp = g_date_time_format(now, "%Y%m%d-%H%M%S");
  Restore *restore = g_new0(Restore, 1);

  restore->state_folder = g_strdup(state_folder);
  restore->aside = g_strdup_printf("%s.before-%s", state_folder, stamp);
  return restore;
}

static gboolean
put_aside(const Restore *restore, GError **error)
{
  if (g_rename(restore->state_folder, restore->aside) == 0)
    return TRUE;
  g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
              _("The folder %s cannot be put aside: %s"), restore->state_folder, g_strerror(errno));
  return FALSE;
}

/* What could not be restored left nothing but, perhaps, an empty folder. */
static void
put_back(const Restore *restore)
{
  g_rmdir(restore->state_folder);
  if (g_rename(restore->aside, restore->state_folder) != 0)
    g_warning("The folder %s is now called %s: give it its name back and start Bellhop again.",
              restore->state_folder, restore->aside);
}

static void
restore_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHubRunner *runner = g_task_get_source_object(task);
  GError *error = NULL;
  g_autoptr(BhBackupRestored) restored = bh_backup_restore_finish(result, &error);

  if (restored == NULL)
    put_back(g_task_get_task_data(task));
  bh_hub_runner_start(runner);
  if (restored != NULL)
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

void
bh_restore_run_async(BhHubRunner *runner, const char *state_folder, const char *file,
                     const char *passphrase, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(runner, cancellable, callback, user_data);
  Restore *restore = restore_new(state_folder);
  GError *error = NULL;

  /* A restore that is done is done, also when it was cancelled at the last moment. */
  g_task_set_check_cancellable(task, FALSE);
  g_task_set_task_data(task, restore, restore_free);
  if (bh_hub_runner_get_place(runner) == BH_HUB_ELSEWHERE) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_BUSY,
                            _("Another program runs this Bellhop. End it first."));
    return;
  }
  bh_hub_runner_pause(runner);
  if (!put_aside(restore, &error)) {
    bh_hub_runner_start(runner);
    g_task_return_error(task, error);
    return;
  }
  bh_backup_restore_async(file, passphrase, state_folder, cancellable, restore_cb,
                          g_steal_pointer(&task));
}

gboolean
bh_restore_run_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}
