/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-key-order: what seals the backups of a state folder, read, made or changed on a worker.
 * Orders of one program are carried out one after the other, each wholly: a first code that is
 * being made does not take the place of a passphrase that somebody chooses meanwhile.
 */
#pragma once

#include "backup-key.h"

/* All zero: the key that there is; where there is none, one with a recovery code is made. */
typedef struct {
  char *passphrase;    /* (nullable): another key, of this */
  gboolean fresh_code; /* another key, with another recovery code */
  gboolean noted;      /* the recovery code is written down */
} BhBackupKeyOrder;

/**
 * bh_backup_key_order_async:
 * @source: (nullable): lives until the completion
 * @order: its passphrase is (transfer full), and wiped when it is no longer needed
 */
void bh_backup_key_order_async(GObject *source, const char *state_folder, BhBackupKeyOrder order,
                               GAsyncReadyCallback callback, gpointer user_data);

/** bh_backup_key_order_finish: Returns: (transfer full) (nullable): as the file has it now; %NULL
 * exactly when @error is set: BH_BACKUP_ERROR */
BhBackupKey *bh_backup_key_order_finish(GAsyncResult *result, GError **error);
