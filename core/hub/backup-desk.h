/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBackupDesk: the hub's backups: one every night, and one whenever somebody asks; with what they
 * are sealed, where they go, how the last one went.
 *
 * On from the start. A night that the computer slept through is made up for some minutes after it
 * is awake; what failed is tried again every half hour. One run at a time, on a worker. What the
 * desk knows of its runs is in `hub_value`.
 *
 * A plain struct, owned by the hub, on its main context.
 */
#pragma once

#include "backup-run.h"
#include "hub-state.h"

BhBackupDesk *bh_backup_desk_new(const BhHubState *state);

/** bh_backup_desk_close: breaks off what runs, and does not wait for it: it lets go of its files
 * later, and holds the hub's end (hub-end.h) until then. Twice is fine. */
void bh_backup_desk_close(BhBackupDesk *desk);
void bh_backup_desk_free(BhBackupDesk *desk);

/**
 * bh_backup_desk_start:
 * @folder: (nullable): another one than that of the nightly ones, this once
 *
 * Where one is being made to the same folder already, that is the one.
 *
 * Returns: the run's number; 0 exactly when @error is set: BH_BACKUP_ERROR_BUSY
 */
guint bh_backup_desk_start(BhBackupDesk *desk, const char *folder, GError **error);

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

/** bh_backup_desk_ready_async: completes once bh_backup_desk_describe() knows all it can: the key
 * is read, or made. Cannot fail. */
void bh_backup_desk_ready_async(BhBackupDesk *desk, GAsyncReadyCallback callback,
                                gpointer user_data);
void bh_backup_desk_ready_finish(BhBackupDesk *desk, GAsyncResult *result);

/** bh_backup_desk_describe: Returns: (transfer full): as backup-api.h has it */
json_t *bh_backup_desk_describe(BhBackupDesk *desk);
