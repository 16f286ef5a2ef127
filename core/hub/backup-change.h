/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBackupChange: how the backups of a hub are made from now on, as a person asks for it: their
 * settings in settings.ini, and what they are sealed with.
 */
#pragma once

#include "backup-desk.h"

/* What is to be different; %NULL and 0: as it is. */
typedef struct {
  GHashTable *settings; /* (nullable): as bh_settings_change_async() takes them */
  char *passphrase;     /* (nullable) */
  gboolean fresh_code;  /* back to a recovery code, another one than before */
  gboolean noted;       /* the recovery code is written down */
} BhBackupChange;

void bh_backup_change_free(BhBackupChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackupChange, bh_backup_change_free)

/** bh_backup_desk_change_async: @change: (transfer full): all of it or nothing, durable at the
 * completion. */
void bh_backup_desk_change_async(BhBackupDesk *desk, BhBackupChange *change,
                                 GAsyncReadyCallback callback, gpointer user_data);

/** bh_backup_desk_change_finish: %FALSE exactly when @error is set: BH_SETTINGS_ERROR or
 * BH_BACKUP_ERROR, in words for a person. */
gboolean bh_backup_desk_change_finish(BhBackupDesk *desk, GAsyncResult *result, GError **error);
