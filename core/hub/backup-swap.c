/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-swap-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "backup-items.h"
#include "backup-restore.h"
#include "lock-file.h"
#include "store.h"

/* What tells the folder beside from one that a person has made. */
#define MARK "restoring"
#define LOCK "lock"

/* Where a state folder is a link, the house stays on the disk that the link leads to; and not by
 * realpath(): between the two names there is nothing at its end. */
#define MAX_LINKS 16

static char *
find_folder(const char *state_folder)
{
  char *folder = g_canonicalize_filename(state_folder, NULL);

  for (guint i = 0; i < MAX_LINKS; i++) {
    g_autofree char *parent = g_path_get_dirname(folder);
    g_autofree char *target = g_file_read_link(folder, NULL);

    if (target == NULL)
      break;
    g_free(folder);
    folder = g_canonicalize_filename(target, parent);
  }
  return folder;
}

static char *
make_beside(const char *state_folder)
{
  g_autofree char *folder = find_folder(state_folder);

  return g_strconcat(folder, "." MARK, NULL);
}

static gboolean
has(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);

  return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
remove_from(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);

  g_unlink(path);
}

/* With its lock, where it has one. The lock goes last, for nobody else is to get hold of what is
 * half removed; and behind it the mark, by which the next start finds what stays. A link is not
 * followed. */
static void
remove_tree(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK) && g_file_test(path, G_FILE_TEST_IS_DIR))
      remove_tree(path);
    else if (!g_str_equal(name, MARK) && !g_str_equal(name, LOCK))
      g_unlink(path);
  }
  remove_from(folder, LOCK);
  remove_from(folder, MARK);
  g_rmdir(folder);
}

/* Of the folder that holds @path: which names there are. */
static void
sync_parent(const char *path)
{
  g_autofree char *parent = g_path_get_dirname(path);
  int fd = g_open(parent, O_RDONLY, 0);

  if (fd < 0)
    return;
  g_fsync(fd);
  g_close(fd, NULL);
}

static gboolean
fail(GError **error, const char *format, const char *folder, int number)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER, format, folder, g_strerror(number));
#pragma GCC diagnostic pop
  return FALSE;
}

static gboolean
is_whole(const char *beside)
{
  return has(beside, BH_BACKUP_HUB_KEY) && has(beside, BH_BACKUP_DATABASE) &&
         !bh_backup_restore_is_pending(beside);
}

/* Whether it is the only house that has its place here: the other one went aside when all of this
 * one was there. */
static gboolean
is_heir(const char *folder, const char *beside)
{
  return bh_backup_restore_is_possible(folder) && is_whole(beside);
}

/* Nobody begins anything in a folder whose name changes. @lock: (out) (nullable): %NULL: there is
 * no such folder */
static gboolean
take_lock(const char *folder, BhLockFile **lock, GError **error)
{
  g_autofree char *path = g_build_filename(folder, LOCK, NULL);

  *lock = NULL;
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  *lock = bh_lock_file_take(path, error);
  return *lock != NULL;
}

/* --- the folder beside --- */

char *
bh_backup_swap_prepare(const char *state_folder, GError **error)
{
  g_autofree char *beside = make_beside(state_folder);
  g_autofree char *mark = g_build_filename(beside, MARK, NULL);
  g_autoptr(BhLockFile) lock = NULL;
  g_autoptr(GError) problem = NULL;

  if (!has(beside, MARK))
    g_rmdir(beside); /* empty, it holds nothing of anybody's */
  else if (take_lock(beside, &lock, error))
    remove_tree(beside);
  else
    return NULL; /* one that was cancelled a moment ago is still at it */
  if (g_mkdir(beside, 0700) != 0) {
    fail(error, _("The backup cannot be restored in %s: %s."), beside, errno);
    return NULL;
  }
  if (!g_file_set_contents(mark, "", 0, &problem)) {
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER,
                _("The backup cannot be restored in %s: %s."), beside, problem->message);
    g_rmdir(beside);
    return NULL;
  }
  return g_steal_pointer(&beside);
}

void
bh_backup_swap_drop(const char *state_folder)
{
  g_autofree char *beside = make_beside(state_folder);
  g_autoptr(BhLockFile) lock = NULL;

  if (has(beside, MARK) && !is_heir(state_folder, beside) && take_lock(beside, &lock, NULL))
    remove_tree(beside);
}

/* --- the two names --- */

static char *
make_aside(const char *folder)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc();
  g_autofree char *stamp = g_date_time_format(now, "%Y%m%d-%H%M%S");

  return g_strdup_printf("%s.before-%s", folder, stamp);
}

/* With both locks. What is there no more need not go aside; but nothing goes aside for less than a
 * house. */
static gboolean
rename_both(const char *folder, const char *beside, BhBackupRename rename_folder, GError **error)
{
  g_autofree char *aside = make_aside(folder);
  gboolean is_aside;
  int saved;

  if (!is_whole(beside))
    return fail(error, _("The backup cannot be restored in %s: %s."), beside, ENOENT);
  /* Its name has to be on the disk before the other one goes. */
  sync_parent(beside);
  is_aside = rename_folder(folder, aside) == 0;
  if (!is_aside && errno != ENOENT)
    return fail(error, _("The folder %s cannot be put aside: %s"), folder, errno);
  if (rename_folder(beside, folder) == 0) {
    sync_parent(folder);
    remove_from(folder, MARK);
    return TRUE;
  }
  saved = errno;
  /* Where this fails too, the next start gives the restored house its place. */
  if (is_aside)
    rename_folder(aside, folder);
  sync_parent(folder);
  return fail(error, _("The backup cannot be restored in %s: %s."), folder, saved);
}

gboolean
bh_backup_swap_commit_by(const char *state_folder, BhLockFile *beside_lock,
                         BhBackupRename rename_folder, GError **error)
{
  g_autofree char *folder = find_folder(state_folder);
  g_autofree char *beside = make_beside(state_folder);
  g_autoptr(BhLockFile) theirs = beside_lock;
  g_autoptr(BhLockFile) ours = NULL;

  return take_lock(folder, &ours, error) && (theirs != NULL || take_lock(beside, &theirs, error)) &&
         rename_both(folder, beside, rename_folder, error);
}

gboolean
bh_backup_swap_commit(const char *state_folder, BhLockFile *beside_lock, GError **error)
{
  return bh_backup_swap_commit_by(state_folder, beside_lock, rename, error);
}

/* --- after a power cut --- */

/* Where there is a folder that somebody has made since, for a hub to begin in, it goes. */
static gboolean
move_in(const char *folder, const char *beside, GError **error)
{
  remove_from(folder, LOCK);
  g_rmdir(folder);
  if (g_rename(beside, folder) != 0)
    return fail(error, _("The backup cannot be restored in %s: %s."), folder, errno);
  sync_parent(folder);
  remove_from(folder, MARK);
  return TRUE;
}

gboolean
bh_backup_swap_resume(const char *state_folder, GError **error)
{
  g_autofree char *folder = find_folder(state_folder);
  g_autofree char *beside = make_beside(state_folder);
  g_autoptr(BhLockFile) lock = NULL;
  g_autoptr(GError) problem = NULL;

  remove_from(folder, MARK);
  if (!has(beside, MARK))
    return TRUE;
  if (!take_lock(beside, &lock, &problem)) {
    /* Somebody restores into it now, while the house goes on. */
    if (!bh_backup_restore_is_possible(folder))
      return TRUE;
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  if (is_heir(folder, beside))
    return move_in(folder, beside, error);
  remove_tree(beside);
  return TRUE;
}
