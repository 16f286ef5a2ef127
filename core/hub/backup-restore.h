/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-restore: a backup put into a state folder that has no hub yet: the same hub on another
 * computer. Its devices stay paired, for it has the key that they have pinned.
 *
 * What came after the backup comes back from whoever has it: the hub's log is a new one with each
 * start, so that no identity is used twice, and what it lacks of the others it is sent. What must
 * not happen again does not: no job of that time is printed, no link of that time pairs. Devices
 * paired since then are paired again.
 *
 * Either all of it is there or nothing: a restore that was broken off half way is finished, or put
 * away, by the next start of a hub or the next restore.
 */
#pragma once

#include <gio/gio.h>

#include "backup-error.h"

typedef struct _BhLockFile BhLockFile;

typedef struct {
  char *name;        /* of the hub; "" where it is not known */
  gint64 created_ms; /* UTC: as of when */
  GStrv left_out;    /* sentences: settings that do not fit this computer, and were not taken */
  BhLockFile *lock;  /* of the state folder, until it is stolen or goes with this */
} BhBackupRestored;

void bh_backup_restored_free(BhBackupRestored *restored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackupRestored, bh_backup_restored_free)

/** bh_backup_restore_is_possible: whether @state_folder has no hub: what a first start asks before
 * it offers to restore. Looks at the disk. */
gboolean bh_backup_restore_is_possible(const char *state_folder);

/**
 * bh_backup_restore_async:
 * @file: a backup
 * @passphrase: or recovery code; copied, and wiped when it is no longer needed
 * @state_folder: made where it is missing; no hub runs on it
 *
 * On a worker. Cancelled, it leaves the folder as it was.
 */
void bh_backup_restore_async(const char *file, const char *passphrase, const char *state_folder,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * bh_backup_restore_finish:
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: BH_BACKUP_ERROR, or
 *   G_IO_ERROR_CANCELLED; the folder is then as it was
 */
BhBackupRestored *bh_backup_restore_finish(GAsyncResult *result, GError **error);

/** bh_backup_restore_is_pending: whether @state_folder has something that was broken off. */
gboolean bh_backup_restore_is_pending(const char *state_folder);

/**
 * bh_backup_restore_resume: finishes or puts away what was broken off, where there is any. Blocks;
 * for the start of a hub, before it opens the folder.
 *
 * Returns: %FALSE exactly when @error is set: BH_BACKUP_ERROR, or BH_STORE_ERROR where another
 * program has the folder
 */
gboolean bh_backup_restore_resume(const char *state_folder, GError **error);
