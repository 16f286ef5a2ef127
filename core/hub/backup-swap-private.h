/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-swap-private: for the tests, which want to see a rename fail, or the power go.
 */
#pragma once

#include "backup-swap.h"

/** BhBackupRename: as rename(2). */
typedef int (*BhBackupRename)(const char *from, const char *to);

gboolean bh_backup_swap_commit_by(const char *state_folder, BhLockFile *beside_lock,
                                  BhBackupRename rename_folder, GError **error);
