/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-run: one backup, made: a copy of the database and the files beside it, sealed into a file
 * of the folder, read back, and only then under its name; then the oldest of this hub go.
 *
 * On a worker, and it blocks; one at a time in a process: another one waits. What it is told stays
 * as it is meanwhile.
 */
#pragma once

#include "backup-key.h"

/* What a backup's file ends with. */
#define BH_BACKUP_SUFFIX ".bellhop"

typedef struct {
  char *state_folder;
  char *folder;         /* where to */
  gboolean is_own;      /* in the state folder: made where it is missing */
  gboolean is_external; /* was on another disk than the state folder so far; then: is */
  char *hub_id;
  char *about; /* "backup.json" */
  guint keep;
  gint64 now_ms; /* UTC */
  BhBackupKey *key;
  gint per_mille; /* atomic: how far it is */

  /* What came of it: */
  char *file; /* its name in the folder */
  guint64 size_bytes;
  guint kept; /* of this hub, with this one */
} BhBackupRun;

void bh_backup_run_free(BhBackupRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackupRun, bh_backup_run_free)

/**
 * bh_backup_run:
 *
 * Where it fails there is nothing new in the folder, and nothing was removed.
 *
 * Returns: %FALSE exactly when @error is set: BH_BACKUP_ERROR, or G_IO_ERROR_CANCELLED
 */
gboolean bh_backup_run(BhBackupRun *run, GCancellable *cancellable, GError **error);

/**
 * bh_backup_run_try_folder: makes @folder where it is missing, and tries to write there.
 * @is_external: (out): whether it is on another disk than @state_folder
 *
 * Returns: %FALSE exactly when @error is set: BH_BACKUP_ERROR
 */
gboolean bh_backup_run_try_folder(const char *state_folder, const char *folder,
                                  gboolean *is_external, GError **error);
