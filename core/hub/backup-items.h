/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-items: what a backup holds: files of a state folder, one behind the other.
 *
 * Each item is: the length of its name in one byte, the name, the length of its content in eight
 * bytes, big endian, the content. A zero in place of a name's length is the end, and nothing comes
 * after it. The first item is "backup.json", an object: `hubId`, `name`, `tenantId`, `version` (of
 * the program), `createdMs`. The others have the names below, each at most once, in any order;
 * "bellhop.db" and "hub.key" are always there.
 *
 * All block: for a worker.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"

#define BH_BACKUP_ABOUT    "backup.json"
#define BH_BACKUP_DATABASE "bellhop.db"
#define BH_BACKUP_HUB_KEY  "hub.key"
#define BH_BACKUP_SETTINGS "settings.ini"

/* Longest content of any item but the database. */
#define BH_BACKUP_MAX_SMALL_BYTES (1024 * 1024)

/** bh_backup_items_get_name: Returns: (transfer none) (nullable): the files that a backup holds,
 * one by one, the database last; %NULL behind it */
const char *bh_backup_items_get_name(guint index);

/** bh_backup_items_put: @content: of exactly @length bytes. */
gboolean bh_backup_items_put(GOutputStream *to, const char *name, GInputStream *content,
                             guint64 length, GCancellable *cancellable, GError **error);
gboolean bh_backup_items_put_end(GOutputStream *to, GCancellable *cancellable, GError **error);

/**
 * BhBackupItemSink:
 * @name: one of bh_backup_items_get_name()
 *
 * Returns: (transfer full) (nullable): what takes the content, closed then; %NULL: @error is set
 */
typedef GOutputStream *(*BhBackupItemSink)(const char *name, gpointer user_data, GError **error);

/**
 * bh_backup_items_take:
 * @from: foreign, though sealed by whoever knows the passphrase
 * @sink: (nullable): %NULL: the content is only looked at
 *
 * Returns: (transfer full) (nullable): "backup.json"; %NULL exactly when @error is set:
 *   BH_BACKUP_ERROR_DAMAGED, or what @from and @sink report
 */
json_t *bh_backup_items_take(GInputStream *from, BhBackupItemSink sink, gpointer user_data,
                             GCancellable *cancellable, GError **error);
