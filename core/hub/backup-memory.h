/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBackupMemory: how the backups of a hub went so far, kept in `hub_value` under the name
 * "backup". A plain struct of the backup desk.
 */
#pragma once

#include "backup-run.h"
#include "json-text.h"
#include "store.h"

#define BH_BACKUP_MEMORY_VALUE "backup"

typedef struct _BhBackupMemory BhBackupMemory;

BhBackupMemory *bh_backup_memory_new(void);
void bh_backup_memory_free(BhBackupMemory *memory);

/** bh_backup_memory_load_async: what is not to be read is taken for never; what is read has the run
 * 0, which no run of this hub has. */
void bh_backup_memory_load_async(BhBackupMemory *memory, BhStore *store,
                                 GAsyncReadyCallback callback, gpointer user_data);
void bh_backup_memory_load_finish(BhBackupMemory *memory, BhStore *store, GAsyncResult *result);

/** bh_backup_memory_save: some time soon; where it fails, the next run is made earlier than need
 * be. */
void bh_backup_memory_save(const BhBackupMemory *memory, BhStore *store);

/** bh_backup_memory_make_restored: Returns: (transfer full): what is remembered in a hub that comes
 * from the backup @file, made at @created_ms */
char *bh_backup_memory_make_restored(const char *file, gint64 created_ms);

/** bh_backup_memory_run_put: a BhStoreWork. @text: as of bh_backup_memory_make_restored() */
gboolean bh_backup_memory_run_put(sqlite3 *db, gpointer text, GError **error);

/** bh_backup_memory_take_restored: Returns: (transfer full) (nullable): once: {file, createdMs} of
 * the backup that this hub comes from */
json_t *bh_backup_memory_take_restored(BhBackupMemory *memory);

/** bh_backup_memory_succeed: @is_usual: to the folder of the nightly ones */
void bh_backup_memory_succeed(BhBackupMemory *memory, guint number, const BhBackupRun *run,
                              gboolean is_usual);

/** bh_backup_memory_fail: Returns: whether that is another trouble than that of the run before */
gboolean bh_backup_memory_fail(BhBackupMemory *memory, guint number, gint64 time_ms,
                               const char *message);

/** bh_backup_memory_get_night_ms: Returns: UTC, of the last one in @folder; 0: never */
gint64 bh_backup_memory_get_night_ms(const BhBackupMemory *memory, const char *folder);

/** bh_backup_memory_is_external: whether @folder, as last used, was on a disk of its own. */
gboolean bh_backup_memory_is_external(const BhBackupMemory *memory, const char *folder);

/** bh_backup_memory_describe: adds `last` and `error` to @described. */
void bh_backup_memory_describe(const BhBackupMemory *memory, json_t *described);
