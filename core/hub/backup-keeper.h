/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBackupKeeper: the key of a hub's backups, read or made when it is first needed, and changed
 * when a person asks. All that takes time is done by workers, one thing after the other.
 *
 * A plain struct of the backup desk. Its tasks have the hub as their source: it, and the keeper
 * with it, lives until they are over.
 */
#pragma once

#include "backup-key.h"
#include "hub-state.h"

typedef struct _BhBackupKeeper BhBackupKeeper;

BhBackupKeeper *bh_backup_keeper_new(const BhHubState *state);
void bh_backup_keeper_free(BhBackupKeeper *keeper);

/** bh_backup_keeper_get_key: Returns: (transfer none) (nullable): %NULL: it was not needed yet, or
 * cannot be used */
BhBackupKey *bh_backup_keeper_get_key(BhBackupKeeper *keeper);

/** bh_backup_keeper_get_problem: Returns: (transfer none) (nullable): why it cannot be used, for a
 * person */
const char *bh_backup_keeper_get_problem(BhBackupKeeper *keeper);

/** bh_backup_keeper_ready_async: completes once there is a key or a problem, and no change is under
 * way: whoever has chosen a passphrase gets no backup with the old key after that. Cannot fail. */
void bh_backup_keeper_ready_async(BhBackupKeeper *keeper, GAsyncReadyCallback callback,
                                  gpointer user_data);
void bh_backup_keeper_ready_finish(BhBackupKeeper *keeper, GAsyncResult *result);

/**
 * bh_backup_keeper_change_async:
 * @passphrase: (transfer full) (nullable): the new one, wiped afterwards
 * @fresh_code: where there is none: another recovery code
 * @noted: the recovery code is written down
 */
void bh_backup_keeper_change_async(BhBackupKeeper *keeper, char *passphrase, gboolean fresh_code,
                                   gboolean noted, GAsyncReadyCallback callback,
                                   gpointer user_data);

/** bh_backup_keeper_change_finish: for each change. %FALSE exactly when @error is set:
 * BH_BACKUP_ERROR, and all is as it was. */
gboolean bh_backup_keeper_change_finish(BhBackupKeeper *keeper, GAsyncResult *result,
                                        GError **error);
